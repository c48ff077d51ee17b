"""Social security numbers are painted over, the last four digits stay."""

from __future__ import annotations

from student_loans.pages.privacy import redact_page
from student_loans.pages.words import PageText, Word
from student_loans.records import BBox, TextSource
from student_loans.review.masking import masks


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
