"""Social security numbers are painted over, the last four digits stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from student_loans.pages.privacy import redact_page
from student_loans.pages.words import PageText, Word
from student_loans.records import BBox, TextSource
from student_loans.review.masking import masks
from tests.number_shapes import LABELS, bare, unlabelled
from tests.page_factory import make_page


def page(*words: tuple[str, BBox]) -> PageText:
    return redact_page(PageText(1, 612, 792, tuple(Word(*word) for word in words), TextSource.TEXT_LAYER, "pdfium"))


def covers(boxes: list[BBox], x: float, y: float) -> bool:
    return any(left <= x <= right and top <= y <= bottom for left, top, right, bottom in boxes)


BOX = (0.2, 0.5, 0.31, 0.52)


def test_five_digits_are_covered_and_four_stay() -> None:
    boxes = masks(page(("987-65-4321", BOX)))
    assert all(covers(boxes, 0.2 + place * 0.01 + 0.005, 0.51) for place in range(6))
    assert not any(covers(boxes, 0.2 + place * 0.01 + 0.005, 0.51) for place in range(8, 11))


def test_a_number_over_three_words_is_covered() -> None:
    boxes = masks(
        page(("987", (0.1, 0.1, 0.13, 0.12)), ("65", (0.14, 0.1, 0.16, 0.12)), ("4321", (0.17, 0.1, 0.21, 0.12)))
    )
    assert covers(boxes, 0.115, 0.11)
    assert covers(boxes, 0.15, 0.11)
    assert not covers(boxes, 0.19, 0.11)


def test_a_number_joined_to_its_label_is_covered() -> None:
    boxes = masks(page(("SSN:987-65-4321", (0.1, 0.1, 0.25, 0.12))))
    assert covers(boxes, 0.17, 0.11)
    assert not covers(boxes, 0.11, 0.11)


def test_nine_digits_without_hyphens_are_covered_where_the_field_was_read() -> None:
    words = (("987654321", BOX), ("123456789", (0.6, 0.5, 0.7, 0.52)))
    boxes = masks(page(*words), [(0.2, 0.5, 0.3, 0.52)])
    assert covers(boxes, 0.21, 0.51)
    assert not covers(boxes, 0.3, 0.51)
    assert not covers(boxes, 0.65, 0.51)


def test_other_words_stay() -> None:
    assert masks(page(("18,250.00", BOX), ("HL2041188", (0.4, 0.5, 0.5, 0.52)))) == []


@pytest.mark.parametrize(
    "printed", ["987.65.4321", "987_65_4321", "987/65/4321", "987\u201365\u20134321", "724-44-6790-A"]
)
def test_the_shape_makes_no_difference(printed: str) -> None:
    boxes = masks(page((printed, BOX)))
    assert covers(boxes, 0.205, 0.51)
    assert covers(boxes, 0.2 + 0.11 * 5 / len(printed), 0.51)


def test_words_that_an_older_version_kept_are_looked_at_again() -> None:
    kept = PageText(1, 612, 792, (Word("987.65.4321", BOX),), TextSource.OCR, "rapidocr")
    assert covers(masks(kept), 0.205, 0.51)


def test_a_number_in_pieces_is_covered_where_the_field_was_read() -> None:
    words = [(digit, (0.2 + 0.02 * at, 0.5, 0.21 + 0.02 * at, 0.52)) for at, digit in enumerate("987654321")]
    boxes = masks(page(*words), [(0.2, 0.5, 0.4, 0.52)])
    assert [covers(boxes, 0.205 + 0.02 * at, 0.51) for at in range(9)] == [True] * 5 + [False] * 4


@given(st.one_of(unlabelled.map(lambda printed: ("Borrower", printed)), st.tuples(st.sampled_from(LABELS), bare)))
def test_whatever_is_recognised_is_covered(row: tuple[str, str]) -> None:
    label, printed = row
    words = make_page([{54: label, 300: printed}])
    boxes = masks(words)
    digits = [
        (left + (right - left) * (place + 0.5) / len(word.text), (top + bottom) / 2)
        for word in words.words
        for left, top, right, bottom in (word.bbox,)
        for place, character in enumerate(word.text)
        if character.isdigit()
    ]
    assert all(covers(boxes, x, y) for x, y in digits[:5])
    assert not covers(boxes, *digits[-1])
