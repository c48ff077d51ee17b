"""Words are kept by the image they were read from, the reader and its settings."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from student_loans.pages.prepared import PreparedPage
from student_loans.pages.word_cache import WordCache
from student_loans.pages.words import PageText, Word
from student_loans.reading import page_words as reading
from student_loans.records import TextSource
from student_loans.settings import Settings, load_settings

PAGE = PreparedPage(1, 612, 792, None, b"an image", 0.9)
TEXT = PageText(1, 612, 792, (Word("Principal", (0.1, 0.1, 0.2, 0.12), 0.98),), TextSource.OCR, "rapidocr", 0.9)


@pytest.fixture
def settings() -> Settings:
    return load_settings(environment={})


def test_a_page_is_read_once(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    read = []

    def read_image(page: PreparedPage, _: Settings) -> PageText:
        read.append(page.number)
        return TEXT

    monkeypatch.setattr(reading, "_read_image", read_image)
    cache = WordCache(tmp_path / "words")
    assert [reading.read_page(PAGE, settings, cache) for _ in range(3)] == [TEXT] * 3
    assert read == [1]


def test_the_same_image_may_be_another_page(tmp_path: Path, settings: Settings) -> None:
    cache = WordCache(tmp_path)
    cache.keep(PAGE, settings, TEXT)
    assert cache.find(replace(PAGE, number=7), settings) == replace(TEXT, number=7)


@pytest.mark.parametrize("key", ["reader", "ocr_language"])
def test_another_reader_reads_anew(tmp_path: Path, settings: Settings, key: str) -> None:
    cache = WordCache(tmp_path)
    cache.keep(PAGE, settings, TEXT)
    value = {"reader": "tesseract", "ocr_language": "deu"}[key]
    other = settings.model_copy(update={"extraction": settings.extraction.model_copy(update={key: value})})
    assert cache.find(PAGE, other) is None


def test_another_image_is_another_page(tmp_path: Path, settings: Settings) -> None:
    cache = WordCache(tmp_path)
    cache.keep(PAGE, settings, TEXT)
    assert cache.find(replace(PAGE, image=b"another"), settings) is None


def test_pages_that_look_alike_and_state_other_words_are_told_apart(tmp_path: Path, settings: Settings) -> None:
    cache = WordCache(tmp_path)
    stated = replace(TEXT, text_source=TextSource.TEXT_LAYER, unread=((0.1, 0.5, 0.3, 0.6),))
    other = replace(stated, words=(replace(TEXT.words[0], text="Interest"),))
    cache.keep(replace(PAGE, text=stated), settings, stated)
    assert cache.find(replace(PAGE, text=stated), settings) == stated
    assert cache.find(replace(PAGE, number=7, text=replace(stated, number=7)), settings) == replace(stated, number=7)
    assert cache.find(replace(PAGE, text=other), settings) is None
    assert cache.find(PAGE, settings) is None


def test_what_is_damaged_is_read_anew(tmp_path: Path, settings: Settings) -> None:
    cache = WordCache(tmp_path)
    cache.keep(PAGE, settings, TEXT)
    next(tmp_path.rglob("*.json")).write_text("[1, 2")
    assert cache.find(PAGE, settings) is None
