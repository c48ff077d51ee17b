"""The picture that a reviewer sees is of the page that was read."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from upath import UPath

from include.preprocessing.artifacts import load_summaries, save_pages
from include.preprocessing.pages import prepare_pages
from include.records import FileFormat
from include.review.render import render
from include.settings import settings
from tests.document_factory import make_pdf


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
