"""Digits left over beside a value make another value of it, so it is doubted."""

from __future__ import annotations

import pytest

from student_loans.understanding.fields.layout import arrange
from student_loans.understanding.fields.money import A_RANGE
from student_loans.understanding.fields.values import find_values
from student_loans.understanding.fields.wholeness import (
    DIGITS_BELOW,
    DIGITS_BESIDE,
    LETTERS_BESIDE,
    NOT_TWO_PLACES,
    left_over,
    wrong_places,
)
from tests.page_factory import Row, make_page


def doubt(cell: str, grammar: str, *below: Row) -> str | None:
    """The doubt of the first value of a grammar in a cell."""
    layout = arrange([make_page([{300: cell}, *below], leading=10.0)])
    segment = layout.segments[0]
    reading = next(r for r in find_values(segment.text) if r.grammar == grammar)
    return left_over(layout, segment, reading)


@pytest.mark.parametrize(
    ("cell", "grammar"),
    [
        ("$1,284.56 7", "money"),
        ("4 $1,284.56", "money"),
        ("12 05/24/2026", "date"),
        ("6 84 months", "term"),
        ("60-84 months", "term"),
        ("7730194 22", "identifier"),
        ("HB-118820-03-", "identifier"),
        ("1 6.50%", "rate"),
    ],
)
def test_digits_beside_a_value(cell: str, grammar: str) -> None:
    assert doubt(cell, grammar) == DIGITS_BESIDE


def test_a_code_before_a_number_may_belong_to_it_and_the_word_of_a_label_does_not() -> None:
    assert doubt("JM 60932217", "identifier") == LETTERS_BESIDE
    assert doubt("ID 60932217", "identifier") is None


@pytest.mark.parametrize(
    ("cell", "grammar"),
    [
        ("$1,284.56", "money"),
        ("$1,284.56 6.50%", "money"),
        ("05/24/2026", "date"),
        ("05/24/2026 10:30", "date"),
        ("84 months", "term"),
        ("7730194", "identifier"),
        ("6.50%", "rate"),
        ("Payment 4 of your loan is $1,284.56 today", "money"),
    ],
)
def test_a_whole_value_has_no_doubt(cell: str, grammar: str) -> None:
    assert doubt(cell, grammar) is None


def test_another_amount_beside_is_a_range() -> None:
    assert doubt("$100 $250.00", "money") == A_RANGE


@pytest.mark.parametrize(("cell", "grammar"), [("$1,284.56", "money"), ("7730194", "identifier")])
def test_digits_alone_on_the_next_line_of_the_cell(cell: str, grammar: str) -> None:
    assert doubt(cell, grammar, {300: "22"}) == DIGITS_BELOW
    assert doubt(cell, grammar, {300: "Months"}) is None
    assert doubt(cell, grammar, {54: "Term", 300: "22"}) is None


@pytest.mark.parametrize(
    ("field", "grammar", "value", "expected"),
    [
        ("payoff_amount", "money", "1284.56", None),
        ("payoff_amount", "money", "-1284.56", None),
        ("payoff_amount", "money", "1284.567", NOT_TWO_PLACES),
        ("per_diem", "money", "3.24", None),
        ("per_diem", "money", "3.241178", None),
        ("interest_rate", "rate", "6.5", None),
    ],
)
def test_amounts_have_two_places_and_interest_of_a_day_more(
    field: str, grammar: str, value: str, expected: str | None
) -> None:
    assert wrong_places(field, grammar, value) == expected
