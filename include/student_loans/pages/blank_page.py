"""Recognise blank pages."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

_LONG_SIDE = 1000
"""Pixels: about 90 to an inch. At this size grain and dust average out and letters remain."""
_MARGIN = 0.04
"""Share of each side where scanners leave shadows of the edge of the paper."""
_BLUR = 15
_CONTRAST = 28
"""Levels of gray (of 255) by which print differs from the paper around it."""
_FAINT_CONTRAST, _GRAIN = 14, 14
"""Print may be this faint on even paper, of which half differs from its surroundings by at most a 14th of that."""
_LEAST_PRINTED = 6e-5
"""Share of the page: a dozen letters of ten points cover twice as much."""


def is_blank(page: Image) -> bool:
    """Whether a page shows nothing but paper: no spots, dark or light, differ from the paper around them."""
    from PIL import Image

    small = page.convert("L")
    small.thumbnail((_LONG_SIDE, _LONG_SIDE), Image.Resampling.BOX)
    return printed_share(small) <= _LEAST_PRINTED


def printed_share(page: Image) -> float:
    """Share of a gray page's pixels, without its margins, that differ from the paper around them."""
    from PIL import ImageChops, ImageFilter

    left, top = int(page.width * _MARGIN), int(page.height * _MARGIN)
    inner = page.crop((left, top, max(left + 1, page.width - left), max(top + 1, page.height - top)))
    paper = inner.filter(ImageFilter.BoxBlur(_BLUR))
    difference = ImageChops.difference(inner, paper).histogram()
    area = inner.width * inner.height
    grain = next(level for level, pixels in enumerate(accumulate(difference)) if pixels >= area / 2)
    contrast = min(_CONTRAST, max(_FAINT_CONTRAST, _GRAIN * grain))
    return sum(difference[contrast:]) / area
