"""The text layer of a PDF: words with boxes, and whether it may be believed."""

from __future__ import annotations

import io

import pypdfium2
import pytest
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from include.extraction.text_layer import is_trusted, read_text_layer
from tests.document_factory import make_image, make_pdf

LINES = ["Loan amount: $12,600.00 and rate 4.09%", "The borrower promises to repay this student loan"]


def first_page(content: bytes) -> pypdfium2.PdfPage:
    return pypdfium2.PdfDocument(content)[0]


def drawn(*, font: str = "Helvetica", rotation: int = 0, mode: int = 0, scan: bool = False) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(612, 792), invariant=True)
    canvas.setPageRotation(rotation)
    if scan:
        canvas.drawImage(ImageReader(io.BytesIO(make_image("PNG", (850, 1100)))), 0, 0, 612, 792)
    text = canvas.beginText(72, 500)
    text.setFont(font, 10)
    text.setTextRenderMode(mode)
    for line in LINES:
        text.textLine(line)
    canvas.drawText(text)
    canvas.save()
    return buffer.getvalue()


@pytest.mark.parametrize("font", ["Helvetica", "Times-Roman", "Courier"])
def test_words_are_whole_in_every_kind_of_font(font: str) -> None:
    page = first_page(drawn(font=font))
    assert [word.text for word in read_text_layer(page, 1).words] == " ".join(LINES).split()


def test_a_box_is_a_fraction_of_the_page_from_its_top() -> None:
    word = read_text_layer(first_page(drawn()), 1).words[0]
    left, top, right, bottom = word.bbox
    assert left == pytest.approx(72 / 612, abs=0.003)
    assert 0.35 < top < bottom < 0.38
    assert left < right < 0.2


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_page_that_shows_its_text_turned_is_turned_upright(rotation: int) -> None:
    page = first_page(drawn(rotation=rotation))
    text = read_text_layer(page, 1)
    line = sorted((word for word in text.words if word.text in LINES[0].split()), key=lambda word: word.bbox[0])
    left, top, _, bottom = line[0].bbox
    assert page.get_rotation() == 0
    assert [word.text for word in line] == LINES[0].split()
    assert left * text.width_pt == pytest.approx(72, abs=1)
    assert (bottom - top) * text.height_pt == pytest.approx(7, abs=1)


def test_a_printed_text_layer_is_trusted() -> None:
    page = first_page(drawn())
    assert is_trusted(page, read_text_layer(page, 1))


@pytest.mark.parametrize(
    "content",
    [
        drawn(scan=True),  # words of unknown origin over a scan
        drawn(mode=3),  # invisible words
        make_pdf([["only three words"]]),
        make_pdf([["Qzxv bcdfg hjkl mnpqr stvw xzbc dfghj klmn pqrst vwxz bcdf ghjk lmnp qrst vwxz"]]),  # no language
    ],
    ids=["scan", "invisible", "few", "garbled"],
)
def test_what_is_not_trusted(content: bytes) -> None:
    page = first_page(content)
    assert not is_trusted(page, read_text_layer(page, 1))
