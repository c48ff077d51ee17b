"""Numbers written in words."""

from __future__ import annotations

import pytest

from student_loans.understanding.fields.number_words import find_number_words
from student_loans.understanding.fields.values import find_values


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("eight percent", "8"),
        ("Thirty-six months", "36"),
        ("one hundred eight payments", "108"),
        ("one hundred and twenty months", "120"),
        ("five and one-half percent", "5.5"),
        ("six and three-quarters percent", "6.75"),
        ("five and one eighth percent", "5.125"),
    ],
)
def test_a_number_in_words_is_read(text: str, number: str) -> None:
    assert [str(found) for *_, found in find_number_words(text)] == [number]


@pytest.mark.parametrize(
    "text", ["someone", "tension", "five six", "seven hundred hundred", "five and one-third percent"]
)
def test_other_words_are_no_number(text: str) -> None:
    assert list(find_number_words(text)) == []


@pytest.mark.parametrize(
    ("text", "grammar", "value"),
    [
        ("with interest at eight percent a year", "rate", "8"),
        ("in sixty equal monthly payments", "term", "60"),
        ("over three years", "term", "36"),
    ],
)
def test_a_unit_behind_it_makes_it_a_value(text: str, grammar: str, value: str) -> None:
    assert [(found.grammar, found.value) for found in find_values(text)] == [(grammar, value)]


def test_a_number_in_words_without_a_unit_is_no_value() -> None:
    assert find_values("the first of three schools") == ()
