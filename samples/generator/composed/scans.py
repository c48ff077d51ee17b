"""The file of a composed document: a PDF with text, or a scan whose boxes are moved as the sheet was."""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random
from typing import Any

from samples.generator import renderings
from samples.generator.composed.printing import Place

_EXTENSIONS = {1: ("pdf", "pdf", "tif", "png", "jpg"), 2: ("pdf", "pdf", "tif")}
_PLACES = 4


@dataclass(frozen=True, slots=True)
class File:
    """A file.

    Attributes:
        degradation: Kind of damage, and quarter turns of a sheet that was fed the wrong way round; none for a clean one.
        angles: Degrees by which each page is askew, counter-clockwise; empty for none.
        sizes: Width and height of each page in pixels.
    """

    content: bytes
    extension: str
    degradation: dict[str, Any] | None = None
    angles: tuple[float, ...] = ()
    sizes: tuple[tuple[int, int], ...] = ()

    def seen(self, place: Place) -> list[float]:
        """A box on the page as a person who holds it upright sees it."""
        page, left, top, right, bottom = place
        if self.angles:
            left, top, right, bottom = _turn(place, self.angles[page - 1], self.sizes[page - 1])
        return [page, *(round(min(1.0, max(0.0, edge)), _PLACES) for edge in (left, top, right, bottom))]


def _turn(place: Place, degrees: float, size: tuple[int, int]) -> tuple[float, float, float, float]:
    """The upright box around a box that is turned about the middle of the page."""
    width, height = size
    angle = math.radians(degrees)
    xs, ys = [], []
    for x, y in ((place[1], place[2]), (place[3], place[2]), (place[1], place[4]), (place[3], place[4])):
        dx, dy = (x - 0.5) * width, (y - 0.5) * height
        xs.append(0.5 + (dx * math.cos(angle) + dy * math.sin(angle)) / width)
        ys.append(0.5 + (dy * math.cos(angle) - dx * math.sin(angle)) / height)
    return min(xs), min(ys), max(xs), max(ys)


def render(pdf: bytes, rng: Random, rendering: str, pages: int) -> File:
    """The document as it arrives."""
    if rendering == "born_digital":
        return File(pdf, "pdf")
    extension = rng.choice(_EXTENSIONS[min(pages, 2)])
    if rendering == "degraded" and extension == "png":
        extension = "jpg"
    dpi = rng.choice([150, 200, 200, 240])
    images = renderings.page_images(pdf, dpi)
    kind = "" if rendering == "clean_scan" else rng.choice(list(renderings.DAMAGES))
    scanned = [renderings.DAMAGED[kind](image, rng) for image in images]
    sizes = tuple((image.shape[1], image.shape[0]) for image in images)
    encode = renderings.to_gray_png if extension == "png" else renderings.ENCODERS[extension]
    content = encode([scan.page for scan in scanned], dpi)
    degradation = (
        {"kind": kind, "quarter_turns": [scan.quarter_turns for scan in scanned]}
        if kind == "turned"
        else {"kind": kind}
    )
    return File(content, extension, degradation if kind else None, tuple(scan.degrees for scan in scanned), sizes)
