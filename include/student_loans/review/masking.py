"""Find the places of social security numbers on a page; they are painted over before a page image is shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from student_loans.pages.privacy import number_words, redact_page
from student_loans.pages.words import PageText, Word
from student_loans.records import BBox


def masks(page: PageText, number_boxes: Iterable[BBox] = ()) -> list[BBox]:
    """Boxes to paint over, as page fractions.

    Digits that :func:`student_loans.pages.privacy.redact_page` replaced by asterisks are still visible in the picture. Nine
    digits without a label beside them are known only by the field that was read from them.

    Args:
        page: The words of the page; words cached by an older version may hold numbers that it did not recognise.
        number_boxes: Boxes of the fields that hold such a number.
    """
    words = redact_page(page).words
    found = [box for word in words if (box := _behind_asterisks(word))]
    for number in number_boxes:
        found += _long_numbers(words, number)
    return found


def _behind_asterisks(word: Word) -> BBox | None:
    """The part of a word's box that its asterisks cover, as if all letters were equally wide."""
    first, last = word.text.find("*"), word.text.rfind("*")
    return None if first < 0 else _part(word, first, last + 1)


def _long_numbers(words: Iterable[Word], box: BBox) -> Iterator[BBox]:
    """Words within a box that print the whole number, as one word or several; the last four digits stay visible."""
    inside = [word for word in words if _overlap(word.bbox, box)]
    for at, places in number_words(inside).items():
        yield _part(inside[at], min(places), max(places) + 1)


def _part(word: Word, start: int, end: int) -> BBox:
    left, top, right, bottom = word.bbox
    width, height = right - left, bottom - top
    # Slightly wider on the outer sides: letters are not equally wide, and they extend beyond their boxes.
    outer = 0.0 if start else 0.25 * height
    return (
        max(0.0, left + width * start / len(word.text) - outer),
        max(0.0, top - 0.15 * height),
        min(1.0, left + width * end / len(word.text) + 0.1 * width / len(word.text)),
        min(1.0, bottom + 0.15 * height),
    )


def _overlap(one: BBox, other: BBox) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
