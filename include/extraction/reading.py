"""Which reader reads a page: a trusted text layer first, else the OCR that the settings name."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from include.extraction.privacy import redact_page
from include.extraction.words import PageText
from include.records import TextSource
from include.settings import Settings

if TYPE_CHECKING:
    from include.extraction.readers.base import Reader
    from include.extraction.word_cache import WordCache
    from include.preprocessing.pages import PreparedPage

AUTOMATIC_READER = "rapidocr"
"""Reads more of what is printed than Tesseract on every kind of scan; see docs/benchmarks.md."""


@cache
def _reader(name: str, language: str, timeout_s: float, *, strips: bool = False) -> Reader:
    """A reader by name, made once a process."""
    if name == "tesseract":
        from include.extraction.readers.tesseract import ONE_BLOCK, TesseractReader

        return TesseractReader(language, timeout_s, ONE_BLOCK if strips else "")
    from include.extraction.readers.rapidocr import RapidOcrReader

    return RapidOcrReader()


def first_reader(settings: Settings) -> Reader:
    """The reader that reads whole pages."""
    options = settings.extraction
    name = AUTOMATIC_READER if options.reader == "auto" else options.reader
    return _reader(name, options.ocr_language, options.ocr_timeout_s)


def second_reader(settings: Settings) -> Reader:
    """The reader that reads single values again: the other of the two."""
    options = settings.extraction
    other = "rapidocr" if first_reader(settings).name == "tesseract" else "tesseract"
    return _reader(other, options.ocr_language, options.ocr_timeout_s, strips=True)


def read_page(page: PreparedPage, settings: Settings, cache: WordCache | None = None) -> PageText:
    """The words of a prepared page.

    Args:
        page: A page with a text layer or an image.
        settings: Which OCR reader, and how.
        cache: Words of earlier readings of the same image; None reads it anew.

    Raises:
        ServiceError: ``ocr_failed`` or ``ocr_timed_out``.
        ConfigurationError: ``ocr_not_installed``.
    """
    if page.text is not None:
        return page.text
    if cache and (known := cache.find(page, settings)):
        return known
    text = _read_image(page, settings)
    if cache:
        cache.keep(page, settings, text)
    return text


def _read_image(page: PreparedPage, settings: Settings) -> PageText:
    reader = first_reader(settings)
    words = reader.read(page.pixels, page.quality_score)
    return redact_page(
        PageText(page.number, page.width_pt, page.height_pt, words, TextSource.OCR, reader.name, page.quality_score)
    )
