"""Lines of text side by side in strips of one size.

The time of recognition is proportional to the image's width. In a batch, each line is padded to the widest, and OpenVINO
plans again for every new width; in strips only the ends are padded, and one plan is enough.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Gray = NDArray[np.uint8]

LINE_HEIGHT = 48
"""Height in pixels at which PP-OCR recognises lines."""
STEP = 8
"""Pixels of the image for one step of the answer."""
_BETWEEN = 32
"""Least gap between two lines, in pixels: about one and a half letters."""
_NARROWEST = 16


@dataclass(frozen=True, slots=True)
class StripPlace:
    """The place of a line in a strip.

    Attributes:
        line: Index of the line.
        left: Pixels from the strip's left end, a multiple of :data:`STEP`.
        width: Pixels.
    """

    line: int
    left: int
    width: int

    @property
    def steps(self) -> slice:
        """The steps of the strip's answer that are the line's, the gap behind it included."""
        return slice(self.left // STEP, (self.left + self.width + _BETWEEN) // STEP)


def width_of(line: Gray, narrowing: float, widest: int) -> int:
    """Width of a line in a strip in pixels, when it keeps that part of its width, in (0, 1]."""
    height, width = line.shape
    return int(max(_NARROWEST, min(widest, round(LINE_HEIGHT * width / height * narrowing))))


def pack(widths: Sequence[int], strip_width: int) -> list[list[StripPlace]]:
    """Lay lines into as few strips as their order from wide to narrow gives (first fit decreasing).

    Args:
        widths: Widths of the lines in pixels, none over ``strip_width``.
        strip_width: Width of a strip in pixels.
    """
    strips: list[list[StripPlace]] = []
    used: list[int] = []
    for line in sorted(range(len(widths)), key=lambda index: -widths[index]):
        needed = -(-(widths[line] + _BETWEEN) // STEP) * STEP
        for number, end in enumerate(used):
            if end + widths[line] <= strip_width:
                strips[number].append(StripPlace(line, end, widths[line]))
                used[number] += needed
                break
        else:
            strips.append([StripPlace(line, 0, widths[line])])
            used.append(needed)
    return strips


def draw(
    lines: Sequence[Gray], strips: Sequence[Sequence[StripPlace]], strip_width: int
) -> Iterator[NDArray[np.float32]]:
    """Each strip as PP-OCR takes it: (1, 3, :data:`LINE_HEIGHT`, width), -1 black to 1 white, 0 between the lines."""
    import cv2
    import numpy as np

    for places in strips:
        strip = np.zeros((LINE_HEIGHT, strip_width), np.float32)
        for place in places:
            line = lines[place.line]
            smaller = place.width < line.shape[1] and line.shape[0] >= LINE_HEIGHT
            kind = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
            resized = cv2.resize(line, (place.width, LINE_HEIGHT), interpolation=kind)
            strip[:, place.left : place.left + place.width] = resized / np.float32(127.5) - 1
        yield np.broadcast_to(strip, (1, 3, *strip.shape)).copy()
