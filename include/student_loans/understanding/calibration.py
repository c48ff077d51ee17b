"""Fit the confidence model on labelled documents: ``student-loans calibrate DOCUMENTS TRUTH``.

Measured confidences come from models that were fitted without the document's family (folds by family), and the values from a
model of reading that has not seen the document, so the thresholds of the accept rule hold for layouts without labels. A
threshold is the most accepting of ten at which the error rate among the fields of accepted documents is at most the target, with
95% probability: a one-sided bound of Clopper and Pearson (1934), each of the ten at a tenth of the risk (Bonferroni), since the
best of several is chosen.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from student_loans.pages.page_images import PageImages
from student_loans.pages.word_cache import WordCache
from student_loans.sandbox.process import IsolatedPool
from student_loans.sandbox.progress import report_progress
from student_loans.settings import settings
from student_loans.understanding.confidence import EVIDENCE, SOURCES, Evidence
from student_loans.understanding.decision import faults
from student_loans.understanding.document import confirm, find, read_pages
from student_loans.understanding.teaching import Teaching, read_teaching
from student_loans.understanding.weighing.model import load_reading_model, reading_model

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

FOLDS = 5
_REGULARIZATION = 10.0
"""scikit-learn's ``C``: with few errors among many values, the usual 1.0 shrinks the weights that separate them."""
LEVEL = 0.95
ACCEPTED_SHARES = (0.99, 0.95, 0.9, 0.84, 0.75, 0.65, 0.5, 0.35, 0.25, 0.15)
"""Shares of acceptable documents that the thresholds tried accept."""
TOLERATED = 0.005
"""Share of wrong values in accepted documents, where too few documents are labelled for the bound."""
MODEL_FILE = Path(__file__).parent.parent / "config" / "confidence.json"


@dataclass(frozen=True, slots=True)
class FittedField:
    """One extracted value with its evidence and whether it is right.

    Attributes:
        document: Number of the document it belongs to.
        family: Group for the folds.
        evidence: The evidence before the second reading.
        asked: The evidence after the second reading; the same if there is no second reading.
        right: Whether the value is the printed one.
        acceptable: Whether only confidence could prevent the document from being accepted.
    """

    document: int
    family: str
    evidence: Evidence
    asked: Evidence
    right: bool
    acceptable: bool


def observe(number: int, label: Teaching, content: bytes, words: Path | None, model: Path | None) -> list[FittedField]:
    """Extract one labelled document, with a second reading of every value.

    Args:
        number: Of the document.
        label: Its truth.
        content: Its bytes.
        words: Folder of the OCR cache between fits, because reading takes longest.
        model: The fitted model of reading; None means the one that ships with the product.
    """
    from student_loans.intake.document_check import check_document
    from student_loans.preparation.pages import prepare_pages

    options = settings()
    file_format = check_document(content, options.intake).file_format
    cache = WordCache(words) if words else None
    with PageImages() as images:
        pages = images.keep(prepare_pages(content, file_format, options))
        read, notices = read_pages(pages, options, cache)
        findings = find(read, notices, load_reading_model(model) if model else reading_model())
        report_progress()
        always = options.model_copy(
            update={"extraction": options.extraction.model_copy(update={"second_reader": "always"})}
        )
        asked = confirm(findings, images, always)
    right_type = findings.understanding.document_type is label.document_type
    acceptable = not faults(findings)
    return [
        FittedField(
            number,
            label.family,
            findings.evidence[name],
            asked.evidence[name],
            right_type and label.allows(name, candidate.value),
            acceptable,
        )
        for name, candidate in findings.understanding.fields.items()
    ]


def _observe_all(jobs: Iterator[_Job]) -> list[FittedField]:
    """Observe the documents of all sets; each is read in its own process."""
    options = settings()
    with IsolatedPool(options.isolation) as pool:

        def observe_file(job: _Job) -> list[FittedField]:
            number, label, words, model = job
            limit = options.isolation.page_timeout_s
            return pool.call(observe, number, label, label.path.read_bytes(), words, model, limit_s=limit)

        return [observation for part in pool.map(observe_file, jobs) for observation in part]


def _matrix(evidence: Sequence[Evidence]) -> Numbers:
    import numpy as np

    return np.array([[each.as_mapping()[name] for name in EVIDENCE] for each in evidence])


def _fitted(observations: Sequence[FittedField]) -> tuple[float, Numbers]:
    """Fit intercept and weights, from each value with and without its second reading.

    If all values are right or all wrong, Laplace's rule of succession gives the intercept and the weights are zero.
    """
    import numpy as np

    y = np.array([o.right for o in observations])
    if y.all() or not y.any():
        return float(np.log((y.sum() + 1) / ((~y).sum() + 1))), np.zeros(len(EVIDENCE))
    from sklearn.linear_model import LogisticRegression

    x = _matrix([o.evidence for o in observations] + [o.asked for o in observations])
    model = LogisticRegression(C=_REGULARIZATION, max_iter=5000).fit(
        x, np.tile(y, 2), sample_weight=np.full(len(x), 0.5)
    )
    return float(model.intercept_[0]), model.coef_[0]


def _probabilities(evidence: Sequence[Evidence], intercept: float, weights: Numbers) -> Numbers:
    import numpy as np

    return np.asarray(1 / (1 + np.exp(-(intercept + _matrix(evidence) @ weights))))


def held_out_confidences(observations: Sequence[FittedField], seed: int) -> tuple[Numbers, Numbers]:
    """Confidences by models fitted without the value's family: before and after the second reading, each (observations,)."""
    import numpy as np
    from sklearn.model_selection import GroupKFold

    unasked, asked = np.zeros(len(observations)), np.zeros(len(observations))
    folds = GroupKFold(FOLDS, shuffle=True, random_state=seed)
    for train, test in folds.split(unasked, groups=[o.family for o in observations]):
        model = _fitted([observations[i] for i in train])
        unasked[test] = _probabilities([observations[i].evidence for i in test], *model)
        asked[test] = _probabilities([observations[i].asked for i in test], *model)
    return unasked, asked


