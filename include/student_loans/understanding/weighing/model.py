"""The fitted model of reading: which value of a document is that of which field.

Texts around a value are judged by linear models of their words (:mod:`.text_model`); trees weigh these with place, kind and
the other candidates (:mod:`.tables`). A second ensemble sees what the first one found for the same field and for the same
words, so that one reading of the whole document is preferred. ``reading_model.npz`` has all of it and is made by
``student-loans fit``; its card is ``docs/reading-model.md``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from student_loans.errors import ConfigurationError, ErrorCode
from student_loans.understanding.weighing.contexts import SLOTS
from student_loans.understanding.weighing.known import MODEL_FILE, NOTHING, classes, name_fields
from student_loans.understanding.weighing.tables import Table
from student_loans.understanding.weighing.text_model import TextModel
from student_loans.understanding.weighing.trees import Trees
from student_loans.understanding.weighing.type_model import TypeModel

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

KINDS = ("values", "names")
TEXT_KINDS = ("label", "prose", "behind", "section", "lexical")
"""What the models of texts judge: labels, words before a value in running text, words behind it, headings, names themselves."""
_LABELS = 6
"""The first slots hold labels, the others what is behind a value and the heading over it."""
_GOOD = 0.3
"""Probability from which a candidate counts as one."""
_WORST = -12.0
"""Log probability where there is no text."""


def kind_of_slot(slot: str, *, prose: bool) -> str:
    """The model of texts for a slot."""
    if slot == "cell":
        return "prose" if prose else "label"
    return slot if slot in ("behind", "section") else "label"


@dataclass(frozen=True, slots=True, eq=False)
class ReadingModel:
    """Models of texts, and two ensembles of trees for each kind of option.

    Attributes:
        types: Of the document's type.
        texts: By :data:`TEXT_KINDS`.
        first, second: By :data:`KINDS`; the second sees the results of the first.
        starts: Whether a page opens another document than the pages before it.
    """

    types: TypeModel
    texts: Mapping[str, TextModel]
    first: Mapping[str, Trees]
    second: Mapping[str, Trees]
    starts: Trees

    def weigh(self, tables: Mapping[str, Table]) -> dict[str, Numbers]:
        """The probability of each row of the tables of a document, by kind."""
        import numpy as np

        filled = {kind: table for kind, table in tables.items() if table.fields}
        features = {kind: with_texts(table, self.texts) for kind, table in filled.items()}
        first = {kind: self.first[kind].probabilities(rows) for kind, rows in features.items()}
        found = {
            kind: self.second[kind].probabilities(np.hstack([rows, second_look(filled[kind], first[kind])]))
            for kind, rows in features.items()
        }
        return {kind: found.get(kind, np.zeros(0)) for kind in tables}


def with_texts(table: Table, models: Mapping[str, TextModel]) -> Numbers:
    """The features of a table's rows with the log probabilities of the texts around their options.

    For each slot: that the text asks for the row's field, for nothing, for another field of the same table, and for any
    other; then the best of the labels, the best of the labels of the same value at other places, and what the name itself
    looks like.
    """
    import numpy as np

    scores, given = _scores_of_texts(table, models)
    rows = np.array(table.options)
    columns = [classes().index(name) for name in table.fields]
    nothing = classes().index(NOTHING)
    own = scores[rows, :, columns]
    asked = np.unique(columns)
    best = np.where(given[:, :_LABELS, None], scores[:, :_LABELS], _WORST).max(axis=1)
    lexical = _lexical(table, models)
    return np.hstack(
        [
            table.base,
            own,
            scores[rows][:, :, nothing],
            _best_other(scores[:, :, asked], rows, np.searchsorted(asked, columns)),
            _best_other(scores[:, :, :nothing], rows, np.array(columns)),
            best[rows, columns][:, None],
            _elsewhere(best, table.same)[rows, columns][:, None],
            lexical[rows, columns][:, None],
            lexical[rows][:, [nothing]],
            lexical[rows][:, [classes().index(name) for name in name_fields()]],
        ]
    )


def _scores_of_texts(table: Table, models: Mapping[str, TextModel]) -> tuple[Numbers, NDArray[np.bool_]]:
    """Log probabilities (options, slots, classes), and whether there is a text (options, slots)."""
    import numpy as np

    scores = np.zeros((len(table.texts), len(SLOTS), len(classes())))
    places: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for option, (texts, prose) in enumerate(zip(table.texts, table.prose, strict=True)):
        for number, (slot, text) in enumerate(zip(SLOTS, texts, strict=True)):
            if text:
                places[kind_of_slot(slot, prose=prose)].append((option, number, text))
    for kind, found in places.items():
        options, slots = [place[0] for place in found], [place[1] for place in found]
        scores[options, slots] = models[kind].log_probabilities([text for _, _, text in found])
    return scores, np.array([[bool(text) for text in texts] for texts in table.texts])


def _lexical(table: Table, models: Mapping[str, TextModel]) -> Numbers:
    import numpy as np

    if not any(table.names):
        return np.zeros((len(table.names), len(classes())))
    return np.asarray(models["lexical"].log_probabilities(table.names), np.float64)


def _best_other(scores: Numbers, rows: NDArray[np.int64], own: NDArray[np.int64]) -> Numbers:
    """The best score of another class than the row's own, (rows, slots)."""
    import numpy as np

    if scores.shape[2] < 2:
        return np.full((len(rows), scores.shape[1]), _WORST)
    first = scores.argmax(axis=2)[:, :, None]
    best, others = np.take_along_axis(scores, first, axis=2)[:, :, 0], scores.copy()
    np.put_along_axis(others, first, -np.inf, axis=2)
    return np.where(first[rows][:, :, 0] == own[:, None], others.max(axis=2)[rows], best[rows])


