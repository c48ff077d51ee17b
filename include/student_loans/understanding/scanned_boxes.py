"""Tick boxes on scanned pages: find in the page's picture the mark of a choice that OCR missed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from student_loans.pages.painted_page import TICKED_BOX, PaintedMark, PaintedPage
from student_loans.pages.prepared import PreparedPage
from student_loans.understanding.fields.assignment import Candidate
from student_loans.understanding.fields.choices import options_in_row
from student_loans.understanding.fields.layout import DocumentLayout, Token

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SCALE = 2.0
"""Pixels a point: 144 an inch, at which the sides of a box of ten points can be distinguished from its tick."""


def seen_choices(
    candidates: Sequence[Candidate], layout: DocumentLayout, pages: Iterable[PreparedPage]
) -> list[Candidate]:
    """The choices whose box is the only ticked one of its row in the page's picture.

    Args:
        candidates: Choices beside which OCR read no mark.
        layout: The words of the document.
        pages: The pages on which they stand.
    """
    seen = []
    for page in pages:
        here = [candidate for candidate in candidates if candidate.tokens[0].page == page.number]
        if page.image is None or not here:
            continue
        boxes = _drawn_boxes(page.pixels, page.width_pt)
        seen += [c for c in here if _is_ticked(c.tokens[0], options_in_row(layout, c), boxes, page.height_pt)]
    return seen


def _drawn_boxes(image: NDArray[np.uint8], width_pt: float) -> list[PaintedMark]:
    import cv2

    scale = min(1.0, _SCALE * width_pt / image.shape[1])
    reduced: Any = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return PaintedPage(reduced, scale * image.shape[1] / width_pt).drawn_boxes()


def _is_ticked(token: Token, options: Sequence[Token], boxes: Sequence[PaintedMark], height_pt: float) -> bool:
    """Whether a row has a box for each option, and the only ticked box is that of the option.

    Boxes and options are matched by order, because OCR only estimates the positions of words in a line.
    """
    row = [mark for mark in boxes if abs((mark.box[1] + mark.box[3]) / 2 * height_pt - token.middle) < token.height]
    row.sort(key=lambda mark: mark.box[0])
    ticked = [place for place, mark in enumerate(row) if mark.text == TICKED_BOX]
    return len(row) == len(options) and ticked == [place for place, option in enumerate(options) if option is token]
