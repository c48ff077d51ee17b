"""Metadata of a file: software, device and time of its creation. Names of people and places are left out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from student_loans.privacy import redact_ssn
from student_loans.records import FileFormat

_LONGEST = 120
_PDF_DATE = re.compile(r"D:(\d{4})(\d{2})?(\d{2})?(\d{2})?(\d{2})?(\d{2})?")
_MAKE, _MODEL, _SOFTWARE, _DATE_TIME = 0x010F, 0x0110, 0x0131, 0x0132  # Exif 2.32, section 4.6.4


@dataclass(frozen=True, slots=True)
class DocumentMetadata:
    """Metadata of a file; None where the file states nothing.

    Attributes:
        software: Program or scanner that wrote it.
        device: Maker and model of the camera or scanner.
        created_at: Time of creation that the file states, ISO 8601.
    """

    software: str | None = None
    device: str | None = None
    created_at: str | None = None


def read_metadata(content: bytes, file_format: FileFormat) -> DocumentMetadata:
    """The metadata of a file; damaged metadata counts as missing."""
    try:
        return _of_pdf(content) if file_format is FileFormat.PDF else _of_image(content, file_format)
    except Exception:  # noqa: BLE001 - metadata is optional, so it must never fail a document
        return DocumentMetadata()


def _of_pdf(content: bytes) -> DocumentMetadata:
    import pypdfium2

    with pypdfium2.PdfDocument(content) as document:
        entries = document.get_metadata_dict(skip_empty=True)
    software = entries.get("Producer") or entries.get("Creator")
    return DocumentMetadata(_short(software), None, _pdf_date(entries.get("CreationDate", "")))


def _of_image(content: bytes, file_format: FileFormat) -> DocumentMetadata:
    from student_loans.intake.image_check import open_image

    with open_image(content, file_format) as image:
        exif = image.getexif()
    device = " ".join(str(exif[tag]).strip() for tag in (_MAKE, _MODEL) if exif.get(tag))
    return DocumentMetadata(_short(exif.get(_SOFTWARE)), _short(device), _exif_date(str(exif.get(_DATE_TIME, ""))))


def _short(text: object) -> str | None:
    line = " ".join("".join(c if c.isprintable() else " " for c in str(text or "")).split())
    return redact_ssn(line)[:_LONGEST] or None


def _pdf_date(text: str) -> str | None:
    """ISO 32000-1, section 7.9.4; the time zone is ignored, because the day is precise enough."""
    found = _PDF_DATE.match(text)
    if not found:
        return None
    year, month, day, hour, minute, second = (int(part) if part else 0 for part in found.groups())
    return _iso(datetime(year, month or 1, day or 1, hour, minute, second, tzinfo=UTC))


def _exif_date(text: str) -> str | None:
    return _iso(datetime.strptime(text, "%Y:%m:%d %H:%M:%S").replace(tzinfo=UTC)) if text.strip() else None


def _iso(when: datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%M:%S")
