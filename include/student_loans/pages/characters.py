"""The characters of a PDF page's text layer, with their text and place on the page as displayed."""

from __future__ import annotations

import ctypes
import math
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple

from student_loans.errors import DocumentError, ErrorCode
from student_loans.pages.pdfium_calls import address_of, plain_call

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from pypdfium2 import PdfPage

    Boxes = NDArray[np.float64]

Edges = tuple[float, float, float, float]

_SPACES = frozenset({0, 9, 10, 13, 32, 0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000})
_LINE_END_HYPHENS = frozenset({0x0002, 0xFFFE})
"""What pdfium gives for a hyphen at the end of a line."""
_ZERO_WIDTH = frozenset({0xAD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, *range(0x202A, 0x202F), 0x2060, 0xFEFF})
"""Characters that take no room: they neither end a word nor are seen."""
_ACCENTS = frozenset(range(0x300, 0x370))
_SPACING_ACCENTS = frozenset({0xA8, 0xB4, 0xB8, 0x2C6, 0x2C7, 0x2D8, 0x2D9, 0x2DA, 0x2DB, 0x2DC, 0x2DD})
"""Accents that take room of their own; compatibility forms make them the former."""
_ACCENT_TEXTS = frozenset(map(chr, _ACCENTS))
_DOTLESS_I = "\u0131"
_DIGITS = frozenset(range(ord("0"), ord("9") + 1))
_UNICODE_END = 0x110000
_MOST_CHARACTERS = 100_000
"""Of one page: print of three points fills a letter page with some 60,000."""
SLANTED, _SLANT = -1, 0.05
"""The turn of slanted characters, and the part of a quarter turn from which on a character is slanted: 4.5 degrees."""
_FRACTION_SLASH = "\u2044"
_ASCENT, _DESCENT = 0.75, 0.25
"""Top and bottom of a line over and under its baseline, in font sizes, where the font does not say them."""
_MOSTLY = 0.3
"""Share of a word's characters from which on its font has no line; the others are marks such as points."""
_LEVEL = 0.01
"""Radians; what leans less stands on a level baseline."""


class Character(NamedTuple):
    """A character in points of the page as displayed, origin top left.

    Attributes:
        text: What it prints, compatibility forms resolved; empty for white space, with a space in front for a fraction.
        left, top, right, bottom: Its strokes from top to bottom, over the width that its font advances: a fixed-width font
            leaves wide gaps beside a comma, which are not spaces.
        ceiling, floor: Top and bottom of its font's line; they show its size and whether it is raised.
        size: Height of that line, at least one point.
        turn: Quarter turns clockwise by which it lies, or :data:`SLANTED`.
        raised: Whether the character is a raised form by itself, as ``\u00b2`` is.
        font: For a digit, a number that identifies its font on the page; 0 for other characters.
    """

    text: str
    left: float
    top: float
    right: float
    bottom: float
    ceiling: float
    floor: float
    size: float
    turn: int
    raised: bool
    font: int


class _Raw(NamedTuple):
    """Characters as pdfium gives them, one a row.

    Attributes:
        codes: Unicode.
        strokes, lines: Boxes in PDF space: left, bottom, right, top.
        angles: Radians clockwise.
        fonts: Addresses of the fonts of digits.
    """

    codes: list[int]
    strokes: Boxes
    lines: Boxes
    angles: list[float]
    fonts: list[int]


class PageCharacters(NamedTuple):
    """The characters of a page, in the file's order.

    Attributes:
        upright: Those that stand upright; the page is turned so that these are most of its characters.
        slanted: Those that are slanted, as in a stamp.
    """

    upright: list[Character]
    slanted: list[Character]


def upright_characters(page: PdfPage) -> list[Character]:
    """The upright ones of :func:`characters_of`."""
    return characters_of(page).upright


def characters_of(page: PdfPage) -> PageCharacters:
    """The characters of a page. The page is turned if most of them lie on their side.

    Other characters on their side are notes in the margin, and slanted ones are printed across the page. They are not
    among the upright ones, because they would split the lines that they cross.
    """
    raw = _raw_characters(page)
    characters = _displayed(page, raw)
    turns = Counter(character.turn for character in characters if character.text and character.turn != SLANTED)
    turn = turns.most_common(1)[0][0] if turns else 0
    if turn:
        page.set_rotation((page.get_rotation() - 90 * turn) % 360)
        characters = _displayed(page, raw)
    upright = [character for character in characters if character.turn == 0 or not character.text]
    if any(map(_is_accent, raw.codes)):
        upright = _with_accents_behind(upright)
    return PageCharacters(upright, [c for c in characters if c.turn == SLANTED and c.text])


def _is_accent(code: int) -> bool:
    return code in _ACCENTS or code in _SPACING_ACCENTS


