"""Choices whose marks OCR left out are seen in the picture of their page."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from PIL import Image, ImageDraw

from student_loans.pages.prepared import PreparedPage
from student_loans.preparation.images import encode_png
from student_loans.understanding.fields.choices import offered_choices
from student_loans.understanding.fields.layout import arrange
from student_loans.understanding.scanned_boxes import seen_choices
from tests.page_factory import HEIGHT, WIDTH, make_page

ROW = {70: "Fixed", 170: "Variable"}
SCALE = 300 / 72


def scan(boxes: Sequence[tuple[float, bool]], *, top: float = 59, image: bool = True) -> PreparedPage:
    """A scan at 300 dots an inch with boxes of ten points at some places on one line, each ticked or not."""
    picture = Image.new("L", (round(WIDTH * SCALE), round(HEIGHT * SCALE)), 255)
    draw = ImageDraw.Draw(picture)
    for left, ticked in boxes:
        x0, y0, x1, y1 = (round(edge * SCALE) for edge in (left, top, left + 10, top + 10))
        draw.rectangle((x0, y0, x1, y1), outline=0, width=4)
        if ticked:
            draw.line((x0, y0, x1, y1), fill=0, width=6)
            draw.line((x0, y1, x1, y0), fill=0, width=6)
    return PreparedPage(1, WIDTH, HEIGHT, None, encode_png(np.asarray(picture)) if image else None, 0.9)


def seen(page: PreparedPage, row: dict[int, str] = ROW) -> list[str]:
    layout = arrange([make_page([row], printed=False)])
    return [choice.value for choice in seen_choices(offered_choices(layout, "rate_type"), layout, [page])]


@pytest.mark.parametrize(("first", "second", "choice"), [(True, False, ["fixed"]), (False, True, ["variable"])])
def test_the_word_beside_the_only_ticked_box_is_the_choice(first: bool, second: bool, choice: list[str]) -> None:
    assert seen(scan([(55, first), (155, second)])) == choice


@pytest.mark.parametrize(
    "boxes",
    [
        [(55, True), (155, True)],
        [(55, False), (155, False)],
        [(55, True)],
        [(55, True), (155, False), (255, False)],
        [],
    ],
    ids=["both ticked", "none ticked", "one box", "a box too many", "no boxes"],
)
def test_nothing_is_seen_where_the_boxes_do_not_tell(boxes: list[tuple[float, bool]]) -> None:
    assert seen(scan(boxes)) == []


def test_boxes_of_another_line_do_not_count() -> None:
    assert seen(scan([(55, True), (155, False)], top=120)) == []


def test_a_page_without_a_picture_shows_nothing() -> None:
    assert seen(scan([(55, True), (155, False)], image=False)) == []


def test_one_word_alone_is_no_choice() -> None:
    assert seen(scan([(55, True)]), {70: "Fixed"}) == []
