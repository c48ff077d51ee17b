"""Fit the model of reading on observed documents: texts first, then trees, with families of documents left out of each judgement.

The unit of every split is the family: what one author, lender or layout program made. Texts that trees learn from are judged by
text models that were fitted without the family, and the second trees learn from judgements of first trees that were fitted
without it; otherwise each stage would trust the one before too much.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from student_loans.records import DocumentType, field_catalog
from student_loans.understanding.fields.labels import DECOY
from student_loans.understanding.weighing.contexts import SLOTS
from student_loans.understanding.weighing.known import NOTHING, classes, document_types
from student_loans.understanding.weighing.model import (
    KINDS,
    TEXT_KINDS,
    ReadingModel,
    kind_of_slot,
    second_look,
    with_texts,
)
from student_loans.understanding.weighing.tables import Table
from student_loans.understanding.weighing.text_model import MEANING, PLACES, TextModel, meanings, word_places
from student_loans.understanding.weighing.trees import Trees
from student_loans.understanding.weighing.type_model import WORD_PLACES, TypeEvidence, TypeModel, head_features

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

Samples = dict[tuple[str, str], float]
"""Text and class to weight."""
FOLDS = 3
RIGHT, WRONG, UNCERTAIN = 1, 0, 2
"""Of a row: it is the field's value, it is not, or it is the same value at another place than the labelled one."""
_OF_UNCERTAIN = 0.3
_TREES: dict[str, Any] = {
    "objective": "binary",
    "num_leaves": 40,
    "learning_rate": 0.05,
    "min_data_in_leaf": 20,
    "lambda_l2": 2.0,
    "feature_fraction": 0.7,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "verbose": -1,
    "deterministic": True,
    "force_row_wise": True,
    "seed": 1,
}
ROUNDS = {"values": 300, "names": 300}
_KEPT_NAMES = 0.25
"""Share of the rows of names that are no names which trees learn from: there are thirty of them for each that is one."""
_KEPT_TEXTS = 0.12
_FAR = 25.0
"""A cell so many text heights to the left is hardly a label."""


@dataclass(frozen=True, slots=True)
class Observed:
    """A labelled document.

    Attributes:
        family: What is left out of a judgement together.
        document_type: Its true type.
        evidence: Of its type.
        tables: Pairs of fields and options, by kind.
        labels: For each row :data:`RIGHT`, :data:`WRONG` or :data:`UNCERTAIN`, by kind.
        starts: Features of pages, each with whether it opens another document (see :mod:`~..partition.starts`).
        weight: How much it counts.
    """

    family: str
    document_type: DocumentType
    evidence: TypeEvidence
    tables: Mapping[str, Table]
    labels: Mapping[str, Sequence[int]]
    starts: Sequence[tuple[Sequence[float], bool]] = ()
    weight: float = 1.0


@dataclass(slots=True)
class Fitted:
    """The parts of a model, as they are stored."""

    types: TypeModel
    texts: dict[str, TextModel]
    starts: str
    first: dict[str, str] = field(default_factory=dict)
    second: dict[str, str] = field(default_factory=dict)

    def model(self) -> ReadingModel:
        """The model that weighs documents."""
        return ReadingModel(
            self.types,
            self.texts,
            {kind: Trees(text) for kind, text in self.first.items()},
            {kind: Trees(text) for kind, text in self.second.items()},
            Trees(self.starts),
        )

    def parts(self) -> dict[str, Any]:
        """The arrays of ``reading_model.npz``; weights of texts in half precision."""
        import numpy as np

        parts: dict[str, Any] = {
            "classes": np.array(classes()),
            "types": np.array([each.value for each in document_types()]),
            "starts": np.bytes_(self.starts.encode()),
        }
        for name, weights in (
            ("words", self.types.of_words),
            ("head", self.types.of_head),
            ("intercept", self.types.intercept),
        ):
            parts[f"types_{name}"] = weights.astype(np.float16)
        for kind, text in self.texts.items():
            parts[f"{kind}_words"] = text.of_words.astype(np.float16)
            parts[f"{kind}_meaning"] = text.of_meaning.astype(np.float16)
            parts[f"{kind}_intercept"] = text.intercept.astype(np.float32)
        for stage, trees in (("first", self.first), ("second", self.second)):
            for kind, model in trees.items():
                parts[f"{kind}_{stage}"] = np.bytes_(model.encode())
        return parts


