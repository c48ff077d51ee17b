"""Examine a painted page: visible characters, words that are struck through, tick boxes, other print.

A PDF's text differs from its painting: text may be white, covered, clipped or switched off, and print may be a picture or
lines. The page is painted once, small and gray, and all questions are answered from this picture, which a person sees too.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from student_loans.records import BBox

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from pypdfium2 import PdfPage

    Gray = NDArray[np.uint8]
    Boxes = NDArray[np.float64]

EMPTY_BOX, TICKED_BOX = "\u2610", "\u2612"
_SCALE = 1.0
"""Pixels a point: 72 an inch, where strokes of six-point letters still stand out."""
_MOST_PIXELS = 12_000_000
_CONTRAST = 20
"""Least difference in gray between a stroke and what is beside it; a tenth of black on white is hardly seen."""
_STROKES = 0.35
"""A character has edges along at least this share of its height: one upright stroke has two along all of it."""
_LEAST_HEIGHT = 3.0
"""Points: lower characters are not read by a person."""
_STRIKE_BAND = (0.3, 0.72)
"""Part of a word's height in which a line strikes it through; underlines lie lower, a cell's rules outside."""
_LEAST_STRIKE, _STRIKE_WIDTH = 10.0, 2.5
"""Shortest line that is looked at, in points; through one or two characters it is at least so many times as wide as they are,
since their own strokes may run across."""
_SHORT_WORD = 14.0
_STRIKE_ENDS = 1.0
"""Points at both ends of a word that the line may leave free."""
_FEWEST_PIXELS = 12
"""Fewer pixels are neither a box nor a letter: the sides of a box of five points have twenty."""
_COUNTED_IN_TWO_BYTES = 2**16 - 1
_FILLED = 0.9
"""Share of dark pixels from which on a band is a fill and not a line."""
_DARK = 60
"""Difference in gray to the paper from which on a pixel counts as dark in the search for shapes."""
_PAPER_REDUCED, _PAPER_KERNEL = 8, 9
"""The paper's gray is the median of so many squares of so many pixels: print covers less than half of them."""
_BOX_SIDE = (5.5, 18.0)
"""Sides of a box to be ticked, in points."""
_BOX_ASPECT = 1.25
_STICKING_OUT, _SIDE_OF_FRAME = 1.6, 0.5
"""A box with a tick that sticks out is at most so many times as large; its sides are rows and columns this dark."""
_SIDE_DARK = 0.8
"""Share of each side's length that is dark in a square."""
_RING_PLACES, _RING, _CORNER = 24, 0.95, 0.14
"""Number of tested places around a circle, share of them that is dark, and share of its side that makes a corner."""
_MARKED, _UNMARKED = 0.08, 0.03
"""Share of dark pixels inside a box from which on it is ticked, and up to which it is empty."""
_INSET = 0.22
_GLYPH_HEIGHT, _GLYPH_WIDTH = (3.0, 40.0), (0.6, 60.0)
"""Sizes of shapes that may be letters, in points."""
_SOLID = 0.85
"""Share of its box that a bar or block fills; letters fill less, but for a few."""
_FEWEST_GLYPHS = 3
"""Fewer shapes beside one another are an ornament, a bullet or a speck."""
_LETTERS_APART = 0.2
"""Farthest that letters of a word stand apart in a scan, in heights of the letter."""
_LETTER_SPACE, _LINE_SPACE = 6.0, 5.0
"""Gaps in points over which shapes are one line, and lines are one block."""
_AROUND = 1.5
"""Points around a word within which dark pixels belong to it: slanted strokes, shadows, touching lines."""
_REGION_MARGIN = 4.0


@dataclass(frozen=True, slots=True)
class PaintedMark:
    """A box to be ticked: :data:`EMPTY_BOX` or :data:`TICKED_BOX`, and its place as page fractions."""

    text: str
    box: BBox


def crossed(boxes: Boxes, lines: Boxes) -> NDArray[np.bool_]:
    """Whether the middle of each word's box is crossed by one of some horizontal lines, (lines, 4) in the same measure."""
    import numpy as np

    first, last = ((boxes[:, 1] + share * (boxes[:, 3] - boxes[:, 1]))[:, None] for share in _STRIKE_BAND)
    middles = (lines[:, 1] + lines[:, 3]) / 2
    beside = (lines[:, 0] < boxes[:, 2:3]) & (lines[:, 2] > boxes[:, 0:1])
    return np.asarray(((middles > first) & (middles < last) & beside).any(axis=1))


