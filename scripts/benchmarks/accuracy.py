"""Accuracy of records against labels by group, and the ranking and calibration of confidences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from student_loans.labels.accuracy import Tally
from student_loans.labels.compare import same_value
from student_loans.labels.files import FileLabel
from student_loans.records import DocumentRecord, Status
from student_loans.runs import display_name


@dataclass(frozen=True, slots=True)
class Read:
    """One value of one document, extracted or printed only.

    Attributes:
        label: The document's truth.
        field: Name of the field.
        confidence: Of the extracted value; None where nothing was extracted.
        right: Whether the extracted value is what is printed.
        printed: Whether the document prints the field.
        accepted: Whether the document was accepted without a person.
    """

    label: FileLabel
    field: str
    confidence: float | None
    right: bool
    printed: bool
    accepted: bool


def compare(records: Iterable[DocumentRecord], labels: Iterable[FileLabel]) -> list[Read]:
    """Every value of every labelled document, printed or extracted."""
    by_name = {display_name(record.source_uri): record for record in records}
    found = []
    for label in labels:
        record = by_name.get(label.file)
        fields = record.fields if record else {}
        accepted = record is not None and record.status is Status.ACCEPTED
        for name in sorted(fields.keys() | label.fields.keys()):
            read = fields.get(name)
            right = read is not None and name in label.fields and same_value(name, read.value, label.fields[name])
            confidence = read.confidence if read else None
            found.append(Read(label, name, confidence, right, name in label.fields, accepted))
    return found


def tally(values: Iterable[Read]) -> Tally:
    """Count some values."""
    counts = Tally()
    for value in values:
        counts.printed += value.printed
        counts.read += value.confidence is not None
        counts.right += value.right
    return counts


def group(values: Iterable[Read], key: Callable[[Read], str]) -> dict[str, list[Read]]:
    """Values by a key, in order of the keys."""
    groups: dict[str, list[Read]] = defaultdict(list)
    for value in values:
        groups[key(value)].append(value)
    return dict(sorted(groups.items()))


def f1(counts: Tally) -> float:
    """Harmonic mean of the shares found and correct, in [0, 1]."""
    total = counts.found + counts.correct
    return 2 * counts.found * counts.correct / total if total else 0.0


def auroc(values: Sequence[Read]) -> float | None:
    """Probability that a right value has a higher confidence than a wrong one; None without both."""
    from sklearn.metrics import roc_auc_score

    read = [value for value in values if value.confidence is not None]
    if len({value.right for value in read}) < 2:
        return None
    return float(roc_auc_score([v.right for v in read], [v.confidence for v in read]))


def calibration_error(values: Sequence[Read]) -> float:
    """Expected calibration error in [0, 1], over ten bins of equal count."""
    import numpy as np

    from student_loans.understanding.calibration import expected_calibration_error

    read = [value for value in values if value.confidence is not None]
    return expected_calibration_error(np.array([v.confidence for v in read]), np.array([v.right for v in read]))


def risk_coverage(values: Sequence[Read]) -> tuple[list[float], list[float]]:
    """Coverage and risk over the values in falling order of confidence, both in [0, 1]."""
    read = sorted((v for v in values if v.confidence is not None), key=lambda v: -(v.confidence or 0.0))
    coverage, risk, wrong = [], [], 0
    for number, value in enumerate(read, 1):
        wrong += not value.right
        coverage.append(number / len(read))
        risk.append(wrong / number)
    return coverage, risk


def accepted_documents(labels: Sequence[FileLabel], records: Iterable[DocumentRecord]) -> Mapping[str, tuple[int, int]]:
    """Accepted and all documents by rendering, without documents that leave a required field blank on purpose."""
    by_name = {display_name(record.source_uri): record for record in records}
    counts: dict[str, tuple[int, int]] = {}
    for label in labels:
        if label.expected_status not in ("", Status.ACCEPTED.value):
            continue
        accepted, all_of_them = counts.get(label.rendering, (0, 0))
        record = by_name.get(label.file)
        taken = record is not None and record.status is Status.ACCEPTED
        counts[label.rendering] = (accepted + taken, all_of_them + 1)
    return dict(sorted(counts.items()))