def fit(observed: Sequence[Observed], report: Callable[[str], None] = lambda _: None) -> Fitted:
    """Fit all parts.

    Args:
        observed: Labelled documents of several families.
        report: Is given a line about each step.
    """
    import numpy as np

    folds = folds_of(observed, FOLDS)
    fitted = Fitted(fit_types(observed), fit_texts(observed), fit_starts(observed))
    report("texts")
    without = [fit_texts(_others(observed, folds, fold)) for fold in range(FOLDS)]
    report("texts without each fold")
    for kind in KINDS:
        rows = [_rows(one, kind, without[folds[n]]) for n, one in enumerate(observed)]
        fitted.first[kind] = _fit_trees(rows, kind)
        judged = _judged_without(rows, folds, kind)
        looks = [
            np.hstack([part.features, second_look(one.tables[kind], found)]) if len(found) else part.features
            for part, one, found in zip(rows, observed, judged, strict=True)
        ]
        seen = [
            _Rows(look, part.right, part.weights) for look, part in zip(looks, rows, strict=True) if len(part.right)
        ]
        fitted.second[kind] = _fit_trees(seen, kind)
        report(f"trees of {kind}")
    return fitted


def folds_of(observed: Sequence[Observed], count: int, seed: int = 0) -> list[int]:
    """The fold of each document; a family is in one."""
    import numpy as np

    families = np.random.default_rng(seed).permutation(sorted({one.family for one in observed})).tolist()
    fold = {family: number % count for number, family in enumerate(families)}
    return [fold[one.family] for one in observed]


def _others(observed: Sequence[Observed], folds: Sequence[int], fold: int) -> list[Observed]:
    return [one for one, own in zip(observed, folds, strict=True) if own != fold]


@dataclass(frozen=True, slots=True)
class _Rows:
    features: Numbers
    right: NDArray[np.int64]
    weights: Numbers


def _rows(one: Observed, kind: str, texts: Mapping[str, TextModel]) -> _Rows:
    import numpy as np

    table = one.tables.get(kind)
    if table is None or not table.fields:
        return _Rows(np.zeros((0, 0)), np.zeros(0, np.int64), np.zeros(0))
    labels = np.array(one.labels[kind])
    weights = np.where(labels == UNCERTAIN, _OF_UNCERTAIN, 1.0) * one.weight
    return _Rows(with_texts(table, texts).astype(np.float32), (labels != WRONG).astype(np.int64), weights)


def _judged_without(rows: Sequence[_Rows], folds: Sequence[int], kind: str) -> list[Numbers]:
    """The probabilities of each document's rows by trees that were fitted without its fold."""
    import numpy as np

    judged: list[Numbers] = [np.zeros(0)] * len(rows)
    for fold in range(FOLDS):
        trees = Trees(_fit_trees([part for part, own in zip(rows, folds, strict=True) if own != fold], kind))
        for number, part in enumerate(rows):
            if folds[number] == fold and len(part.right):
                judged[number] = trees.probabilities(part.features)
    return judged


def _fit_trees(rows: Sequence[_Rows], kind: str) -> str:
    """An ensemble in LightGBM's text format."""
    import lightgbm
    import numpy as np

    filled = [part for part in rows if len(part.right)]
    features = np.vstack([part.features for part in filled])
    right, weights = (np.concatenate([getattr(part, name) for part in filled]) for name in ("right", "weights"))
    if kind == "names":
        kept = (right == 1) | (np.random.default_rng(1).random(len(right)) < _KEPT_NAMES)
        features, right = features[kept], right[kept]
        weights = np.where(right == 1, weights[kept], weights[kept] / _KEPT_NAMES)
    data = lightgbm.Dataset(features, right, weight=weights, categorical_feature=[0, 1], free_raw_data=True)
    return str(lightgbm.train(_TREES, data, num_boost_round=ROUNDS[kind]).model_to_string())


_START_TREES = _TREES | {"num_leaves": 12, "learning_rate": 0.06, "min_data_in_leaf": 10, "feature_fraction": 0.6}
_START_ROUNDS = 200


