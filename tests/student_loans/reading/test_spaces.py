"""Spaces that recognition lost come back where the image shows them, and no letter is changed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from student_loans.reading.spaces import restore_spaces, width_of
from tests.line_factory import drawn_line


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("Promissory note", "Promissorynote"),
        ("Monthly payment amount", "Monthlypaymentamount"),
        ("Name of the borrower", "Name oftheborrower"),
        ("Ashwick Federal Credit Union", "AshwickFederal CreditUnion"),
    ],
)
def test_a_lost_space_comes_back_where_the_image_shows_a_gap(printed: str, read: str) -> None:
    assert restore_spaces(read, drawn_line(printed)) == printed


@pytest.mark.parametrize("size", [24, 30, 60])
def test_the_size_of_the_print_does_not_matter(size: int) -> None:
    assert (
        restore_spaces("Monthlypaymentamount", drawn_line("Monthly payment amount", size)) == "Monthly payment amount"
    )


@pytest.mark.parametrize(
    "text", ["Promissory", "Disbursement", "Monthly payment amount", "$18,250.00", "HL-2041188", "of the loan", "", " "]
)
def test_a_line_without_a_lost_space_stays_as_it_is(text: str) -> None:
    assert restore_spaces(text, drawn_line(text or " ")) == text


def test_numbers_and_short_words_are_never_split() -> None:
    assert restore_spaces("204118", drawn_line("204 118")) == "204118"
    assert restore_spaces("ofthe", drawn_line("of the")) == "ofthe"


def test_an_image_that_shows_no_gap_splits_nothing() -> None:
    assert restore_spaces("Monthlypaymentamount", drawn_line("Monthlypaymentamount")) == "Monthlypaymentamount"
    blank = np.full((40, 300), 255, np.uint8)
    assert restore_spaces("Monthlypaymentamount", blank) == "Monthlypaymentamount"


def test_an_image_with_more_parts_than_a_line_of_words_splits_nothing() -> None:
    dotted = np.full((40, 3000), 255, np.uint8)
    dotted[:, ::30] = 0
    assert restore_spaces("Monthlypaymentamount", dotted) == "Monthlypaymentamount"


LINES = arrays.arrays(
    np.uint8, st.tuples(st.integers(8, 40), st.integers(20, 300)), elements=st.sampled_from([0, 128, 255])
)


@settings(max_examples=60, deadline=None)
@given(st.text("abcdefgXYZ .,'&0123456789é", max_size=40), LINES)
def test_whatever_the_image_shows_no_letter_is_lost_or_moved(text: str, line: np.ndarray) -> None:
    restored = restore_spaces(text, line)
    assert restored.replace(" ", "") == text.replace(" ", "")
    assert len(restored.split()) >= len(text.split())


def test_wide_letters_are_wider_than_capitals_and_capitals_than_small_ones() -> None:
    assert width_of("m") > width_of("A") > width_of("a") > width_of("i") == width_of(" ")
