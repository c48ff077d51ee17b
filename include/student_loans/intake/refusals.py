"""The refusals that several checks share."""

from __future__ import annotations

from student_loans.errors import DocumentError, ErrorCode
from student_loans.settings import IntakeSettings


def corrupt(what: str) -> DocumentError:
    """A file that cannot be opened."""
    return DocumentError(
        ErrorCode.CORRUPT_FILE, f"The {what} cannot be opened, it is damaged: ask the sender for it again."
    )


def truncated(what: str) -> DocumentError:
    """A file whose end is missing."""
    return DocumentError(
        ErrorCode.TRUNCATED_FILE,
        f"The {what} ends too early, its upload or copy was cut off: ask the sender for it again.",
    )


def unreadable_heic() -> DocumentError:
    """A HEIC photo where the library that reads them is not installed."""
    return DocumentError(
        ErrorCode.UNSUPPORTED_FORMAT, "HEIC is not read here, pi-heif is not installed: send a PDF, PNG, JPEG or TIFF."
    )


def blank() -> DocumentError:
    """A document with nothing on it."""
    return DocumentError(
        ErrorCode.BLANK_DOCUMENT, "No page has anything printed on it: check that the right side was scanned."
    )


def no_pages() -> DocumentError:
    """A document that opens and holds no page."""
    return DocumentError(ErrorCode.NO_PAGES, "The document has no pages: ask the sender for it again.")


def check_size(size: int, max_bytes: int) -> None:
    """Refuse a file by its size in bytes alone, before it is read.

    Raises:
        DocumentError: ``file_too_large``.
    """
    if size > max_bytes:
        raise DocumentError(
            ErrorCode.FILE_TOO_LARGE,
            f"The file has {size:,} bytes or more, above the {max_bytes:,} allowed: send a smaller scan, "
            "or raise intake.max_bytes.",
        )


def check_page_count(pages: int, limits: IntakeSettings) -> None:
    """Refuse a document without pages or with too many.

    Raises:
        DocumentError: ``no_pages`` or ``too_many_pages``.
    """
    if pages == 0:
        raise no_pages()
    if pages > limits.max_pages:
        raise DocumentError(
            ErrorCode.TOO_MANY_PAGES,
            f"The document has {pages} pages, more than the {limits.max_pages} allowed: split it, or raise intake.max_pages.",
        )


def check_pixels(page: int, pixels: float, limits: IntakeSettings) -> None:
    """Refuse a page by its size before any of its pixels exist.

    Raises:
        DocumentError: ``page_too_large``.
    """
    if not pixels <= limits.max_page_pixels:  # not a number is too large as well
        raise page_too_large(page, limits)


def page_too_large(page: int, limits: IntakeSettings) -> DocumentError:
    """A page with too many pixels."""
    return DocumentError(
        ErrorCode.PAGE_TOO_LARGE,
        f"Page {page} has more than the {limits.max_page_pixels:,} pixels allowed: scan at 300 dpi, "
        "or raise intake.max_page_pixels.",
    )
