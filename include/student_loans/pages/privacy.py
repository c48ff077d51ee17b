"""Redact social security numbers in a page's words before anything is written: only the last four digits remain.

:mod:`student_loans.privacy` has the patterns of a number and its label. This module adds the layout of the page: a number
over several words, a number that wraps in its cell, and nine digits with a label beside, above or below them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import NamedTuple

from student_loans.pages.words import PageText, Word
from student_loans.privacy import (
    ends_with_label,
    find_numbers,
    find_shapes,
    hide,
    holds_label,
    is_digit,
    is_labelled_number,
    names_number,
)

_DIGITS, _KEPT = 9, 4
_LETTER = re.compile(r"[^\W\d_]")
_WORDS_OF_LABEL = 10
_FIRST_GROUP = 3
_LONGEST_BEGINNING = 8
_ENDS = (" 0000", " 00-0000")
"""What the beginning of a number that the end of a line breaks lacks."""
_PART = re.compile(r"[\dOoQIlSsBZz\W_]+")
"""A word that may be part of a number, misread or not."""
_AMOUNT = re.compile(r"[$%€£,:]")
_WIDEST_GAP = 2.6
"""Between parts of a number, as one digit a box, in heights of its words."""
_CLOSE = 0.6
"""A gap in heights within which a further word belongs to the same number or phrase."""
_FARTHEST_LABEL = 30.0
"""A label to the left may be led to its value by dots across the page, in heights."""
_LINES_AWAY = 3.0
"""A label above or below, in heights from edge to edge."""
_WRAPPED = 2.5
"""The second line of a cell, in heights."""
_TO_THE_LEFT = 2.0
"""A label above a value may begin so many heights after it."""


class _WordBox(NamedTuple):
    """A word's box in points."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def height(self) -> float:
        return max(self.bottom - self.top, 1.0)

    def is_on_line_of(self, other: _WordBox) -> bool:
        """Whether the middle of this box is at the height of the other."""
        return other.top <= (self.top + self.bottom) / 2 <= other.bottom

    def is_over(self, other: _WordBox, slack: float = 0.0) -> bool:
        """Whether both overlap horizontally."""
        return self.left < other.right and other.left < self.right + slack


def redact_page(page: PageText) -> PageText:
    """Redact each number of a page: within a word, over several words, or recognised by its label."""
    places = _Page(page).hidden()
    if not places:
        return page
    words = [
        replace(word, text=hide(word.text, places[at])) if at in places else word for at, word in enumerate(page.words)
    ]
    return replace(page, words=tuple(words))


def number_words(words: Sequence[Word]) -> dict[int, set[int]]:
    """The characters to hide in words that form one number by their field: index of a word to character positions.

    Args:
        words: The words of the field, in the reader's order.
    """
    digits = [(at, place) for at, word in enumerate(words) for place, c in enumerate(word.text) if c.isdigit()]
    hidden: dict[int, set[int]] = defaultdict(set)
    for at, place in digits[:-_KEPT] if len(digits) >= _DIGITS else ():
        hidden[at].add(place)
    return hidden


