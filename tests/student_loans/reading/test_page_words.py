"""Both readers on the same clean page: words in their places."""

from __future__ import annotations

import dataclasses

import pytest
from reportlab.pdfgen.canvas import Canvas

from samples.generator.documents import generate
from student_loans.errors import ServiceError
from student_loans.pages.prepared import PreparedPage
from student_loans.pages.words import PageText
from student_loans.preparation.pages import prepare_pages
from student_loans.reading.page_words import first_reader, read_page, second_reader
from student_loans.reading.rapidocr import split_line
from student_loans.records import FileFormat, TextSource
from student_loans.settings import Settings, settings
from tests.drawing_factory import LETTER, Draw, letter_with, picture_of


@pytest.fixture(scope="module")
def scan() -> PreparedPage:
    content = generate("page", "reading", "form_1098e", "clean_scan", "tif", "bundled").content
    (page,) = prepare_pages(content, FileFormat.TIFF, settings())
    return page


def with_reader(name: str, **changes: object) -> Settings:
    extraction = settings().extraction.model_copy(update={"reader": name, **changes})
    return settings().model_copy(update={"extraction": extraction})


@pytest.mark.parametrize("reader", ["tesseract", "rapidocr"])
def test_a_scan_is_read_as_it_is_printed(scan: PreparedPage, reader: str) -> None:
    printed = generate("page", "reading", "form_1098e", "clean_scan", "tif", "bundled").truth["printed"]
    page = read_page(scan, with_reader(reader))
    text = "".join(word.text for word in page.words).lower()
    assert (page.text_source, page.reader) == (TextSource.OCR, reader)
    for field in ("interest_paid", "account_number", "tax_year"):
        assert any(spelling.replace(" ", "").lower() in text for spelling in printed[field]), field
    assert all(0 <= edge <= 1 for word in page.words for edge in word.bbox)
    assert all(0 <= word.confidence <= 1 for word in page.words)


def test_a_page_that_takes_too_long_is_a_service_error(scan: PreparedPage) -> None:
    with pytest.raises(ServiceError) as caught:
        read_page(scan, with_reader("tesseract", ocr_timeout_s=0.01))
    assert caught.value.code == "ocr_timed_out"


def test_words_of_a_text_layer_are_taken_as_they_are(scan: PreparedPage) -> None:
    text = read_page(scan, with_reader("rapidocr"))
    assert read_page(dataclasses.replace(scan, text=text, image=None), settings()) is text


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("LoanAmount$208.34", ["Loan", "Amount", "$208.34"]),
        ("due January 5,2026", ["due", "January", "5,", "2026"]),
        ("2018Student Loan Interest", ["2018", "Student", "Loan", "Interest"]),
        ("A late fee of $5.00will apply", ["A", "late", "fee", "of", "$5.00", "will", "apply"]),
        ("McLeod and O'Neil", ["McLeod", "and", "O'Neil"]),
    ],
)
def test_lost_spaces_come_back_where_no_word_goes_on(line: str, words: list[str]) -> None:
    found = split_line(line, (0.1, 0.1, 0.5, 0.12), 0.9)
    assert [word.text for word in found] == words
    assert found[0].bbox[0] == pytest.approx(0.1)
    assert found[-1].bbox[2] == pytest.approx(0.5)


class TestUnread:
    """What a text layer does not say is read by OCR where it stands; the rest is taken as it is."""

    def read(self, draw: Draw) -> PageText:
        (page,) = prepare_pages(letter_with(draw), FileFormat.PDF, settings())
        assert page.text is not None
        assert page.image is not None
        return read_page(page, settings())

    def test_a_small_picture_of_an_amount_is_read_in_its_place(self) -> None:
        def draw(canvas: Canvas) -> None:
            canvas.drawString(72, 600, "Payoff Amount")
            canvas.drawImage(picture_of("$1,284.56"), 200, 595, 90, 15)

        text = self.read(draw)
        (word,) = (word for word in text.words if word.confidence < 1)
        assert word.text == "$1,284.56"
        assert 198 / 612 < word.bbox[0] < 215 / 612
        assert abs((word.bbox[1] + word.bbox[3]) / 2 - (1 - 603 / 792)) < 0.008
        assert text.text_source is TextSource.TEXT_LAYER
        assert [word.text for word in text.words if word.confidence == 1] == [
            *" ".join(LETTER).split(),
            "Payoff",
            "Amount",
        ]

    def test_of_words_over_one_another_nothing_is_taken_from_the_text_layer(self) -> None:
        def draw(canvas: Canvas) -> None:
            canvas.drawString(72, 600, "$1,284.56")
            canvas.setFillGray(1)
            canvas.rect(71, 597, 50, 12, stroke=0, fill=1)
            canvas.setFillGray(0)
            canvas.drawString(72, 600, "$9,731.20")

        text = self.read(draw)
        assert [word.text for word in text.words if word.confidence < 1] == ["$9,731.20"]
        assert "$1,284.56" not in [word.text for word in text.words]

    def test_a_page_whose_text_says_all_needs_no_picture(self) -> None:
        (page,) = prepare_pages(letter_with(lambda canvas: canvas.line(72, 600, 500, 600)), FileFormat.PDF, settings())
        assert page.image is None
        assert read_page(page, settings()) is page.text

    def test_a_number_of_a_person_in_a_picture_is_reduced(self) -> None:
        text = self.read(lambda canvas: canvas.drawImage(picture_of("987-65-4321"), 200, 595, 90, 15))
        assert [word.text for word in text.words if word.confidence < 1] == ["***-**-4321"]

    def test_what_the_text_layer_states_is_not_read_again_under_other_print(self) -> None:
        def draw(canvas: Canvas) -> None:
            canvas.drawString(72, 600, "Payoff Amount $1,284.56 and the late fee of a month")
            canvas.drawImage(picture_of("PAID IN FULL", size=(400, 80)), 90, 560, 200, 40)

        text = self.read(draw)
        words = [word.text for word in text.words]
        assert [words.count(word) for word in ("Payoff", "Amount", "late", "month")] == [1, 1, 1, 1]
        assert {"PAID", "FULL"} <= {word.text for word in text.words if word.confidence < 1}


class TestReaders:
    """Which of the two reads pages, and which reads single values again."""

    @pytest.mark.parametrize(
        ("name", "first", "second"),
        [
            ("auto", "rapidocr", "tesseract"),
            ("rapidocr", "rapidocr", "tesseract"),
            ("tesseract", "tesseract", "rapidocr"),
        ],
    )
    def test_values_are_read_again_by_the_other_reader(self, name: str, first: str, second: str) -> None:
        chosen = with_reader(name)
        assert (first_reader(chosen).name, second_reader(chosen).name) == (first, second)

    def test_a_reader_is_made_once(self) -> None:
        assert first_reader(with_reader("auto")) is first_reader(with_reader("rapidocr"))
        assert first_reader(with_reader("tesseract")) is not second_reader(with_reader("rapidocr"))
