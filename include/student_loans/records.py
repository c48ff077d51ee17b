"""The document record: the result of the pipeline for one file.

Everything is frozen, so that a record can be passed between stages, processes and machines without surprise. Values are
strings in the normal form of their field (``config/fields.yaml``); what was printed is kept beside them as ``raw``. The
types and fields that a record names are those of :mod:`student_loans.catalog`, and may be imported from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

from student_loans.catalog import UNKNOWN_TYPE as UNKNOWN_TYPE
from student_loans.catalog import DocumentType as DocumentType
from student_loans.catalog import FieldCatalog as FieldCatalog
from student_loans.catalog import FieldKind as FieldKind
from student_loans.catalog import field_catalog as field_catalog
from student_loans.plain_data import from_plain
from student_loans.privacy import redact_address, redact_value, without_ssn

BBox = tuple[float, float, float, float]
"""Left, top, right, bottom as fractions of the page in [0, 1], origin top left."""


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
    """The status of a document: usable, to be reviewed by a person, or not readable."""

    ACCEPTED = "accepted"
    REVIEW = "review"
    QUARANTINED = "quarantined"


REVIEWER = "reviewer"
"""Stands in ``checked_by`` of a value that a person has confirmed."""


@dataclass(frozen=True, slots=True)
class ExtractedField:
    """One value read from a document.

    Attributes:
        value: The normal form.
        raw: What was printed. A social security number, in whichever field, is reduced to its last four digits.
        confidence: Calibrated probability in [0, 1] that ``value`` is right.
        page: Page number from 1.
        bbox: Its place on that page.
        checked_by: Names of the arithmetic checks that the value takes part in and passes.
    """

    value: str
    raw: str
    confidence: float
    page: int
    bbox: BBox
    checked_by: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """No field holds a social security number: a name cell may have one printed in it, and a reviewer may type one."""
        value, raw = redact_value(self.value, self.raw)
        object.__setattr__(self, "value", value)
        object.__setattr__(self, "raw", raw)

    def to_json(self) -> dict[str, Any]:
        """The field in the form of a record's JSON."""
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
    """Page and box in the form of JSON; rows of older records have none."""
    data: dict[str, Any] = {} if page is None else {"page": page}
    return data if bbox is None else {**data, "bbox": [round(edge, 4) for edge in bbox]}


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """One instalment of a repayment schedule, every value in normal form; a cell that is not printed is ``None``.

    Attributes:
        page: Page number from 1; None in records from before it was kept.
        bbox: The place of the row on that page.
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
        """The row in the form of a record's JSON, without absent cells."""
        return {**self.cells(), **_place(self.page, self.bbox)}


@dataclass(frozen=True, slots=True)
class PaymentGroup:
    """Payments of one amount that follow each other, as ``119 payments of $94.17, beginning August 20``.

    Attributes:
        payments: How many.
        payment: Of how much; None where it is not printed.
        first_due_date: When the first of them is due; None where it is not printed.
        page: Page number from 1.
        bbox: Its place on that page.
    """

    payments: str
    payment: str | None = None
    first_due_date: str | None = None
    page: int | None = None
    bbox: BBox | None = None

    def to_json(self) -> dict[str, Any]:
        """The group in the form of a record's JSON, without absent cells."""
        names = ("payments", "payment", "first_due_date")
        cells = {name: value for name in names if (value := getattr(self, name)) is not None}
        return {**cells, **_place(self.page, self.bbox)}


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """All results of the pipeline for one document.

    Attributes:
        document_id: SHA-256 of the file's bytes, hex, where the file is one document.
        source_uri: Where the bytes came from, without a social security number: to be shown, not to be opened.
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
    document_type: DocumentType = UNKNOWN_TYPE
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
        """Set the default file id, and redact social security numbers in all texts of the record."""
        object.__setattr__(self, "source_uri", redact_address(self.source_uri))
        object.__setattr__(self, "review_reasons", tuple(without_ssn(reason) for reason in self.review_reasons))
        if self.message is not None:
            object.__setattr__(self, "message", without_ssn(self.message))
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
            ValueError: The data is not a record; the message holds no value.
        """
        return from_plain(cls, {**data, "file_id": data.get("file_id") or "", "pages": data.get("pages") or None})
