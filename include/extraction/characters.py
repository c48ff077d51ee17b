"""The characters of a PDF page's text layer: what each prints and where it stands on the page as displayed."""

from __future__ import annotations

import ctypes
import math
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from include.records import BBox

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

Edges = tuple[float, float, float, float]

_SPACES = frozenset({0, 9, 10, 13, 32, 0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000})
_LINE_END_HYPHENS = frozenset({0x0002, 0xFFFE})
"""What pdfium gives for a hyphen at the end of a line."""
_ZERO_WIDTH = frozenset({0xAD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, *range(0x202A, 0x202F), 0x2060, 0xFEFF})
"""Characters that take no room: they neither end a word nor are seen."""
_UNICODE_END = 0x110000
_FRACTION_SLASH = "\u2044"


class Character(NamedTuple):
    """A character in points of the page as displayed, origin top left.

    Attributes:
        text: What it prints, compatibility forms resolved; empty for white space, with a space in front for a fraction.
        left, top, right, bottom: Its strokes from top to bottom, over the width that its font advances: a fixed-width font
            leaves wide gaps beside a comma, which are no spaces.
        ceiling, floor: Top and bottom of its font's line, which tell its size and whether it is raised.
        turn: Quarter turns clockwise by which it lies.
        raised: Whether the character is a raised form by itself, as ``\u00b2`` is.
    """

    text: str
    left: float
    top: float
    right: float
    bottom: float
    ceiling: float
    floor: float
    turn: int
    raised: bool

    @property
    def size(self) -> float:
        """Height of its font's line in points."""
        return max(self.floor - self.ceiling, 1.0)


class _Raw(NamedTuple):
    """A character as pdfium gives it: boxes are left, bottom, right, top in PDF space, the angle is in radians clockwise."""

    code: int
    strokes: Edges
    line: Edges
    angle: float


def upright_characters(page: PdfPage) -> list[Character]:
    """The characters that stand upright, in the file's order; the page is turned so that these are most of its characters.

    What lies on its side otherwise is a note in the margin: it would tear the lines apart that it crosses.
    """
    raw = list(_raw_characters(page))
    characters = _displayed(page, raw)
    turns = Counter(character.turn for character in characters if character.text)
    turn = turns.most_common(1)[0][0] if turns else 0
    if turn:
        page.set_rotation((page.get_rotation() - 90 * turn) % 360)
        characters = _displayed(page, raw)
    return [character for character in characters if character.turn == 0 or not character.text]


def _raw_characters(page: PdfPage) -> Iterator[_Raw]:
    import pypdfium2.raw as pdfium

    textpage = page.get_textpage()
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    edges = tuple(ctypes.byref(edge) for edge in (left, right, bottom, top))
    loose = pdfium.FS_RECTF()
    for index in range(pdfium.FPDFText_CountChars(textpage)):
        code = pdfium.FPDFText_GetUnicode(textpage, index)
        if code in _ZERO_WIDTH:
            continue
        pdfium.FPDFText_GetCharBox(textpage, index, *edges)
        pdfium.FPDFText_GetLooseCharBox(textpage, index, loose)
        strokes = (left.value, bottom.value, right.value, top.value)
        line = (loose.left, loose.bottom, loose.right, loose.top)
        yield _Raw(code, strokes, line, pdfium.FPDFText_GetCharAngle(textpage, index))
    textpage.close()


def _displayed(page: PdfPage, raw: Sequence[_Raw]) -> list[Character]:
    """Characters on the page as displayed: cropped and turned."""
    crop_left, crop_bottom, crop_right, crop_top = page.get_cropbox()
    rotation = page.get_rotation()

    def place(box: Edges) -> Edges:
        left, bottom, right, top = box
        if rotation == 90:
            return bottom - crop_bottom, left - crop_left, top - crop_bottom, right - crop_left
        if rotation == 180:
            return crop_right - right, bottom - crop_bottom, crop_right - left, top - crop_bottom
        if rotation == 270:
            return crop_top - top, crop_right - right, crop_top - bottom, crop_right - left
        return left - crop_left, crop_top - top, right - crop_left, crop_top - bottom

    characters = []
    for code, strokes, line, angle in raw:
        text, raised = _printed(code)
        left, top, right, bottom = place(strokes)
        line_left, ceiling, line_right, floor = place(line)
        turn = (round(max(angle, 0.0) / (math.pi / 2)) + rotation // 90) % 4
        sides = (min(line_left, left), top, max(line_right, right), bottom)
        characters.append(Character(text, *sides, min(ceiling, top), max(floor, bottom), turn, raised))
    return characters


def _printed(code: int) -> tuple[str, bool]:
    """What a character code prints, and whether it is a raised form: normalised, it would become a digit of its neighbour."""
    if code in _SPACES:
        return "", False
    if code in _LINE_END_HYPHENS:
        return "-", False
    text = chr(code) if code < _UNICODE_END else "\ufffd"
    plain = unicodedata.normalize("NFKC", text).strip().replace(_FRACTION_SLASH, "/")
    form = unicodedata.decomposition(text)
    return (f" {plain}" if form.startswith("<fraction>") else plain), form.startswith("<super>")


def as_fractions(character: Character, width: float, height: float) -> BBox:
    """A character's box as fractions of a page of this size in points."""
    left, top = min(1.0, max(0.0, character.left / width)), min(1.0, max(0.0, character.top / height))
    right, bottom = min(1.0, max(0.0, character.right / width)), min(1.0, max(0.0, character.bottom / height))
    return left, top, right, bottom
