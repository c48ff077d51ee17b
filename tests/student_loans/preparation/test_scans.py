"""A scan inside a PDF is taken as it is where the page shows it and nothing else, and painted everywhere else."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pikepdf
import pypdfium2
import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from student_loans.preparation.scans import scan_of_page
from tests.document_factory import make_image

WIDTH, HEIGHT = 612, 792
PIXELS = (WIDTH * 2, HEIGHT * 2)
DPI = 300

Draw = Callable[[Canvas, ImageReader], None]


def scanned() -> Image.Image:
    return Image.open(io.BytesIO(make_image("PNG", PIXELS)))


def whole(pdf: Canvas, image: ImageReader) -> None:
    pdf.drawImage(image, 0, 0, WIDTH, HEIGHT)


def page_with(draw: Draw, image: Image.Image | None = None) -> bytes:
    buffer = io.BytesIO()
    pdf = Canvas(buffer, pagesize=(WIDTH, HEIGHT), invariant=True)
    draw(pdf, ImageReader(image or scanned()))
    pdf.save()
    return buffer.getvalue()


def scan_in(content: bytes, dpi: int = DPI) -> Image.Image | None:
    return scan_of_page(pypdfium2.PdfDocument(content)[0], dpi)


def test_the_image_of_a_scanned_page_is_taken_with_every_pixel_as_it_is() -> None:
    scan = scan_in(page_with(whole))
    assert scan is not None
    assert np.array_equal(np.asarray(scan), np.asarray(scanned()))


@pytest.mark.parametrize("mode", ["RGB", "1", "P"])
def test_images_of_colours_and_of_black_and_white_are_taken_too(mode: str) -> None:
    scan = scan_in(page_with(whole, scanned().convert(mode)))
    assert scan is not None
    assert (scan.mode, scan.size) == ("L", PIXELS)
    assert float(np.abs(np.asarray(scan, float) - np.asarray(scanned(), float)).mean()) < 1


def test_words_that_a_scanners_own_ocr_hid_under_the_image_are_passed_over() -> None:
    def draw(pdf: Canvas, image: ImageReader) -> None:
        text = pdf.beginText(100, 500)
        text.setTextRenderMode(3)
        text.textLine("Promissory note")
        pdf.drawText(text)
        whole(pdf, image)

    assert scan_in(page_with(draw)) is not None


def beside(pdf: Canvas, image: ImageReader) -> None:
    pdf.drawImage(image, 40, 40, WIDTH / 2, HEIGHT / 2)


def upside_down(pdf: Canvas, image: ImageReader) -> None:
    pdf.translate(WIDTH, HEIGHT)
    pdf.rotate(180)
    whole(pdf, image)


def mirrored(pdf: Canvas, image: ImageReader) -> None:
    pdf.translate(WIDTH, 0)
    pdf.scale(-1, 1)
    whole(pdf, image)


def stamped(pdf: Canvas, image: ImageReader) -> None:
    whole(pdf, image)
    pdf.drawString(300, 400, "Paid in full")


def in_strips(pdf: Canvas, image: ImageReader) -> None:
    whole(pdf, image)
    pdf.drawImage(image, 0, 0, WIDTH, HEIGHT / 2)


def annotated(pdf: Canvas, image: ImageReader) -> None:
    whole(pdf, image)
    pdf.acroForm.textfield(name="amount", value="208.34", x=300, y=400)


def masked(pdf: Canvas, image: ImageReader) -> None:
    pdf.setFillGray(0)
    pdf.drawImage(image, 0, 0, WIDTH, HEIGHT, mask=[0, 200])


@pytest.mark.parametrize("draw", [beside, upside_down, mirrored, stamped, in_strips, annotated, masked])
def test_a_page_that_shows_anything_else_is_painted(draw: Draw) -> None:
    image = scanned().convert("RGB") if draw is masked else None
    assert scan_in(page_with(draw, image)) is None


def changed(change: Callable[[pikepdf.Page], None]) -> bytes:
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(page_with(whole))) as pdf:
        change(pdf.pages[0])
        pdf.save(buffer)
    return buffer.getvalue()


def turn(page: pikepdf.Page) -> None:
    page.Rotate = 90


def crop(page: pikepdf.Page) -> None:
    page.CropBox = [100, 100, WIDTH - 100, HEIGHT - 100]


@pytest.mark.parametrize("change", [turn, crop])
def test_a_page_that_is_turned_or_cropped_is_painted(change: Callable[[pikepdf.Page], None]) -> None:
    assert scan_in(changed(change)) is None


def test_an_image_finer_than_twice_what_is_wanted_is_painted_to_spare_memory() -> None:
    assert scan_in(page_with(whole), dpi=72) is not None
    assert scan_in(page_with(whole), dpi=71) is None
