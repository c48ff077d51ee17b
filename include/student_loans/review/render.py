"""Render a page with its social security numbers painted over. Runs only in a sandbox, because it opens received files."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from student_loans.pages.characters import upright_characters
from student_loans.pages.pdf_pages import open_pdf, page_as_seen
from student_loans.pages.pdf_parts import pdf_parts
from student_loans.pages.prepared import PreparedPage
from student_loans.pages.words import PageText
from student_loans.records import BBox
from student_loans.review.masking import masks
from student_loans.settings import Settings

if TYPE_CHECKING:
    from PIL.Image import Image

WIDTH = 1500
"""Pixels: a letter page at about 175 dpi, sharp at twice the width of the review page's column."""
LONGEST_SIDE = 16_000
"""Pixels: a strip is drawn narrower than others; WebP ends at 16,383."""
_QUALITY = 82
_MASK = "#1c2733"


def draw_view(
    entry: dict[str, Any], picture: bytes | None, content: bytes, number_boxes: Sequence[BBox], settings: Settings
) -> bytes:
    """The picture of a page as WebP.

    Args:
        entry: The cached data of the prepared page; if it has no words, OCR runs again to find numbers among them.
        picture: The prepared page as PNG, or None if a text layer covers everything that is printed.
        content: The document's bytes if there is no picture: a PDF whose text layer gives the places of numbers.
        number_boxes: Boxes of fields that hold a social security number.
        settings: The settings of reading.

    Raises:
        ServiceError: ``ocr_failed``.
        ConfigurationError: ``ocr_not_installed``.
    """
    from student_loans.reading.page_words import read_page

    image = _open_picture(picture) if picture else _draw_page(content, entry.get("sheet") or entry["number"])
    text = read_page(_prepared(entry, picture), settings)
    buffer = io.BytesIO()
    _paint(image, masks(text, list(number_boxes))).save(buffer, "WEBP", quality=_QUALITY, method=4)
    return buffer.getvalue()


def _prepared(entry: dict[str, Any], picture: bytes | None) -> PreparedPage:
    text = PageText.from_json(entry["text"]) if entry["text"] else None
    return PreparedPage(entry["number"], entry["width_pt"], entry["height_pt"], text, picture, entry["quality_score"])


def _scale(width: float, height: float) -> float:
    """Pixels of the view for one unit of the page."""
    return min(WIDTH / width, LONGEST_SIDE / max(width, height))


def _open_picture(picture: bytes) -> Image:
    from PIL import Image

    with Image.open(io.BytesIO(picture)) as image:
        gray = image.convert("L")
    scale = _scale(*gray.size)
    if scale < 1.0:
        size = (max(1, round(gray.width * scale)), max(1, round(gray.height * scale)))
        gray = gray.resize(size, Image.Resampling.LANCZOS)
    return gray.convert("RGB")


def _draw_page(content: bytes, number: int) -> Image:
    """Render a page as it was read: with its form fields, and upright."""
    index = number - 1
    for part in pdf_parts(content):
        document = open_pdf(part)
        if index < len(document):
            break
        index -= len(document)
    page = page_as_seen(document, index)
    upright_characters(page)
    image: Image = page.render(scale=_scale(*page.get_size())).to_pil().convert("RGB")
    return image


def _paint(image: Image, boxes: list[BBox]) -> Image:
    from PIL import ImageDraw

    drawing = ImageDraw.Draw(image)
    width, height = image.size
    for left, top, right, bottom in boxes:
        drawing.rectangle((left * width, top * height, right * width, bottom * height), fill=_MASK)
    return image
