"""What a painted page shows: which characters are seen, which words are struck through, boxes that are ticked, other print.

A PDF's text and what is painted of it are two things: text may be white, covered, clipped or switched off, and print may be a
picture or lines. The page is painted once, small and gray, and asked about everything: a person sees no more than it shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from include.records import BBox

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from pypdfium2 import PdfPage

    Gray = NDArray[np.uint8]
    Boxes = NDArray[np.float64]

EMPTY_BOX, TICKED_BOX = "\u2610", "\u2612"
_SCALE = 1.5
"""Pixels a point: 108 an inch, where strokes of six-point letters are told apart."""
_MOST_PIXELS = 12_000_000
_CONTRAST = 20
"""Least difference in gray between a stroke and what is beside it; a tenth of black on white is hardly seen."""
_STROKES = 0.35
"""A character has edges along at least this share of its height: one upright stroke has two along all of it."""
_LEAST_HEIGHT = 3.0
"""Points: lower characters are not read by a person."""
_STRIKE_BAND = (0.3, 0.72)
"""Part of a word's height in which a line strikes it through; underlines lie lower, a cell's rules outside."""
_STRIKE_BEYOND = 0.8
"""Points by which such a line reaches over the first and last character."""
_STRUCK_LEAST = 3
"""Fewest characters of a word that can be told from its own strokes."""
_INK = 60
"""Difference in gray to the paper from which on a pixel is ink, where shapes are looked for."""
_BOX_SIDE = (5.0, 18.0)
"""Sides of a box to be ticked, in points."""
_BOX_ASPECT = 1.3
_SIDE_INKED, _ROUND_INKED = 0.75, 0.3
"""Share of each side's length that is ink in a square, and in a circle, which touches its sides in the middle only."""
_MARKED, _UNMARKED = 0.08, 0.03
"""Share of ink inside a box from which on it is ticked, and up to which it is empty."""
_INSET = 0.22
_GLYPH_HEIGHT, _GLYPH_WIDTH = (3.0, 40.0), (0.6, 60.0)
"""Sizes of shapes that may be letters, in points."""
_FEWEST_GLYPHS = 3
"""Fewer shapes beside one another are an ornament, a bullet or a speck."""
_LETTER_SPACE, _LINE_SPACE = 6.0, 5.0
"""Gaps in points over which shapes are one line, and lines are one block."""
_AROUND = 1.5
"""Points around a character within which ink is its own: slanted strokes, shadows, touching lines."""
_REGION_MARGIN = 4.0
_FAINTEST_PAPER = 40


@dataclass(frozen=True, slots=True)
class Mark:
    """A box to be ticked: :data:`EMPTY_BOX` or :data:`TICKED_BOX`, and its place as page fractions."""

    text: str
    box: BBox


def paint(page: PdfPage) -> PaintedPage:
    """Paint a page, smaller than usual where it is very large."""
    width, height = page.get_size()
    scale = min(_SCALE, (_MOST_PIXELS / max(width * height, 1.0)) ** 0.5)
    return PaintedPage(page.render(scale=scale, grayscale=True).to_numpy(), scale)


