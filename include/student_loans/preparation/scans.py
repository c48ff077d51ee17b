"""Extract the scan that a page of a PDF consists of, because painting the page takes several times as long.

A scanner's page is one image and, perhaps, the hidden words of the scanner's own OCR. The image replaces the page if it
covers the page upright and if a small painting of the page looks like it: then no mask and no colour change applies to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from student_loans.pages.paper_size import paper_size_pt

if TYPE_CHECKING:
    from PIL.Image import Image
    from pypdfium2 import PdfImage, PdfPage

_POINTS_PER_INCH = 72
_FINEST = 2
"""Images more than this many times as fine as the page is wanted are painted: they would need much memory."""
_BESIDE = 0.01
"""Part of the page's sides by which the image's edges may miss the page's."""
_SKETCH_SIDE = 160
"""Longer side in pixels of the painting that is compared."""
_MOST_APART = 24
"""Levels of gray by which the two may differ anywhere; of 265 scans none differs by more than 3, a masked word by 80."""


def page_image(page: PdfPage, dpi: int) -> tuple[Image, float]:
    """A page in gray, and the length of its longer side in points.

    Args:
        page: A page of a PDF.
        dpi: Dots per inch of its paper at which it is painted if it is not a scan.
    """
    stated = max(page.get_size())
    long_side_pt = max(paper_size_pt(*page.get_size()))
    scan = scan_of_page(page, dpi)
    if scan is None:
        scan = page.render(scale=dpi / _POINTS_PER_INCH * (long_side_pt / stated), grayscale=True).to_pil()
    return scan, long_side_pt


def scan_of_page(page: PdfPage, dpi: int) -> Image | None:
    """The image that makes up a page, in gray and at its own resolution, or None if the page must be painted.

    Args:
        page: A page of a PDF.
        dpi: Dots per inch that the caller needs.
    """
    image = _only_image(page)
    if image is None or not _covers(image, page):
        return None
    if image.get_px_size()[0] / paper_size_pt(*page.get_size())[0] * _POINTS_PER_INCH > _FINEST * dpi:
        return None
    scan = image.get_bitmap(render=False).to_pil().convert("L")
    return scan if _looks_like(scan, page) else None


def _only_image(page: PdfPage) -> PdfImage | None:
    """The image of a page that shows one image and nothing else."""
    import pypdfium2.raw as pdfium
    from pypdfium2 import PdfImage

    from student_loans.pages.text_layer import INVISIBLE_TEXT

    if pdfium.FPDFPage_GetAnnotCount(page):
        return None
    found = None
    for index in range(pdfium.FPDFPage_CountObjects(page)):
        item = pdfium.FPDFPage_GetObject(page, index)
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind == pdfium.FPDF_PAGEOBJ_TEXT and pdfium.FPDFTextObj_GetTextRenderMode(item) == INVISIBLE_TEXT:
            continue
        if kind != pdfium.FPDF_PAGEOBJ_IMAGE or found is not None:
            return None
        found = item
    return PdfImage(found, page=page, pdf=page.pdf) if found is not None else None


def _covers(image: PdfImage, page: PdfPage) -> bool:
    """Whether an image covers the visible part of a page upright and exactly."""
    if page.get_rotation():
        return False
    a, b, c, d, e, f = image.get_matrix().get()
    left, bottom, right, top = page.get_cropbox()
    across, up = _BESIDE * (right - left), _BESIDE * (top - bottom)
    level = max(abs(e - left), abs(a - (right - left)), abs(c)) <= across
    upright = max(abs(f - bottom), abs(d - (top - bottom)), abs(b)) <= up
    return bool(level and upright)


def _looks_like(scan: Image, page: PdfPage) -> bool:
    """Whether a small painting of the page shows what the image does."""
    import cv2
    import numpy as np

    painted = page.render(scale=_SKETCH_SIDE / max(page.get_size()), grayscale=True).to_numpy()
    reduced = cv2.resize(np.asarray(scan), painted.shape[::-1], interpolation=cv2.INTER_AREA)
    # Painting smooths less than reducing, so both are blurred before the comparison.
    one, other = (cv2.GaussianBlur(np.asarray(sketch), (0, 0), 1.0) for sketch in (painted, reduced))
    return float(cv2.absdiff(one, other).max()) <= _MOST_APART