def _with_accents_behind(characters: Sequence[Character]) -> list[Character]:
    """Move each accent after its letter, as in Unicode; some programs print it before."""
    found: list[Character] = []
    waiting: Character | None = None
    for place, character in enumerate(characters):
        if waiting:
            # An accent replaces the dot of its letter.
            letter = character._replace(text="i") if character.text == _DOTLESS_I else character
            found += [letter, waiting]
            waiting = None
        elif character.text in _ACCENT_TEXTS and _stands_over_next(characters, place):
            waiting = character
        else:
            found.append(character)
    return found


def _stands_over_next(characters: Sequence[Character], place: int) -> bool:
    """Whether an accent is over the letter after it and not over the one before."""
    accent = characters[place]
    before, following = (characters[n : n + 1] for n in (place - 1, place + 1))
    middle = (accent.left + accent.right) / 2
    distances = [abs((c.left + c.right) / 2 - middle) if c.text.isalpha() else math.inf for c in (*before, *following)]
    return len(distances) == 2 and distances[1] < distances[0]


def _raw_characters(page: PdfPage) -> _Raw:
    """All characters with a size.

    Raises:
        DocumentError: ``too_much_content``.
    """
    import numpy as np
    import pypdfium2.raw as pdfium

    page_and_index = (ctypes.c_void_p, ctypes.c_int)
    unicode_of = plain_call("FPDFText_GetUnicode", ctypes.c_uint)
    angle_of = plain_call("FPDFText_GetCharAngle", ctypes.c_float, *page_and_index)
    stroke_of = plain_call("FPDFText_GetCharBox", ctypes.c_int, *page_and_index, *[ctypes.c_void_p] * 4)
    line_of = plain_call("FPDFText_GetLooseCharBox", ctypes.c_int, *page_and_index, ctypes.c_void_p)
    codes: list[int] = []
    places: list[int] = []
    angles: list[float] = []
    fonts: list[int] = []
    angle, font = 0.0, 0
    textpage = page.get_textpage()
    raw, count = address_of(textpage.raw), pdfium.FPDFText_CountChars(textpage.raw)
    handle = ctypes.c_void_p(raw)
    if count > _MOST_CHARACTERS:
        raise DocumentError(
            ErrorCode.TOO_MUCH_CONTENT,
            f"A page has more than {_MOST_CHARACTERS:,} characters, more than can be printed on it: "
            "ask the sender for it printed and scanned.",
        )
    # pdfium writes the edges of strokes as left, right, bottom, top, those of lines as left, top, right, bottom.
    strokes, lines = np.zeros((count, 4), np.float64), np.zeros((count, 4), np.float32)
    # pdfium writes each box directly into the array: a double has 8 bytes, a float 4.
    stroke, line = strokes.ctypes.data, lines.ctypes.data
    for index in range(count):
        code = unicode_of(handle, index)
        if code in _ZERO_WIDTH:
            continue
        stroke_of(raw, index, stroke, stroke + 8, stroke + 16, stroke + 24)
        line_of(raw, index, line)
        if code not in _DIGITS:
            font = 0
        elif not font:
            font = _font_of(raw, index)  # once for the digits of a number
        if not angles or codes[-1] in _SPACES:
            angle = angle_of(raw, index)  # once for the letters of a word
        codes.append(code)
        places.append(index)
        angles.append(angle)
        fonts.append(font)
        stroke += 32
        line += 16
    drawn, spaced = strokes[: len(codes), [0, 2, 1, 3]], lines[: len(codes), [0, 3, 2, 1]].astype(np.float64)
    bare = _without_line(codes, drawn, spaced)
    if len(bare):
        _set_lines_by_baseline(
            textpage.raw, [index for index in bare.tolist() if abs(angles[index]) < _LEVEL], places, spaced
        )
    textpage.close()
    return _Raw(codes, drawn, spaced, angles, fonts)


def _without_line(codes: Sequence[int], drawn: Boxes, spaced: Boxes) -> NDArray[np.int64]:
    """Indices of the characters of words whose font has no line, only strokes, as in pages that browsers print (Type 3)."""
    import numpy as np

    # pdfium rounds lines to single precision.
    bare = (np.abs(drawn[:, [1, 3]] - spaced[:, [1, 3]]) < 1e-3).all(axis=1) & (drawn[:, 3] > drawn[:, 1])
    before = np.concatenate([[False], bare[:-1]])
    after = np.concatenate([bare[1:], [False]])
    if not (bare & (before | after)).any():
        return np.zeros(0, np.int64)
    # A few in a word are the letters of a ligature: their line is that of the letter before.
    words = np.cumsum([code in _SPACES for code in codes])
    of_word = np.bincount(words, weights=[code not in _SPACES for code in codes])
    mostly = np.bincount(words, weights=bare) >= _MOSTLY * np.maximum(of_word, 1)
    return np.flatnonzero(mostly[words])