class PaintedPage:
    """A page's picture, asked about places on it.

    Args:
        image: Gray (height, width).
        scale: Pixels a point.
    """

    def __init__(self, image: Gray, scale: float) -> None:
        import numpy as np

        self._image = np.ascontiguousarray(image.reshape(image.shape[0], image.shape[1]))
        self._scale = scale
        self._size = np.array([image.shape[1], image.shape[0], image.shape[1], image.shape[0]], np.float64)

    def _pixels(self, boxes: Sequence[BBox]) -> NDArray[np.int64]:
        """Boxes in whole pixels (left, top, right, bottom), within the page."""
        import numpy as np

        scaled = np.asarray(boxes, np.float64).reshape(-1, 4) * self._size
        scaled[:, :2] = np.floor(scaled[:, :2])
        scaled[:, 2:] = np.ceil(scaled[:, 2:])
        return np.clip(scaled, 0, self._size).astype(np.int64)

    def shows(self, boxes: Sequence[BBox]) -> NDArray[np.bool_]:
        """Whether something is drawn in each box: strokes that stand out from what is beside them, of any colour.

        Only upright edges count: rules and the borders of fills run across.
        """
        import numpy as np

        if not boxes:
            return np.zeros(0, bool)
        image = self._image.astype(np.int16)
        edges = np.zeros((image.shape[0] + 1, image.shape[1] + 1), np.int32)
        edges[1:, 2:] = np.abs(image[:, 1:] - image[:, :-1]) > _CONTRAST
        edges = edges.cumsum(0).cumsum(1)
        left, top, right, bottom = self._pixels(boxes).T
        counts = edges[bottom, right] - edges[top, right] - edges[bottom, left] + edges[top, left]
        heights = bottom - top
        return np.asarray((counts >= _STROKES * heights) & (heights >= _LEAST_HEIGHT * self._scale) & (right > left))

    def struck(self, box: BBox, characters: int) -> bool:
        """Whether a line runs through the middle of a word's box, from before its first to behind its last character."""
        import numpy as np

        if characters < _STRUCK_LEAST:
            return False
        left, top, right, bottom = (int(edge) for edge in self._pixels([box])[0])
        height, beyond = bottom - top, round(_STRIKE_BEYOND * self._scale)
        first, last = (top + round(share * height) for share in _STRIKE_BAND)
        left, right = max(0, left - beyond), min(self._image.shape[1], right + beyond)
        band = self._image[first : last + 1, left:right].astype(np.int16)
        if band.size == 0 or height < _LEAST_HEIGHT * self._scale:
            return False
        paper = int(np.percentile(self._image[top:bottom, left:right], 90))
        # A thin line may share its ink between two rows of pixels.
        dark = np.minimum(band[:-1], band[1:]) if len(band) > 1 else band
        lined = bool((dark < paper - _FAINTEST_PAPER).all(axis=1).any())
        if not lined:
            return False
        inside = self._image[first : last + 1, left:right]
        return bool((inside < paper - _FAINTEST_PAPER).mean() < 0.9)  # not a dark fill

    def _shapes(self) -> tuple[Gray, NDArray[np.int32]]:
        """Ink of the page as 0 and 1, and the box of each connected piece (left, top, width, height) in pixels."""
        import cv2
        import numpy as np

        paper = cv2.medianBlur(cv2.resize(self._image, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA), 15)
        paper = cv2.resize(paper, self._image.shape[::-1], interpolation=cv2.INTER_LINEAR)
        ink: Any = (cv2.absdiff(self._image, paper) > _INK).astype(np.uint8)
        _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
        return ink, stats[1:, :4]

    def marks(self, characters: Sequence[BBox]) -> list[Mark]:
        """Boxes and circles to be ticked that are drawn as lines, each empty or ticked.

        Args:
            characters: Places of the page's characters, which are no such boxes: an ``O`` is not.
        """
        import numpy as np

        low, high = (side * self._scale for side in _BOX_SIDE)
        ink, shapes = self._shapes()
        width, height = shapes[:, 2], shapes[:, 3]
        fitting = (np.minimum(width, height) >= low) & (np.maximum(width, height) <= high)
        fitting &= np.maximum(width, height) <= _BOX_ASPECT * np.minimum(width, height)
        letters = self._pixels(characters)
        found = []
        across, down, *_ = self._size.tolist()
        for x, y, w, h in shapes[fitting].tolist():
            inside = _centres_within(letters, x, y, w, h)
            if _covered(letters, x, y, w, h) or inside.sum() > 1:
                continue
            if not _is_outline(ink[y : y + h, x : x + w]):
                continue
            dx, dy = round(_INSET * w), round(_INSET * h)
            share = float(ink[y + dy : y + h - dy, x + dx : x + w - dx].mean())
            if _UNMARKED < share < _MARKED:
                continue
            box = (x / across, y / down, (x + w) / across, (y + h) / down)
            found.append(Mark(TICKED_BOX if share >= _MARKED else EMPTY_BOX, box))
        return found

    def unread(self, known: Sequence[BBox]) -> tuple[BBox, ...]:
        """Places with print that no character accounts for: pictures of text, letters drawn as lines.

        Args:
            known: Places of characters and boxes that are accounted for.

        Returns:
            Blocks of lines, as page fractions.
        """
        import cv2
        import numpy as np

        ink, _ = self._shapes()
        around = round(_AROUND * self._scale)
        for left, top, right, bottom in self._pixels(known):
            ink[max(0, top - around) : bottom + around, max(0, left - around) : right + around] = 0
        count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
        if count == 1:
            return ()
        low, high = (side * self._scale for side in _GLYPH_HEIGHT)
        narrow, wide = (side * self._scale for side in _GLYPH_WIDTH)
        width, height = stats[:, 2], stats[:, 3]
        glyph = (height >= low) & (height <= high) & (width >= narrow) & (width <= wide)
        glyph[0] = False
        if glyph.sum() < _FEWEST_GLYPHS:
            return ()
        letters = glyph[labels].astype(np.uint8)
        space, line = round(_LETTER_SPACE * self._scale), round(_LINE_SPACE * self._scale)
        lines = cv2.dilate(letters, np.ones((1, 2 * space + 1), np.uint8))
        number, line_of = cv2.connectedComponents(lines, connectivity=8)
        glyphs = np.bincount(line_of[_centres(stats[glyph])], minlength=number)
        kept = np.isin(line_of, np.flatnonzero(glyphs >= _FEWEST_GLYPHS)) & (line_of > 0)
        blocks = cv2.dilate(kept.astype(np.uint8), np.ones((2 * line + 1, 1), np.uint8))
        _, _, found, _ = cv2.connectedComponentsWithStats(blocks, connectivity=8)
        margin = (_REGION_MARGIN - _LINE_SPACE) * self._scale
        across, down, *_ = self._size.tolist()
        beside = _REGION_MARGIN * self._scale - space
        return tuple(
            (
                max(0.0, (x - beside) / across),
                max(0.0, (y - margin) / down),
                min(1.0, (x + w + beside) / across),
                min(1.0, (y + h + margin) / down),
            )
            for x, y, w, h, _ in found[1:].tolist()
        )


