"""Read the words of a page: from a trusted text layer, else by the OCR reader of the settings."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from student_loans.pages.privacy import redact_page
from student_loans.pages.spaced_words import join_spaced_words
from student_loans.pages.words import PageText, Word
from student_loans.records import BBox, TextSource
from student_loans.registrations import READERS
from student_loans.settings import Settings

if TYPE_CHECKING:
    from student_loans.pages.prepared import PreparedPage
    from student_loans.pages.word_cache import WordCache
    from student_loans.reading.base import Reader

AUTOMATIC_READER = "rapidocr"
"""The default OCR reader: it reads more than Tesseract on every kind of scan; see docs/benchmarks.md."""
SECOND_READER = "tesseract"

_PAPER = 40
"""White pixels around a place that is read separately, because detection misses print at an image's edge."""
_SAME = 0.5
"""Share of a word's box that another box covers, from which on both are the same word."""
_MOST_CERTAIN = 0.9999
"""Highest confidence of an OCR word; 1.0 is reserved for words of the text layer."""


@cache
def _reader(name: str, language: str, timeout_s: float, *, strips: bool = False) -> Reader:
    """A reader by name, opened once in a process."""
    reader: Reader = READERS.load(name)(language, timeout_s, strips=strips)
    return reader


def first_reader(settings: Settings) -> Reader:
    """The reader that reads whole pages."""
    options = settings.extraction
    name = AUTOMATIC_READER if options.reader == "auto" else options.reader
    return _reader(name, options.ocr_language, options.ocr_timeout_s)


def second_reader(settings: Settings) -> Reader:
    """The reader that reads single values again: Tesseract, or the automatic one where Tesseract reads the pages."""
    options = settings.extraction
    other = AUTOMATIC_READER if first_reader(settings).name == SECOND_READER else SECOND_READER
    return _reader(other, options.ocr_language, options.ocr_timeout_s, strips=True)


def read_page(page: PreparedPage, settings: Settings, cache: WordCache | None = None) -> PageText:
    """The words of a prepared page.

    Args:
        page: A page with a text layer or an image.
        settings: Which OCR reader, and how.
        cache: The OCR cache; None reads the image again.

    Raises:
        ServiceError: ``ocr_failed`` or ``ocr_timed_out``.
        ConfigurationError: ``ocr_not_installed``.
    """
    if page.text is not None and not page.text.unread:
        return page.text
    if cache and (known := cache.find(page, settings)):
        return known
    text = _read_image(page, settings) if page.text is None else _read_places(page, page.text, settings)
    if cache:
        cache.keep(page, settings, text)
    return text


def _read_image(page: PreparedPage, settings: Settings) -> PageText:
    reader = first_reader(settings)
    words = join_spaced_words(reader.read(page.pixels, page.quality_score), page.width_pt, page.height_pt)
    return redact_page(
        PageText(page.number, page.width_pt, page.height_pt, words, TextSource.OCR, reader.name, page.quality_score)
    )


def _read_places(page: PreparedPage, text: PageText, settings: Settings) -> PageText:
    """The words of a text layer, and words of OCR at the places that the layer does not cover."""
    import numpy as np

    reader, pixels = first_reader(settings), page.pixels
    height, width = pixels.shape
    found: list[Word] = []
    for left, top, right, bottom in text.unread:
        x0, y0, x1, y1 = round(left * width), round(top * height), round(right * width), round(bottom * height)
        place = np.pad(pixels[y0:y1, x0:x1], _PAPER, constant_values=255)
        down, across = place.shape
        for word in reader.read(place, page.quality_score):
            a, b, c, d = word.bbox
            box = (
                (x0 - _PAPER + a * across) / width,
                (y0 - _PAPER + b * down) / height,
                (x0 - _PAPER + c * across) / width,
                (y0 - _PAPER + d * down) / height,
            )
            if not any(_lies_on(box, stated.bbox) for stated in text.words):
                found.append(replace(word, bbox=box, confidence=min(word.confidence, _MOST_CERTAIN)))
    return redact_page(replace(text, words=(*text.words, *found)))


def _lies_on(box: BBox, stated: BBox) -> bool:
    """Whether a word's box is mostly on that of a word of the text layer, so that both are the same word."""
    across = min(box[2], stated[2]) - max(box[0], stated[0])
    down = min(box[3], stated[3]) - max(box[1], stated[1])
    area = (box[2] - box[0]) * (box[3] - box[1])
    return across > 0 and down > 0 and across * down > _SAME * area
