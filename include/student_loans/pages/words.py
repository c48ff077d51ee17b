"""Words with boxes: the structure that every reader produces and every later stage uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from student_loans.records import BBox, TextSource


@dataclass(frozen=True, slots=True)
class Word:
    """One printed word.

    Attributes:
        text: The word as read, never empty, no spaces inside.
        bbox: Its place on the upright page, as page fractions.
        confidence: The confidence of the OCR engine in [0, 1]; 1.0 for a trusted text layer.
    """

    text: str
    bbox: BBox
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class PageText:
    """The words of one page, in the reader's order.

    Attributes:
        number: Page number from 1.
        width_pt: Width of the upright page in points (1/72 inch): needed to compare distances on both axes.
        height_pt: Height of the upright page in points.
        text_source: ``text_layer`` or ``ocr``.
        reader: Name of the reader (``pdfium``, ``tesseract``, ``rapidocr`` …).
        quality_score: Quality of the page image in [0, 1]; 1.0 for a text layer.
        unread: Places with print that the text layer does not cover, as page fractions: pictures of text, lettering drawn
            as lines, words printed over one another.
        printed_across: Whether something is printed across the words, as a stamp is. The page's notices say so, and it is
            not stored with the words.
    """

    number: int
    width_pt: float
    height_pt: float
    words: tuple[Word, ...]
    text_source: TextSource
    reader: str
    quality_score: float = 1.0
    unread: tuple[BBox, ...] = ()
    printed_across: bool = False

    def to_json(self) -> dict[str, Any]:
        """The page as plain data, words as compact lists."""
        return {
            "number": self.number,
            "width_pt": self.width_pt,
            "height_pt": self.height_pt,
            "text_source": self.text_source.value,
            "reader": self.reader,
            "quality_score": self.quality_score,
            "unread": [list(box) for box in self.unread],
            "words": [[word.text, *word.bbox, word.confidence] for word in self.words],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what :meth:`to_json` wrote."""
        return cls(
            number=data["number"],
            width_pt=data["width_pt"],
            height_pt=data["height_pt"],
            words=tuple(Word(text, (x0, y0, x1, y1), conf) for text, x0, y0, x1, y1, conf in data["words"]),
            text_source=TextSource(data["text_source"]),
            reader=data["reader"],
            quality_score=data["quality_score"],
            unread=tuple((x0, y0, x1, y1) for x0, y0, x1, y1 in data.get("unread", ())),
        )
