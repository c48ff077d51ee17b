"""Between a document record and its rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from student_loans.records import DocumentRecord
from student_loans.storage.clean_text import storable, storable_address, storable_data, storable_name


def _text_or_none(text: str | None) -> str | None:
    return None if text is None else storable(text)


def document_row(record: DocumentRecord, name: str, run_id: str) -> tuple[Any, ...]:
    """The row of ``documents``, in the column order of the query ``create_staged_documents``."""
    from psycopg.types.json import Jsonb

    data = record.to_json()
    return (
        record.document_id,
        storable_name(name),
        storable_address(record.source_uri),
        data["status"],
        data["document_type"],
        data["document_type_confidence"],
        data["file_format"],
        data["page_count"],
        data["text_source"],
        data["quality_score"],
        [storable(reason) for reason in record.review_reasons],
        _text_or_none(record.error),
        _text_or_none(record.message),
        Jsonb(storable_data(data["timings"])),
        Jsonb(storable_data(data["schedule"])),
        run_id,
        record.file_id,
        data["pages"],
        Jsonb(storable_data(data["loans"])),
        Jsonb(storable_data(data["schedule_groups"])),
    )


def field_rows(record: DocumentRecord) -> Iterator[tuple[Any, ...]]:
    """The rows of ``fields``, in the column order of the query ``create_staged_fields``."""
    for name, field in record.fields.items():
        data = field.to_json()
        yield (
            record.document_id,
            name,
            storable(field.value),
            storable(field.raw),
            data["confidence"],
            field.page,
            data["bbox"],
            list(field.checked_by),
        )


def record_of(row: Mapping[str, Any]) -> DocumentRecord:
    """The record that a row of the query ``records_of_run`` stands for."""
    return DocumentRecord.from_json(row)
