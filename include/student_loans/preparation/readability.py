"""Readability of a page image: only properties that make readings fail in measurements.

All parts are relative to the contrast of the print, so a pale page scores as well as a dark one: a fifth of the contrast
does not harm OCR while the paper is even (``docs/quality.md``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from student_loans.preparation.images import Gray

_PAPER_SIDE = 600
"""Shorter side in pixels of the image in which the paper's own brightness is looked for."""
_EVERY_ROW = 3
"""One row of so many is measured, which gives the same result as all rows."""
_SMOOTHING = 0.7
_LEAST_CONTRAST = 8
_FULL_CONTRAST = 200
_FULL_HEIGHT_PX = 24
_FULL_EDGES = 6
"""Letters are sharp from this many times the width of their edges on."""
_MOST_STEP, _LEAST_STEP = 1.5, 0.02
_JUMP = 0.9
"""Share of the contrast that an edge takes in one pixel where no gray is left."""
_JUMP_WEIGHT = 0.9
_RAGGED_HEIGHT_PX = 16
"""Letters of that height or less suffer most from edges without gray; larger ones lose less of their shape."""
_NOISE_WEIGHT = 2
_NEAR, _TOO_NEAR = 15, 5
"""Widths in pixels by which print is dilated: to find the paper beside it, and the edges that are not yet paper."""


@dataclass(frozen=True, slots=True)
class Readability:
    """Parts of a page's readability, each in [0, 1]; all zero if nothing differs from the paper.

    Attributes:
        size: Height of the letters over 24 pixels, 1 at most.
        sharpness: Height of the letters over six times the width of their edges, 1 at most.
        gradation: 1 where the edges of letters are gray; 0.1 where all are steps from white to black, as in a fax, and the
            letters 16 pixels high or less, more where they are larger.
        cleanness: 1 / (1 + 2 n), n the spread of the paper beside the letters over the contrast.
        contrast: Median difference of print and paper over 200 of 255 levels, 1 at most; not part of the score.
    """

    size: float
    sharpness: float
    gradation: float
    cleanness: float
    contrast: float

    @property
    def score(self) -> float:
        """How well the page can be read, in [0, 1]: the geometric mean of size, sharpness, gradation and cleanness."""
        return round(float((self.size * self.sharpness * self.gradation * self.cleanness) ** (1 / 4)), 3)


def readability(scan: Gray, letter_height_px: float) -> Readability:
    """Measure a page as it was scanned, with the median height of its letters."""
    import cv2
    import numpy as np

    rows = np.ascontiguousarray(scan[::_EVERY_ROW])
    darkness = cast("Gray", cv2.subtract(_paper(rows), rows))
    smooth = cv2.GaussianBlur(darkness, (5, 1), _SMOOTHING)
    level, dark = cv2.threshold(smooth, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    contrast = float(np.median(darkness[dark > 0])) if level > 0 else 0.0
    if contrast < _LEAST_CONTRAST or not letter_height_px:
        return Readability(0.0, 0.0, 0.0, 0.0, 0.0)
    edge_px, jumps = _edges(darkness, cast("Gray", dark), contrast)
    return Readability(
        size=min(1.0, letter_height_px / _FULL_HEIGHT_PX),
        sharpness=min(1.0, letter_height_px / edge_px / _FULL_EDGES),
        gradation=1 - _JUMP_WEIGHT * jumps * min(1.0, _RAGGED_HEIGHT_PX / letter_height_px),
        cleanness=1 / (1 + _NOISE_WEIGHT * _spread_beside(darkness, cast("Gray", dark)) / contrast),
        contrast=min(1.0, contrast / _FULL_CONTRAST),
    )


def _paper(rows: Gray) -> Gray:
    """The background of the rows of a page: the paper's colour, shades and shadows."""
    import cv2
    import numpy as np

    height, width = rows.shape
    scale = min(1.0, _PAPER_SIDE / min(width, height * _EVERY_ROW))
    size = (max(1, round(width * scale)), max(1, round(height * _EVERY_ROW * scale)))
    small = cv2.resize(rows, size, interpolation=cv2.INTER_AREA)
    paper = cv2.medianBlur(cv2.dilate(small, np.ones((7, 7), np.uint8)), 15)
    return cast("Gray", cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR))


def _edges(darkness: Gray, dark: Gray, contrast: float) -> tuple[float, float]:
    """Mean width of the edges of print in pixels, and the share of edges that are one pixel wide, in [0, 1]."""
    import numpy as np

    is_dark = dark > 0
    steps = np.abs(np.diff(darkness.astype(np.int16), axis=1))[is_dark[:, 1:] != is_dark[:, :-1]] / contrast
    return 1 / max(_LEAST_STEP, float(np.minimum(steps, _MOST_STEP).mean())), float((steps > _JUMP).mean())


def _spread_beside(darkness: Gray, dark: Gray) -> float:
    """Standard deviation of the paper three to seven pixels beside the print, in levels of gray."""
    import cv2
    import numpy as np

    near, edge = (cv2.dilate(dark, np.ones((1, width), np.uint8)) for width in (_NEAR, _TOO_NEAR))
    return float(cv2.meanStdDev(darkness, mask=cv2.subtract(near, edge))[1].item())
