"""Words that a form prints one character a box, or with space between the letters, are words again."""

from __future__ import annotations

import pytest

from student_loans.pages.spaced_words import join_spaced_words
from student_loans.pages.words import Word

WIDTH, HEIGHT = 600.0, 800.0


def word(text: str, left: float, top: float = 100.0, width: float | None = None) -> Word:
    """A word of ten points, five to a character unless a width is given."""
    right = left + (5.0 * len(text) if width is None else width)
    return Word(text, (left / WIDTH, top / HEIGHT, right / WIDTH, (top + 10) / HEIGHT))


def boxed(text: str, pitch: float = 14.0, left: float = 72.0) -> tuple[Word, ...]:
    """Each character in the middle of its box; a space leaves one empty."""
    return tuple(word(c, left + pitch * n) for n, c in enumerate(text) if c != " ")


def joined(words: tuple[Word, ...]) -> list[str]:
    return [each.text for each in join_spaced_words(words, WIDTH, HEIGHT)]


@pytest.mark.parametrize(("text", "pitch"), [("7730194", 14), ("CB7730194", 9), ("123", 20), ("03122025", 25)])
def test_characters_at_even_steps_are_one_word(text: str, pitch: float) -> None:
    assert joined(boxed(text, pitch)) == [text]


def test_an_empty_box_ends_a_word() -> None:
    assert joined(boxed("LUCINDA FARROW")) == ["LUCINDA", "FARROW"]


def test_letters_of_different_width_stand_in_the_middle_or_at_the_left_of_their_boxes() -> None:
    widths = {"W": 9.0, "I": 2.0}
    middle = tuple(word(c, 72 + 14 * n - widths.get(c, 5) / 2, width=widths.get(c, 5)) for n, c in enumerate("WILIW"))
    left = tuple(word(c, 72 + 14 * n, width=widths.get(c, 5)) for n, c in enumerate("WILIW"))
    assert joined(middle) == joined(left) == ["WILIW"]


def test_letters_that_are_set_apart_are_words_where_the_space_is_wider() -> None:
    words, x = [], 72.0
    for character in "PAYOFF AMOUNT":
        if character != " ":
            words.append(word(character, x))
        x += 10
    assert joined(tuple(words)) == ["PAYOFF", "AMOUNT"]


def test_two_letters_that_touch_are_parts_too() -> None:
    parts = ("L", "U", "CI", "N", "D", "A")
    words, x = [], 72.0
    for part in parts:
        words.append(word(part, x))
        x += 5 * len(part) + 4
    assert joined(tuple(words)) == ["LUCINDA"]


@pytest.mark.parametrize(
    "words",
    [
        (word("1", 72), word("of", 82), word("3", 97)),
        (word("A", 72), word("B", 82)),
        (word("A", 72), word("B", 82), word("C", 97)),
        (word("1", 72), word("2", 150), word("3", 300), word("4", 500)),
        (word("5", 72), word("years", 82), word("7", 120), word("years", 130)),
        (word("1", 72, 100), word("2", 72, 130), word("3", 72, 160), word("4", 72, 190)),
    ],
    ids=["1 of 3", "two", "three at uneven steps", "far apart", "among words", "one under another"],
)
def test_what_is_not_joined(words: tuple[Word, ...]) -> None:
    assert joined(words) == [each.text for each in words]


def test_a_point_between_boxes_is_part_of_the_value() -> None:
    assert joined(boxed("1284.56")) == ["1284.56"]


def test_a_joined_word_covers_its_parts_and_is_as_sure_as_the_least_sure() -> None:
    words = tuple(
        Word(w.text, w.bbox, confidence) for w, confidence in zip(boxed("8842"), (1, 0.9, 0.7, 1), strict=True)
    )
    (whole,) = join_spaced_words(words, WIDTH, HEIGHT)
    assert (whole.bbox[0], whole.bbox[2]) == (words[0].bbox[0], words[-1].bbox[2])
    assert whole.confidence == 0.7


def test_other_words_stay_where_they_are() -> None:
    before, after = word("Account", 72, 60), word("Total", 72, 140)
    assert joined((before, *boxed("7730194"), after)) == ["Account", "7730194", "Total"]
