"""Find accents that OCR missed: count the marks over and under the letters of a name in its picture.

The recognition models lack the letters of some languages and return plain ones instead: ``Nguyen`` for ``Nguyễn``. The
marks are still visible in the picture. If it shows more marks than the letters that were read have, the name is doubted.
"""

from __future__ import annotations

import statistics
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from student_loans.pages.prepared import PreparedPage
from student_loans.understanding.fields.assignment import Candidate
from student_loans.understanding.fields.layout import Token
from student_loans.understanding.fields.letters import APOSTROPHES

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Gray = NDArray[np.uint8]

UNREAD_MARK = "an accent is printed that was not read"
_MARGIN_X, _MARGIN_Y = 0.15, 0.35
"""What a cut keeps around a name, in text heights: accents stand over and under its box."""
_DOUBLE = frozenset({"\u0308", "\u030b"})
"""Accents of two strokes: diaeresis and double acute."""
_LETTER, _TALLEST = 0.55, 1.3
"""A letter is at least and at most so high, in heights of the highest of most."""
_ASIDE = 0.1
"""Farthest that a mark's middle stands beside its letter, in the same heights."""
_LEAST, _HIGHEST, _WIDEST = 0.08, 0.42, 0.75
"""A mark's least side, greatest height and greatest width, in the same heights."""
_RULE = 0.95
"""What is higher, in heights of the cut, is a rule and no letter."""
_BROKEN = 3
"""Pixels across which a scan breaks thin strokes: the hook of an f is no accent."""
_TAIL = 0.08
"""A letter reaching so far under the others, in the same heights, has a tail, which may be broken off."""
_APART = 0.45
"""Farthest that a mark stands over or under its letter, in the same heights."""


def unread_marks(candidates: Sequence[Candidate], pages: Iterable[PreparedPage]) -> set[str]:
    """Fields of names whose picture has more marks over or under letters than were read.

    Args:
        candidates: Names that were read from images.
        pages: Their pages.
    """
    found = set()
    for page in pages:
        if page.image is None:
            continue
        pixels = page.pixels
        for candidate in candidates:
            here = [token for token in candidate.tokens if token.page == page.number]
            for _, line in groupby(here, key=lambda token: token.segment):
                tokens = list(line)
                text = " ".join(token.text for token in tokens)
                if marks_of(_cut(pixels, page, tokens)) > marks_in(text):
                    found.add(candidate.field)
    return found


def marks_in(text: str) -> int:
    """The largest number of separate marks that the letters of a text have."""
    count = 0
    for character in text:
        if character in APOSTROPHES or character in '"\u201c\u201d!?;:%=':
            count += 2
            continue
        parts = unicodedata.normalize("NFD", character)
        accents = sum(1 + (part in _DOUBLE) for part in parts if unicodedata.combining(part))
        count += accents or parts[0] in "ij"
    return count


def marks_of(image: Gray) -> int:
    """The number of marks over or under letters in the picture of a line."""
    import cv2
    import numpy as np

    if min(image.shape) < 2:
        return 0
    _, dark = cv2.threshold(image, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    dark = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((1, _BROKEN), np.uint8))
    _, _, boxes, _ = cv2.connectedComponentsWithStats(dark.astype(np.uint8), connectivity=8)
    pieces = [tuple(int(n) for n in box) for box in boxes[1:]]
    heights = sorted(height for _, _, _, height, _ in pieces if height < _RULE * image.shape[0])
    if not heights:
        return 0
    tall = heights[-1 - len(heights) // 20]
    # A component at the edge of the cut is part of another line, a rule or a logo; so are components beside it.
    cut_off = [p for p in pieces if _touches_edge(p, *image.shape)]
    whole = [p for p in pieces if not _touches_edge(p, *image.shape) and not any(_beside(p, c, tall) for c in cut_off)]
    letters = [p for p in whole if _LETTER * tall <= p[3] <= _TALLEST * tall]
    foot = statistics.median(p[1] + p[3] for p in letters) + _TAIL * tall if letters else 0.0
    small = [
        p for p in whole if _LEAST * tall <= min(p[2], p[3]) and p[3] <= _HIGHEST * tall and p[2] <= _WIDEST * tall
    ]
    return sum(any(_belongs(mark, letter, tall, foot) for letter in letters) for mark in small)


Piece = tuple[int, ...]
"""Left, top, width, height and area of a connected component in pixels."""


def _touches_edge(piece: Piece, height: int, width: int) -> bool:
    return piece[0] == 0 or piece[1] == 0 or piece[0] + piece[2] == width or piece[1] + piece[3] == height


def _beside(piece: Piece, other: Piece, tall: int) -> bool:
    """Whether most of a piece's height is that of another within a letter of it."""
    shared = min(piece[1] + piece[3], other[1] + other[3]) - max(piece[1], other[1])
    gap = max(piece[0] - (other[0] + other[2]), other[0] - (piece[0] + piece[2]))
    return 2 * shared > piece[3] and gap < tall


def _belongs(mark: Piece, letter: Piece, tall: int, foot: float) -> bool:
    """Whether a component is right over a letter, or under a letter that does not descend below the baseline."""
    middle = mark[0] + mark[2] / 2
    if not letter[0] - _ASIDE * tall <= middle <= letter[0] + letter[2] + _ASIDE * tall:
        return False
    over, under = letter[1] - (mark[1] + mark[3]), mark[1] - (letter[1] + letter[3])
    return 0 <= over <= _APART * tall or (0 <= under <= _APART * tall and letter[1] + letter[3] <= foot)


def _cut(image: Gray, page: PreparedPage, tokens: Sequence[Token]) -> Gray:
    """The picture of some words of a line."""
    height, width = image.shape
    x0, x1 = min(t.x0 for t in tokens), max(t.x1 for t in tokens)
    y0, y1 = min(t.y0 for t in tokens), max(t.y1 for t in tokens)
    text = y1 - y0
    across, down = width / page.width_pt, height / page.height_pt
    left, right = (x0 - _MARGIN_X * text) * across, (x1 + _MARGIN_X * text) * across
    top, bottom = (y0 - _MARGIN_Y * text) * down, (y1 + _MARGIN_Y * text) * down
    return image[max(0, round(top)) : max(1, round(bottom)), max(0, round(left)) : max(1, round(right))]
