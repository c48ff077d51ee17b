"""``python -m include.extraction.calibration DOCUMENTS TRUTH``: fit the confidence model on labelled documents.

Confidences that are measured come from models that never saw the document's lender (folds by lender), so the threshold of
the accept rule holds for lenders that nobody labelled. It is the lowest one at which the error rate among the fields of
accepted documents is at most the target, with 95% probability (one-sided Clopper-Pearson bound, 1934).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from include.extraction.batch import share_cores
from include.extraction.confidence import EVIDENCE, Evidence
from include.extraction.decision import faults
from include.extraction.document import find
from include.extraction.words import PageText
from include.labels.compare import same_value
from include.labels.files import Label, read_labels
from include.settings import settings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

FOLDS = 5
LEVEL = 0.95
_MODEL_FILE = Path(__file__).parent.parent / "config" / "confidence.json"


@dataclass(frozen=True, slots=True)
class Observation:
    """One extracted value with its evidence and whether it is right.

    Attributes:
        document: Number of the document it belongs to.
        lender: Group for the folds.
        right: Whether the value is what is printed.
        acceptable: Whether nothing but confidence could keep the document from being accepted.
    """

    document: int
    lender: str
    evidence: Evidence
    right: bool
    acceptable: bool


def read_texts(path: Path, cache: Path | None) -> list[PageText]:
    """The words of a document's pages, kept in a folder between fits because reading takes longest."""
    from include.acquisition.intake import check_document
    from include.extraction.reading import read_page
    from include.preprocessing.pages import prepare_pages

    kept = cache / f"{path.name}.json" if cache else None
    if kept and kept.exists():
        return [PageText.from_json(page) for page in json.loads(kept.read_text(encoding="utf-8"))]
    share_cores()
    content, options = path.read_bytes(), settings()
    file_format = check_document(content, options.intake).file_format
    texts = [read_page(page, options) for page in prepare_pages(content, file_format, options)]
    if kept:
        kept.write_text(json.dumps([text.to_json() for text in texts]), encoding="utf-8")
    return texts


def observe(number: int, label: Label, texts: Sequence[PageText]) -> list[Observation]:
    """Extract one labelled document."""
    findings = find(texts)
    right_type = findings.understanding.document_type is label.document_type
    acceptable = not faults(findings)
    return [
        Observation(
            number,
            label.lender_family or label.file,
            findings.evidence[name],
            right_type and name in label.fields and same_value(name, candidate.value, label.fields[name]),
            acceptable,
        )
        for name, candidate in findings.understanding.fields.items()
    ]


def _observe_file(job: tuple[int, Label, Path, Path | None]) -> list[Observation]:
    number, label, path, cache = job
    return observe(number, label, read_texts(path, cache))


def _matrix(observations: Sequence[Observation]) -> Numbers:
    import numpy as np

    return np.array([[o.evidence.as_mapping()[name] for name in EVIDENCE] for o in observations])


def _fitted(x: Numbers, y: NDArray[np.bool_]) -> tuple[float, Numbers]:
    """Intercept and weights; where all are right or all wrong, Laplace's rule of succession and no weights."""
    import numpy as np

    if y.all() or not y.any():
        odds = (y.sum() + 1) / ((~y).sum() + 1)
        return float(np.log(odds)), np.zeros(x.shape[1])
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=1.0, max_iter=2000).fit(x, y)
    return float(model.intercept_[0]), model.coef_[0]


def _probabilities(x: Numbers, intercept: float, weights: Numbers) -> Numbers:
    import numpy as np

    return np.asarray(1 / (1 + np.exp(-(intercept + x @ weights))))


def held_out_confidences(observations: Sequence[Observation], seed: int) -> Numbers:
    """Confidence of each observation by a model that never saw its lender, shape (observations,)."""
    import numpy as np
    from sklearn.model_selection import GroupKFold

    x, y = _matrix(observations), np.array([o.right for o in observations])
    confidences = np.zeros(len(y))
    folds = GroupKFold(FOLDS, shuffle=True, random_state=seed)
    for train, test in folds.split(x, y, [o.lender for o in observations]):
        confidences[test] = _probabilities(x[test], *_fitted(x[train], y[train]))
    return confidences


