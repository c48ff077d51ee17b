"""The picture that a reviewer sees is of the page that was read."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas
from upath import UPath

from student_loans.preparation.artifacts import load_summaries, save_pages
from student_loans.preparation.pages import prepare_pages
from student_loans.records import FileFormat
from student_loans.review.render import render
from student_loans.settings import settings
from tests.document_factory import make_pdf
from tests.drawing_factory import draw_pdf


def ink(folder: Path) -> float:
    with Image.open(folder / "view.webp") as image:
        return float((np.asarray(image.convert("L")) < 128).mean())


@pytest.mark.parametrize(("number", "lines"), [(1, 10), (2, 20), (3, 35)])
def test_each_page_of_joined_files_is_drawn_as_its_own(tmp_path: Path, number: int, lines: int) -> None:
    content = make_pdf([["Promissory note"] * 10, ["Promissory note"] * 20]) + make_pdf([["Promissory note"] * 35])
    save_pages(UPath(tmp_path), prepare_pages(content, FileFormat.PDF, settings()))
    shown = []
    for wanted in (number, 1):
        entry = load_summaries(UPath(tmp_path))[wanted - 1]
        (tmp_path / "request.json").write_text(json.dumps({"entry": entry, "number_boxes": []}))
        (tmp_path / "document").write_bytes(content)
        render(tmp_path)
        shown.append(ink(tmp_path))
    assert shown[0] / shown[1] == pytest.approx(lines / 10, rel=0.05)


def test_a_page_behind_a_sheet_of_two_pages_is_drawn_by_the_number_of_its_sheet(tmp_path: Path) -> None:
    content = make_pdf([["Promissory note"] * 10, ["Promissory note"] * 20])
    pages = list(prepare_pages(content, FileFormat.PDF, settings()))
    save_pages(UPath(tmp_path), pages)
    shown = []
    for number, sheet in ((3, 2), (2, 0), (1, 0)):
        entry = load_summaries(UPath(tmp_path))[1] | {"number": number, "sheet": sheet}
        (tmp_path / "request.json").write_text(json.dumps({"entry": entry, "number_boxes": []}))
        (tmp_path / "document").write_bytes(content)
        render(tmp_path)
        shown.append(ink(tmp_path))
    assert shown[0] == shown[1] > shown[2]


def view(folder: Path, content: bytes) -> Image.Image:
    """The only page of a document as a reviewer sees it."""
    save_pages(UPath(folder), prepare_pages(content, FileFormat.PDF, settings()))
    entry = load_summaries(UPath(folder))[0]
    (folder / "request.json").write_text(json.dumps({"entry": entry, "number_boxes": []}))
    (folder / "document").write_bytes(content)
    render(folder)
    with Image.open(folder / "view.webp") as image:
        return image.convert("L")


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
