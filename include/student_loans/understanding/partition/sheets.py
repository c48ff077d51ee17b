"""Two documents on one sheet: side by side, or one below the other."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from student_loans.pages.words import PageText, Word
from student_loans.understanding.fields.layout import DocumentLayout, Segment, Token

_MIDDLE = (0.35, 0.65)
"""Shares of a sheet's width between which the gap of two pages lies."""
_GAP = 1.5
"""Text heights between two pages on a sheet, at least."""
_LOWER = (0.2, 0.85)
"""Shares of a page's height between which a second document begins on it."""
_SPACE = 1.2
"""Text heights over a second document, at least."""
_HEAD_LINES = 3
"""Lines at whose head a sender stands."""
_FEWEST_WORDS = 25
"""A page has so many words on each side."""
_MARGIN = 2.0
"""Points by which the right document may begin left of the label that gives it away."""
_SAME_HEIGHT = 3.0
"""Labels at heights that differ by less than so many text heights stand side by side."""


def split_beside(layout: DocumentLayout, page: PageText) -> tuple[PageText, PageText] | None:
    """The two pages side by side on a wide sheet, if a gap runs through it from top to bottom."""
    gap = _gap(layout, page.number) if page.width_pt > page.height_pt else None
    if gap is None:
        return None
    place = gap / page.width_pt
    left = _with_words(page, lambda word: _middle(word) <= place)
    right = _with_words(page, lambda word: _middle(word) > place)
    enough = min(len(left.words), len(right.words)) >= _FEWEST_WORDS
    return (left, right) if enough else None


def split_below(
    layout: DocumentLayout, page: PageText, opens: Callable[[Sequence[Sequence[Segment]]], bool]
) -> Iterator[tuple[PageText, PageText]]:
    """The parts of a page over and under each space below which a document may begin, the lower one moved to the top.

    Args:
        layout: The words of the file.
        page: The page.
        opens: Whether some lines may be the head of a document; the first one is above the space.
    """
    height = layout.sizes[page.number][1]
    lines = [line for line in layout.lines if line[0].page == page.number]
    bottoms = itertools.accumulate((max(s.y1 for s in line) for line in lines), max)
    for place, (bottom, line) in enumerate(zip(bottoms, lines[1:], strict=False), start=1):
        top = min(segment.y0 for segment in line)
        wide = top - bottom >= _SPACE * layout.text_height and _LOWER[0] * height <= top <= _LOWER[1] * height
        if wide and opens(lines[place - 1 : place + _HEAD_LINES]):
            edge = (bottom + top) / 2 / height
            upper = replace(page, words=tuple(word for word in page.words if word.bbox[3] <= edge))
            lower = tuple(_moved_up(word, edge) for word in page.words if word.bbox[3] > edge)
            if min(len(upper.words), len(lower)) >= _FEWEST_WORDS:
                yield upper, replace(page, words=lower)


def _moved_up(word: Word, distance: float) -> Word:
    left, top, right, bottom = word.bbox
    return replace(word, bbox=(left, max(0.0, top - distance), right, bottom - distance))


def _gap(layout: DocumentLayout, page: int) -> float | None:
    """The middle of the widest gap that no cell crosses, in points."""
    width = layout.sizes[page][0]
    spans = sorted((segment.x0, segment.x1) for segment in layout.segments if segment.page == page)
    reach = itertools.accumulate((end for _, end in spans), max)
    gaps = [(start - end, (start + end) / 2) for end, (start, _) in zip(reach, spans[1:], strict=False)]
    fitting = [
        (size, middle)
        for size, middle in gaps
        if size >= _GAP * layout.text_height and _MIDDLE[0] * width <= middle <= _MIDDLE[1] * width
    ]
    return max(fitting)[1] if fitting else None


def cut_before(layout: DocumentLayout, page: PageText, first: Token, second: Token) -> PageText:
    """A page without the document to which the second of two labels belongs.

    Args:
        layout: The words of the file.
        page: The page.
        first: Begins the label of the first document.
        second: Begins the label of the other one, right of it or below.
    """
    if abs(first.middle - second.middle) < _SAME_HEIGHT * layout.text_height and second.x0 > first.x1:
        edge = (second.x0 - _MARGIN) / page.width_pt
        return _with_words(page, lambda word: word.bbox[0] < edge)
    floor = _widest_space(layout, first, second) / page.height_pt
    return _with_words(page, lambda word: word.bbox[3] <= floor)


def _widest_space(layout: DocumentLayout, first: Token, second: Token) -> float:
    """Bottom of the widest space between the lines of two words: there the second document begins."""
    tops = [
        (min(s.y0 for s in line), max(s.y1 for s in line))
        for line in layout.lines[layout.line_of(first) : layout.line_of(second) + 1]
    ]
    bottoms = itertools.accumulate((bottom for _, bottom in tops), max)
    spaces = [(top - bottom, top) for bottom, (top, _) in zip(bottoms, tops[1:], strict=False)]
    return max(spaces, default=(0.0, second.y0))[1]


def _middle(word: Word) -> float:
    return (word.bbox[0] + word.bbox[2]) / 2


def _with_words(page: PageText, keep: Callable[[Word], bool]) -> PageText:
    return replace(page, words=tuple(word for word in page.words if keep(word)))