def fit_starts(observed: Sequence[Observed]) -> str:
    """The trees that judge whether a page opens another document, in LightGBM's text format."""
    import lightgbm
    import numpy as np

    pages = [(numbers, opens, one.weight) for one in observed for numbers, opens in one.starts]
    features, opens, weights = (np.array(column, np.float64) for column in zip(*pages, strict=True))
    data = lightgbm.Dataset(features, opens, weight=weights)
    return str(lightgbm.train(_START_TREES, data, num_boost_round=_START_ROUNDS).model_to_string())


_TYPE_REGULARIZATION = 3.0
"""scikit-learn's ``C``."""


def fit_types(observed: Sequence[Observed]) -> TypeModel:
    """The model of the document's type."""
    import numpy as np
    from scipy import sparse
    from sklearn.linear_model import LogisticRegression

    rows, columns, values = [], [], []
    for number, one in enumerate(observed):
        places = np.array(one.evidence.word_places())
        for part in (places[places < WORD_PLACES], places[places >= WORD_PLACES]):
            rows += [number] * len(part)
            columns += part.tolist()
            values += [1 / max(1, len(part)) ** 0.5] * len(part)
    words = sparse.csr_matrix((values, (rows, columns)), (len(observed), 2 * WORD_PLACES))
    heads = np.array([head_features(one.evidence) for one in observed])
    kinds = [document_types().index(one.document_type) for one in observed]
    model = LogisticRegression(C=_TYPE_REGULARIZATION, max_iter=300).fit(
        sparse.hstack([words, sparse.csr_matrix(heads)], format="csr"), kinds, [one.weight for one in observed]
    )
    weights, intercept = (
        np.zeros((words.shape[1] + heads.shape[1], len(document_types()))),
        np.full(len(document_types()), -20.0),
    )
    weights[:, model.classes_], intercept[model.classes_] = model.coef_.T, model.intercept_
    return TypeModel(
        weights[: 2 * WORD_PLACES].astype(np.float32),
        weights[2 * WORD_PLACES :].astype(np.float32),
        intercept.astype(np.float32),
    )


def fit_texts(observed: Sequence[Observed]) -> dict[str, TextModel]:
    """The models of texts, from the texts around labelled values and from the vocabulary."""
    import numpy as np

    samples: dict[str, Samples] = {kind: defaultdict(float) for kind in TEXT_KINDS}
    chance = np.random.default_rng(5)
    for one in observed:
        for kind, table in one.tables.items():
            _add_texts(samples, table, _classes(table, one.labels[kind]), one.weight, chance)
    for sample, weight in _vocabulary().items():
        samples["label"][sample] += weight
    return {kind: _fit_text(found) for kind, found in samples.items()}


def _classes(table: Table, labels: Sequence[int]) -> list[str | None]:
    """What each option is: a field, nothing, or None where that is not certain."""
    right: dict[int, list[str]] = {}
    uncertain: set[int] = set()
    for name, option, label in zip(table.fields, table.options, labels, strict=True):
        if label == RIGHT:
            right.setdefault(option, []).append(name)
        elif label == UNCERTAIN:
            uncertain.add(option)
    return [
        (right[option][0] if len(right[option]) == 1 else None)
        if option in right
        else (None if option in uncertain else NOTHING)
        for option in range(len(table.texts))
    ]


def _add_texts(
    samples: Mapping[str, Samples],
    table: Table,
    classes: Sequence[str | None],
    weight: float,
    chance: np.random.Generator,
) -> None:
    named = any(table.names)
    for option, name in enumerate(classes):
        if name is None:
            continue
        own = weight
        if named and name == NOTHING:
            if chance.random() > _KEPT_TEXTS:
                continue
            own *= 2
        if named:
            samples["lexical"][table.names[option], name] += own
        texts = dict(zip(SLOTS, table.texts[option], strict=True))
        for slot, share in _shares(texts, prose=table.prose[option]).items():
            samples[kind_of_slot(slot, prose=table.prose[option])][texts[slot], name] += own * share


