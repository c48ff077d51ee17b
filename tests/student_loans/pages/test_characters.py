"""The characters of a PDF page, placed on the page as it is displayed."""

from __future__ import annotations

import numpy as np
import pytest
from reportlab.pdfgen.canvas import Canvas

from student_loans.pages.characters import characters_of, placed, places_of, upright_characters
from student_loans.pages.text_words import words_of_characters
from tests.drawing_factory import draw_pdf, first_page, letter_with, type_3_pdf, with_content

BOX = np.array([[100.0, 600.0, 150.0, 612.0]])  # left, bottom, right, top in PDF space


@pytest.mark.parametrize(
    ("rotation", "expected"),
    [
        (0, (100, 180, 150, 192)),
        (90, (600, 100, 612, 150)),
        (180, (462, 600, 512, 612)),
        (270, (180, 462, 192, 512)),
    ],
)
def test_a_box_is_turned_with_the_page(rotation: int, expected: tuple[float, ...]) -> None:
    assert placed(BOX, rotation, (0.0, 0.0, 612.0, 792.0)).tolist() == [list(expected)]


def test_a_box_is_measured_from_the_corner_of_the_crop_box() -> None:
    assert placed(BOX, 0, (50.0, 500.0, 612.0, 700.0)).tolist() == [[50, 88, 100, 100]]


def test_a_character_stands_where_it_is_printed() -> None:
    first, *_ = upright_characters(first_page(draw_pdf(lambda canvas: canvas.drawString(72, 692, "H0"))))
    assert first.text == "H"
    assert first.left == pytest.approx(72, abs=1)
    assert first.bottom == pytest.approx(100, abs=0.5)
    assert first.ceiling < first.top < first.bottom < first.floor
    assert first.size == pytest.approx(first.floor - first.ceiling)


def test_white_space_prints_nothing_and_is_kept_as_what_ends_a_word() -> None:
    characters = upright_characters(first_page(draw_pdf(lambda canvas: canvas.drawString(72, 692, "A 1"))))
    assert [character.text for character in characters] == ["A", "", "1"]


def test_only_digits_tell_their_font_and_each_font_has_its_own() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 692, "A12")
        canvas.setFont("Courier", 10)
        canvas.drawString(72, 600, "34")

    fonts = {character.text: character.font for character in upright_characters(first_page(draw_pdf(draw)))}
    assert fonts["A"] == 0
    assert 0 != fonts["1"] == fonts["2"] != fonts["3"] == fonts["4"] != 0


def test_what_lies_on_its_side_is_left_out_and_most_of_the_page_tells_what_does() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 692, "upright")
        canvas.rotate(90)
        canvas.drawString(100, -40, "note in the margin")

    page = first_page(draw_pdf(draw))
    assert "".join(character.text for character in upright_characters(page)) == "noteinthemargin"
    assert page.get_rotation() == 90


@pytest.mark.parametrize(
    ("stated", "printed"),
    [
        ("\u00a0", ""), ("\u2009", ""), ("\u3000", ""), ("\u200b", None), ("\u00ad", None), ("\u2060", None),
        ("\uff11", "1"), ("\u00bd", " 1/2"), ("\u215e", " 7/8"), ("\ufb02", "fl"), ("\u2212", "\u2212"), ("\u00b3", "3"),
    ],
)  # fmt: skip
def test_what_a_code_prints(stated: str, printed: str | None) -> None:
    content = with_content(letter_with(lambda _: None), "BT /Fx 10 Tf 72 600 Td (~) Tj ET", codes={"~": stated})
    below = [each.text for each in upright_characters(first_page(content)) if each.top > 150]
    assert "".join(below) == (printed or "")
    assert bool(below) is (printed is not None)


@pytest.mark.parametrize(("stated", "raised"), [("\u00b3", True), ("\u00b9", True), ("3", False), ("\u2083", False)])
def test_a_superscript_is_raised_by_itself(stated: str, raised: bool) -> None:
    content = with_content(letter_with(lambda _: None), "BT /Fx 10 Tf 72 600 Td (~) Tj ET", codes={"~": stated})
    (character,) = (each for each in upright_characters(first_page(content)) if each.top > 150)
    assert character.raised is raised


def test_words_of_a_font_without_a_line_are_whole() -> None:
    """Browsers print some fonts as drawings of letters (Type 3), which have no ascent and descent."""
    page = first_page(type_3_pdf("gap $18.27, 1-y"))
    assert [word.text for word in words_of_characters(upright_characters(page))] == ["gap", "$18.27,", "1-y"]


def test_a_page_without_text_has_no_characters() -> None:
    assert upright_characters(first_page(draw_pdf(lambda canvas: canvas.line(0, 0, 9, 9)))) == []
    assert places_of([]).shape == (0, 4)


@pytest.mark.parametrize(("mark", "letter"), [("\u0301", "n"), ("\u00b4", "n"), ("\u0303", "o"), ("\u00a8", "u")])
@pytest.mark.parametrize("before", [True, False], ids=["before its letter", "behind it"])
def test_an_accent_follows_the_letter_that_it_stands_over(mark: str, letter: str, before: bool) -> None:
    move = 2.8  # half of a letter of ten points: an accent behind its letter is set back over it
    parts = (
        f"(~) Tj 1 0 0 1 72 600 Tm ({letter}m) Tj"
        if before
        else f"({letter}) Tj -{move} 0 Td (~) Tj {move} 0 Td (m) Tj"
    )
    content = with_content(letter_with(lambda _: None), f"BT /Fx 10 Tf 72 600 Td {parts} ET", codes={"~": mark})
    below = [each.text for each in upright_characters(first_page(content)) if each.top > 150]
    assert below[0] == letter
    assert "\u0300" <= below[1] <= "\u036f"


def test_what_stands_at_a_slant_is_told_apart() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 692, "upright text")
        canvas.rotate(25)
        canvas.drawString(300, 300, "VOID")

    characters = characters_of(first_page(draw_pdf(draw)))
    assert "".join(each.text for each in characters.upright) == "uprighttext"
    assert "".join(each.text for each in characters.slanted) == "VOID"
