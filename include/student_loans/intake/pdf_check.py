"""Intake checks of a PDF, through pdfium, the library that also reads it later."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from student_loans.errors import DocumentError, ErrorCode
from student_loans.intake.refusals import blank, check_page_count, check_pixels, corrupt, no_pages, truncated
from student_loans.pages.blank_page import is_blank
from student_loans.pages.paper_size import paper_size_pt
from student_loans.pages.pdf_pages import open_pdf, page_as_seen
from student_loans.pages.pdf_parts import ends_early, pdf_parts
from student_loans.settings import IntakeSettings

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

_POINTS_PER_INCH = 72
_PAGES_SEARCHED = 50
"""A document whose first pages are all blank is searched no further: it goes on, and a person sees it."""
_BLANK_CHECK_DPI = 90
_CHARACTERS_LOOKED_AT = 400
_SURELY_PRINTED = 40
"""Objects of a page that nobody makes without printing something."""


def check_pdf(content: bytes, limits: IntakeSettings, render_dpi: int) -> int:
    """The number of pages of a PDF that can be read.

    Raises:
        DocumentError: See :func:`student_loans.intake.document_check.check_document`.
    """
    parts = pdf_parts(content)
    check_page_count(len(parts), limits)
    pages, printed = 0, False
    for part in parts:
        more, shown = _check_part(part, pages, limits, render_dpi)
        pages, printed = pages + more, printed or shown
    if not printed:
        raise blank()
    return pages


def _check_part(content: bytes, before: int, limits: IntakeSettings, render_dpi: int) -> tuple[int, bool]:
    """Count the pages of one PDF of the file, after ``before`` pages, and report whether any page is printed."""
    import pypdfium2 as pdfium

    try:
        document = open_pdf(content)
    except pdfium.PdfiumError as error:
        raise _refusal(content) from error
    try:
        pages = len(document)
        check_page_count(pages, limits)
        check_page_count(before + pages, limits)
        # pdfium repairs a truncated file as well as it can, so pages may be missing without an error.
        if ends_early(content):
            raise truncated("PDF")
        for index in range(pages):
            width, height = paper_size_pt(*document.get_page_size(index))
            check_pixels(before + index + 1, width * height * (render_dpi / _POINTS_PER_INCH) ** 2, limits)
        return pages, _anything_printed(document)
    except pdfium.PdfiumError as error:
        raise corrupt("PDF") from error
    finally:
        document.close()


def _refusal(content: bytes) -> DocumentError:
    """Why pdfium does not open a PDF. For a file without pages its reason is wrong or missing, so qpdf checks it."""
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
    return truncated("PDF") if ends_early(content) else corrupt("PDF")


def _anything_printed(document: PdfDocument) -> bool:
    if len(document) > _PAGES_SEARCHED:
        return True
    for index in range(len(document)):
        page = page_as_seen(document, index)
        try:
            if _has_many_objects(page) or _has_text(page) or (_has_objects(page) and _shows_print(page)):
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


def _has_many_objects(page: PdfPage) -> bool:
    """Whether a page has so many objects that it cannot be blank."""
    import pypdfium2.raw as raw

    return bool(raw.FPDFPage_CountObjects(page) >= _SURELY_PRINTED)


def _has_objects(page: PdfPage) -> bool:
    return next(iter(page.get_objects(max_depth=1)), None) is not None


def _shows_print(page: PdfPage) -> bool:
    width, height = page.get_size()
    scale = min(_BLANK_CHECK_DPI / _POINTS_PER_INCH, 2000 / max(width, height, 1.0))
    return not is_blank(page.render(scale=scale, grayscale=True).to_pil())
