"""One page into a picture with its social security numbers painted over: ``python -m student_loans.review.render FOLDER``.

The folder holds ``request.json`` and either ``page.png`` (a prepared page, read here once more to find numbers on it when its
words are not in the request) or ``document`` (a PDF whose text layer says where they are); ``view.webp`` is left in it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from student_loans.pages.characters import upright_characters
from student_loans.pages.pdf_pages import open_pdf, page_as_seen
from student_loans.pages.pdf_parts import pdf_parts
from student_loans.pages.prepared import PreparedPage
from student_loans.pages.words import PageText
from student_loans.records import BBox
from student_loans.review.masking import masks
from student_loans.settings import settings

if TYPE_CHECKING:
    from PIL.Image import Image

WIDTH = 1500
"""Pixels: a letter page at about 175 dpi, sharp at twice the width of the review page's column."""
_QUALITY = 82
_MASK = "#1c2733"


def render(folder: Path) -> None:
    """Make ``view.webp``."""
    from student_loans.reading.page_words import read_page

    request = json.loads((folder / "request.json").read_text())
    entry = request["entry"]
    page = _prepared(entry, folder)
    image = (
        _open_picture(folder / "page.png")
        if page.image
        else _draw_page(folder / "document", entry.get("sheet") or entry["number"])
    )
    text = read_page(page, settings())
    boxes: list[BBox] = [tuple(box) for box in request["number_boxes"]]
    _paint(image, masks(text, boxes)).save(folder / "view.webp", quality=_QUALITY, method=4)


def _prepared(entry: dict[str, Any], folder: Path) -> PreparedPage:
    return PreparedPage(
        entry["number"],
        entry["width_pt"],
        entry["height_pt"],
        PageText.from_json(entry["text"]) if entry["text"] else None,
        (folder / "page.png").read_bytes() if entry["has_image"] else None,
        entry["quality_score"],
    )


def _open_picture(path: Path) -> Image:
    from PIL import Image

    with Image.open(path) as image:
        gray = image.convert("L")
    if gray.width > WIDTH:
        gray = gray.resize((WIDTH, max(1, round(gray.height * WIDTH / gray.width))), Image.Resampling.LANCZOS)
    return gray.convert("RGB")


def _draw_page(path: Path, number: int) -> Image:
    """A page as it was read: what its form fields show, and the right way up."""
    index = number - 1
    for part in pdf_parts(path.read_bytes()):
        document = open_pdf(part)
        if index < len(document):
            break
        index -= len(document)
    page = page_as_seen(document, index)
    upright_characters(page)
    image: Image = page.render(scale=WIDTH / page.get_width()).to_pil().convert("RGB")
    return image


def _paint(image: Image, boxes: list[BBox]) -> Image:
    from PIL import ImageDraw

    drawing = ImageDraw.Draw(image)
    width, height = image.size
    for left, top, right, bottom in boxes:
        drawing.rectangle((left * width, top * height, right * width, bottom * height), fill=_MASK)
    return image


if __name__ == "__main__":
    render(Path(sys.argv[1]))
