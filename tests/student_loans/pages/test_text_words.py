"""Characters into words: gaps end a word, and what is raised belongs to it or is a mark."""

from __future__ import annotations

import pytest

from student_loans.pages.characters import Character
from student_loans.pages.text_words import words_of_characters


def character(text: str, left: float, *, base: float = 110.0, size: float = 10.0, raised: bool = False) -> Character:
    """A character five tenths of its size wide, whose line ends at ``base``."""
    right, top = left + 0.5 * size, base - size
    return Character(text, left, top, right, base, top, base, size, 0, raised, 0)


def line(*parts: tuple[str, float, float], left: float = 72.0, gap: float = 0.0) -> list[Character]:
    """Characters beside one another: text, size, and by how much it is raised; a space is white space."""
    characters, x = [], left
    for text, size, rise in parts:
        for each in text:
            characters.append(character("" if each == " " else each, x, base=110 - rise, size=size))
            x += 0.5 * size + gap
    return characters


def texts(characters: list[Character]) -> list[str]:
    return [word.text for word in words_of_characters(characters)]


def test_white_space_and_gaps_end_a_word() -> None:
    assert texts(line(("Total due", 10, 0))) == ["Total", "due"]
    assert texts([*line(("Total", 10, 0)), *line(("due", 10, 0), left=100)]) == ["Total", "due"]


@pytest.mark.parametrize(("gap", "words"), [(1.5, ["84"]), (2.5, ["8", "4"])])
def test_a_gap_is_measured_in_heights_of_the_line(gap: float, words: list[str]) -> None:
    assert texts(line(("84", 10, 0), gap=gap)) == words


def test_another_line_begins_another_word() -> None:
    lower = [character(c, 97 + 5 * n, base=125) for n, c in enumerate("due")]
    assert texts([*line(("Total", 10, 0)), *lower]) == ["Total", "due"]


@pytest.mark.parametrize(
    ("before", "raised", "words"),
    [
        ("$1,284", "56", ["$1,284.56"]),
        ("$1,284.", "56", ["$1,284.56"]),
        ("1284", "56", ["1284"]),
        ("$1,284.56", "12", ["$1,284.56"]),
        ("May21", "st", ["May21st"]),
        ("21", "TH,", ["21TH,"]),
        ("Total", "th", ["Total"]),
        ("$1,284.56", "*", ["$1,284.56"]),
        ("$1,284.56", "1", ["$1,284.56"]),
        ("6.50%", "a", ["6.50%"]),
        ("84", "2", ["84"]),
    ],
)
def test_what_is_raised_is_cents_or_an_ending_or_a_mark(before: str, raised: str, words: list[str]) -> None:
    assert texts(line((before, 10, 0), (raised, 6, 4))) == words


def test_what_stands_on_the_line_is_never_dropped_however_small() -> None:
    assert texts(line(("$1,284.56", 10, 0), (" 12", 6, 0))) == ["$1,284.56", "12"]


def test_a_whole_raised_word_stays() -> None:
    assert texts(line(("Total", 10, 0), ("corrected", 6, 4))) == ["Total", "corrected"]


def test_a_raised_character_by_itself_is_a_mark_in_any_size() -> None:
    amount = line(("$1,284.56", 10, 0))
    assert texts([*amount, character("2", amount[-1].right, raised=True)]) == ["$1,284.56"]


def test_a_mark_that_the_file_has_elsewhere_is_found_by_its_place() -> None:
    amount, other = line(("$1,284.56", 10, 0)), line(("due", 10, 0), left=300)
    mark = character("1", amount[-1].right + 0.3, base=106, size=6)
    assert texts([*amount, *other, mark]) == ["$1,284.56", "due"]
    assert texts([mark, *amount, *other]) == ["$1,284.56", "due"]


def test_a_raised_numerator_and_its_denominator_are_a_fraction() -> None:
    assert texts(line(("6", 10, 0), ("7", 6, 4), ("/8", 10, 0), ("%", 10, 0))) == ["6", "7/8%"]


def test_a_word_has_the_characters_that_print_it() -> None:
    (word,) = words_of_characters(line(("$1,284", 10, 0), ("56", 6, 4)))
    assert "".join(each.text for each in word.characters) == "$1,28456"


def test_no_characters_are_no_words() -> None:
    assert words_of_characters([]) == []