def paint(page: PdfPage, scale: float = _SCALE) -> PaintedPage:
    """Paint a page with ``scale`` pixels for each point, or fewer if it is very large."""
    scale = _affordable(page, scale)
    return PaintedPage(page.render(scale=scale, grayscale=True).to_numpy(), scale)


def _affordable(page: PdfPage, scale: float) -> float:
    """A scale at which the whole page does not have too many pixels."""
    width, height = page.get_size()
    return min(scale, math.sqrt(_MOST_PIXELS / max(width * height, 1.0)))


def paint_part(page: PdfPage, box: tuple[float, float, float, float], scale: float) -> PaintedPage:
    """Paint a part of a page as :func:`paint` does: left, top, right, bottom in points from the top left."""
    scale = _affordable(page, scale)
    width, height = page.get_size()
    left, top = max(0.0, box[0]), max(0.0, box[1])
    cut = (left, max(0.0, height - box[3]), max(0.0, width - box[2]), top)
    return PaintedPage(page.render(scale=scale, grayscale=True, crop=cut).to_numpy(), scale, (left, top))


class PaintedPage:
    """A page's picture, with tests of places on it. Places are boxes in points from the top left, (boxes, 4).

    Args:
        image: Gray (height, width).
        scale: Pixels a point.
        corner: Its top left corner on the page, in points.
    """

    def __init__(self, image: Gray, scale: float, corner: tuple[float, float] = (0.0, 0.0)) -> None:
        import numpy as np

        self._image = np.ascontiguousarray(image.reshape(image.shape[0], image.shape[1]))
        self._scale = scale
        self._corner = np.array(corner * 2)

    def _pixels(self, boxes: Boxes) -> NDArray[np.int64]:
        """Boxes in whole pixels (left, top, right, bottom), within the page."""
        import numpy as np

        height, width = self._image.shape
        scaled = (boxes.reshape(-1, 4) - self._corner) * self._scale
        scaled[:, :2] = np.floor(scaled[:, :2])
        scaled[:, 2:] = np.ceil(scaled[:, 2:])
        pixels: NDArray[np.int64] = np.clip(scaled, 0, (width, height, width, height)).astype(np.int64)
        return pixels

    def cuts(self, boxes: Boxes) -> list[Gray]:
        """The picture in each box."""
        return [self._image[top:bottom, left:right] for left, top, right, bottom in self._pixels(boxes).tolist()]

    def shows(self, boxes: Boxes) -> NDArray[np.bool_]:
        """Whether something is drawn in each box: strokes that differ from their surroundings, in any colour.

        Only upright edges count: rules and the borders of fills run across.
        """
        import cv2
        import numpy as np

        edges = (cv2.absdiff(self._image[:, 1:], self._image[:, :-1]) > _CONTRAST).view(np.uint8)
        left, top, right, bottom = self._pixels(boxes).T
        # The edges of a narrow letter are on the borders of its box.
        counts = _sums(edges, np.maximum(left - 1, 0), top, right, bottom)
        heights = bottom - top
        return np.asarray((counts >= _STROKES * heights) & (heights >= _LEAST_HEIGHT * self._scale) & (right > left))

    def struck(self, boxes: Boxes) -> NDArray[np.bool_]:
        """Whether a visible line runs through the middle of each word's box, from its first to its last character."""
        import numpy as np

        rules = self._rules
        left, top, right, bottom = self._pixels(boxes).T
        first, last = (top + np.round(share * (bottom - top)).astype(np.int64) for share in _STRIKE_BAND)
        crossed = _sums(rules, left, first, right, last) > 0
        for index in np.flatnonzero(crossed):
            crossed[index] = self._is_struck(rules, left[index], right[index], first[index], last[index])
        return crossed

    def _is_struck(self, rules: Gray, left: int, right: int, first: int, last: int) -> bool:
        """Whether one of the rows ``first:last`` is a line from ``left`` to ``right``, and the rows are not a fill."""
        ends = round(_STRIKE_ENDS * self._scale)
        band = rules[first:last, left + ends : max(left + ends + 1, right - ends)]
        if band.size == 0 or band.mean() >= _FILLED:
            return False
        width = right - left
        reach = round((_STRIKE_WIDTH - 1) / 2 * width) if width < _SHORT_WORD * self._scale else 0
        full_rows: Any = band.all(axis=1)
        for row, full in enumerate(full_rows, start=first):
            line = rules[row, max(0, left - 2 * reach) : right + 2 * reach]
            if full and line.sum() >= width - 2 * ends + 2 * reach:
                return True
        return False

    @cached_property
    def _dark(self) -> Gray:
        """1 where the page is darker or lighter than the paper around."""
        import cv2
        import numpy as np

        height, width = self._image.shape
        small = (max(1, width // _PAPER_REDUCED), max(1, height // _PAPER_REDUCED))
        paper = cv2.medianBlur(cv2.resize(self._image, small, interpolation=cv2.INTER_AREA), _PAPER_KERNEL)
        paper = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR)
        return (cv2.absdiff(self._image, paper) > _DARK).view(np.uint8)

    @cached_property
    def _rules(self) -> Gray:
        """1 on horizontal lines."""
        import cv2
        import numpy as np

        line = np.ones((1, round(_LEAST_STRIKE * self._scale)), np.uint8)
        rules: Any = cv2.morphologyEx(self._dark, cv2.MORPH_OPEN, line)
        return cast("Gray", rules)

    def _is_nothing_but_rules(self, dark: Gray) -> bool:
        """Whether dark pixels are only rules of tables, which are longer than the sides of boxes; then no search is needed."""
        import cv2
        import numpy as np

        line = np.ones((round(_BOX_SIDE[1] * self._scale) + 1, 1), np.uint8)
        across: Any = cv2.morphologyEx(dark, cv2.MORPH_OPEN, line.T)
        upright: Any = cv2.morphologyEx(dark, cv2.MORPH_OPEN, line)
        return cv2.countNonZero(dark & ~(across | upright)) < _FEWEST_PIXELS

    def other_print(
        self, words: Boxes, characters: Boxes, ticking: NDArray[np.bool_]
    ) -> tuple[list[PaintedMark], list[BBox]]:
        """Print besides the words of a text layer: drawn boxes to be ticked, and places that only OCR can read.

        Args:
            words: Places of the words.
            characters: Places of their characters.
            ticking: Which of these may be a tick, as a typed ``X`` is.

        Returns:
            Boxes and circles, each empty or ticked; and blocks of other print, as page fractions: pictures of text, lettering
            drawn as lines.
        """
        dark = self._dark.copy()
        for left, top, right, bottom in self._pixels(words).tolist():
            dark[top:bottom, left:right] = 0
        if self._is_nothing_but_rules(dark):
            return [], []
        _, labels, stats, _ = _components(dark)
        marks = self._marks(stats, characters, ticking)
        places = self._unread(labels, stats, words, [index for index, _ in marks])
        found = [mark for _, mark in marks if not any(within(mark.box, place) for place in places)]
        if len(found) < len(marks):
            # Round letters of a picture look like tick circles: a shape among letters is a letter.
            places = self._unread(labels, stats, words, [index for index, mark in marks if mark in found])
        return found, places

    def drawn_boxes(self) -> list[PaintedMark]:
        """The squares to be ticked on a scanned page, whose letters are shapes too: each is apart from the words around it."""
        import numpy as np

        stats = _components(self._dark)[2]
        marks = self._marks(stats, np.zeros((0, 4)), np.zeros(0, bool), round_too=False)
        return [mark for _, mark in marks]

    def _marks(
        self, stats: NDArray[np.int32], characters: Boxes, ticking: NDArray[np.bool_], *, round_too: bool = True
    ) -> list[tuple[int, PaintedMark]]:
        """Shapes that are boxes to be ticked, by the index of their shape."""
        import numpy as np

        low, high = (side * self._scale for side in _BOX_SIDE)
        width, height = stats[:, 2], stats[:, 3]
        fitting = (np.minimum(width, height) >= low) & (np.maximum(width, height) <= _STICKING_OUT * high)
        fitting[0] = False
        middles = (characters[:, :2] + characters[:, 2:]) / 2 * self._scale
        page_height, page_width = self._image.shape
        found = []
        for index in np.flatnonzero(fitting).tolist():
            framed = self._framed(stats[index, :4].tolist(), (low, high), round_too=round_too)
            if framed is None:
                continue
            x, y, w, h = framed
            shape = self._dark[y : y + h, x : x + w]
            inside = ((middles > (x, y)) & (middles < (x + w, y + h))).all(axis=1)
            typed = bool(inside.any())
            space = _LETTER_SPACE * self._scale if round_too else _LETTERS_APART * h
            if inside.sum() > 1 or (typed and not ticking[inside].all()) or self._beside_letters(stats, index, space):
                continue
            dx, dy = round(_INSET * w), round(_INSET * h)
            share = float(shape[dy : h - dy, dx : w - dx].mean())
            if typed or not _UNMARKED < share < _MARKED:
                ticked = typed or share >= _MARKED
                box = (x / page_width, y / page_height, (x + w) / page_width, (y + h) / page_height)
                found.append((index, PaintedMark(TICKED_BOX if ticked else EMPTY_BOX, box)))
        # The dot in a circle is round as well.
        return [(i, mark) for i, mark in found if not any(_inside(mark.box, other.box) for _, other in found)]

    def _framed(
        self, box: Sequence[int], sizes: tuple[float, float], *, round_too: bool
    ) -> tuple[int, int, int, int] | None:
        """The square, without a tick that sticks out of it, or the circle that a shape is: left, top, width, height."""
        x, y, w, h = box
        shape = self._dark[y : y + h, x : x + w]
        left, top, right, bottom = _frame(shape)
        square = _is_square(shape[top:bottom, left:right])
        if square:
            x, y, w, h = x + left, y + top, right - left, bottom - top
        sized = sizes[0] <= min(w, h) <= max(w, h) <= min(sizes[1], _BOX_ASPECT * min(w, h))
        return (x, y, w, h) if sized and (square or (round_too and _is_round(shape))) else None

    def _beside_letters(self, stats: NDArray[np.int32], index: int, space: float) -> bool:
        """Whether another shape of about the same height is close beside a shape, which is then a letter of a picture."""
        import numpy as np

        x, y, w, h = stats[index, :4].tolist()
        left, top, width, height = stats[:, 0], stats[:, 1], stats[:, 2], stats[:, 3]
        gap = np.maximum(left - (x + w), x - (left + width))
        level = (top < y + h / 2) & (top + height > y + h / 2) & (height < 2 * h) & (height > h / 2)
        near = level & (gap >= 0) & (gap < space) & (width < _GLYPH_WIDTH[1] * self._scale)
        near[[0, index]] = False
        return bool(near.any())

    def _unread(
        self, labels: NDArray[np.int32], stats: NDArray[np.int32], words: Boxes, known: list[int]
    ) -> list[BBox]:
        """Blocks of adjacent shapes of the size of letters."""
        import cv2
        import numpy as np

        low, high = (side * self._scale for side in _GLYPH_HEIGHT)
        narrow, wide = (side * self._scale for side in _GLYPH_WIDTH)
        width, height = stats[:, 2], stats[:, 3]
        glyph = (height >= low) & (height <= high) & (width >= narrow) & (width <= wide)
        glyph &= stats[:, 4] < _SOLID * width * height
        glyph[[0, *known]] = False
        if glyph.sum() < _FEWEST_GLYPHS:
            return []
        middles = stats[:, :2] + stats[:, 2:4] / 2
        around = _AROUND * self._scale
        for index in np.flatnonzero(glyph):
            beyond = (words * self._scale)[:, :2] - around, (words * self._scale)[:, 2:] + around
            glyph[index] = not ((middles[index] > beyond[0]) & (middles[index] < beyond[1])).all(axis=1).any()
        if glyph.sum() < _FEWEST_GLYPHS:
            return []
        letters = glyph[labels].view(np.uint8)
        space, line = round(_LETTER_SPACE * self._scale), round(_LINE_SPACE * self._scale)
        number, line_of = cv2.connectedComponents(cv2.dilate(letters, np.ones((1, 2 * space + 1), np.uint8)))
        ys, xs = middles[glyph, 1].astype(int), middles[glyph, 0].astype(int)
        glyphs = np.bincount(line_of[ys, xs], minlength=number)
        kept: Any = np.isin(line_of, np.flatnonzero(glyphs >= _FEWEST_GLYPHS)) & (line_of > 0)
        blocks = cv2.dilate(kept.astype(np.uint8), np.ones((2 * line + 1, 1), np.uint8))
        found = _components(blocks)[2][1:, :4]
        beside, over = _REGION_MARGIN * self._scale - space, _REGION_MARGIN * self._scale - line
        page_height, page_width = self._image.shape
        return [
            (
                max(0.0, (x - beside) / page_width),
                max(0.0, (y - over) / page_height),
                min(1.0, (x + w + beside) / page_width),
                min(1.0, (y + h + over) / page_height),
            )
            for x, y, w, h in found.tolist()
        ]


def _components(dark: Any) -> tuple[int, Any, Any, Any]:
    """Connected components of dark pixels: number, component of each pixel, and left, top, width, height, area of each."""
    import cv2

    # There are at most as many components as dark pixels; if two bytes can count them, it takes half the time.
    counted = cv2.CV_16U if cv2.countNonZero(dark) < _COUNTED_IN_TWO_BYTES else cv2.CV_32S
    return cv2.connectedComponentsWithStats(dark, connectivity=8, ltype=counted)


def _sums(
    counted: Gray,
    left: NDArray[np.int64],
    top: NDArray[np.int64],
    right: NDArray[np.int64],
    bottom: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Sum of the pixels in each box."""
    import cv2
    import numpy as np

    total: Any = cv2.integral(counted)
    bottom, top = np.minimum(bottom, counted.shape[0]), np.minimum(top, counted.shape[0])
    right, left = np.minimum(right, counted.shape[1]), np.minimum(left, counted.shape[1])
    sums: NDArray[np.int64] = total[bottom, right] - total[top, right] - total[bottom, left] + total[top, left]
    return sums


def within(box: BBox, outer: BBox) -> bool:
    """Whether the middle of a box is in another."""
    across, down = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return outer[0] < across < outer[2] and outer[1] < down < outer[3]


def _inside(box: BBox, outer: BBox) -> bool:
    return outer[0] < box[0] and outer[1] < box[1] and box[2] < outer[2] and box[3] < outer[3]


def _frame(shape: Gray) -> tuple[int, int, int, int]:
    """The part of a shape between its sides: left, top, right, bottom; all of it if it has none."""
    import numpy as np

    columns, rows = (np.flatnonzero(shape.mean(axis=axis) >= _SIDE_OF_FRAME) for axis in (0, 1))
    if not len(columns) or not len(rows):
        return 0, 0, shape.shape[1], shape.shape[0]
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _is_square(shape: Gray) -> bool:
    """Whether dark pixels run along all four sides of a shape and fill its corners."""
    sides = (shape[:2].max(0), shape[-2:].max(0), shape[:, :2].max(1), shape[:, -2:].max(1))
    corners = _corners(shape, math.ceil(min(shape.shape) * _CORNER))  # the pixel at a corner is gray
    return min(float(side.mean()) for side in sides) >= _SIDE_DARK and all(corner.any() for corner in corners)


def _corners(shape: Gray, c: int) -> tuple[Gray, Gray, Gray, Gray]:
    return shape[:c, :c], shape[:c, -c:], shape[-c:, :c], shape[-c:, -c:]


def _is_round(shape: Gray) -> bool:
    """Whether dark pixels run all around a shape, and leave its corners empty."""
    import numpy as np

    height, width = shape.shape
    angles = np.linspace(0, 2 * np.pi, _RING_PLACES, endpoint=False)
    xs = np.rint((width - 1) / 2 * (1 + np.cos(angles))).astype(int)
    ys = np.rint((height - 1) / 2 * (1 + np.sin(angles))).astype(int)
    ring = np.mean([shape[max(0, y - 1) : y + 2, max(0, x - 1) : x + 2].any() for x, y in zip(xs, ys, strict=True)])
    return bool(ring >= _RING) and not any(
        corner.any() for corner in _corners(shape, max(1, round(min(shape.shape) * _CORNER)))
    )
