"""The document record: what the pipeline turns one file into.

Everything is frozen, so that a record can be passed between stages, processes and machines without surprise. Values are
strings in the normal form of their field (``config/fields.yaml``); what was printed is kept beside them as ``raw``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any, Self

from student_loans.plain_data import from_plain
from student_loans.yaml_files import shipped_yaml

BBox = tuple[float, float, float, float]
"""Left, top, right, bottom as fractions of the page in [0, 1], origin top left."""


class DocumentType(StrEnum):
    """The seven types the product reads, and ``unknown`` for everything else (kept and reviewed, never guessed)."""

    PROMISSORY_NOTE = "promissory_note"
    LOAN_DISCLOSURE = "loan_disclosure"
    BILLING_STATEMENT = "billing_statement"
    FORM_1098E = "form_1098e"
    LOAN_APPLICATION = "loan_application"
    PAYOFF_LETTER = "payoff_letter"
    REPAYMENT_SCHEDULE = "repayment_schedule"
    UNKNOWN = "unknown"


class FileFormat(StrEnum):
    """Formats by content; a file's name decides nothing."""

    PDF = "pdf"
    PNG = "png"
    JPEG = "jpeg"
    TIFF = "tiff"
    HEIC = "heic"


class TextSource(StrEnum):
    """Where the words of a document came from."""

    TEXT_LAYER = "text_layer"
    OCR = "ocr"
    MIXED = "mixed"


class Status(StrEnum):
    """What becomes of a document: usable as it is, to be looked at by a person, or not readable at all."""

    ACCEPTED = "accepted"
    REVIEW = "review"
    QUARANTINED = "quarantined"


class FieldKind(StrEnum):
    """The normal form a field's value takes."""

    NAME = "name"
    IDENTIFIER = "identifier"
    MASKED_IDENTIFIER = "masked_identifier"
    DATE = "date"
    MONEY = "money"
    RATE = "rate"
    WHOLE_NUMBER = "whole_number"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class FieldCatalog:
    """What each document type prints, and the kind of each field.

    Attributes:
        kinds: Field name to kind.
        choices: Field name of kind ``choice`` to its allowed values.
        required: Document type to the fields that every paper of that type prints.
        one_of: Document type to groups of fields; every paper of the type prints at least one of each group.
        expected: Document type to the fields that it may print.
        expected_until_known: Document type to those fields whose absence is a reason for review as long as no layout is
            known not to print them.
    """

    kinds: Mapping[str, FieldKind]
    choices: Mapping[str, tuple[str, ...]]
    required: Mapping[DocumentType, tuple[str, ...]]
    one_of: Mapping[DocumentType, tuple[tuple[str, ...], ...]]
    expected: Mapping[DocumentType, tuple[str, ...]]
    expected_until_known: Mapping[DocumentType, tuple[str, ...]]

    def fields_of(self, document_type: DocumentType) -> tuple[str, ...]:
        """Every field that a document of this type may carry, required ones first."""
        groups = [name for group in self.one_of.get(document_type, ()) for name in group]
        names = (*self.required.get(document_type, ()), *groups, *self.expected.get(document_type, ()))
        return tuple(dict.fromkeys(names))

    def usual(self, document_type: DocumentType) -> tuple[str, ...]:
        """The fields that most papers of this type print: what reports and statistics follow."""
        return self.required.get(document_type, ()) + self.expected_until_known.get(document_type, ())

    def missing_groups(self, document_type: DocumentType, found: Collection[str]) -> list[tuple[str, ...]]:
        """The groups of which a document of this type has no member, although it must print one."""
        return [group for group in self.one_of.get(document_type, ()) if not set(group) & set(found)]

    def is_complete(self, document_type: DocumentType, found: Collection[str]) -> bool:
        """Whether a document with these fields has all that every paper of its type prints."""
        required = self.required.get(document_type, ())
        return set(required) <= set(found) and not self.missing_groups(document_type, found)


@cache
def field_catalog() -> FieldCatalog:
    """The catalogue of ``config/fields.yaml``, read once."""
    data = shipped_yaml("fields.yaml")
    types = {DocumentType(name): entry for name, entry in data["document_types"].items()}
    return FieldCatalog(
        kinds={name: FieldKind(kind) for kind, names in data["kinds"].items() for name in names},
        choices={name: tuple(values) for name, values in data["choices"].items()},
        required={name: tuple(entry["required"]) for name, entry in types.items()},
        one_of={name: tuple(tuple(group) for group in entry["one_of"]) for name, entry in types.items()},
        expected={name: tuple(entry["expected"]) for name, entry in types.items()},
        expected_until_known={name: tuple(entry["expected_until_known"]) for name, entry in types.items()},
    )


REVIEWER = "reviewer"
"""Stands in ``checked_by`` of a value that a person has confirmed."""


@dataclass(frozen=True, slots=True)
class ExtractedField:
    """One value read from a document.

    Attributes:
        value: The normal form.
        raw: What was printed; masked identifiers are redacted here too.
        confidence: Calibrated probability in [0, 1] that ``value`` is right.
        page: Page number from 1.
        bbox: Where it stands on that page.
        checked_by: Names of the arithmetic checks that the value takes part in and passes.
    """

    value: str
    raw: str
    confidence: float
    page: int
    bbox: BBox
    checked_by: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The field as it stands in a record's JSON."""
        return {
            "value": self.value,
            "raw": self.raw,
            "confidence": round(self.confidence, 4),
            "page": self.page,
            "bbox": [round(edge, 4) for edge in self.bbox],
            "checked_by": list(self.checked_by),
        }


