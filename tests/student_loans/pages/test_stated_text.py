"""Text that a file states in place of its glyphs (ActualText): figures are left to OCR."""

from __future__ import annotations

import pypdfium2

from student_loans.pages.text_layer import read_text_layer
from tests import drawing_factory as shapes


def first_page(content: bytes) -> pypdfium2.PdfPage:
    return pypdfium2.PdfDocument(content)[0]


def test_figures_that_the_file_states_for_other_glyphs_are_left_to_ocr() -> None:
    letter = shapes.letter_with(lambda _: None)
    stated = "/Span <</ActualText (9,999.99)>> BDC BT /F1 10 Tf 72 600 Td (1,284.67) Tj ET EMC"
    plain = "/Span <</ActualText (so)>> BDC BT /F1 10 Tf 72 600 Td (so) Tj ET EMC"
    page = read_text_layer(first_page(shapes.with_content(letter, stated)), 1)
    assert "9,999.99" not in {word.text for word in page.words}
    assert len(page.unread) == 1
    assert read_text_layer(first_page(shapes.with_content(letter, plain)), 1).unread == ()