def _centres(stats: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Row and column of a pixel on the middle of each shape's box; letters grown sideways cover it."""
    return stats[:, 1] + stats[:, 3] // 2, stats[:, 0] + stats[:, 2] // 2


def _centres_within(letters: NDArray[np.int64], x: int, y: int, w: int, h: int) -> NDArray[np.bool_]:
    across, down = (letters[:, 0] + letters[:, 2]) / 2, (letters[:, 1] + letters[:, 3]) / 2
    return (across > x) & (across < x + w) & (down > y) & (down < y + h)


def _covered(letters: NDArray[np.int64], x: int, y: int, w: int, h: int) -> bool:
    """Whether a shape is a character's own: one box covers most of it."""
    import numpy as np

    across = np.minimum(letters[:, 2], x + w) - np.maximum(letters[:, 0], x)
    down = np.minimum(letters[:, 3], y + h) - np.maximum(letters[:, 1], y)
    return bool(((across > 0.7 * w) & (down > 0.7 * h)).any())


def _is_outline(shape: Gray) -> bool:
    """Whether ink runs along all four sides: a square, or a circle."""
    sides = [shape[:2].max(0), shape[-2:].max(0), shape[:, :2].max(1), shape[:, -2:].max(1)]
    shares = [float(side.mean()) for side in sides]
    return min(shares) >= _SIDE_INKED or (min(shares) >= _ROUND_INKED and _corners_empty(shape))


def _corners_empty(shape: Gray) -> bool:
    height, width = shape.shape
    corner = max(1, min(height, width) // 7)
    return not any(
        piece.any()
        for piece in (
            shape[:corner, :corner],
            shape[:corner, -corner:],
            shape[-corner:, :corner],
            shape[-corner:, -corner:],
        )
    )
