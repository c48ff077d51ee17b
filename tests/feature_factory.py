"""Feature frames of a few fictional documents of one kind, for tests that need exact counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from student_loans.records import DocumentRecord, DocumentType
from student_loans.statistics.features import feature_frame
from tests.record_factory import extracted, make_record

if TYPE_CHECKING:
    import pandas as pd


def alike(
    count: int,
    *,
    document_type: DocumentType = DocumentType.LOAN_DISCLOSURE,
    first: int = 1,
    lender: str = "Harbor Lane Credit Union",
    without: Sequence[str] = (),
    values: Mapping[str, Sequence[object]] | None = None,
    **changes: Any,
) -> list[DocumentRecord]:
    """Documents that differ in their ids and in nothing else.

    Args:
        count: How many.
        document_type: Their type; they have its usual fields.
        first: Number of the first.
        lender: Printed where the type prints a lender.
        without: Fields that were not found.
        values: Field to the values that the documents print in turn.
        changes: Further attributes of the records.
    """
    records = []
    for number in range(count):
        record = make_record(first + number, document_type=document_type, **changes)
        fields = dict(record.fields)
        if "lender_name" in fields:
            fields["lender_name"] = replace(fields["lender_name"], value=lender)
        for name, printed in (values or {}).items():
            fields[name] = replace(extracted(name), value=str(printed[number % len(printed)]))
        kept = {name: field for name, field in fields.items() if name not in without}
        records.append(replace(record, fields=kept))
    return records


def frame_of(*groups: Sequence[DocumentRecord]) -> pd.DataFrame:
    """The features of groups of documents, in their order."""
    return feature_frame(record for group in groups for record in group)
