"""RapidOCR: the PP-OCR models that come inside its wheel, on OpenVINO, in this process."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from student_loans.pages.words import Word
from student_loans.reading.spaces import restore_spaces, width_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from student_loans.reading.rapidocr_engine import Engine

_CLEAR_QUALITY = 0.78
"""Least quality of a clear page; other pages lose lines, and lines letters, when they are read faster."""
_LEAST_SCORE = 0.3
"""Lines that are read with less certainty than this are not text."""
_LOST_SPACE = re.compile(
    r"(?<=[a-z])(?<!\bMc)(?<!\bMac)(?<!\bDe)(?<!\bLa)(?<!\bVan)(?=[A-Z][a-z])"  # LoanAmount
    r"|(?<=[a-z]{3})(?=\$?\d)"  # due208.34
    r"|(?<=[A-Za-z0-9])(?=\$\d)"  # Amount$208.34
    r"|(?<=\b[Ii]n)(?=\d)|(?<=\bof)(?=\d)"  # in72 months
    r"|(?<=[a-z]{2},)(?=\w)|(?<=[A-Za-z]{3}\.)(?=[A-Z])"  # January,2026
    r"|(?<=\d\.\d{2})(?=[a-z]{2})|(?<=\b(?:19|20)\d{2})(?=[A-Z][a-z])"  # $5.00will, 2018Student
    r"|(?<=\d,)(?=(?:19|20)\d{2}\b)"  # January 5,2026
    r"|(?<=[A-Za-z#.)]:)(?=[A-Za-z0-9$])|(?<=\d%)(?=[A-Za-z(])|(?<=[a-z)])(?=\()|(?<=[\u25a1\u2610-\u2612])(?=\w)"
)


class RapidOcrReader:
    """PP-OCR detection and recognition with one thread."""

    name = "rapidocr"

    def read(self, image: NDArray[np.uint8], quality: float) -> tuple[Word, ...]:
        """See :class:`student_loans.reading.base.Reader`."""
        from student_loans.reading.rapidocr_engine import cut_lines

        height, width = image.shape
        clear = quality >= _CLEAR_QUALITY
        boxes = _engine().find_lines(image, clear=clear)
        readings = _engine().read_lines(cut_lines(image, boxes), clear=clear)
        words: list[Word] = []
        for corners, (text, score) in zip(boxes, readings, strict=True):
            if score < _LEAST_SCORE or not text.strip():
                continue
            xs, ys = corners[:, 0] / width, corners[:, 1] / height
            left, top, right, bottom = (max(0.0, float(v)) for v in (xs.min(), ys.min(), xs.max(), ys.max()))
            line = image[int(top * height) : int(bottom * height), int(left * width) : int(right * width)]
            if not clear:
                text = _without_accents(text)
            words += split_line(restore_spaces(text, line), (left, top, right, bottom), score)
        return tuple(words)


def standing_share(image: NDArray[Any]) -> float:
    """Share of a page's text line length whose boxes are taller than wide, in [0, 1]; 0 where no text is found."""
    boxes = _engine().find_lines(image, clear=True)
    if len(boxes) == 0:
        return 0.0
    sizes = boxes.max(axis=1) - boxes.min(axis=1)
    lengths = sizes.max(axis=1)
    # A nearly square box is one or two short words, which do not show the direction.
    long = lengths > 2 * sizes.min(axis=1)
    standing = sizes[:, 1] > sizes[:, 0]
    return float(lengths[long & standing].sum() / max(lengths[long].sum(), 1e-6))


def reads_better_turned(lines: Sequence[NDArray[Any]]) -> bool:
    """Whether some text line images (gray, height by width) are read with more certainty when turned by 180 degrees."""
    import numpy as np

    standing, turned = (
        sum(
            score
            for _, score in _engine().read_lines(
                [np.ascontiguousarray(np.rot90(line, n)) for line in lines], clear=True
            )
        )
        for n in (0, 2)
    )
    return turned > standing


def split_line(text: str, box: tuple[float, float, float, float], confidence: float) -> list[Word]:
    """A line of text into words, each with its share of the line's box.

    PP-OCR often loses spaces; they are restored between letters, digits and signs that never adjoin within a word.
    """
    pieces = [(match.group(), match.start()) for match in re.finditer(r"\S+", _LOST_SPACE.sub("\u2009", text))]
    # A lost space takes no room in the line, so it is not counted in the widths.
    printed = _LOST_SPACE.sub("\u2009", text)
    widths = [0.0]
    for character in printed:
        widths.append(widths[-1] + (0.0 if character == "\u2009" else width_of(character)))
    left, top, right, bottom = (min(1.0, max(0.0, float(edge))) for edge in box)
    unit = (right - left) / max(widths[-1], 1e-6)
    return [
        Word(piece, (left + unit * widths[start], top, left + unit * widths[start + len(piece)], bottom), confidence)
        for piece, start in pieces
    ]


def _without_accents(text: str) -> str:
    """Letters without their accents: on a bad page nearly all of them are specks."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def _engine() -> Engine:
    """The engine, imported here because the import takes a second and most documents need no OCR."""
    from student_loans.reading.rapidocr_engine import engine

    return engine()


def open_reader(language: str, timeout_s: float, *, strips: bool) -> RapidOcrReader:
    """The reader; its models know their language, and it has no limit of time."""
    return RapidOcrReader()