class _Page:
    """The words of a page with their boxes, and the characters to hide."""

    def __init__(self, page: PageText) -> None:
        across, down = page.width_pt, page.height_pt
        self._words = page.words
        self._boxes = [
            _WordBox(w.bbox[0] * across, w.bbox[1] * down, w.bbox[2] * across, w.bbox[3] * down) for w in page.words
        ]
        self._hidden: dict[int, set[int]] = defaultdict(set)
        self._known: set[str] = set()

    def hidden(self) -> Mapping[int, set[int]]:
        """Index of a word to the positions in its text to hide."""
        self._find_shapes()
        self._find_groups()
        self._find_wrapped()
        self._find_labelled()
        self._find_repeated()
        return self._hidden

    def _find_shapes(self) -> None:
        """Find numbers by their shape over adjacent words, and numbers with a label within one word."""
        for at, word in enumerate(self._words):
            for number in find_numbers(word.text):
                self._hide((at, place) for place in range(number.start, number.end))
        starts = list(accumulate((len(word.text) + 1 for word in self._words), initial=0))
        for number in find_shapes(" ".join(word.text for word in self._words)):
            first, last = (bisect_right(starts, place) - 1 for place in (number.start, number.end - 1))
            if first < last and all(self._are_near(at, at + 1) for at in range(first, last)):
                characters = ((at, starts[at] + place) for at, place in self._characters(range(first, last + 1)))
                self._hide((at, place - starts[at]) for at, place in characters if number.start <= place < number.end)

    def _find_groups(self) -> None:
        """``987 65 4321`` in three consecutive words, at any place."""
        for at, word in enumerate(self._words[:-2]):
            group = range(at, at + 3)
            if len(word.text) == _FIRST_GROUP and word.text.isdigit() and find_shapes(self._text(group)):
                self._hide(self._characters(group))

    def _find_wrapped(self) -> None:
        """``987-65`` with ``4321`` right under it, independent of the cells beside them."""
        for at, word in enumerate(self._words):
            # The search for the line below is slow, so it is done only where four more digits would complete a number.
            if not word.text[:_FIRST_GROUP].isdigit() or not _FIRST_GROUP < len(word.text) <= _LONGEST_BEGINNING:
                continue
            if not any(find_shapes(word.text + end) for end in _ENDS):
                continue
            for below in self._below(at):
                aligned = abs(self._boxes[below].left - self._boxes[at].left) <= self._boxes[at].height
                if aligned and find_shapes(self._text((at, below))):
                    self._hide(self._characters((at, below)))

    def _find_labelled(self) -> None:
        """Nine digits, one a box or in any grouping, with a label beside, above or below."""
        if not holds_label(" ".join(word.text for word in self._words)):
            return
        for at, word in enumerate(self._words):
            if _may_begin(word.text) and at not in self._hidden:
                run = self._run(at)
                if run and self._is_labelled(run):
                    self._hide(self._characters(run))

    def _find_repeated(self) -> None:
        """A number that was found and is printed again without a label."""
        if not self._known:
            return
        for at, word in enumerate(self._words):
            if len(word.text) >= _DIGITS and at not in self._hidden and _digits(word.text) in self._known:
                self._hide(self._characters((at,)))

    def _run(self, first: int) -> tuple[int, ...]:
        """The words from ``first`` on with nine digits together; none if more digits are beside them."""
        text, run = "", list[int]()
        for at in range(first, len(self._words)):
            word, gap = self._words[at].text, self._gap(run[-1], at) if run else 0.0
            if not _may_continue(word) or gap > _WIDEST_GAP:
                break
            if is_labelled_number(text):
                return () if gap <= _CLOSE and _may_begin(word) else tuple(run)
            text, run = f"{text} {word}".strip(), [*run, at]
        return tuple(run) if is_labelled_number(text) else ()

    def _is_labelled(self, run: tuple[int, ...]) -> bool:
        """Whether the label of some words says that they are a social security number."""
        left = self._left_of(run[0])
        if left and self._gap(left[-1], run[0]) <= _FARTHEST_LABEL and _LETTER.search(self._text(left)):
            return ends_with_label(self._text(left))
        for phrase in (self._phrase(run, above=True), self._phrase(run, above=False)):
            if _LETTER.search(phrase):
                return names_number(phrase)
        return False

    def _left_of(self, at: int) -> list[int]:
        """Words before a word on its line, from left to right."""
        box = self._boxes[at]
        before = [
            other
            for other, its in enumerate(self._boxes)
            if other != at and its.is_on_line_of(box) and its.right <= box.left + _CLOSE * box.height
        ]
        return sorted(before, key=lambda other: self._boxes[other].left)[-_WORDS_OF_LABEL:]

    def _phrase(self, run: Sequence[int], *, above: bool) -> str:
        """The text of the nearest line over, or under, some words."""
        boxes = [self._boxes[at] for at in run]
        box = _WordBox(boxes[0].left, boxes[0].top, boxes[-1].right, boxes[0].bottom)
        lines = {}
        for at, its in enumerate(self._boxes):
            away = box.top - its.bottom if above else its.top - box.bottom
            if (
                -_CLOSE <= away / box.height <= _LINES_AWAY
                and at not in run
                and its.is_over(box, _TO_THE_LEFT * box.height)
            ):
                lines[at] = away
        if not lines:
            return ""
        nearest = min(lines, key=lambda at: lines[at])
        line = [at for at in lines if self._boxes[at].is_on_line_of(self._boxes[nearest])]
        return self._text(self._whole_phrase(line))

    def _whole_phrase(self, line: Sequence[int]) -> list[int]:
        """Words of a line with those that stand close to them on both sides."""
        around = self._boxes[line[0]]
        # Words of different height may each be on the line of a third and not on one another's.
        words = [at for at, its in enumerate(self._boxes) if at in line or its.is_on_line_of(around)]
        words.sort(key=lambda at: self._boxes[at].left)
        first, last = words.index(min(line, key=words.index)), words.index(max(line, key=words.index))
        while first > 0 and self._gap(words[first - 1], words[first]) <= _CLOSE:
            first -= 1
        while last + 1 < len(words) and self._gap(words[last], words[last + 1]) <= _CLOSE:
            last += 1
        return words[first : last + 1]

    def _below(self, at: int) -> Iterator[int]:
        """Words of the next line of a word's cell."""
        box = self._boxes[at]
        for other, its in enumerate(self._boxes):
            if 0 < (its.top + its.bottom - box.top - box.bottom) / 2 <= _WRAPPED * box.height and box.is_over(its):
                yield other

    def _gap(self, one: int, other: int) -> float:
        """Distance from the end of a word to the start of another on its line, in heights; infinite for another line."""
        before, after = self._boxes[one], self._boxes[other]
        if not after.is_on_line_of(before):
            return float("inf")
        return max(0.0, after.left - before.right) / before.height

    def _are_near(self, one: int, other: int) -> bool:
        """Whether a word continues in another: beside it, or at the start of the next line."""
        return self._gap(one, other) <= _WIDEST_GAP or other in self._below(one)

    def _text(self, words: Iterable[int]) -> str:
        return " ".join(self._words[at].text for at in words)

    def _characters(self, words: Iterable[int]) -> list[tuple[int, int]]:
        return [(at, place) for at in words for place in range(len(self._words[at].text))]

    def _hide(self, characters: Iterable[tuple[int, int]]) -> None:
        """Hide all digits of a number except the last four."""
        digits = [(at, place) for at, place in characters if is_digit(self._words[at].text[place])]
        if len(digits) == _DIGITS:
            self._known.add("".join(self._words[at].text[place] for at, place in digits))
        for at, place in digits[:-_KEPT]:
            self._hidden[at].add(place)


def _may_begin(text: str) -> bool:
    return any(character.isdigit() for character in text) and _may_continue(text)


def _may_continue(text: str) -> bool:
    """Whether a text is digits, letters that OCR confuses with digits, or signs between digits."""
    if not _PART.fullmatch(text) or _AMOUNT.search(text):
        return False
    return any(character.isdigit() for character in text) or not _LETTER.search(text)


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())
