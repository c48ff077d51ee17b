"""Detect upside-down lines of text by PP-OCR's classifier alone, because preparation of most pages needs only this.

RapidOCR's own class for it takes 0.7 core-seconds to import, in every process that prepares pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from student_loans.reading.models import direction
from student_loans.reading.strips import LINE_HEIGHT, StripPlace, draw, width_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Gray = NDArray[np.uint8]

_WIDTH = 192
"""Width in pixels of the model's images of lines; longer lines are narrowed."""


def upside_down_share(lines: Sequence[NDArray[Any]]) -> float:
    """Share of some text line images (gray, height by width) that are upside down, weighted by certainty, in [0, 1]."""
    weights = [_upside_down(line) for line in lines]
    total = sum(certainty for _, certainty in weights)
    return sum(certainty for turned, certainty in weights if turned) / total if total else 0.0


def _upside_down(line: Gray) -> tuple[bool, float]:
    """Whether a line is upside down, and the certainty of it, in [0.5, 1]."""
    (image,) = draw([line], [[StripPlace(0, 0, width_of(line, 1.0, _WIDTH))]], _WIDTH)
    request = direction(LINE_HEIGHT, _WIDTH)
    request.infer(inputs=[image], share_inputs=True)
    upright, turned = (float(p) for p in request.get_output_tensor().data[0])
    return turned > upright, max(upright, turned)


def warm_up() -> None:
    """Load the model, so that forks of this process share it."""
    direction(LINE_HEIGHT, _WIDTH)