def _shares(texts: Mapping[str, str], *, prose: bool) -> dict[str, float]:
    """How much each text around an option counts: the nearest is its label most often."""
    shares = {"behind": 1.0, "section": 1.0, "head": 0.5}
    if texts["cell"]:
        shares["cell"] = 1.0
    elif not prose:
        beside = bool(texts["left"])
        shares |= {"left": 1.0, "above": 0.3 if beside else 1.0, "below": 0.1 if beside else 0.3}
    return {slot: share for slot, share in shares.items() if texts[slot]}


def _vocabulary() -> Samples:
    """The listed wordings of labels."""
    from student_loans.catalog import fields_file

    found: Samples = defaultdict(float)
    file = fields_file()
    lists = {name: entry.wordings for name, entry in file.fields.items()}
    lists |= {f"{DECOY}{grammar}": phrases for grammar, phrases in file.decoys.items()}
    for name, phrases in lists.items():
        for phrase in phrases:
            if name in classes() or name.startswith(DECOY):
                found[phrase, name if name in classes() else NOTHING] += 1.5
    for entry in field_catalog().types.values():
        for name, phrases in entry.wordings.items():
            for phrase in phrases:
                if name in classes():
                    found[phrase, name] += 1.0
    return found


_EPOCHS, _BATCH, _FASTEST, _SLOWEST = 12, 256, 0.03, 0.001
_MOST_WEIGHT, _FLATTER = 8.0, 0.7
"""A text that stands in many documents counts as much as eight, and less than in proportion."""
_DECAY = 0.33


def _fit_text(samples: Mapping[tuple[str, str], float]) -> TextModel:
    """A multinomial logistic model, by Adam (Kingma and Ba, 2015) over small batches."""
    import numpy as np

    found = [(text, name, weight) for (text, name), weight in samples.items() if word_places(text)]
    rows = _design([text for text, _, _ in found])
    targets = np.array([classes().index(name) for _, name, _ in found])
    weights = np.array([min(_MOST_WEIGHT, weight) ** _FLATTER for _, _, weight in found], np.float32)
    shape = (PLACES + MEANING + 1, len(classes()))
    solution, mean, spread = (np.zeros(shape, np.float32) for _ in range(3))
    order, step = np.random.default_rng(0), 0
    for epoch in range(_EPOCHS):
        rate = _FASTEST * (1 - epoch / _EPOCHS) + _SLOWEST
        shuffled = order.permutation(len(found))
        for start in range(0, len(found), _BATCH):
            batch = shuffled[start : start + _BATCH]
            errors = _errors(rows[batch] @ solution, targets[batch], weights[batch])
            gradient = rows[batch].T @ errors
            gradient[:-1] += _DECAY / weights.sum() * solution[:-1]
            step += 1
            mean += 0.1 * (gradient - mean)
            spread += 0.01 * (gradient * gradient - spread)
            solution -= rate * (mean / (1 - 0.9**step)) / (np.sqrt(spread / (1 - 0.99**step)) + 1e-6)
    return TextModel(classes(), solution[:PLACES].copy(), solution[PLACES:-1].copy(), solution[-1].copy())


def _design(texts: Sequence[str]) -> Any:
    """Words, meaning and a constant of some texts, as a sparse matrix."""
    import numpy as np
    from scipy import sparse

    places = [word_places(text) for text in texts]
    counts = np.array([len(own) for own in places])
    rows = np.repeat(np.arange(len(texts)), counts)
    values = np.repeat(1 / np.sqrt(counts), counts).astype(np.float32)
    words = sparse.csr_matrix((values, (rows, np.concatenate([list(own) for own in places]))), (len(texts), PLACES))
    rest = np.hstack([meanings(texts), np.ones((len(texts), 1), np.float32)])
    return sparse.hstack([words, sparse.csr_matrix(rest)], format="csr", dtype=np.float32)


def _errors(scores: Any, classes: NDArray[np.int64], weights: Any) -> Any:
    """The gradient of the weighted log loss with regard to the scores."""
    import numpy as np

    chances = np.exp(scores - scores.max(axis=1, keepdims=True))
    chances /= chances.sum(axis=1, keepdims=True)
    chances[np.arange(len(classes)), classes] -= 1
    return chances * (weights / weights.sum())[:, None]
