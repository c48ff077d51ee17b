"""PP-OCR as this project runs it: its models on OpenVINO, one thread, images of fixed shapes.

The tiny models read clear pages, and the small model reads doubtful lines again; the small models read all other pages.
Benefit and cost: docs/benchmarks.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, cached_property
from typing import TYPE_CHECKING

from rapidocr.utils.process_img import get_rotate_crop_image

from student_loans.reading.detection import Detector
from student_loans.reading.recognition import CarefulReader, StripReader, is_prose

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Gray = NDArray[np.uint8]
    Boxes = NDArray[np.float32]

_SURE = 0.97
"""Lines of clear pages that the tiny model reads with less certainty are read again by the small one."""
_SURE_OF_PROSE = 0.95
"""The same for prose without a figure: it is long, and seldom a value."""
_MOST_UNSURE = 0.25
"""Share of lines below :data:`_SURE_OF_PROSE` beyond which a page is not clear, and all of it is read with care."""
_LARGE_BLOCK = 2**18
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
"""Parameters of mallopt(3)."""


class Engine:
    """Finds lines of text and recognises them; models are loaded when they are first used."""

    def __init__(self) -> None:
        _give_memory_back()

    def find_lines(self, image: Gray, *, clear: bool) -> Boxes:
        """Corners of the lines of text, clockwise from the upper left: (lines, 4, 2) in pixels.

        Args:
            image: A page, (height, width).
            clear: Whether it is a clear one: the tiny model misses a few faint lines of others.
        """
        return (self._tiny_detector if clear else self._small_detector).find(image)

    def read_lines(self, lines: Sequence[Gray], *, clear: bool) -> list[tuple[str, float]]:
        """Text and certainty in [0, 1] of the images of lines, each (height, width).

        Args:
            lines: The images.
            clear: Whether they come from a clear page: they are read fast, and again with more care only in doubt.
        """
        if not clear:
            return self._careful_reader.read(lines)
        read = self._tiny_reader.read(lines)
        again = [index for index, line in enumerate(lines) if _is_doubted(line, *read[index])]
        if sum(certainty < _SURE_OF_PROSE for _, certainty in read) > _MOST_UNSURE * len(lines):
            again = list(range(len(lines)))
        if not again:
            return read  # the small model is not even loaded
        for index, reading in zip(again, self._careful_reader.read([lines[index] for index in again]), strict=True):
            read[index] = reading
        return read

    def warm_up(self) -> None:
        """Load the models that most pages need, so that forks of this process share them."""
        self._tiny_detector.warm_up()
        self._small_detector.warm_up()
        self._tiny_reader.warm_up()
        self._careful_reader.warm_up()

    @cached_property
    def _tiny_detector(self) -> Detector:
        return Detector("tiny")

    @cached_property
    def _small_detector(self) -> Detector:
        return Detector("small")

    @cached_property
    def _tiny_reader(self) -> StripReader:
        return StripReader("tiny")

    @cached_property
    def _careful_reader(self) -> CarefulReader:
        return CarefulReader("small")


@cache
def engine() -> Engine:
    """The engine, created once in a process."""
    return Engine()


def cut_lines(image: Gray, boxes: Boxes) -> list[Gray]:
    """The images of lines, upright, by their corners."""
    import numpy as np

    return [np.ascontiguousarray(get_rotate_crop_image(image, box)) for box in boxes]


def _is_doubted(line: Gray, text: str, certainty: float) -> bool:
    """Whether the tiny model's reading of a line is doubtful, so that the small model reads it again."""
    unimportant = is_prose(line) and not any(character.isdigit() for character in text)
    return certainty < (_SURE_OF_PROSE if unimportant else _SURE)


def _give_memory_back() -> None:
    """Let glibc return large freed blocks to the system at once: tensors of ever new sizes leave holes that add up."""
    import ctypes

    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _LARGE_BLOCK)
        mallopt(_M_TRIM_THRESHOLD, _LARGE_BLOCK)
