"""Drawn lines and pages of text, as OCR gets them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib
import numpy as np
from PIL import Image, ImageDraw, ImageFont

INK, PAPER = 0, 255
ACCENTED = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
"""A typeface with accents, which Pillow's own has not."""


def drawn_line(text: str, size: int = 30) -> np.ndarray:
    """One line of text, black on white, cut to its print with a little paper around it."""
    font = ImageFont.load_default(size)
    left, top, right, bottom = font.getbbox(text)
    image = Image.new("L", (int(right - left) + 16, int(bottom - top) + 12), PAPER)
    ImageDraw.Draw(image).text((8 - left, 6 - top), text, fill=INK, font=font)
    return np.asarray(image)


def drawn_page(
    lines: Sequence[str], *, width: int = 850, height: int = 1100, size: int = 26, face: Path | None = None
) -> np.ndarray:
    """A page with lines of text below each other, from its upper left; a face of None is Pillow's own."""
    font = ImageFont.truetype(face, size) if face else ImageFont.load_default(size)
    image = Image.new("L", (width, height), PAPER)
    drawing = ImageDraw.Draw(image)
    for number, text in enumerate(lines):
        drawing.text((80, 80 + 3 * size * number), text, fill=INK, font=font)
    return np.asarray(image)