LOAN_NUMBER = "loan_number"
"""The one name that a row of :attr:`DocumentRecord.loans` may have beside the fields of the catalogue."""
Loan = Mapping[str, ExtractedField]
"""One of several loans on a paper: field name or :data:`LOAN_NUMBER` to what its row prints."""


def _place(page: int | None, bbox: BBox | None) -> dict[str, Any]:
    """Page and box as they stand in JSON; rows of records from before they were kept have none."""
    data: dict[str, Any] = {} if page is None else {"page": page}
    return data if bbox is None else {**data, "bbox": [round(edge, 4) for edge in bbox]}


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """One instalment of a repayment schedule, every value in normal form; a cell that is not printed is ``None``.

    Attributes:
        page: Page number from 1; None in records from before it was kept.
        bbox: Where the row stands on that page.
    """

    number: str
    due_date: str | None = None
    payment: str | None = None
    principal: str | None = None
    interest: str | None = None
    balance: str | None = None
    page: int | None = None
    bbox: BBox | None = None

    def cells(self) -> dict[str, str]:
        """The cells that are printed, by name."""
        names = ("number", "due_date", "payment", "principal", "interest", "balance")
        return {name: value for name in names if (value := getattr(self, name)) is not None}

    def to_json(self) -> dict[str, Any]:
        """The row as it stands in a record's JSON: absent cells are absent."""
        return {**self.cells(), **_place(self.page, self.bbox)}


@dataclass(frozen=True, slots=True)
class PaymentGroup:
    """Payments of one amount that follow each other, as ``119 payments of $94.17, beginning August 20``.

    Attributes:
        payments: How many.
        payment: Of how much; None where it is not printed.
        first_due_date: When the first of them is due; None where it is not printed.
        page: Page number from 1.
        bbox: Where it stands on that page.
    """

    payments: str
    payment: str | None = None
    first_due_date: str | None = None
    page: int | None = None
    bbox: BBox | None = None

    def to_json(self) -> dict[str, Any]:
        """The group as it stands in a record's JSON: absent cells are absent."""
        names = ("payments", "payment", "first_due_date")
        cells = {name: value for name in names if (value := getattr(self, name)) is not None}
        return {**cells, **_place(self.page, self.bbox)}


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """Everything the pipeline says about one document.

    Attributes:
        document_id: SHA-256 of the file's bytes, hex, where the file is one document.
        source_uri: Where the bytes came from.
        file_id: SHA-256 of the file's bytes, hex; the same as ``document_id`` when it is not given.
        pages: First and last page of the document in its file; all of them when it is not given.
        loans: The rows of a paper that lists several loans.
        schedule_groups: The payments of a schedule that prints them in groups.
        timings: Seconds by stage.
        error: A stable code (:class:`student_loans.errors.ErrorCode`), for quarantined records only.
        message: What to do about it, for quarantined records only.
    """

    document_id: str
    source_uri: str
    status: Status
    document_type: DocumentType = DocumentType.UNKNOWN
    document_type_confidence: float = 0.0
    file_format: FileFormat | None = None
    page_count: int | None = None
    text_source: TextSource | None = None
    quality_score: float | None = None
    review_reasons: tuple[str, ...] = ()
    fields: Mapping[str, ExtractedField] = field(default_factory=dict)
    schedule: tuple[ScheduleRow, ...] = ()
    timings: Mapping[str, float] = field(default_factory=dict)
    error: str | None = None
    message: str | None = None
    file_id: str = ""
    pages: tuple[int, int] | None = None
    loans: tuple[Loan, ...] = ()
    schedule_groups: tuple[PaymentGroup, ...] = ()

    def __post_init__(self) -> None:
        """A file is one document until it is said to be several."""
        if not self.file_id:
            object.__setattr__(self, "file_id", self.document_id)
        if self.pages is None and self.page_count:
            object.__setattr__(self, "pages", (1, self.page_count))

    def to_json(self) -> dict[str, Any]:
        """The record as one JSON object, in the order of the contract."""
        data: dict[str, Any] = {
            "document_id": self.document_id,
            "file_id": self.file_id,
            "pages": list(self.pages) if self.pages else None,
            "source_uri": self.source_uri,
            "document_type": self.document_type.value,
            "document_type_confidence": round(self.document_type_confidence, 4),
            "file_format": self.file_format.value if self.file_format else None,
            "page_count": self.page_count,
            "text_source": self.text_source.value if self.text_source else None,
            "quality_score": None if self.quality_score is None else round(self.quality_score, 4),
            "status": self.status.value,
            "review_reasons": list(self.review_reasons),
            "fields": {name: value.to_json() for name, value in self.fields.items()},
            "loans": [{name: value.to_json() for name, value in loan.items()} for loan in self.loans],
            "schedule": [row.to_json() for row in self.schedule],
            "schedule_groups": [group.to_json() for group in self.schedule_groups],
            "timings": {stage: round(seconds, 4) for stage, seconds in self.timings.items()},
        }
        if self.error is not None:
            data |= {"error": self.error, "message": self.message}
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what :meth:`to_json` wrote; what older versions did not write has its default.

        Raises:
            ValueError: The data is no record; the message holds no value.
        """
        return from_plain(cls, {**data, "file_id": data.get("file_id") or "", "pages": data.get("pages") or None})
