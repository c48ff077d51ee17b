"""Checks before anything opens a file deeply: what is it really, how large, can it be opened at all.

The content decides the format; a name decides nothing.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

from include.errors import DocumentError, ErrorCode
from include.records import FileFormat
from include.settings import IntakeSettings

_FORMATS = {
    "application/pdf": FileFormat.PDF,
    "image/png": FileFormat.PNG,
    "image/jpeg": FileFormat.JPEG,
    "image/tiff": FileFormat.TIFF,
}
_SNIFF_BYTES = 8192
_PDF_HEADER_WINDOW = 1024  # ISO 32000-1, annex H: readers accept the header within the first 1,024 bytes
_FPDF_ERR_PASSWORD = 4  # pdfium's public/fpdfview.h


@dataclass(frozen=True, slots=True)
class IntakeResult:
    """What the checks found: the real format and the number of pages."""

    file_format: FileFormat
    page_count: int


def check_document(content: bytes, limits: IntakeSettings) -> IntakeResult:
    """Check one file.

    Args:
        content: The file's bytes.
        limits: Sizes that a document must keep.

    Returns:
        Format and page count.

    Raises:
        DocumentError: ``empty_file``, ``file_too_large``, ``unsupported_format``, ``encrypted_pdf``, ``corrupt_file``,
            ``no_pages``, ``too_many_pages`` or ``page_too_large``.
    """
    if not content:
        raise DocumentError(ErrorCode.EMPTY_FILE, "The file has no bytes: ask the sender for it again.")
    check_size(len(content), limits)
    file_format = detect_format(content)
    page_count = _count_pdf_pages(content) if file_format is FileFormat.PDF else _check_image(content, limits)
    if page_count == 0:
        raise DocumentError(ErrorCode.NO_PAGES, "The document has no pages: ask the sender for it again.")
    if page_count > limits.max_pages:
        raise DocumentError(
            ErrorCode.TOO_MANY_PAGES,
            f"The document has {page_count} pages, more than the {limits.max_pages} allowed: split it, "
            "or raise intake.max_pages.",
        )
    return IntakeResult(file_format, page_count)


def check_size(size: int, limits: IntakeSettings) -> None:
    """Refuse a file by its size in bytes alone, before it is read.

    Raises:
        DocumentError: ``file_too_large``.
    """
    if size > limits.max_bytes:
        raise DocumentError(
            ErrorCode.FILE_TOO_LARGE,
            f"The file has {size:,} bytes, more than the {limits.max_bytes:,} allowed: send a smaller scan, "
            "or raise intake.max_bytes.",
        )


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
    if mime is None and b"%PDF-" in content[:_PDF_HEADER_WINDOW]:
        return FileFormat.PDF
    found = f"looks like {mime}" if mime else "is of no known format"
    raise DocumentError(
        ErrorCode.UNSUPPORTED_FORMAT,
        f"The file {found}: send a PDF, PNG, JPEG or TIFF (the content counts, not the name).",
    )


def _count_pdf_pages(content: bytes) -> int:
    import pypdfium2 as pdfium

    try:
        document = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        if error.err_code == _FPDF_ERR_PASSWORD:
            raise DocumentError(
                ErrorCode.ENCRYPTED_PDF, "The PDF needs a password to open: ask the sender for one without."
            ) from error
        raise DocumentError(
            ErrorCode.CORRUPT_FILE, "The PDF cannot be opened, it is damaged or cut short: ask the sender for it again."
        ) from error
    try:
        return len(document)
    finally:
        document.close()


def _check_image(content: bytes, limits: IntakeSettings) -> int:
    """Read headers only: a decompression bomb is refused before a pixel is decoded."""
    from PIL import Image

    try:
        # Our own limit applies; Pillow's warning at half of its own would only repeat it.
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "TIFF", "MPO")) as image:
            pages = getattr(image, "n_frames", 1)
            for page in range(min(pages, limits.max_pages)):
                if pages > 1:
                    image.seek(page)
                _check_pixels(page + 1, image.width * image.height, limits)
            return 1 if image.format in ("JPEG", "MPO") else pages
    except Image.DecompressionBombError as error:
        raise _too_many_pixels(1, limits) from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise DocumentError(
            ErrorCode.CORRUPT_FILE,
            "The image cannot be opened, it is damaged or cut short: ask the sender for it again.",
        ) from error


def _check_pixels(page: int, pixels: int, limits: IntakeSettings) -> None:
    if pixels > limits.max_page_pixels:
        raise _too_many_pixels(page, limits)


def _too_many_pixels(page: int, limits: IntakeSettings) -> DocumentError:
    return DocumentError(
        ErrorCode.PAGE_TOO_LARGE,
        f"Page {page} has more than the {limits.max_page_pixels:,} pixels allowed: scan at 300 dpi, "
        "or raise intake.max_page_pixels.",
    )