def highest_error(wrong: int, total: int, level: float = LEVEL) -> float:
    """One-sided Clopper-Pearson upper bound of an error rate, at a level in (0, 1)."""
    from scipy.stats import beta

    return 1.0 if wrong >= total else float(beta.ppf(level, wrong + 1, total - wrong))


def choose_threshold(
    observations: Sequence[FittedField], unasked: Numbers, asked: Numbers, target: float
) -> tuple[float, dict[str, float]]:
    """The lowest threshold whose bound on the error among accepted documents' fields is within the target.

    Returns:
        The threshold and its results: accepted documents of those that can be accepted, their values, errors and the
        bound. If no threshold is within the target, the most accepting one with at most :data:`TOLERATED` errors among its
        values, or else the one with the fewest.
    """
    import numpy as np

    documents = np.array([o.document for o in observations])
    acceptable = {o.document for o in observations if o.acceptable}
    best = np.maximum(unasked, asked)
    ceilings = sorted(float(best[documents == document].min()) for document in acceptable)
    tried: list[tuple[float, dict[str, float]]] = []
    for share in ACCEPTED_SHARES if ceilings else ():
        threshold = math.floor(ceilings[int((1 - share) * len(ceilings))] * 1e5) / 1e5
        final = np.where(unasked >= threshold, unasked, asked)
        accepted = {d for d in acceptable if final[documents == d].min() >= threshold}
        values = [o for o in observations if o.document in accepted]
        wrong = sum(not o.right for o in values)
        bound = highest_error(wrong, len(values), 1 - (1 - LEVEL) / len(ACCEPTED_SHARES))
        reached = {
            "acceptable": len(acceptable), "documents": len(accepted), "values": len(values), "wrong": wrong,
            "highest_error": round(bound, 5),
        }  # fmt: skip
        if bound <= target:
            return threshold, reached
        tried.append((threshold, reached))
    nothing = (1.0, {"acceptable": 0, "documents": 0, "values": 0, "wrong": 0, "highest_error": 1.0})
    return min(tried, key=_observed_error, default=nothing)


def _observed_error(tried: tuple[float, Mapping[str, float]]) -> float:
    """Share of wrong values; those that are tolerated are alike."""
    return max(TOLERATED, tried[1]["wrong"] / max(1, tried[1]["values"]))


def fit(observations: Sequence[FittedField], target: float, seed: int) -> dict[str, object]:
    """The part of ``confidence.json`` for one source of text."""
    import numpy as np
    from sklearn.metrics import roc_auc_score

    right = np.array([o.right for o in observations])
    unasked, asked = held_out_confidences(observations, seed)
    threshold, reached = choose_threshold(observations, unasked, asked, target)
    final = np.where(unasked >= threshold, unasked, asked)
    intercept, weights = _fitted(observations)
    return {
        "intercept": round(intercept, 4),
        "weights": {name: round(float(weight), 4) for name, weight in zip(EVIDENCE, weights, strict=True)},
        "accept_above": threshold,
        "fitted": {
            "documents": len({o.document for o in observations}),
            "values": len(observations),
            "wrong": int((~right).sum()),
            "seed": seed,
            "target_error": target,
            "auroc": None if right.all() or not right.any() else round(float(roc_auc_score(right, final)), 4),
            "expected_calibration_error": round(expected_calibration_error(final, right), 4),
            "accepted": reached,
        },
    }


def expected_calibration_error(confidences: Numbers, right: NDArray[np.bool_], bins: int = 10) -> float:
    """Mean distance of confidence and accuracy over bins of equal count, weighed by count (Naeini et al., 2015)."""
    import numpy as np

    parts = np.array_split(np.argsort(confidences, kind="stable"), bins)
    return float(sum(abs(confidences[p].mean() - right[p].mean()) * len(p) for p in parts if len(p)) / len(confidences))


_Job = tuple[int, Teaching, Path | None, Path | None]
"""Number, truth, folder of the OCR cache and file of the model of reading."""
LabelledSet = tuple[Path, Path, Path | None]
"""A folder of labelled files, its truth file, and the model of reading that has not seen them."""


def _jobs(sets: Sequence[LabelledSet], words: Path | None) -> Iterator[_Job]:
    labels = ((label, model) for documents, truth, model in sets for label in read_teaching(documents, truth))
    for number, (label, model) in enumerate(labels):
        yield number, label, words, model


def fit_model(
    sets: Sequence[LabelledSet], words: Path | None, targets: Mapping[str, float], seed: int, output: Path
) -> dict[str, Any]:
    """Fit the model on labelled documents and write it.

    Args:
        sets: Folders of labelled files, each with its truth file and, if it is not the shipped one, a model of reading.
        words: Folder of the OCR cache between fits; None means no cache.
        targets: Highest error among the fields of accepted documents, by source of text.
        seed: Of the folds.
        output: File for the model.

    Returns:
        The model. If too few families of a source are labelled for the folds, the source keeps the shipped weights.
    """
    observations = _observe_all(_jobs(sets, words))
    model: dict[str, Any] = json.loads(MODEL_FILE.read_text(encoding="utf-8"))
    for source in SOURCES:
        own = [o for o in observations if bool(o.evidence.printed) == (source == "text_layer")]
        if len({o.family for o in own}) >= FOLDS:
            model[source] = fit(own, targets[source], seed)
    output.write_text(json.dumps(model, indent=2) + "\n", encoding="utf-8")
    return model
