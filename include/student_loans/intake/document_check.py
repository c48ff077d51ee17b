"""Checks of a file before it is read: its format, its size, whether it opens, and whether anything is printed on it.

The content decides the format; the file name is ignored. Files may be hostile, so a separate process checks them: see
:mod:`student_loans.sandbox`.
"""

from __future__ import annotations

from dataclasses import dataclass

from student_loans.errors import DocumentError, ErrorCode
from student_loans.intake.refusals import check_size
from student_loans.records import FileFormat
from student_loans.settings import IntakeSettings

_FORMATS = {
    "application/pdf": FileFormat.PDF,
    "image/png": FileFormat.PNG,
    "image/jpeg": FileFormat.JPEG,
    "image/tiff": FileFormat.TIFF,
    "image/heic": FileFormat.HEIC,
}
_SNIFF_BYTES = 8192
_PDF_HEADER_WINDOW = 1024  # ISO 32000-1, annex H: readers accept the header within the first 1,024 bytes
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1"})  # ISO/IEC 23008-12, annex B
DEFAULT_RENDER_DPI = 300


@dataclass(frozen=True, slots=True)
class IntakeResult:
    """The result of the checks: the format by content, and the number of pages."""

    file_format: FileFormat
    page_count: int


def check_document(content: bytes, limits: IntakeSettings, render_dpi: int = DEFAULT_RENDER_DPI) -> IntakeResult:
    """Check one file.

    Args:
        content: The file's bytes.
        limits: Sizes that a document must keep.
        render_dpi: Resolution at which pages of a PDF are rendered; it gives the size of a page in pixels.

    Returns:
        Format and page count.

    Raises:
        DocumentError: ``empty_file``, ``file_too_large``, ``unsupported_format``, ``encrypted_pdf``, ``corrupt_file``,
            ``truncated_file``, ``no_pages``, ``too_many_pages``, ``page_too_large`` or ``blank_document``.
    """
    if not content:
        raise DocumentError(ErrorCode.EMPTY_FILE, "The file has no bytes: ask the sender for it again.")
    check_size(len(content), limits.max_bytes)
    file_format = detect_format(content)
    if file_format is FileFormat.PDF:
        from student_loans.intake.pdf_check import check_pdf

        return IntakeResult(file_format, check_pdf(content, limits, render_dpi))
    from student_loans.intake.image_check import check_image

    return IntakeResult(file_format, check_image(content, file_format, limits))


def detect_format(content: bytes) -> FileFormat:
    """The format by content.

    Raises:
        DocumentError: ``unsupported_format``.
    """
    import filetype

    kind = filetype.guess(content[:_SNIFF_BYTES])
    mime = kind.mime if kind else None
    if mime in _FORMATS:
        return _FORMATS[mime]
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC_BRANDS:
        return FileFormat.HEIC
    if mime is None and b"%PDF-" in content[:_PDF_HEADER_WINDOW]:
        return FileFormat.PDF
    found = f"looks like {mime}" if mime else "is of no known format"
    raise DocumentError(
        ErrorCode.UNSUPPORTED_FORMAT,
        f"The file {found}: send a PDF, PNG, JPEG, TIFF or HEIC (the content counts, not the name).",
    )
