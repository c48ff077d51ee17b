"""Intake checks of a PDF, through pdfium, the library that also reads it later."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from include.acquisition.ink import has_ink
from include.acquisition.refusals import blank, check_page_count, check_pixels, corrupt, no_pages, truncated
from include.errors import DocumentError, ErrorCode
from include.settings import IntakeSettings

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

_POINTS_PER_INCH = 72
_LINEARIZED_WINDOW = 1024  # ISO 32000-1, annex F: the first object, within the first 1,024 bytes
_LENGTH = re.compile(rb"/L\s+(\d{1,12})\b")
_PAGES_SEARCHED = 50
"""A document whose first pages are all blank is searched no further: it goes on, and a person sees it."""
_INK_DPI = 90
_CHARACTERS_LOOKED_AT = 400


def check_pdf(content: bytes, limits: IntakeSettings, render_dpi: int) -> int:
    """The number of pages of a PDF that can be read.

    Raises:
        DocumentError: See :func:`include.acquisition.intake.check_document`.
    """
    import pypdfium2 as pdfium

    try:
        document = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        raise _refusal(content) from error
    try:
        pages = len(document)
        check_page_count(pages, limits)
        # pdfium mends a file without its end as well as it can: pages may be missing that nobody would miss.
        if _ends_early(content):
            raise truncated("PDF")
        for index in range(pages):
            width, height = document.get_page_size(index)
            check_pixels(index + 1, width * height * (render_dpi / _POINTS_PER_INCH) ** 2, limits)
        if not _anything_printed(document):
            raise blank()
        return pages
    except pdfium.PdfiumError as error:
        raise corrupt("PDF") from error
    finally:
        document.close()


def _refusal(content: bytes) -> DocumentError:
    """Why pdfium does not open a PDF; it gives an old reason or none for a file without pages, so qpdf is asked."""
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(content), suppress_warnings=True) as pdf:
            if len(pdf.pages) == 0:
                return no_pages()
    except pikepdf.PasswordError:
        return DocumentError(
            ErrorCode.ENCRYPTED_PDF, "The PDF needs a password to open: ask the sender for one without."
        )
    except (pikepdf.PdfError, ValueError, RuntimeError):
        pass
    return truncated("PDF") if _ends_early(content) else corrupt("PDF")


def _ends_early(content: bytes) -> bool:
    """Whether the end of the file is missing: no end mark at all, or fewer bytes than a linearized file states."""
    if b"%%EOF" not in content:
        return True
    head = content[:_LINEARIZED_WINDOW]
    if b"/Linearized" not in head:
        return False
    stated = _LENGTH.search(head)
    return stated is not None and int(stated[1]) > len(content)


def _anything_printed(document: PdfDocument) -> bool:
    if len(document) > _PAGES_SEARCHED:
        return True
    for index in range(len(document)):
        page = document[index]
        try:
            if _has_text(page) or (_has_objects(page) and _shows_ink(page)):
                return True
        finally:
            page.close()
    return False


def _has_text(page: PdfPage) -> bool:
    text = page.get_textpage()
    try:
        count = text.count_chars()
        return count > 0 and bool(text.get_text_range(0, min(count, _CHARACTERS_LOOKED_AT)).strip())
    finally:
        text.close()


def _has_objects(page: PdfPage) -> bool:
    return next(iter(page.get_objects(max_depth=1)), None) is not None


def _shows_ink(page: PdfPage) -> bool:
    width, height = page.get_size()
    scale = min(_INK_DPI / _POINTS_PER_INCH, 2000 / max(width, height, 1.0))
    return has_ink(page.render(scale=scale, grayscale=True).to_pil())
