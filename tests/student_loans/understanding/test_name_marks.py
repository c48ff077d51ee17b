"""Accents that were printed and not read are counted in the picture of a name."""

from __future__ import annotations

import io
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from student_loans.pages.page_images import PageImages
from student_loans.pages.prepared import PreparedPage
from student_loans.pages.words import PageText, Word
from student_loans.records import TextSource
from student_loans.understanding.document import find, without_unread_marks
from student_loans.understanding.name_marks import UNREAD_MARK, marks_in, marks_of

WIDTH, HEIGHT, DPI = 612, 792, 200
SCALE = DPI / 72


def font(points: float) -> ImageFont.FreeTypeFont:
    """A font that has the letters of many languages."""
    spec = find_spec("matplotlib")
    assert spec is not None
    assert spec.origin is not None
    return ImageFont.truetype(Path(spec.origin).parent / "mpl-data/fonts/ttf/DejaVuSans.ttf", round(points * SCALE))


def picture(text: str, points: float = 10.0) -> np.ndarray:
    """A line of text, as it is cut out of a page."""
    image = Image.new("L", (1200, round(2.2 * points * SCALE)), "white")
    ImageDraw.Draw(image).text((20, round(0.5 * points * SCALE)), text, font=font(points), fill=0)
    return np.asarray(image)


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("Nguyễn Thị Đặng", "Nguyn Th Dng"), ("Trần Văn Hùng", "Trn Văn Hùng"), ("Jiří Dvořák", "Jirí Dvorák"),
        ("Žydrūnas Šarūnas", "ydrnas arnas"), ("Zoë Müller", "Zoe Muller"), ("GÜLŞEN ÖZ", "GULSEN OZ"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("points", [8.0, 10.0, 14.0])
def test_more_marks_are_printed_than_were_read(printed: str, read: str, points: float) -> None:
    assert marks_of(picture(printed, points)) > marks_in(read)


@pytest.mark.parametrize(
    "printed",
    [
        "Maria Lopez",
        "Jill Illinois Jr.",
        "Seán O'Brien",
        "Zoë Müller",
        "Jiří Dvořák",
        "LOPEZ, MARIA D",
        "J. R. Smith-Jones",
    ],
)
@pytest.mark.parametrize("points", [8.0, 10.0, 14.0])
def test_no_name_that_was_read_whole_has_marks_too_many(printed: str, points: float) -> None:
    assert marks_of(picture(printed, points)) <= marks_in(printed)


def test_an_empty_picture_has_no_marks() -> None:
    assert marks_of(np.full((40, 200), 255, np.uint8)) == 0
    assert marks_of(np.zeros((1, 0), np.uint8)) == 0


ROWS = (
    ("Stillbrook Loan Servicing, LLC", ""), ("Payoff Quote - Loan Payoff Statement", ""), ("Borrower", ""),
    ("Account Number", "4460-4092-9841"), ("Quote Date", "05/02/2024"), ("Principal", "$10,000.00"), ("Interest", "$100.00"),
    ("Payoff Amount", "$10,100.00"), ("Good Through", "05/22/2024"), ("Per Diem", "$1.92"), ("Interest Rate", "7.00%"),
)  # fmt: skip


def draw(printed: str, read: str) -> tuple[PreparedPage, PageText]:
    """A page on which a name is printed, and what the reader made of it."""
    image = Image.new("L", (round(WIDTH * SCALE), round(HEIGHT * SCALE)), "white")
    pen, words = ImageDraw.Draw(image), []
    for number, (label, value) in enumerate(ROWS):
        y = 60 + 26 * number
        shown, said = (printed, read) if label == "Borrower" else (value, value)
        for x, text, heard in ((54, label, label), (300, shown, said)):
            left = float(x)
            for word, other in zip(text.split(), heard.split(), strict=True):
                pen.text((left * SCALE, y * SCALE), word, font=font(11), fill=0)
                wide = pen.textlength(word, font=font(11)) / SCALE
                words.append(Word(other, (left / WIDTH, y / HEIGHT, (left + wide) / WIDTH, (y + 13) / HEIGHT), 0.97))
                left += wide + 4
    png = io.BytesIO()
    image.save(png, "PNG")
    page = PreparedPage(1, WIDTH, HEIGHT, None, png.getvalue(), 0.9)
    return page, PageText(1, WIDTH, HEIGHT, tuple(words), TextSource.OCR, "rapidocr", 0.9)


@pytest.mark.parametrize(
    ("printed", "read", "doubted"), [("Lê Nguyễn", "Le Nguyen", True), ("Maria Lopez", "Maria Lopez", False)]
)
def test_a_name_with_an_unread_accent_is_left_out(printed: str, read: str, doubted: bool) -> None:
    page, text = draw(printed, read)
    with PageImages() as images:
        list(images.keep([page]))
        found = without_unread_marks(find([text]), images).understanding
    assert (found.doubts.get("borrower_name") == UNREAD_MARK) is doubted
    assert ("borrower_name" in found.fields) is not doubted
