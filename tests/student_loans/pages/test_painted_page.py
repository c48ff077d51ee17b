"""A painted page is asked what it shows: strokes, lines through words, boxes to be ticked, other print."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageDraw
from reportlab.pdfgen.canvas import Canvas

from student_loans.pages.painted_page import EMPTY_BOX, TICKED_BOX, PaintedPage, crossed, paint, paint_part, within
from tests.drawing_factory import draw_pdf, first_page

NONE = np.zeros((0, 4))
WORD = np.array([[50.0, 50.0, 110.0, 62.0]])


def painted(draw: Callable[[ImageDraw.ImageDraw], object], *, scale: int = 1, paper: int = 255) -> PaintedPage:
    """A page of 300 by 200 points on which something is drawn in pixels."""
    image = Image.new("L", (300 * scale, 200 * scale), paper)
    draw(ImageDraw.Draw(image))
    return PaintedPage(np.asarray(image), float(scale))


class TestShows:
    @pytest.mark.parametrize(("ink", "paper"), [(0, 255), (255, 0), (150, 255), (90, 160)])
    def test_strokes_of_any_colour_are_seen(self, ink: int, paper: int) -> None:
        page = painted(lambda draw: draw.line((80, 50, 80, 61), fill=ink, width=2), paper=paper)
        assert page.shows(np.array([[76.0, 50.0, 84.0, 62.0]])).tolist() == [True]

    @pytest.mark.parametrize(("ink", "paper"), [(255, 255), (245, 255), (60, 60)])
    def test_strokes_of_the_colour_of_the_paper_are_not(self, ink: int, paper: int) -> None:
        page = painted(lambda draw: draw.line((80, 50, 80, 61), fill=ink, width=2), paper=paper)
        assert page.shows(np.array([[76.0, 50.0, 84.0, 62.0]])).tolist() == [False]

    def test_a_rule_across_is_no_stroke(self) -> None:
        page = painted(lambda draw: draw.line((0, 56, 299, 56), fill=0))
        assert page.shows(WORD).tolist() == [False]

    @pytest.mark.parametrize("box", [(-60, 50, -50, 62), (400, 50, 410, 62), (50, 300, 60, 312), (80, 50, 84, 50.4)])
    def test_nothing_is_seen_off_the_page_or_without_height(self, box: tuple[float, ...]) -> None:
        page = painted(lambda draw: draw.rectangle((0, 0, 299, 199), fill=0))
        assert page.shows(np.array([box], np.float64)).tolist() == [False]


class TestStruck:
    def struck(self, *line: float, width: int = 1, word: tuple[float, ...] = (50, 50, 110, 62)) -> bool:
        page = painted(lambda draw: draw.line(line, fill=0, width=width))
        return bool(page.struck(np.array([word], np.float64))[0])

    def test_a_line_through_all_of_a_word_strikes_it(self) -> None:
        assert self.struck(48, 56, 112, 56)

    @pytest.mark.parametrize(
        "line", [(48, 61, 112, 61), (48, 51, 112, 51), (48, 56, 90, 56), (70, 56, 112, 56), (48, 30, 112, 90)]
    )
    def test_a_line_at_its_edge_through_a_part_or_aslant_does_not(self, line: tuple[float, ...]) -> None:
        assert not self.struck(*line)

    def test_a_fill_is_no_line(self) -> None:
        assert not self.struck(40, 56, 120, 56, width=30)

    def test_a_short_word_needs_a_line_that_reaches_over_it(self) -> None:
        assert not self.struck(50, 56, 61, 56, word=(50, 50, 60, 62))
        assert self.struck(38, 56, 73, 56, word=(50, 50, 60, 62))


@pytest.mark.parametrize(
    ("line", "crosses"),
    [
        ((40, 56, 120, 57), True),
        ((40, 61, 120, 62), False),
        ((40, 50, 120, 51), False),
        ((120, 56, 200, 57), False),
        ((0, 56, 40, 57), False),
    ],
)
def test_a_word_is_crossed_by_a_line_through_its_middle(line: tuple[float, ...], crosses: bool) -> None:
    assert crossed(WORD, np.array([line], np.float64)).tolist() == [crosses]


class TestBoxes:
    def marks(self, draw: Callable[[ImageDraw.ImageDraw], object], scale: int = 2) -> list[str]:
        found, _ = painted(draw, scale=scale).other_print(NONE, NONE, np.zeros(0, bool))
        return [mark.text for mark in found]

    @pytest.mark.parametrize("side", [14, 20, 30])
    def test_a_square_is_an_empty_box(self, side: int) -> None:
        assert self.marks(lambda draw: draw.rectangle((100, 100, 100 + side, 100 + side), outline=0)) == [EMPTY_BOX]

    @pytest.mark.parametrize("side", [14, 20, 30])
    def test_a_square_with_a_cross_is_a_ticked_box(self, side: int) -> None:
        def draw(image: ImageDraw.ImageDraw) -> None:
            image.rectangle((100, 100, 100 + side, 100 + side), outline=0)
            image.line((100, 100, 100 + side, 100 + side), fill=0, width=2)
            image.line((100, 100 + side, 100 + side, 100), fill=0, width=2)

        assert self.marks(draw) == [TICKED_BOX]

    def test_a_tick_may_stick_out_of_its_square(self) -> None:
        def draw(image: ImageDraw.ImageDraw) -> None:
            image.rectangle((100, 100, 120, 120), outline=0, width=2)
            image.line((104, 110, 109, 116, 125, 96), fill=0, width=2)

        assert self.marks(draw) == [TICKED_BOX]

    def test_a_circle_is_a_box_and_a_full_one_is_ticked(self) -> None:
        assert self.marks(lambda draw: draw.ellipse((100, 100, 120, 120), outline=0, width=2)) == [EMPTY_BOX]

        def dotted(draw: ImageDraw.ImageDraw) -> None:
            draw.ellipse((100, 100, 120, 120), outline=0, width=2)
            draw.ellipse((105, 105, 115, 115), fill=0)

        assert self.marks(dotted) == [TICKED_BOX]

    @pytest.mark.parametrize("box", [(100, 100, 106, 106), (100, 100, 160, 160), (100, 100, 130, 112)])
    def test_what_is_too_small_too_large_or_oblong_is_no_box(self, box: tuple[int, ...]) -> None:
        assert self.marks(lambda draw: draw.rectangle(box, outline=0)) == []

    def test_a_letter_among_letters_is_no_box(self) -> None:
        def draw(image: ImageDraw.ImageDraw) -> None:
            for left in (100, 128, 156):
                image.rectangle((left, 100, left + 20, 120), outline=0)

        assert self.marks(draw) == []

    @pytest.mark.parametrize(("ticks", "found"), [(True, [TICKED_BOX]), (False, [])])
    def test_a_typed_mark_ticks_a_box_and_another_character_does_not(self, ticks: bool, found: list[str]) -> None:
        page = painted(lambda draw: draw.rectangle((100, 100, 120, 120), outline=0), scale=2)
        character = np.array([[52.0, 52.0, 58.0, 58.0]])
        marks, _ = page.other_print(NONE, character, np.array([ticks]))
        assert [mark.text for mark in marks] == found

    def test_a_box_says_where_it_stands(self) -> None:
        page = painted(lambda draw: draw.rectangle((100, 100, 120, 120), outline=0), scale=2)
        (mark,), _ = page.other_print(NONE, NONE, np.zeros(0, bool))
        assert mark.box == pytest.approx((100 / 600, 100 / 400, 121 / 600, 121 / 400))

    def test_on_a_scan_only_squares_count(self) -> None:
        def draw(image: ImageDraw.ImageDraw) -> None:
            image.rectangle((100, 100, 120, 120), outline=0)
            image.ellipse((300, 100, 320, 120), outline=0, width=2)

        assert [mark.text for mark in painted(draw, scale=2).drawn_boxes()] == [EMPTY_BOX]


class TestOtherPrint:
    def places(self, text: str, words: np.ndarray = NONE) -> int:
        page = painted(lambda draw: draw.text((100, 100), text, fill=0, font_size=24), scale=2)
        return len(page.other_print(words, NONE, np.zeros(0, bool))[1])

    def test_letters_that_no_word_accounts_for_are_print(self) -> None:
        assert self.places("Total 84") == 1

    def test_letters_of_a_word_are_not(self) -> None:
        assert self.places("Total 84", np.array([[48.0, 48.0, 130.0, 66.0]])) == 0

    def test_a_speck_is_not(self) -> None:
        assert self.places(".") == 0

    def test_two_lines_far_apart_are_two_places(self) -> None:
        def draw(image: ImageDraw.ImageDraw) -> None:
            image.text((100, 60), "Total 84", fill=0, font_size=24)
            image.text((100, 300), "Other 19", fill=0, font_size=24)

        assert len(painted(draw, scale=2).other_print(NONE, NONE, np.zeros(0, bool))[1]) == 2


class TestPaint:
    def test_a_page_is_painted_at_a_scale_and_a_huge_one_smaller(self) -> None:
        page = first_page(draw_pdf(lambda canvas: canvas.drawString(72, 700, "Total")))
        (whole,) = paint(page, 2.0).cuts(np.array([[0.0, 0.0, 612.0, 792.0]]))
        assert whole.shape == (1584, 1224)
        (capped,) = paint(page, 20.0).cuts(np.array([[0.0, 0.0, 612.0, 792.0]]))
        assert 0.9 * 12_000_000 < capped.size < 1.1 * 12_000_000

    def test_a_part_answers_for_places_of_the_page(self) -> None:
        def draw(canvas: Canvas) -> None:
            canvas.rect(100, 592, 50, 100, stroke=0, fill=1)

        page = first_page(draw_pdf(draw))
        part = paint_part(page, (80.0, 80.0, 200.0, 220.0), 2.0)
        inside, outside = part.cuts(np.array([[110.0, 110.0, 140.0, 190.0], [160.0, 110.0, 190.0, 190.0]]))
        assert inside.max() == 0
        assert outside.min() == 255


@pytest.mark.parametrize(
    ("box", "expected"), [((0.2, 0.2, 0.3, 0.3), True), ((0.0, 0.2, 0.15, 0.3), False), ((0.3, 0.5, 0.7, 0.9), False)]
)
def test_a_box_is_within_another_by_its_middle(box: tuple[float, float, float, float], expected: bool) -> None:
    assert within(box, (0.1, 0.1, 0.6, 0.6)) is expected
