"""Convert a page's picture to gray as a person sees it, from deep integers, floats, CMYK, Lab or transparency."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from student_loans.pages.blank_page import is_blank

if TYPE_CHECKING:
    from PIL.Image import Image

_DEEP = ("I", "F")
"""How the names of Pillow's modes with more than 8 bits a pixel start."""
_PREMULTIPLIED = {"RGBa": "RGBA", "La": "LA"}
_TRANSPARENT = frozenset({"RGBA", "LA", "PA"})
_PHOTOMETRIC, _WHITE_IS_ZERO = 262, 0  # TIFF 6.0, section 8
_SAMPLE_FORMAT, _SIGNED = 339, 2  # TIFF 6.0, section 19
_BRIGHTEST = 255
_MEASURED = 1000
"""Pixels a side that are looked at for the brightness of the paper."""
_ALMOST_ALL = 99.9
"""Percent of the pixels that are not brighter than the paper: single brighter ones are sensor errors."""
_ROUNDING = 0.01
"""Part by which floats may pass the end of their range."""


def gray_image(image: Image) -> Image:
    """A picture in 8-bit gray, on white paper; if transparency hides all of it, its colours without transparency."""
    return shown_picture(image)[0]


def shown_picture(image: Image) -> tuple[Image, bool]:
    """A picture in gray, and whether transparency that hides all of it was ignored.

    Such files come from programs that write the transparency wrongly, and from screens with white letters on black.
    """
    from PIL import Image as images

    if image.mode.startswith(_DEEP):
        return _from_deep(image), False
    if image.mode == "LAB":
        return image.getchannel("L"), False
    plain = image.convert(_PREMULTIPLIED[image.mode]) if image.mode in _PREMULTIPLIED else image
    if plain.mode not in _TRANSPARENT and "transparency" not in image.info:
        return image.convert("L"), False
    rgba = plain.convert("RGBA")
    seen = images.alpha_composite(images.new("RGBA", rgba.size, "white"), rgba).convert("L")
    if not is_blank(seen):
        return seen, False
    opaque = rgba.convert("RGB").convert("L")
    return (seen, False) if is_blank(opaque) else (opaque, True)


def _from_deep(image: Image) -> Image:
    """Pixels of 12, 16 or 32 bits or of floats, by the range in use: many devices use only a part of the range."""
    import cv2
    import numpy as np
    from PIL import Image as images

    pixels = np.asarray(image)
    tags = getattr(image, "tag_v2", {})
    if image.mode == "F":
        pixels = np.nan_to_num(pixels, nan=np.nanmax(pixels) if np.isfinite(pixels).any() else 0.0)
    elif image.mode == "I" and tags and tags.get(_SAMPLE_FORMAT, (1,))[0] != _SIGNED:
        pixels = pixels.view(np.uint32).astype(np.float32)
    elif image.mode != "I":
        pixels = pixels.astype(np.uint16, copy=False)  # in the byte order of the machine
    bottom, top = _used_range(pixels)
    scale = _BRIGHTEST / (top - bottom)
    gray = cv2.convertScaleAbs(pixels, alpha=scale, beta=-bottom * scale)
    if tags.get(_PHOTOMETRIC) == _WHITE_IS_ZERO:
        gray = cv2.bitwise_not(gray)
    return images.fromarray(gray)


def _used_range(pixels: object) -> tuple[float, float]:
    """Black and white of deep pixels: from zero to the highest number with as many bits as the paper has."""
    import numpy as np

    array = np.asarray(pixels)
    steps = tuple(max(1, side // _MEASURED) for side in array.shape)
    paper = float(np.percentile(array[:: steps[0], :: steps[1]], _ALMOST_ALL))
    bits = max(1, math.ceil(math.log2(max(0.0, paper) * (1 - _ROUNDING) + 1)))
    return min(0.0, float(array.min())), float(2**bits - 1)
