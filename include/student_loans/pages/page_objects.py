"""The objects of a PDF page, which decide what to look for in its picture.

This module calls pdfium directly: a page has thousands of objects, and pypdfium2's wrappers take longer than reading its text.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from student_loans.errors import DocumentError, ErrorCode
from student_loans.pages.pdfium_calls import address_of, plain_call

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from pypdfium2 import PdfPage

_ADDRESS = ctypes.c_void_p
_DEEPEST_FORM = 3
_LONG, _LONG_LINE = 20.0, 13.0
"""Points: a path, and a thin one, that is longer is a rule or a cell's frame, and no letter or side of a box to be ticked."""
_MOST_SEGMENTS = 12
"""A path of more may be lettering: a rule has two, a frame five, one with round corners nine."""
_LONGEST_TEXT = 512
"""Bytes of a text that is stated for glyphs, as far as it is looked at."""
_MOST_OBJECTS = 200_000
"""Of one page, those of its forms included: a scan whose letters were traced as lines has some 20,000."""
_THIN = 3.0
"""Points: a path that is lower may strike a word through."""


@dataclass(frozen=True, slots=True)
class PageObjects:
    """A page's objects other than text.

    Attributes:
        image_coverage: Share of the page that its largest image covers.
        only_rules: Whether they are long rules and frames only: no image, no form, no drawing.
        lines: Boxes of the low ones, (lines, 4): left, bottom, right, top in PDF space.
        restated: The boxes of texts for which the file states other figures than their glyphs (``ActualText``).
    """

    image_coverage: float
    only_rules: bool
    lines: NDArray[np.float64]
    restated: NDArray[np.float64]


def survey(page: PdfPage) -> PageObjects:
    """Examine a page's objects, with nested forms down to a limited depth.

    Raises:
        DocumentError: ``too_much_content``.
    """
    import numpy as np
    import pypdfium2.raw as pdfium

    counts = (
        plain_call("FPDFPage_CountObjects", ctypes.c_int, _ADDRESS),
        plain_call("FPDFFormObj_CountObjects", ctypes.c_int, _ADDRESS),
    )
    getters = (
        plain_call("FPDFPage_GetObject", _ADDRESS),
        plain_call("FPDFFormObj_GetObject", _ADDRESS, _ADDRESS, ctypes.c_ulong),
    )
    kind_of = plain_call("FPDFPageObj_GetType", ctypes.c_int, _ADDRESS)
    marks_of = plain_call("FPDFPageObj_CountMarks", ctypes.c_int, _ADDRESS)
    mark_of = plain_call("FPDFPageObj_GetMark", _ADDRESS, _ADDRESS, ctypes.c_ulong)
    segments_of = plain_call("FPDFPath_CountSegments", ctypes.c_int, _ADDRESS)
    bounds_of = plain_call("FPDFPageObj_GetBounds", ctypes.c_int, _ADDRESS, *[_ADDRESS] * 4)
    text = pdfium.FPDF_PAGEOBJ_TEXT
    width, height = page.get_size()
    bounds = (ctypes.c_float * 4)()
    edges = [ctypes.addressof(bounds) + ctypes.sizeof(ctypes.c_float) * n for n in range(4)]
    coverage, only_rules, looked_at = 0.0, True, 0
    lines: list[tuple[float, float, float, float]] = []
    restated: list[tuple[float, ...]] = []
    # Cached by mark, because the objects of a tagged paragraph, often one for each glyph, share a mark.
    states = cache(_states_figures)
    waiting = [(ctypes.c_void_p(address_of(page.raw)), 0)]
    while waiting:
        holder, depth = waiting.pop()
        get = getters[depth > 0]
        count = counts[depth > 0](holder)
        looked_at = _affordable(looked_at + count)
        for index in range(count):
            item = get(holder, index)
            kind = kind_of(item)
            if kind == text:
                marks = 0 if depth else marks_of(item)
                if marks > 0 and states(mark_of(item, marks - 1)) and bounds_of(item, *edges):
                    restated.append(tuple(bounds))
                continue
            if kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _DEEPEST_FORM:
                waiting.append((ctypes.c_void_p(item), depth + 1))
            bounded = bounds_of(item, *edges)
            left, bottom, right, top = bounds
            if kind != pdfium.FPDF_PAGEOBJ_PATH or not bounded or depth:
                only_rules = False
            elif top - bottom < _THIN:
                lines.append((left, bottom, right, top))
            if kind == pdfium.FPDF_PAGEOBJ_IMAGE and bounded:
                coverage = max(coverage, abs(right - left) * abs(top - bottom) / (width * height))
            if only_rules:
                long, thin = max(right - left, top - bottom), min(right - left, top - bottom) < _THIN
                only_rules = long >= (_LONG_LINE if thin else _LONG) and segments_of(item) <= _MOST_SEGMENTS
    return PageObjects(
        coverage, only_rules, *(np.array(boxes, np.float64).reshape(-1, 4) for boxes in (lines, restated))
    )


def _affordable(count: int) -> int:
    if count > _MOST_OBJECTS:
        raise DocumentError(
            ErrorCode.TOO_MUCH_CONTENT,
            f"A page is made of more than {_MOST_OBJECTS:,} drawings: ask the sender for it printed and scanned, "
            "or saved from another program.",
        )
    return count


def _states_figures(address: int) -> bool:
    """Whether a mark states replacement text with figures for its glyphs (ISO 32000-1, section 14.9.4)."""
    import pypdfium2.raw as pdfium

    mark = ctypes.cast(address, pdfium.FPDF_PAGEOBJECTMARK)
    buffer, length = (ctypes.c_char * _LONGEST_TEXT)(), ctypes.c_ulong()
    value = ctypes.cast(buffer, ctypes.POINTER(pdfium.FPDF_WCHAR))
    if not pdfium.FPDFPageObjMark_GetParamStringValue(mark, b"ActualText", value, _LONGEST_TEXT, length):
        return False
    stated = buffer.raw[: length.value].decode("utf-16-le", "replace")
    return length.value > _LONGEST_TEXT or any(character.isdigit() for character in stated)
