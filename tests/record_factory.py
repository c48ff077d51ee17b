"""Fictional document records for tests of what comes after extraction."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

from student_loans.records import (
    DocumentRecord,
    DocumentType,
    ExtractedField,
    FieldKind,
    FileFormat,
    PaymentGroup,
    ScheduleRow,
    Status,
    TextSource,
    field_catalog,
)

_VALUES = {
    FieldKind.NAME: ("Harbor Lane Credit Union", "Harbor Lane  Credit Union"),
    FieldKind.IDENTIFIER: ("HL2041188", "HL 2041188"),
    FieldKind.MASKED_IDENTIFIER: ("4821", "XXX-XX-4821"),
    FieldKind.DATE: ("2026-03-14", "March 14, 2026"),
    FieldKind.MONEY: ("18250.00", "$18,250.00"),
    FieldKind.RATE: ("7.25", "7.25%"),
    FieldKind.WHOLE_NUMBER: ("120", "120 months"),
}


_NAMES = {
    "servicer_name": ("Millrace Loan Servicing", "Millrace Loan Servicing"),
    "borrower_name": ("Dana Okafor", "DANA OKAFOR"),
    "cosigner_name": ("Ruth Okafor", "Ruth Okafor"),
    "school_name": ("Fernhill College", "Fernhill College"),
}
"""Nobody lends to oneself: names of other fields than the lender's."""


def document_id(number: int) -> str:
    """The id of fictional document ``number``."""
    return hashlib.sha256(str(number).encode()).hexdigest()


def extracted(name: str, confidence: float = 0.97) -> ExtractedField:
    """A value in the normal form of field ``name``."""
    catalog = field_catalog()
    choice = catalog.choices.get(name, ("",))[0]
    value, raw = _NAMES.get(name) or _VALUES.get(catalog.kinds[name], (choice, choice.title()))
    return ExtractedField(value, raw, confidence, 1, (0.31, 0.22, 0.42, 0.24), ("amortization",))


def usual_fields(document_type: DocumentType) -> tuple[str, ...]:
    """The fields of a complete document: the usual ones, and one of each group that has none of them."""
    catalog = field_catalog()
    usual = catalog.usual(document_type)
    return usual + tuple(group[0] for group in catalog.missing_groups(document_type, usual))


def make_record(
    number: int = 1,
    *,
    document_type: DocumentType = DocumentType.LOAN_DISCLOSURE,
    missing: int = 0,
    confidence: float = 0.97,
    **changes: Any,
) -> DocumentRecord:
    """A readable document with its usual fields, the last ``missing`` of them left out."""
    usual = usual_fields(document_type)
    names = usual[: len(usual) - missing]
    values: dict[str, Any] = {
        "document_id": document_id(number),
        "source_uri": f"file:///inbox/note%20{number}.pdf",
        "status": Status.ACCEPTED,
        "document_type": document_type,
        "document_type_confidence": 0.99,
        "file_format": FileFormat.PDF,
        "page_count": 2,
        "text_source": TextSource.TEXT_LAYER,
        "quality_score": 0.875,
        "fields": {name: extracted(name, confidence) for name in names},
        "timings": {"text": 1.92, "fields": 0.01},
    }
    if document_type is DocumentType.REPAYMENT_SCHEDULE:
        values["schedule"] = (ScheduleRow("1", "2026-04-01", "214.33", "104.07", "110.26", "18145.93"),)
    return DocumentRecord(**(values | changes))


def make_statement_of_loans(number: int = 1, **changes: Any) -> DocumentRecord:
    """A statement on the third and fourth page of its file, with two loans and payments in groups."""
    loans = tuple(
        {"loan_number": replace(extracted("account_number"), value=f"00{row}"), "interest_rate": extracted("apr")}
        for row in (1, 2)
    )
    groups = (PaymentGroup("24", "94.17", "2026-08-20", 3, (0.1, 0.6, 0.9, 0.625)), PaymentGroup("1", "90.02"))
    defaults: dict[str, Any] = {
        "document_type": DocumentType.BILLING_STATEMENT,
        "file_id": document_id(number + 1_000_000),
        "pages": (3, 4),
        "loans": loans,
        "schedule_groups": groups,
    }
    return make_record(number, **(defaults | changes))


def make_quarantined(number: int, code: str = "encrypted_pdf", **changes: Any) -> DocumentRecord:
    """A document that could not be read."""
    values: dict[str, Any] = {
        "document_id": document_id(number),
        "source_uri": f"file:///inbox/locked%20{number}.pdf",
        "status": Status.QUARANTINED,
        "file_format": FileFormat.PDF,
        "error": code,
        "message": "The file is protected by a password: ask the sender for a copy without one.",
        "timings": {"intake": 0.02},
    }
    return DocumentRecord(**(values | changes))
