"""A second OCR engine reads chosen values again. If both engines agree, the value is more likely right.

Only strips with the values are read, stacked into one image for each page, which takes a fraction of reading the page.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Literal

from student_loans.pages.prepared import PreparedPage
from student_loans.reading.page_words import second_reader
from student_loans.records import FieldKind, field_catalog
from student_loans.sandbox.progress import report_progress
from student_loans.settings import Settings
from student_loans.understanding.fields.assignment import Candidate
from student_loans.understanding.fields.layout import Token
from student_loans.understanding.fields.organisations import compact

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Gray = NDArray[np.uint8]

Asked = Literal["auto", "always", "never"]
_MARGIN_X, _MARGIN_Y = 0.6, 0.3
"""White around a value that its strip keeps, in text heights: boxes of words within a line are estimated."""
_LINE_HEIGHT = 52
"""Height of a strip in pixels: capital letters of about 32 pixels, which Tesseract reads best."""
_BETWEEN = 28
_UNIT = re.compile(r"(?<=\d)[a-z]+$")
_RULE = 1.6
"""Shortest horizontal rule in strip heights: longer than any stroke of a letter."""
_MOST_STRIP_WIDTH = 2400


@dataclass(frozen=True, slots=True)
class _Strip:
    """Where a line of a value stands in the stacked image."""

    field: str
    top: int
    bottom: int


def agreements(candidates: Sequence[Candidate], pages: Iterable[PreparedPage], settings: Settings) -> dict[str, bool]:
    """Whether the second reader reads the same at the place of each value.

    Args:
        candidates: The values.
        pages: The pages on which they stand; pages with a text layer are skipped.
        settings: The first OCR engine, and the options of Tesseract.

    Returns:
        Field name to agreement; fields of skipped pages are absent.

    Raises:
        ServiceError: ``ocr_failed`` or ``ocr_timed_out``.
        ConfigurationError: ``ocr_not_installed``.
    """
    read: dict[str, list[str]] = defaultdict(list)
    asked: set[str] = set()
    for page in pages:
        here = [c for c in candidates if c.tokens[0].page == page.number]
        if page.image is None or not here:
            continue
        asked.update(candidate.field for candidate in here)
        for field, text in _read_strips(page, here, settings):
            read[field].append(text)
        report_progress()
    return {c.field: _says("".join(read[c.field]), c) for c in candidates if c.field in asked}


def _says(read: str, candidate: Candidate) -> bool:
    """Whether a reading contains the first one, ignoring signs between characters; no digits may follow directly."""
    own = compact("".join(token.text for token in candidate.tokens))
    if field_catalog().kinds.get(candidate.field) is FieldKind.MASKED_IDENTIFIER:
        own = candidate.value
    elif own[:1].isdigit():
        own = _UNIT.sub("", own)  # months, percent: only the figure is compared
    pattern = r"[\W_]*".join(map(re.escape, own))
    before, after = (r"(?<!\d)" if own[:1].isdigit() else ""), (r"(?!\d)" if own[-1:].isdigit() else "")
    return bool(own and re.search(f"{before}{pattern}{after}", read.casefold()))


def _read_strips(page: PreparedPage, candidates: Sequence[Candidate], settings: Settings) -> list[tuple[str, str]]:
    stacked, strips = _stack(page.pixels, page, candidates)
    words = second_reader(settings).read(stacked, page.quality_score)
    height = stacked.shape[0]
    found = []
    for strip in strips:
        inside = [w for w in words if strip.top <= (w.bbox[1] + w.bbox[3]) / 2 * height <= strip.bottom]
        found.append((strip.field, "".join(w.text for w in sorted(inside, key=lambda w: w.bbox[0]))))
    return found


def _stack(image: Gray, page: PreparedPage, candidates: Sequence[Candidate]) -> tuple[Gray, list[_Strip]]:
    """The strips of some values, one under the other, at one height."""
    import cv2
    import numpy as np

    cuts: list[tuple[str, Gray]] = []
    for candidate in candidates:
        for line in _lines(candidate.tokens):
            cut = _cut(image, page, line)
            scale = min(_LINE_HEIGHT / cut.shape[0], _MOST_STRIP_WIDTH / cut.shape[1])
            kind = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
            resized = cv2.resize(cut, None, fx=scale, fy=scale, interpolation=kind).astype(np.uint8, copy=False)
            cuts.append((candidate.field, _without_rules(resized)))
    width = max(cut.shape[1] for _, cut in cuts) + 2 * _BETWEEN
    height = sum(cut.shape[0] + _BETWEEN for _, cut in cuts) + _BETWEEN
    stacked = np.full((height, width), 255, np.uint8)
    strips, top = [], _BETWEEN
    for field, cut in cuts:
        stacked[top : top + cut.shape[0], _BETWEEN : _BETWEEN + cut.shape[1]] = cut
        strips.append(_Strip(field, top - _BETWEEN // 2, top + cut.shape[0] + _BETWEEN // 2))
        top += cut.shape[0] + _BETWEEN
    return stacked, strips


def _without_rules(strip: Gray) -> Gray:
    """Remove the rules of table cells from a strip: Tesseract reads them as letters or as the frame of a picture."""
    import cv2
    import numpy as np

    height, width = strip.shape
    low, high = np.percentile(strip, (1, 90))
    dark = (strip < (low + high) / 2).astype(np.uint8)
    rules = np.zeros_like(dark)
    for size in ((min(width, round(_RULE * height)), 1), (1, round(0.9 * height))):
        rules |= cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones(size[::-1], np.uint8))
    if not rules.any():
        return strip
    cleaned = strip.copy()
    cleaned[cv2.dilate(rules, np.ones((5, 5), np.uint8)) > 0] = round(high)
    return cleaned


def _lines(tokens: Sequence[Token]) -> list[list[Token]]:
    """The tokens of a value, by line."""
    return [list(line) for _, line in groupby(tokens, key=lambda token: token.segment)]


def _cut(image: Gray, page: PreparedPage, tokens: Sequence[Token]) -> Gray:
    height, width = image.shape
    x0, x1 = min(t.x0 for t in tokens), max(t.x1 for t in tokens)
    y0, y1 = min(t.y0 for t in tokens), max(t.y1 for t in tokens)
    text = y1 - y0
    left, right = x0 - _MARGIN_X * text, x1 + _MARGIN_X * text
    top, bottom = y0 - _MARGIN_Y * text, y1 + _MARGIN_Y * text
    across, down = width / page.width_pt, height / page.height_pt
    return image[
        max(0, round(top * down)) : max(1, round(bottom * down)), max(0, round(left * across)) : round(right * across)
    ]
