"""Turn and straighten page images for reading. Images are 8-bit gray arrays (height, width)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Gray = NDArray[np.uint8]
    AnyImage = NDArray[Any]  # OpenCV's stubs do not say more

MOST_SKEW = 6.0
"""Degrees: a page turned further than this was not laid on a scanner askew."""
_LEAST_SKEW = 0.15
_BILEVEL = 0.98
_DOTTED = 0.18
_DOT_SIGMA, _EDGE_SIGMA = 1.3, 0.8
"""Widths of the smoothing of dots and of edges, in pixels."""
_PROFILE_WIDTH = 700
_LINES_WIDTH = 1300
_WORTH_HALVING = 1900
"""Shorter side in pixels from which an image is halved before it is measured."""
_LINES_FIRST_ASKED, _LINES_ASKED = 8, 24
"""Lines whose direction is asked for: the others only where the first do not agree."""
_LINES_READ = 6
_UNSURE = (0.2, 0.9)
"""Shares of upside-down lines between which the classifier is not trusted: it errs on pages of figures."""
_CLEAR_RATIO = 2.5
_NO_ANGLE = (0.0,)
_COARSE_ANGLES = (-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0)
"""Degrees at which text lines are searched; most pages are straight enough without a finer search."""
_DETECTION_SIDE = 960


def halved(image: Gray) -> Gray:
    """Halve a large image, which is enough to find its orientation; return a small one unchanged.

    Halving is several times as fast as reducing by another factor, so every reduction starts with it.
    """
    import cv2

    height, width = image.shape
    if min(height, width) < _WORTH_HALVING:
        return image
    return cast("Gray", cv2.resize(image, (width // 2, height // 2), interpolation=cv2.INTER_AREA))


def shapes(dark: AnyImage) -> AnyImage:
    """Left, top, width and height in pixels of each connected component of dark pixels, (components, 4).

    Outlines take a third of the time of labelling every pixel.
    """
    import cv2
    import numpy as np

    outlines, hierarchy = cv2.findContours(dark, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    if not outlines:
        return np.empty((0, 4), np.int32)
    outer = hierarchy[0, :, 3] < 0  # the other outlines are those of holes
    return np.array([cv2.boundingRect(outline) for outline, out in zip(outlines, outer, strict=True) if out])


def skew_angle(image: Gray) -> float:
    """Degrees by which the text lines rise to the right, in ±:data:`MOST_SKEW`.

    The angle with the sharpest horizontal projection profile (Postl, 1986): dark rows alternate with empty rows only
    when the lines are level.
    """
    import cv2
    import numpy as np

    scale = _PROFILE_WIDTH / image.shape[1]
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    dark = cv2.adaptiveThreshold(small, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 25, 15)
    half = cv2.resize(dark, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    coarse = max(
        np.arange(-MOST_SKEW, MOST_SKEW + 0.1, 0.5), key=lambda a: _profile_sharpness(_rotate(half, a, border=0))
    )
    return float(
        max(np.arange(coarse - 0.4, coarse + 0.41, 0.1), key=lambda a: _profile_sharpness(_rotate(dark, a, border=0)))
    )


def _rotate(image: AnyImage, angle: float, border: int) -> AnyImage:
    import cv2

    height, width = image.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    return cv2.warpAffine(
        image, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=border
    )


def make_upright(image: Gray) -> tuple[Gray, float]:
    """Turn a page's image so that the letters are upright and the lines are level.

    Returns:
        The image, and the degrees by which its lines rose to the right before, without turns by 90 degrees.
    """
    import numpy as np

    sketch = halved(image)
    if _lies_on_its_side(sketch):
        image, sketch = (np.ascontiguousarray(np.rot90(one)) for one in (image, sketch))
    angle = skew_angle(sketch)
    if abs(angle) >= _LEAST_SKEW:
        image = _rotate(image, angle, border=255)
    if _upside_down(halved(image)):
        image = np.ascontiguousarray(np.rot90(image, 2))
    return image, angle


def _lies_on_its_side(image: Gray) -> bool:
    """Whether text runs up or down the page: by projection profiles, or by text detection if these are undecided."""
    import cv2
    import numpy as np

    from student_loans.reading.rapidocr import standing_share

    scale = _PROFILE_WIDTH / max(image.shape)
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    dark = cv2.adaptiveThreshold(small, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 25, 15)
    turned = np.ascontiguousarray(np.rot90(dark))
    for angles in (_NO_ANGLE, _COARSE_ANGLES):
        level, standing = (_line_sharpness(side, angles) for side in (dark, turned))
        if max(level, standing) > _CLEAR_RATIO * min(level, standing):
            return standing > level
    scale = min(1.0, _DETECTION_SIDE / max(image.shape))
    return standing_share(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)) > 0.5


def _line_sharpness(dark: AnyImage, angles: Sequence[float]) -> float:
    """The sharpest alternation of text rows and empty rows among some angles in degrees."""
    import cv2
    import numpy as np

    # Ruled lines are not text: rows count their changes from light to dark, of which letters have many and rules have few.
    changes = cv2.absdiff(np.ascontiguousarray(dark[:, 1:]), np.ascontiguousarray(dark[:, :-1]))
    return max(_profile_sharpness(_rotate(changes, angle, border=0) if angle else changes) for angle in angles)


def _profile_sharpness(image: AnyImage) -> float:
    """Sum of the squared differences between the sums of neighbouring rows."""
    import cv2
    import numpy as np

    profile = cv2.reduce(image, 1, cv2.REDUCE_SUM, dtype=cv2.CV_64F)
    return float(np.square(np.diff(profile, axis=0)).sum())


def _upside_down(image: Gray) -> bool:
    """Whether most text lines are upside down: by PP-OCR's classifier, or by reading both ways if it is not sure."""
    import cv2
    import numpy as np

    from student_loans.reading.direction import upside_down_share
    from student_loans.reading.rapidocr import reads_better_turned

    scale = min(1.0, _LINES_WIDTH / image.shape[1])
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    dark = cv2.adaptiveThreshold(small, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 15)
    joined = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((1, 25), np.uint8))
    lines = [(x, y, w, h) for x, y, w, h in shapes(joined) if 8 <= h <= 50 and w >= 5 * h]
    lines.sort(key=lambda box: -box[2])
    crops = [small[max(0, y - 3) : y + h + 3, x : x + min(w, 12 * h)] for x, y, w, h in lines[:_LINES_ASKED]]
    low, high = _UNSURE
    for asked in (_LINES_FIRST_ASKED, _LINES_ASKED):
        share = upside_down_share(crops[:asked])
        if share in (0.0, 1.0):
            break
    return reads_better_turned(crops[:_LINES_READ]) if low < share < high else share > 0.5