def _set_lines_by_baseline(textpage: Any, indices: Sequence[int], places: Sequence[int], spaced: Boxes) -> None:
    """Set the lines of characters by their baseline and size, in place.

    Args:
        textpage: The page's text.
        indices: Of the characters among those that are read.
        places: The place of each of those in pdfium's text.
        spaced: Their lines: left, bottom, right, top in PDF space.
    """
    import pypdfium2.raw as pdfium

    x, y, matrix = ctypes.c_double(), ctypes.c_double(), pdfium.FS_MATRIX()
    for index in indices:
        place = places[index]
        pdfium.FPDFText_GetCharOrigin(textpage, place, x, y)
        pdfium.FPDFText_GetMatrix(textpage, place, matrix)
        size = pdfium.FPDFText_GetFontSize(textpage, place) * math.hypot(matrix.c, matrix.d)
        spaced[index, 1], spaced[index, 3] = y.value - _DESCENT * size, y.value + _ASCENT * size


def _font_of(textpage: int, index: int) -> int:
    """The address of a character's font; 0 for a character that pdfium made up."""
    object_of = plain_call("FPDFText_GetTextObject", ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)
    item = object_of(textpage, index)
    return plain_call("FPDFTextObj_GetFont", ctypes.c_void_p, ctypes.c_void_p)(item) or 0 if item else 0


def _displayed(page: PdfPage, raw: _Raw) -> list[Character]:
    """Characters on the page as displayed: cropped and turned."""
    import numpy as np

    rotation, crop = page.get_rotation(), page.get_cropbox()
    strokes, lines = placed(raw.strokes, rotation, crop), placed(raw.lines, rotation, crop)
    lefts, rights = np.minimum(strokes[:, 0], lines[:, 0]), np.maximum(strokes[:, 2], lines[:, 2])
    ceilings, floors = np.minimum(strokes[:, 1], lines[:, 1]), np.maximum(strokes[:, 3], lines[:, 3])
    quarters = np.array(raw.angles).clip(min=0.0) / (math.pi / 2)
    turns = (np.rint(quarters).astype(int) + rotation // 90) % 4
    turns[np.abs(quarters - np.rint(quarters)) > _SLANT] = SLANTED
    _line_up_ligatures(strokes, ceilings, floors)
    sizes = np.maximum(floors - ceilings, 1.0)
    columns = (lefts, strokes[:, 1], rights, strokes[:, 3], ceilings, floors, sizes, turns)
    texts, raised = zip(*map(_printed, raw.codes), strict=True) if raw.codes else ((), ())
    rows = zip(texts, *(column.tolist() for column in columns), raised, raw.fonts, strict=True)
    # The same rule as in Character, without a Python call for each of thousands of characters.
    return list(map(partial(tuple.__new__, Character), rows))


def _line_up_ligatures(strokes: Boxes, ceilings: NDArray[np.float64], floors: NDArray[np.float64]) -> None:
    """Give the letters of a ligature the line of the letter before it, because pdfium returns only their strokes."""
    import numpy as np

    bare = (ceilings == strokes[:, 1]) & (floors == strokes[:, 3])
    tops, bottoms = ceilings.tolist(), floors.tolist()
    for index in (np.flatnonzero(bare[1:]) + 1).tolist():
        if tops[index - 1] <= tops[index] and bottoms[index] <= bottoms[index - 1]:
            tops[index], bottoms[index] = tops[index - 1], bottoms[index - 1]
    ceilings[:], floors[:] = tops, bottoms


def placed(boxes: Boxes, rotation: int, crop: Edges) -> Boxes:
    """Boxes of PDF space (left, bottom, right, top) on the page as displayed (left, top, right, bottom)."""
    import numpy as np

    crop_left, crop_bottom, crop_right, crop_top = crop
    left, bottom, right, top = boxes.T
    sides = {
        0: (left - crop_left, crop_top - top, right - crop_left, crop_top - bottom),
        90: (bottom - crop_bottom, left - crop_left, top - crop_bottom, right - crop_left),
        180: (crop_right - right, bottom - crop_bottom, crop_right - left, top - crop_bottom),
        270: (crop_top - top, crop_right - right, crop_top - bottom, crop_right - left),
    }
    return np.stack(sides[rotation], axis=1)


def places_of(characters: Sequence[Character]) -> Boxes:
    """The boxes of characters, (characters, 4): left, top, right, bottom in points."""
    import numpy as np

    return np.array([character[1:5] for character in characters], np.float64).reshape(-1, 4)


@cache
def _printed(code: int) -> tuple[str, bool]:
    """The text of a character code, and whether it is a raised form, which normalisation would turn into an ordinary digit."""
    if code in _SPACES:
        return "", False
    if code in _LINE_END_HYPHENS:
        return "-", False
    text = chr(code) if code < _UNICODE_END else "\ufffd"
    plain = unicodedata.normalize("NFKC", text).strip().replace(_FRACTION_SLASH, "/")
    form = unicodedata.decomposition(text)
    return (f" {plain}" if form.startswith("<fraction>") else plain), form.startswith("<super>")