def highest_error(wrong: int, total: int) -> float:
    """One-sided Clopper-Pearson upper bound of an error rate at :data:`LEVEL`."""
    from scipy.stats import beta

    return 1.0 if wrong >= total else float(beta.ppf(LEVEL, wrong + 1, total - wrong))


def choose_threshold(
    observations: Sequence[Observation], confidences: Numbers, target: float
) -> tuple[float, dict[str, float]]:
    """The lowest threshold whose bound on the error among accepted documents' fields keeps the target.

    Returns:
        The threshold, and what was reached with it: documents accepted, their values, errors and the bound. When no
        threshold keeps the target, the one with the lowest bound.
    """
    lowest: dict[int, float] = {}
    for observation, confidence in zip(observations, confidences, strict=True):
        known = lowest.get(observation.document, 1.0 if observation.acceptable else -1.0)
        lowest[observation.document] = min(known, float(confidence))
    best: tuple[float, dict[str, float]] | None = None
    for threshold in (step / 200 for step in range(100, 200)):
        accepted = {document for document, least in lowest.items() if least >= threshold}
        values = [o for o in observations if o.document in accepted]
        wrong = sum(not o.right for o in values)
        bound = highest_error(wrong, len(values))
        reached = {"documents": len(accepted), "values": len(values), "wrong": wrong, "highest_error": round(bound, 5)}
        if bound <= target:
            return threshold, reached
        if best is None or bound < best[1]["highest_error"]:
            best = (threshold, reached)
    assert best is not None  # noqa: S101  the loop runs
    return best


def fit(observations: Sequence[Observation], target: float, seed: int) -> dict[str, object]:
    """The content of ``confidence.json``."""
    import numpy as np
    from sklearn.metrics import roc_auc_score

    right = np.array([o.right for o in observations])
    confidences = held_out_confidences(observations, seed)
    threshold, reached = choose_threshold(observations, confidences, target)
    intercept, weights = _fitted(_matrix(observations), right)
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
            "auroc": round(float(roc_auc_score(right, confidences)), 4),
            "expected_calibration_error": round(expected_calibration_error(confidences, right), 4),
            "accepted": reached,
        },
    }


def expected_calibration_error(confidences: Numbers, right: NDArray[np.bool_], bins: int = 10) -> float:
    """Mean distance of confidence and accuracy over bins of equal count, weighed by count (Naeini et al., 2015)."""
    import numpy as np

    parts = np.array_split(np.argsort(confidences, kind="stable"), bins)
    return float(sum(abs(confidences[p].mean() - right[p].mean()) * len(p) for p in parts if len(p)) / len(confidences))


def _jobs(documents: Path, truth: Path, cache: Path | None) -> Iterator[tuple[int, Label, Path, Path | None]]:
    for number, label in enumerate(read_labels(truth)):
        yield number, label, documents / label.file, cache


def main(argv: list[str] | None = None) -> int:
    """Fit and write the model; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m include.extraction.calibration", description=__doc__)
    parser.add_argument("documents", type=Path, help="folder of labelled files")
    parser.add_argument("truth", type=Path, help="JSON Lines with file, document_type, fields, lender_family")
    parser.add_argument("--words", type=Path, help="folder that keeps the words between fits")
    parser.add_argument("--target", type=float, default=0.005, help="highest error among accepted fields")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--output", type=Path, default=_MODEL_FILE)
    arguments = parser.parse_args(argv)
    if arguments.words:
        arguments.words.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor() as pool:
        jobs = _jobs(arguments.documents, arguments.truth, arguments.words)
        observations = [o for part in pool.map(_observe_file, jobs) for o in part]
    model = fit(observations, arguments.target, arguments.seed)
    arguments.output.write_text(json.dumps(model, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(model["fitted"]) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
