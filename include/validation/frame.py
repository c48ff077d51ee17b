"""Document records as one table: a row a document, a column a field, typed so that ranges and orders can be checked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from include.records import DocumentRecord, FieldKind, field_catalog

if TYPE_CHECKING:
    import pandas as pd

_NUMBERS = frozenset({FieldKind.MONEY, FieldKind.RATE, FieldKind.WHOLE_NUMBER})


def records_frame(records: Iterable[DocumentRecord]) -> pd.DataFrame:
    """Turn records into a table.

    Args:
        records: Records that have fields: quarantined ones have nothing to validate.

    Returns:
        One row a record. Columns: ``document_id``, ``document_type``, ``status``, ``page_count``,
        ``lowest_confidence`` (NaN without fields), and every field of the catalogue: numbers as float64 (missing: NaN),
        dates as datetime64 (missing: NaT), everything else as text (missing: None).
    """
    import pandas as pd

    kinds = field_catalog().kinds
    rows = [_row(record) for record in records]
    frame = pd.DataFrame(
        rows, columns=["document_id", "document_type", "status", "page_count", "lowest_confidence", *kinds]
    )
    for name, kind in kinds.items():
        if kind in _NUMBERS:
            frame[name] = pd.to_numeric(frame[name]).astype("float64")
        elif kind is FieldKind.DATE:
            # Dates far in the past or future are for an expectation to find, not for a conversion to fail on.
            frame[name] = pd.to_datetime(frame[name].map(_parse_date), errors="coerce")
    return frame


def _row(record: DocumentRecord) -> dict[str, object]:
    confidences = [field.confidence for field in record.fields.values()]
    return {
        "document_id": record.document_id,
        "document_type": record.document_type.value,
        "status": record.status.value,
        "page_count": record.page_count,
        "lowest_confidence": min(confidences) if confidences else None,
        **{name: field.value for name, field in record.fields.items()},
    }


def _parse_date(value: object) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else None
