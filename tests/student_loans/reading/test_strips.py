"""Lines of text laid into strips of one size."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from student_loans.reading.strips import LINE_HEIGHT, STEP, draw, pack, width_of

STRIP = 1600


@given(st.lists(st.integers(16, STRIP), max_size=60))
def test_every_line_has_one_place_and_none_touches_another(widths: list[int]) -> None:
    strips = pack(widths, STRIP)
    assert sorted(place.line for strip in strips for place in strip) == list(range(len(widths)))
    for strip in strips:
        places = sorted(strip, key=lambda place: place.left)
        for left, right in itertools.pairwise(places):
            assert right.left >= left.left + left.width + 3 * STEP
            assert left.steps.stop <= right.steps.start
        assert places[-1].left + places[-1].width <= STRIP
        assert all(place.left % STEP == 0 and place.width == widths[place.line] for place in places)


def test_short_lines_fill_the_ends_of_long_ones() -> None:
    assert len(pack([1500, 60, 800, 700, 30], STRIP)) == 2


def test_nothing_to_read_takes_no_strip() -> None:
    assert pack([], STRIP) == []


def test_a_line_keeps_its_shape_unless_it_is_narrowed_or_too_wide() -> None:
    line = np.zeros((24, 240), np.uint8)
    assert width_of(line, 1.0, STRIP) == 480
    assert width_of(line, 0.5, STRIP) == 240
    assert width_of(np.zeros((10, 1000), np.uint8), 1.0, STRIP) == STRIP


def test_a_strip_holds_its_lines_between_neutral_gaps() -> None:
    lines = [np.zeros((48, 100), np.uint8), np.full((24, 50), 255, np.uint8)]
    strips = pack([100, 100], STRIP)
    (strip,) = draw(lines, strips, STRIP)
    assert strip.shape == (1, 3, LINE_HEIGHT, STRIP)
    for place in strips[0]:
        inside = strip[..., place.left : place.left + place.width]
        assert np.all(inside == (-1 if place.line == 0 else 1))
    assert np.all(strip[..., 100:128] == 0)
