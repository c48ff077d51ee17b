"""The picture that a reviewer sees is of the page that was read."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas
from upath import UPath

from student_loans.pages.words import PageText
from student_loans.preparation.artifacts import load_summaries, save_pages
from student_loans.preparation.pages import prepare_pages
from student_loans.records import FileFormat, TextSource
from student_loans.review.render import LONGEST_SIDE, draw_view
from student_loans.settings import settings
from tests.document_factory import make_pdf
from tests.drawing_factory import draw_pdf

NO_WORDS = PageText(1, 612.0, 792.0, (), TextSource.TEXT_LAYER, "pdfium").to_json()


def drawn(entry: dict[str, Any], content: bytes) -> Image.Image:
    """A page as a reviewer sees it."""
    return Image.open(io.BytesIO(draw_view(entry, None, content, [], settings()))).convert("L")


def dark_share(image: Image.Image) -> float:
    return float((np.asarray(image) < 128).mean())


@pytest.mark.parametrize(("number", "lines"), [(1, 10), (2, 20), (3, 35)])
def test_each_page_of_joined_files_is_drawn_as_its_own(tmp_path: Path, number: int, lines: int) -> None:
    content = make_pdf([["Promissory note"] * 10, ["Promissory note"] * 20]) + make_pdf([["Promissory note"] * 35])
    save_pages(UPath(tmp_path), prepare_pages(content, FileFormat.PDF, settings()))
    shown = []
    for wanted in (number, 1):
        entry = load_summaries(UPath(tmp_path))[wanted - 1]
        shown.append(dark_share(drawn(entry, content)))
    assert shown[0] / shown[1] == pytest.approx(lines / 10, rel=0.05)


def test_a_page_behind_a_sheet_of_two_pages_is_drawn_by_the_number_of_its_sheet(tmp_path: Path) -> None:
    content = make_pdf([["Promissory note"] * 10, ["Promissory note"] * 20])
    pages = list(prepare_pages(content, FileFormat.PDF, settings()))
    save_pages(UPath(tmp_path), pages)
    shown = []
    for number, sheet in ((3, 2), (2, 0), (1, 0)):
        entry = load_summaries(UPath(tmp_path))[1] | {"number": number, "sheet": sheet}
        shown.append(dark_share(drawn(entry, content)))
    assert shown[0] == shown[1] > shown[2]


def view(folder: Path, content: bytes) -> Image.Image:
    """The only page of a document as a reviewer sees it."""
    save_pages(UPath(folder), prepare_pages(content, FileFormat.PDF, settings()))
    return drawn(load_summaries(UPath(folder))[0], content)


def test_a_form_shows_its_values(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        for line in range(12):
            canvas.drawString(60, 700 - 20 * line, "What the borrower of this loan is asked to pay")
        canvas.acroForm.textfield(name="amount", x=60, y=300, width=200, height=20, value="4,128.44", borderWidth=0)

    shown = view(tmp_path, draw_pdf(draw))
    scale = shown.width / 612
    field = shown.crop((int(62 * scale), int(474 * scale), int(200 * scale), int(490 * scale)))
    assert np.asarray(field).min() < 100


def test_a_page_whose_text_lies_on_its_side_is_turned_and_its_numbers_are_masked(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.rotate(90)
        canvas.translate(0, -612)
        for line in range(12):
            canvas.drawString(60, 500 - 20 * line, "Social security number of the borrower 987-65-4321 on this loan")

    shown = view(tmp_path, draw_pdf(draw))
    assert shown.width > shown.height
    scale = shown.width / 792
    top, bottom = int(103 * scale), int(112 * scale)
    row = np.asarray(shown.crop((0, top, shown.width, bottom)))
    assert ((row > 25) & (row < 60)).mean(axis=0).max() > 0.9  # the colour of a mask, from top to bottom


@pytest.mark.parametrize("size", [(2, 1000), (1000, 2), (5, 14400)])
def test_a_page_of_an_odd_shape_is_drawn_no_larger_than_others(size: tuple[int, int]) -> None:
    entry = {"number": 1, "width_pt": 612.0, "height_pt": 792.0, "quality_score": 1.0, "text": NO_WORDS}
    view = drawn(entry, draw_pdf(lambda canvas: canvas.line(0, 0, 2, 2), size=size))
    assert max(view.size) <= LONGEST_SIDE
