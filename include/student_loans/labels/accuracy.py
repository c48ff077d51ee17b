"""How many values are right, measured against labels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from student_loans.labels.compare import same_value
from student_loans.labels.files import FileLabel
from student_loans.records import DocumentRecord, Status
from student_loans.runs import display_name


@dataclass(slots=True)
class Tally:
    """Values counted against the truth.

    Attributes:
        printed: Values that the documents print.
        read: Values that were extracted.
        right: Extracted ones that are printed so.
    """

    printed: int = 0
    read: int = 0
    right: int = 0

    @property
    def found(self) -> float:
        """Share of the printed values that were read right, in [0, 1]; 1 when nothing is printed."""
        return self.right / self.printed if self.printed else 1.0

    @property
    def correct(self) -> float:
        """Share of the extracted values that are right, in [0, 1]; 1 when nothing was extracted."""
        return self.right / self.read if self.read else 1.0


@dataclass(slots=True)
class Accuracy:
    """Values by field, by document type and in all; and documents whose type is right."""

    values: Tally = field(default_factory=Tally)
    accepted: Tally = field(default_factory=Tally)
    fields: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    types: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    labelled: int = 0
    type_right: int = 0


def measure_accuracy(records: Iterable[DocumentRecord], labels: Iterable[FileLabel]) -> Accuracy:
    """Compare records with labels, matched by file name.

    Args:
        records: Of the labelled files and maybe others, which are left out.
        labels: The truth. A labelled file without a record counts as one of which nothing was read.
    """
    by_name = {display_name(record.source_uri): record for record in records}
    accuracy = Accuracy()
    for label in labels:
        record = by_name.get(label.file)
        accuracy.labelled += 1
        accuracy.type_right += record is not None and record.document_type is label.document_type
        values = {name: one.value for name, one in record.fields.items()} if record else {}
        tallies = [accuracy.values, accuracy.types[label.document_type.value]]
        if record is not None and record.status is Status.ACCEPTED:
            tallies.append(accuracy.accepted)
        _count(values, label.fields, tallies, accuracy.fields)
    return accuracy


def _count(values: Mapping[str, str], truth: Mapping[str, str], tallies: list[Tally], fields: dict[str, Tally]) -> None:
    for name in sorted(values.keys() | truth.keys()):
        printed, read = name in truth, name in values
        right = printed and read and same_value(name, values[name], truth[name])
        for tally in (*tallies, fields[name]):
            tally.printed += printed
            tally.read += read
            tally.right += right
