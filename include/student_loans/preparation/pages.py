"""Prepare the pages of a document: each becomes a trusted text layer, or an upright, straight gray image."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

from student_loans.errors import DocumentError, ErrorCode
from student_loans.pages.paper_size import paper_size_pt
from student_loans.pages.pdf_parts import pdf_parts
from student_loans.pages.prepared import PreparedPage
from student_loans.preparation.quality import measure_page
from student_loans.records import FileFormat
from student_loans.settings import Settings

if TYPE_CHECKING:
    from PIL.Image import Image
    from pypdfium2 import PdfPage


_POINTS_PER_INCH = 72
_SQUARE, _MOST_UNEQUAL = 1.03, 2.5
"""Longer over shorter side of a pixel that is square, and that is believed: those of a coarse fax are twice as high as wide."""
_LEAST_DPI = 2
"""Files state a resolution of one dot where they know none."""
_ORIENTATION = 0x0112  # Exif 2.32, section 4.6.4
_WORTH_REDUCING = 0.95
"""Images are reduced to the resolution for OCR where that takes a twentieth of their sides or more."""


def prepare_pages(content: bytes, file_format: FileFormat, settings: Settings) -> Iterator[PreparedPage]:
    """Prepare a document page by page; one page is in memory at a time.

    Raises:
        DocumentError: ``corrupt_file``: a page cannot be opened.
    """
    from student_loans.preparation.notices import file_notices
    from student_loans.preparation.sheets import pages_of_sheet

    notices = file_notices(content, file_format)
    if file_format is FileFormat.PDF:
        pages = _pdf_pages(content, settings)
    else:
        pages = _image_pages(content, file_format, settings.preprocessing.ocr_dpi)
    # A sheet with two pages counts as two, so the numbers of later pages differ from those of their sheets.
    numbers = count(1)
    for sheet in pages:
        for page in pages_of_sheet(sheet):
            yield _numbered(page, next(numbers), notices)
            notices = ()


def _numbered(page: PreparedPage, number: int, notices: tuple[str, ...]) -> PreparedPage:
    """Set a page's number in the file, and add the file's reasons for review."""
    text = replace(page.text, number=number) if page.text and page.text.number != number else page.text
    sheet = page.number if page.number != number else 0
    return replace(page, number=number, sheet=sheet, text=text, notices=(*notices, *page.notices))


def _pdf_pages(content: bytes, settings: Settings) -> Iterator[PreparedPage]:
    import pypdfium2

    from student_loans.pages.pdf_pages import open_pdf, page_as_seen

    try:
        sheets = count(1)
        for part in pdf_parts(content):
            document = open_pdf(part)
            for index in range(len(document)):
                page = page_as_seen(document, index)
                yield _on_paper(_pdf_page(page, next(sheets), settings))
                page.close()
            document.close()
    except pypdfium2.PdfiumError as error:
        raise DocumentError(
            ErrorCode.CORRUPT_FILE, "A page cannot be opened: ask the sender for the file again."
        ) from error


def _pdf_page(page: PdfPage, number: int, settings: Settings) -> PreparedPage:
    from student_loans.pages.page_objects import survey
    from student_loans.pages.privacy import redact_page
    from student_loans.pages.text_layer import is_trusted, read_text_layer
    from student_loans.preparation.notices import PRINTED_ACROSS
    from student_loans.preparation.scans import page_image

    objects = survey(page)
    text = redact_page(read_text_layer(page, number, objects))
    dpi = settings.preprocessing.ocr_dpi
    if is_trusted(page, text, objects):
        painted = _painted_png(page, dpi) if text.unread else None
        notices = (PRINTED_ACROSS,) if text.printed_across else ()
        return PreparedPage(number, text.width_pt, text.height_pt, text, painted, 1.0, notices=notices)
    image, long_side_pt = page_image(page, dpi)
    return _scanned_page(image, number, long_side_pt, dpi)


def _on_paper(page: PreparedPage) -> PreparedPage:
    """Scale a page to a plausible paper size: many programs write one pixel as one point."""
    width, height = paper_size_pt(page.width_pt, page.height_pt)
    if page.text is None or (width, height) == (page.width_pt, page.height_pt):
        return page
    text = replace(page.text, width_pt=width, height_pt=height)
    return replace(page, width_pt=width, height_pt=height, text=text)


def _painted_png(page: PdfPage, dpi: int) -> bytes:
    """Paint the page for OCR of the parts that its text layer does not cover."""
    buffer = io.BytesIO()
    width, height = page.get_size()
    scale = dpi / 72 * max(paper_size_pt(width, height)) / max(width, height)
    page.render(scale=scale, grayscale=True).to_pil().save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def _image_pages(content: bytes, file_format: FileFormat, dpi: int) -> Iterator[PreparedPage]:
    from student_loans.intake.image_check import holds_further_pictures, open_image, page_frames, refusal_of
    from student_loans.pages.gray import shown_picture
    from student_loans.preparation.notices import HIDDEN_PICTURE, MORE_PICTURES

    try:
        with open_image(content, file_format) as image:
            more = (MORE_PICTURES,) if holds_further_pictures(image, file_format) else ()
            for number, frame in enumerate(page_frames(image, file_format), 1):
                image.seek(frame)
                gray, hidden = shown_picture(image)
                upright = _upright_by_tag(_with_square_pixels(gray, image), image)
                page = _scanned_page(upright, number, _long_side_pt(image), dpi)
                yield replace(page, notices=(*more, HIDDEN_PICTURE) if hidden else more)
                more = ()
    except DocumentError:
        raise
    except Exception as error:  # Pillow's plugins may raise any exception on a damaged file
        raise refusal_of(error) from error


def _long_side_pt(image: Image) -> float:
    """Length of the longer side in points, by the resolution that the file states, if it is plausible."""
    across, down = _resolution(image)
    width, height = (image.width / across, image.height / down) if across else image.size
    return max(paper_size_pt(width, height, _POINTS_PER_INCH if across else 0.0))


def _resolution(image: Image) -> tuple[float, float]:
    """Dots per inch across and down, as the file states; zeros if it states no possible value."""
    across, down = (float(stated or 0) for stated in image.info.get("dpi", (0, 0)))
    believed = min(across, down) >= _LEAST_DPI and max(across, down) <= _MOST_UNEQUAL * min(across, down)
    return (across, down) if believed else (0.0, 0.0)


def _with_square_pixels(gray: Image, image: Image) -> Image:
    """Scale a picture to square pixels: the pixels of a fax are higher than wide."""
    across, down = _resolution(image)
    finest = max(across, down)
    if not across or finest <= _SQUARE * min(across, down):
        return gray
    return gray.resize((round(gray.width * finest / across), round(gray.height * finest / down)))


def _upright_by_tag(gray: Image, image: Image) -> Image:
    """Turn a picture as its Exif tag states."""
    from PIL import ImageOps

    gray.getexif().update({_ORIENTATION: image.getexif().get(_ORIENTATION, 1)})
    return ImageOps.exif_transpose(gray)


def _scanned_page(image: Image, number: int, long_side_pt: float, dpi: int) -> PreparedPage:
    import cv2
    import numpy as np

    from student_loans.preparation.images import encode_png, make_upright, smooth_bilevel

    scan = np.asarray(image)
    resolution = max(scan.shape) / long_side_pt * _POINTS_PER_INCH
    scale = dpi / resolution
    if scale < _WORTH_REDUCING:
        scan = cv2.resize(scan, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    gray, skew = make_upright(smooth_bilevel(scan))
    quality = measure_page(scan, gray, skew, resolution)
    height, width = gray.shape
    points = long_side_pt / max(height, width)
    return PreparedPage(number, width * points, height * points, None, encode_png(gray), quality.score, quality)
