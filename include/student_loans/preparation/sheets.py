"""Sheets on which two pages lie side by side: an open booklet on the glass, or a print of two pages a sheet.

The gutter identifies such a sheet: nothing crosses the middle, the text of each side begins at the top and has its own
margin, and no gap within a side is nearly as wide as the gutter. A table across the sheet has such gaps, and a form or a title
crosses the middle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from student_loans.preparation.images import shapes
from student_loans.records import BBox

if TYPE_CHECKING:
    from student_loans.pages.prepared import PreparedPage
    from student_loans.preparation.images import Gray

TWO_PAGES = (
    "several_documents: two pages lie side by side on one sheet, which is read as two pages: "
    "check that they belong to one document"
)
UNSPLIT_PAGES = (
    "several_documents: two pages seem to lie side by side on one sheet, which is read as one page: "
    "check that no value is of the other page"
)
_LANDSCAPE = (1.2, 1.8)
"""Widths over heights of such sheets: two pages of letter size make 1.55, of A4 1.41; printed on letter paper 1.29."""
_MIDDLE = (0.44, 0.56)
"""Parts of the width between which the gutter has a place."""
_LEAST_GUTTER = 0.04
_LARGEST_GAP = 0.35
"""Part of the gutter's width that gaps within a side stay below."""
_FEWEST_LINES = 6
_LOWEST_TOP, _TOPS_APART = 0.25, 0.1
"""Parts of the height in which both sides begin, and by which one may begin lower."""
_AT_MARGIN, _ALIGNED = 0.015, 0.5
"""Part of the width by which lines miss their margin, and the share of the lines that begin at it."""
_LONG, _OFTEN_LONG = 0.16, 0.4
"""Part of the width that a long line takes, and the share of such lines on a page: labels and values alone are shorter."""
_LEVEL = 0.6
"""Share of the lines on the right that stand beside one on the left where both are rows of one table."""
_SKETCH_WIDTH = 1300
_JOINED = 21
"""Pixels of the sketch: letters and words so near are one piece."""
_LINE_HEIGHTS = (6, 70)
_RULE = 0.08
"""Part of the width from which a connected component of any height is a rule or a line of text."""


class Sides(NamedTuple):
    """Where a sheet is cut, as a fraction of its width, and whether its halves are certainly pages."""

    cut: float
    sure: bool


def pages_of_sheet(page: PreparedPage) -> list[PreparedPage]:
    """The pages on a prepared sheet: the sheet itself, or two unnumbered pages, each with the reason for review."""
    if not _LANDSCAPE[0] <= page.width_pt / page.height_pt <= _LANDSCAPE[1]:
        return [page]
    boxes = [word.bbox for word in page.text.words] if page.text else _boxes(page.pixels)
    sides = find_sides(boxes)
    if sides is None:
        return [page]
    if not sides.sure or page.text:
        return [replace(page, notices=(*page.notices, UNSPLIT_PAGES))]
    return _halves(page, sides.cut)


def _halves(page: PreparedPage, cut: float) -> list[PreparedPage]:
    from student_loans.preparation.images import encode_png

    pixels = page.pixels
    place = round(cut * pixels.shape[1])
    return [
        replace(
            page,
            width_pt=page.width_pt * half.shape[1] / pixels.shape[1],
            image=encode_png(half),
            notices=(*page.notices, TWO_PAGES),
        )
        for half in (pixels[:, :place], pixels[:, place:])
    ]


def _boxes(image: Gray) -> list[BBox]:
    """Words, lines and rules of a page's image, as page fractions."""
    import cv2
    import numpy as np

    scale = min(1.0, _SKETCH_WIDTH / image.shape[1])
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    dark = cv2.adaptiveThreshold(small, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 15)
    joined = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((1, _JOINED), np.uint8))
    height, width = dark.shape
    low, high = _LINE_HEIGHTS
    return [
        (x / width, y / height, (x + w) / width, (y + h) / height)
        for x, y, w, h in shapes(joined)
        if (low <= h <= high and w >= h) or (w >= _RULE * width and h < high)
    ]


def find_sides(boxes: Sequence[BBox]) -> Sides | None:
    """Where two pages meet, by the boxes of words or lines as fractions of the sheet; None for a single page."""
    gutter = max(
        (gap for gap in _gaps(boxes) if gap[0] < _MIDDLE[1] and gap[1] > _MIDDLE[0]),
        key=lambda gap: gap[1] - gap[0],
        default=None,
    )
    if gutter is None or gutter[1] - gutter[0] < _LEAST_GUTTER:
        return None
    sides = [box for box in boxes if box[2] <= gutter[0]], [box for box in boxes if box[0] >= gutter[1]]
    tops = [min(box[1] for box in side) for side in sides]
    if max(tops) > _LOWEST_TOP or abs(tops[0] - tops[1]) > _TOPS_APART or not all(map(_is_a_page, sides)):
        return None
    widest = max(right - left for side in sides for left, right in [(0.0, 0.0), *_gaps(side)])
    sure = widest < _LARGEST_GAP * (gutter[1] - gutter[0])
    if not sure and _share_rows(*sides):
        return None
    return Sides(min(gutter[1], max(gutter[0], 0.5)), sure)


def _gaps(boxes: Sequence[BBox]) -> list[tuple[float, float]]:
    """The vertical strips between boxes that no box reaches into."""
    gaps, reached = [], None
    for left, _, right, _ in sorted(boxes):
        if reached is not None and left > reached:
            gaps.append((reached, left))
        reached = right if reached is None else max(reached, right)
    return gaps


def _is_a_page(side: Sequence[BBox]) -> bool:
    """Whether boxes form enough lines, most of them at one left margin and many of them long."""
    lines = _lines(side)
    if len(lines) < _FEWEST_LINES:
        return False
    starts = sorted(line[0] for line in lines)
    margin = starts[len(starts) // 4]
    aligned = sum(abs(start - margin) <= _AT_MARGIN for start in starts)
    long = sum(line[2] - line[0] >= _LONG for line in lines)
    return aligned >= _ALIGNED * len(lines) and long >= _OFTEN_LONG * len(lines)


def _share_rows(left: Sequence[BBox], right: Sequence[BBox]) -> bool:
    """Whether the lines of both sides are at the same heights, as in a table."""
    places = [(line[1] + line[3]) / 2 for line in _lines(left)]
    lines = _lines(right)
    level = sum(any(line[1] < place < line[3] for place in places) for line in lines)
    return level >= _LEVEL * len(lines)


def _lines(side: Sequence[BBox]) -> list[BBox]:
    """Join boxes into lines, from top to bottom."""
    lines: list[BBox] = []
    for box in sorted(side, key=lambda box: box[1] + box[3]):
        if lines and (box[1] + box[3]) / 2 <= lines[-1][3]:
            last = lines.pop()
            box = min(last[0], box[0]), min(last[1], box[1]), max(last[2], box[2]), max(last[3], box[3])
        lines.append(box)
    return lines
