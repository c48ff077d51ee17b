"""Tesseract: words in their places, and each of its failures as an error that says what to do."""

from __future__ import annotations

import numpy as np
import pytesseract
import pytest

from student_loans.errors import ConfigurationError, ErrorCode, ServiceError
from student_loans.reading.tesseract import ONE_BLOCK, TesseractReader
from tests.line_factory import drawn_page

LINES = ["Total payoff amount", "Harbor Lane Credit Union"]


@pytest.mark.parametrize("options", ["", ONE_BLOCK])
def test_words_lie_on_their_print(options: str) -> None:
    page = drawn_page(LINES)
    words = TesseractReader("eng", 60, options).read(page, 1.0)
    assert [word.text for word in words] == " ".join(LINES).split()
    height, width = page.shape
    for word in words:
        left, top, right, bottom = word.bbox
        assert page[int(top * height) : int(bottom * height), int(left * width) : int(right * width)].min() < 60
        assert 0 <= word.confidence <= 1


def test_blank_paper_has_no_words() -> None:
    assert TesseractReader("eng", 60).read(np.full((400, 300), 255, np.uint8), 1.0) == ()


def test_a_program_that_is_not_installed_is_for_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pytesseract.pytesseract, "tesseract_cmd", "/nowhere/tesseract")
    with pytest.raises(ConfigurationError, match=r"packages\.txt") as caught:
        TesseractReader("eng", 60).read(drawn_page(LINES), 1.0)
    assert caught.value.code is ErrorCode.OCR_NOT_INSTALLED


def test_a_language_without_data_is_an_error_of_the_program() -> None:
    with pytest.raises(ServiceError) as caught:
        TesseractReader("xxx", 60).read(drawn_page(LINES), 1.0)
    assert caught.value.code is ErrorCode.OCR_FAILED


def test_a_page_that_takes_too_long_is_given_up() -> None:
    with pytest.raises(ServiceError, match="longer than 0 s") as caught:
        TesseractReader("eng", 0.001).read(drawn_page(LINES), 1.0)
    assert caught.value.code is ErrorCode.OCR_TIMED_OUT
