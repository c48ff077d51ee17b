"""Pages of words for tests: rows of cells at places, set like ten-point text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from student_loans.pages.words import PageText, Word
from student_loans.records import TextSource

WIDTH, HEIGHT = 612.0, 792.0
_CHARACTER, _SIZE = 5.0, 8.0

Row = Mapping[int, str]
"""Left edge in points to a cell's text."""


def make_page(rows: Sequence[Row | str], *, number: int = 1, leading: float = 16.0, printed: bool = True) -> PageText:
    """A page with one row of cells under another.

    Args:
        rows: Cells by their left edge; a bare string starts at the left margin; an empty one leaves a blank line.
        number: Page number.
        leading: Distance of the rows in points.
        printed: Whether the words come from a text layer; otherwise from OCR.
    """
    words: list[Word] = []
    for index, row in enumerate(rows):
        top = 60 + leading * index
        for left, text in ({54: row} if isinstance(row, str) else row).items():
            x = float(left)
            for word in text.split():
                right = x + _CHARACTER * len(word)
                box = (x / WIDTH, top / HEIGHT, right / WIDTH, (top + _SIZE) / HEIGHT)
                words.append(Word(word, box, 1.0 if printed else 0.98))
                x = right + 3.0
    source, reader = (TextSource.TEXT_LAYER, "pdfium") if printed else (TextSource.OCR, "rapidocr")
    return PageText(number, WIDTH, HEIGHT, tuple(words), source, reader)
