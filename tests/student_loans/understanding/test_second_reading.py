"""A second reader confirms values where they stand, and speaks against what was misread."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from PIL import Image, ImageDraw, ImageFont

from student_loans.pages.page_images import PageImages
from student_loans.pages.prepared import PreparedPage
from student_loans.pages.words import PageText, Word
from student_loans.records import TextSource
from student_loans.settings import Settings, load_settings
from student_loans.understanding.document import confirm, find
from student_loans.understanding.findings import Findings
from student_loans.understanding.second_reading import agreements

WIDTH, HEIGHT, DPI = 612, 792, 200
ROWS = (
    ("Stillbrook Loan Servicing, LLC", ""), ("Payoff Quote - Loan Payoff Statement", ""),
    ("Borrower", "Maria de la Cruz"), ("Account Number", "4460-4092-9841"), ("Quote Date", "05/02/2024"),
    ("Principal", "$10,000.00"), ("Interest", "$100.00"), ("Payoff Amount", "$10,100.00"),
    ("Good Through", "05/22/2024"), ("Per Diem", "$1.92"), ("Interest Rate", "7.00%"),
)  # fmt: skip


def draw(*, read_as: dict[str, str] | None = None) -> tuple[PreparedPage, PageText]:
    """A ruled page image, and what the first reader made of it: the truth, or other words for some."""
    scale = DPI / 72
    image = Image.new("L", (round(WIDTH * scale), round(HEIGHT * scale)), "white")
    pen = ImageDraw.Draw(image)
    font = ImageFont.load_default(round(11 * scale))
    words = []
    for number, (label, value) in enumerate(ROWS):
        y = 60 + 26 * number
        pen.line([(40 * scale, (y - 5) * scale), (560 * scale, (y - 5) * scale)], fill=0, width=3)
        for x, text in ((54, label), (300, value)):
            for word in text.split():
                pen.text((x * scale, y * scale), word, font=font, fill=0)
                wide = pen.textlength(word, font=font) / scale
                said = (read_as or {}).get(word, word)
                words.append(Word(said, (x / WIDTH, y / HEIGHT, (x + wide) / WIDTH, (y + 13) / HEIGHT), 0.97))
                x += wide + 4
    png = io.BytesIO()
    image.save(png, "PNG")
    page = PreparedPage(1, WIDTH, HEIGHT, None, png.getvalue(), 0.9)
    return page, PageText(1, WIDTH, HEIGHT, tuple(words), TextSource.OCR, "rapidocr", 0.9)


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load_settings(environment={})


def test_what_both_read_agrees(settings: Settings) -> None:
    page, text = draw()
    found = find([text]).understanding.fields
    said = agreements(list(found.values()), [page], settings)
    assert set(said) == set(found)
    assert [name for name, agreed in said.items() if not agreed] == []


def test_a_misread_digit_or_letter_does_not_agree(settings: Settings) -> None:
    page, text = draw(read_as={"$10,100.00": "$10,700.00", "Cruz": "Oruz", "4460-4092-9841": "460-4092-9841"})
    found = find([text]).understanding.fields
    said = agreements(list(found.values()), [page], settings)
    assert {name for name, agreed in said.items() if not agreed} == {"payoff_amount", "borrower_name", "account_number"}


def test_pages_with_a_text_layer_are_not_asked(settings: Settings) -> None:
    page, text = draw()
    found = find([text]).understanding.fields
    assert agreements(list(found.values()), [replace(page, image=None)], settings) == {}


def kept(page: PreparedPage) -> PageImages:
    images = PageImages()
    list(images.keep([page]))
    return images


def with_second_reader(settings: Settings, when: str) -> Settings:
    return settings.model_copy(update={"extraction": settings.extraction.model_copy(update={"second_reader": when})})


@pytest.mark.parametrize(("when", "asked"), [("always", True), ("never", False)])
def test_the_setting_decides_who_is_asked(settings: Settings, when: str, asked: bool) -> None:
    page, text = draw()
    found = confirm(find([text]), kept(page), with_second_reader(settings, when))
    assert all(evidence.agreed == float(asked) for evidence in found.evidence.values())


def test_a_document_that_cannot_be_accepted_anyway_costs_nothing(settings: Settings) -> None:
    page, text = draw(read_as={"$10,100.00": "$99,300.00"})  # contradicts principal and interest
    found = confirm(find([text]), kept(page), settings)
    assert _asked(found) == set()


def _asked(found: Findings) -> set[str]:
    return {name for name, evidence in found.evidence.items() if evidence.agreed or evidence.disagreed}