def _elsewhere(best: Numbers, same: Sequence[Sequence[int]]) -> Numbers:
    """For each option the best scores of options with the same value at other places."""
    import numpy as np

    found = np.full_like(best, _WORST)
    for group in same:
        for index in group:
            found[index] = best[[other for other in group if other != index]].max(axis=0)
    return found


def second_look(table: Table, first: Numbers) -> Numbers:
    """What the first trees found around each row.

    The row's own probability, the best for its field of another value and the lead over it, the best and the sum over the
    places of its value, the number of good candidates for its field, and the best of its option for another field.
    """
    import numpy as np

    group = list(range(len(table.texts)))
    for number, same in enumerate(table.same):
        for option in same:
            group[option] = -1 - number
    by_field: dict[str, list[int]] = defaultdict(list)
    by_option: dict[int, list[int]] = defaultdict(list)
    for row, (field, option) in enumerate(zip(table.fields, table.options, strict=True)):
        by_field[field].append(row)
        by_option[option].append(row)
    found = np.zeros((len(first), 7))
    for rows in by_field.values():
        best: dict[int, float] = defaultdict(float)
        total: dict[int, float] = defaultdict(float)
        for row in rows:
            value = group[table.options[row]]
            best[value] = max(best[value], first[row])
            total[value] += first[row]
        ranked = [*sorted(best.values(), reverse=True), 0.0, 0.0]
        good = sum(each > _GOOD for each in best.values())
        for row in rows:
            value = group[table.options[row]]
            rival = ranked[1] if best[value] == ranked[0] else ranked[0]
            found[row, :6] = first[row], rival, first[row] - rival, best[value], total[value], good
    for rows in by_option.values():
        for row in rows:
            found[row, 6] = max((first[other] for other in rows if other != row), default=0.0)
    return found


def save_model(model: Mapping[str, object], path: Path = MODEL_FILE) -> None:
    """Write the parts of a model as arrays; texts of trees as bytes."""
    import numpy as np

    np.savez_compressed(path, **model)  # type: ignore[arg-type]


def load_reading_model(path: Path = MODEL_FILE) -> ReadingModel:
    """Read the model.

    Raises:
        ConfigurationError: ``invalid_settings``: the file does not fit the fields of the catalogue.
    """
    import numpy as np

    with np.load(path, allow_pickle=False) as file:
        if tuple(file["classes"].tolist()) != classes():
            raise ConfigurationError(
                ErrorCode.INVALID_SETTINGS,
                "The model of reading does not fit the package's own: run student-loans fit.",
            )
        texts = {
            kind: TextModel(
                classes(),
                file[f"{kind}_words"].astype(np.float32),
                file[f"{kind}_meaning"].astype(np.float32),
                file[f"{kind}_intercept"].astype(np.float32),
            )
            for kind in TEXT_KINDS
        }
        first, second = (
            {kind: Trees(bytes(file[f"{kind}_{stage}"]).decode()) for kind in KINDS} for stage in ("first", "second")
        )
        types = TypeModel(*(file[f"types_{part}"].astype(np.float32) for part in ("words", "head", "intercept")))
        starts = Trees(bytes(file["starts"]).decode())
    return ReadingModel(types, texts, first, second, starts)


@cache
def reading_model() -> ReadingModel:
    """The model that ships with the product, read once."""
    return load_reading_model()
