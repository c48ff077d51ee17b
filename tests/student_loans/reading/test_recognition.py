"""Lines of text read in strips or one by one: each with its own text, whatever stands beside it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from student_loans.reading.recognition import STRIP, CarefulReader, StripReader, _padded, is_prose, line_widths
from student_loans.reading.strips import LINE_HEIGHT, STEP
from tests.line_factory import drawn_line

TEXTS = ["Total payoff amount", "7.25%", "Harbor Lane Credit Union", "$18,250.00", "2026-03-14"]


@pytest.fixture(scope="module", params=["strips", "care"])
def reader(request: pytest.FixtureRequest) -> StripReader | CarefulReader:
    return StripReader("tiny") if request.param == "strips" else CarefulReader("small")


def squeezed(readings: list[tuple[str, float]]) -> list[str]:
    return [text.replace(" ", "") for text, _ in readings]


def test_each_line_has_its_own_text_in_the_order_of_the_lines(reader: StripReader | CarefulReader) -> None:
    readings = reader.read([drawn_line(text) for text in TEXTS])
    assert squeezed(readings) == [text.replace(" ", "") for text in TEXTS]
    assert all(0.8 < certainty <= 1 for _, certainty in readings)


def test_a_line_is_read_alike_in_any_company(reader: StripReader | CarefulReader) -> None:
    lines = [drawn_line(text) for text in TEXTS]
    assert squeezed(reader.read(lines[::-1])) == squeezed(reader.read(lines))[::-1]
    assert squeezed(reader.read(lines[3:4])) == ["$18,250.00"]


def test_paper_without_print_has_no_text(reader: StripReader | CarefulReader) -> None:
    ((text, certainty),) = reader.read([np.full((40, 400), 255, np.uint8)])
    assert (text, certainty) == ("", 0.0)


def test_no_lines_have_no_texts(reader: StripReader | CarefulReader) -> None:
    assert reader.read([]) == []


def test_small_and_large_print_is_read_alike(reader: StripReader | CarefulReader) -> None:
    assert squeezed(reader.read([drawn_line("Amount due", size) for size in (20, 80)])) == ["Amountdue"] * 2


@pytest.mark.parametrize(("width", "prose"), [(560, False), (561, True)])
def test_a_line_more_than_fourteen_times_as_wide_as_high_is_prose(width: int, prose: bool) -> None:
    assert is_prose(np.zeros((40, width), np.uint8)) is prose


def test_prose_keeps_seven_tenths_of_its_width_and_a_value_all_of_it() -> None:
    value, prose = np.zeros((LINE_HEIGHT, 600), np.uint8), np.zeros((LINE_HEIGHT, 1000), np.uint8)
    assert line_widths([value, prose]) == [600, 700]


@given(st.integers(1, 400), st.integers(1, 5000))
def test_no_line_is_wider_than_a_strip(height: int, width: int) -> None:
    (taken,) = line_widths([np.zeros((height, width), np.uint8)])
    assert 0 < taken <= STRIP


@given(st.integers(1, 6400), st.integers(1, 6400))
def test_padded_widths_hold_their_lines_and_grow_with_them(one: int, other: int) -> None:
    for width in (one, other):
        assert width <= _padded(width)
        assert _padded(width) % STEP == 0
        assert _padded(_padded(width)) == _padded(width)
    assert _padded(min(one, other)) <= _padded(max(one, other))


def test_all_widths_are_padded_to_a_few() -> None:
    assert len({_padded(width) for width in range(1, 6401)}) < 30
