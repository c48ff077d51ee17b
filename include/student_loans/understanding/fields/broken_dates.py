"""Dates that are broken over two lines: ``March 31,`` over ``2025``, ``03/31/`` over ``2025``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from student_loans.understanding.fields.dates import DateOrder, find_dates
from student_loans.understanding.fields.layout import DocumentLayout, Segment
from student_loans.understanding.fields.values import Value

_LAST_WORDS, _FIRST_WORDS = 4, 3
"""Words before and after a line's end that a date may have."""
_LOWEST = 1.6
"""Farthest second line of a cell under its first, in text heights."""
_UNFINISHED = re.compile(r"(?:[A-Za-z]{3,9}\.?|\d(?:st|nd|rd|th)?,?|[/-])$")
_TOUCHING = re.compile(r"[/-]$")
_CUT_YEAR = re.compile(r"(?:[/.-]|\s)(?:19|20)$")
_REST_OF_YEAR = re.compile(r"\d{2}")
_DIGIT = re.compile(r"\d")


def find_broken_dates(layout: DocumentLayout) -> Iterator[Value]:
    """Every date of a document that begins at the end of a line and ends on the next line of its cell or paragraph."""
    order = layout.date_order()
    for segment in layout.segments:
        if not _UNFINISHED.search(segment.tokens[-1].text):
            continue
        for following in _next_lines(layout, segment):
            if _DIGIT.match(following.text) and (found := _across(segment, following, order)):
                yield found
                break


def _across(segment: Segment, following: Segment, order: DateOrder) -> Value | None:
    head, tail = segment.tokens[-_LAST_WORDS:], following.tokens[:_FIRST_WORDS]
    first = " ".join(token.text for token in head)
    cut = _CUT_YEAR.search(first) and _REST_OF_YEAR.fullmatch(following.text)
    touching = _TOUCHING.search(first) or cut
    pieces = [(token, " ") for token in head[:-1]] + [(head[-1], "" if touching else " ")] + [(t, " ") for t in tail]
    text, starts = "", []
    for token, space in pieces:
        starts.append(len(text))
        text += token.text + space
    text = text.rstrip()
    for found in find_dates(text, order):
        if found.start < len(first) < found.end:
            tokens = tuple(
                token
                for (token, _), start in zip(pieces, starts, strict=True)
                if start < found.end and found.start < start + len(token.text)
            )
            raw = text[found.start : found.end]
            return Value("date", found.value, raw, tokens, found.strictness, doubt=found.doubt)
    return None


def _next_lines(layout: DocumentLayout, segment: Segment) -> Iterator[Segment]:
    """The segment on which a text continues, or the segments right under it."""
    if segment.continuation is not None:
        yield layout.segments[segment.continuation]
    reach = _LOWEST * segment.height
    for line in layout.lines[segment.line + 1 : segment.line + 3]:
        for other in line:
            over = other.x0 < segment.x1 and segment.x0 < other.x1
            if over and other.page == segment.page and other.y0 - segment.y1 < reach:
                yield other
