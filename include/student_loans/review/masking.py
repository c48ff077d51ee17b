"""Where a page shows a social security number: those places are painted over before a page image leaves the store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from student_loans.pages.words import PageText, Word
from student_loans.records import BBox

_LEAST_DIGITS = 9
_KEPT = 4


def masks(page: PageText, number_boxes: Iterable[BBox] = ()) -> list[BBox]:
    """Boxes to paint over, as page fractions.

    Reading has reduced every number in the form of a social security number to ``***-**-4321``: what the asterisks stand
    for is still on the picture. A number without hyphens is known only by the field that was read from it.

    Args:
        page: The words of the page, numbers reduced.
        number_boxes: Boxes of the fields that hold such a number.
    """
    found = [box for word in page.words if (box := _behind_asterisks(word))]
    for number in number_boxes:
        found += _long_numbers(page.words, number)
    return found


def _behind_asterisks(word: Word) -> BBox | None:
    """The part of a word's box that its asterisks cover: letters are taken as equally wide."""
    first, last = word.text.find("*"), word.text.rfind("*")
    return None if first < 0 else _part(word, first, last + 1)


def _long_numbers(words: Iterable[Word], box: BBox) -> Iterator[BBox]:
    """Words within a box that print the whole number in one piece; the last four digits stay visible."""
    for word in words:
        digits = [place for place, character in enumerate(word.text) if character.isdigit()]
        if len(digits) >= _LEAST_DIGITS and _overlap(word.bbox, box):
            yield _part(word, digits[0], digits[-_KEPT])


def _part(word: Word, start: int, end: int) -> BBox:
    left, top, right, bottom = word.bbox
    width, height = right - left, bottom - top
    # A little more on the outer sides: letters are not equally wide, and reach over their boxes.
    outer = 0.0 if start else 0.25 * height
    return (
        max(0.0, left + width * start / len(word.text) - outer),
        max(0.0, top - 0.15 * height),
        min(1.0, left + width * end / len(word.text) + 0.1 * width / len(word.text)),
        min(1.0, bottom + 0.15 * height),
    )


def _overlap(one: BBox, other: BBox) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