def smooth_bilevel(image: Gray) -> Gray:
    """Smooth the edges of a black-and-white image, as the OCR engines expect; return other images unchanged.

    An image with halftone dots is smoothed more. Dots are isolated and strokes of letters are not, so the share of
    isolated dark pixels distinguishes the two.
    """
    import cv2
    import numpy as np

    if float(((image < 12) | (image > 243)).mean()) < _BILEVEL:
        return image
    dark = (image < 128).astype(np.uint8)
    around = cv2.filter2D(dark, -1, np.ones((3, 3), np.uint8), borderType=cv2.BORDER_CONSTANT)
    alone = float(((dark == 1) & (around <= 2)).sum()) / max(1, int(dark.sum()))
    return cv2.GaussianBlur(image, (0, 0), _DOT_SIGMA if alone > _DOTTED else _EDGE_SIGMA).astype(np.uint8)


def encode_png(image: Gray) -> bytes:
    """Encode an image as PNG, with filters that take half the time of the default and 15% more bytes."""
    import cv2

    options = [
        *(cv2.IMWRITE_PNG_COMPRESSION, 1),
        *(cv2.IMWRITE_PNG_STRATEGY, cv2.IMWRITE_PNG_STRATEGY_RLE),
        *(cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_UP),
    ]
    return cv2.imencode(".png", image, options)[1].tobytes()
