"""Lines that stand on their heads are told from upright ones, by themselves and as a share of a page."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from PIL import Image, ImageDraw

from student_loans.reading.direction import upside_down_share

TEXTS = ("Promissory note of the borrower", "Amount due by August 15", "Total payoff amount", "Name of the school")


def line(text: str, *, turned: bool = False) -> np.ndarray:
    image = Image.new("L", (17 * len(text), 44), 255)
    ImageDraw.Draw(image).text((8, 4), text, fill=0, font_size=30)
    pixels = np.asarray(image)
    return np.ascontiguousarray(np.rot90(pixels, 2)) if turned else pixels


@pytest.mark.parametrize("turned", [False, True])
def test_all_lines_of_a_page_say_the_same(turned: bool) -> None:
    assert upside_down_share([line(text, turned=turned) for text in TEXTS]) == float(turned)


def test_the_share_of_a_mixed_page_lies_between() -> None:
    share = upside_down_share([line(text, turned=number < 2) for number, text in enumerate(TEXTS)])
    assert share == pytest.approx(0.5, abs=0.1)


def test_no_lines_are_not_upside_down() -> None:
    assert upside_down_share([]) == 0.0


def test_asking_imports_no_part_of_rapidocr() -> None:
    code = (
        "import sys, numpy as np; from student_loans.reading.direction import upside_down_share as ask;"
        "ask([np.full((40, 400), 255, np.uint8)]); print(any(name.startswith('rapidocr') for name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
