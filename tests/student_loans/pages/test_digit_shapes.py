"""A font's map may exchange digits: they are compared with how they look."""

from __future__ import annotations

import pytest
from reportlab.pdfgen.canvas import Canvas

from student_loans.pages.characters import upright_characters
from student_loans.pages.digit_shapes import misstated_fonts
from student_loans.pages.painted_page import paint
from tests.drawing_factory import draw_pdf, first_page, letter_with, with_content

NUMBERS = "0123456789 $1,738.90 05/24/2026"


def misstated(content: bytes) -> int:
    page = first_page(content)
    return len(misstated_fonts(page, upright_characters(page), paint(page)))


@pytest.mark.parametrize(
    "codes",
    [{"1": "7", "7": "1"}, {"3": "8", "8": "3"}, {"0": "5", "5": "0"}, {"6": "9", "9": "6"}, {"4": "2", "2": "4"}],
)
def test_exchanged_digits_are_found(codes: dict[str, str]) -> None:
    letter = letter_with(lambda _: None)
    assert misstated(with_content(letter, f"BT /Fx 10 Tf 72 600 Td ({NUMBERS}) Tj ET", codes=codes)) == 1


@pytest.mark.parametrize("size", [6, 8, 10, 14, 24])
@pytest.mark.parametrize(
    "font",
    ["Helvetica", "Helvetica-Oblique", "Helvetica-Bold", "Times-Roman", "Times-Italic", "Courier", "Courier-Bold"],
)
def test_no_font_is_suspected_for_its_looks(font: str, size: int) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont(font, size)
        canvas.drawString(40, 600, NUMBERS)

    assert misstated(draw_pdf(draw)) == 0


def test_white_digits_on_a_dark_band_are_compared_too() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.rect(40, 590, 400, 30, stroke=0, fill=1)
        canvas.setFillGray(1)
        canvas.drawString(60, 600, NUMBERS)

    assert misstated(draw_pdf(draw)) == 0


def test_digits_too_small_for_a_shape_are_not_judged() -> None:
    letter = letter_with(lambda _: None)
    assert misstated(with_content(letter, "BT /Fx 3 Tf 72 600 Td (1738) Tj ET", codes={"1": "7", "7": "1"})) == 0


def test_a_page_without_digits_has_none() -> None:
    assert misstated(letter_with(lambda _: None)) == 0
