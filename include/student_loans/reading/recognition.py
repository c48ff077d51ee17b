"""Reading lines of text with PP-OCR's recognition: fast in strips, or each with care."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from student_loans.reading.models import Recognition, recognition
from student_loans.reading.strips import LINE_HEIGHT, STEP, StripPlace, draw, pack, width_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Gray = NDArray[np.uint8]

STRIP = 1600
"""Width of the strips in which lines of clear pages are recognised, and of the widest line, in pixels."""
_PROSE_RATIO = 14.0
"""A line this many times as wide as high is prose."""
_PROSE_WIDTH = 0.7
"""Part of its width that a line of prose keeps on a clear page: recognition takes as long as a line is wide."""
_NARROWEST, _WIDEST, _WIDER = 96, 6400, 1.2
"""Lines that are read with care are padded to one of few widths, in pixels, each this much more than the one before: for every
new width OpenVINO plans again, which takes as long as reading a line."""
_USUAL = 1736
"""Most lines are no wider, in pixels: planned when a server of tasks warms up."""
_ANY_WIDTH = -1


class StripReader:
    """Reads lines in strips, long ones narrowed.

    Args:
        size: Of the model, ``small`` or ``tiny``.
    """

    def __init__(self, size: str) -> None:
        self._model = recognition(size, LINE_HEIGHT, STRIP)

    def warm_up(self) -> None:
        """Plan the strip."""
        _infer_nothing(self._model, STRIP)

    def read(self, lines: Sequence[Gray]) -> list[tuple[str, float]]:
        """Text and certainty in [0, 1] of the images of lines, each (height, width)."""
        texts = [("", 0.0)] * len(lines)
        strips = pack(line_widths(lines), STRIP)
        for places, strip in zip(strips, draw(lines, strips, STRIP), strict=True):
            self._model.request.infer(inputs=[strip], share_inputs=True)
            answer = self._model.request.get_output_tensor().data
            for place in places:
                (texts[place.line],), _ = self._model.decoder(answer[:, place.steps])
        return texts


class CarefulReader:
    """Reads lines by themselves, at their full width and full precision: a line of a bad page disturbs its neighbours.

    Args:
        size: Of the model, ``small`` or ``tiny``.
    """

    def __init__(self, size: str) -> None:
        self._model = recognition(size, LINE_HEIGHT, _ANY_WIDTH)

    def warm_up(self) -> None:
        """Plan the widths of most lines."""
        width = 0
        while width < _USUAL:
            width = _padded(width + 1)
            _infer_nothing(self._model, width)

    def read(self, lines: Sequence[Gray]) -> list[tuple[str, float]]:
        """Text and certainty in [0, 1] of the images of lines, each (height, width)."""
        texts = []
        for line in lines:
            width = width_of(line, 1.0, _WIDEST)
            (image,) = draw([line], [[StripPlace(0, 0, width)]], _padded(width))
            self._model.request.infer(inputs=[image], share_inputs=True)
            (text,), _ = self._model.decoder(self._model.request.get_output_tensor().data)
            texts.append(text)
        return texts


def line_widths(lines: Sequence[Gray]) -> list[int]:
    """Width that each line takes in a strip, in pixels."""
    return [width_of(line, _PROSE_WIDTH if is_prose(line) else 1.0, STRIP) for line in lines]


def is_prose(line: Gray) -> bool:
    """Whether a line is so much wider than high that it is one of a paragraph."""
    height, width = line.shape
    return bool(width > _PROSE_RATIO * height)


def _infer_nothing(model: Recognition, width: int) -> None:
    """Run a model on an empty line of that width, so that its plan for the width is cached."""
    import numpy as np

    model.request.infer(inputs=[np.zeros((1, 3, LINE_HEIGHT, width), np.float32)], share_inputs=True)


def _padded(width: int) -> int:
    """The smallest image width for a line of this width, a multiple of the model's step."""
    padded = _NARROWEST
    while padded < width:
        padded = int(padded * _WIDER) // STEP * STEP
    return padded
