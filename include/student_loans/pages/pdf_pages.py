"""Pages of a PDF as a person sees them: with form fields and annotations, and upright."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage


def open_pdf(content: bytes) -> PdfDocument:
    """Open a PDF so that its form fields show their values, also fields without a stored appearance.

    Raises:
        pypdfium2.PdfiumError: pdfium does not open it.
    """
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    try:
        document.init_forms()  # before the first page is opened, because pages find their widgets when they are opened
    except pypdfium2.PdfiumError:
        document.close()
        raise
    return document


def page_as_seen(document: PdfDocument, index: int) -> PdfPage:
    """A page whose content includes its form fields and annotations, if they are shown on a screen.

    Then text and pictures of the page are those that a person sees: pdfium's text pages do not include widgets.

    Args:
        document: From :func:`open_pdf`.
        index: Page from 0.
    """
    import pypdfium2.raw as pdfium

    page = document[index]
    count = pdfium.FPDFPage_GetAnnotCount(page)
    if count == 0:
        return page
    for number in range(count):
        _hide_unviewed(page, number)
    flattened = pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY)
    if flattened != pdfium.FLATTEN_SUCCESS:
        return page
    page.close()
    return document[index]


def _hide_unviewed(page: PdfPage, number: int) -> None:
    """Hide an annotation that is shown only on paper: pdfium treats its value as visible."""
    import pypdfium2.raw as pdfium

    annotation = pdfium.FPDFPage_GetAnnot(page, number)
    flags = pdfium.FPDFAnnot_GetFlags(annotation)
    if flags & pdfium.FPDF_ANNOT_FLAG_NOVIEW:
        pdfium.FPDFAnnot_SetFlags(annotation, flags | pdfium.FPDF_ANNOT_FLAG_HIDDEN)
    pdfium.FPDFPage_CloseAnnot(annotation)
