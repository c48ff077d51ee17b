"""Lines at the head of a document that may be its title."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from student_loans.understanding.fields.layout import DocumentLayout, Segment, Token

_HEAD = 0.35
"""Share of the first page's height in which titles stand."""
_MOST_WORDS = 9
_CAPTIONS = 3
"""So many texts without values on a line are captions of a form, or heads of columns."""
_VALUE = re.compile(r"[$%@:]|\d{3}")
_YEAR = re.compile(r"\b(?:19|20)\d{2}\b")
"""A year beside a title, ``Tax year 2025``, does not make the line a row with a value."""
_FORM_NUMBER = re.compile(r"\b(?:substitute\s)?(?:irs\s)?form\s\d{3,4}(?:-[a-z]{1,3})?\b[:.,]?", re.IGNORECASE)
"""``Substitute Form 1098-E: Student Loan Interest Statement`` is a title for what follows the number."""
_SUBJECT = re.compile(r"^(?:re|subject|regarding)\s?:\s?", re.IGNORECASE)
"""A letter's title stands behind it."""
_WORD = re.compile(r"[A-Za-z]{3}")
_LEADING = 2.2
"""The next line of a title is at most so many text heights below."""
_SAME_SIZE = 1.25


@dataclass(frozen=True, slots=True)
class Title:
    """A line, or two that belong together.

    Attributes:
        first: Its first word.
    """

    text: str
    first: Token


def find_titles(layout: DocumentLayout) -> list[Title]:
    """Lines without values at the head of the first page, each also joined with the line that may continue it."""
    if not layout.sizes:
        return []
    page = layout.first_page()
    floor = _HEAD * layout.sizes[page][1]
    head = [s for s in layout.segments if s.page == page and s.y0 < floor and s.index not in layout.prose_ends]
    texts = {segment.index: _title_of(segment.text) for segment in head}
    valued = {segment.line for segment in head if _VALUE.search(_YEAR.sub("", texts[segment.index]))}
    lines = [segment for segment in head if segment.line not in valued and _may_be_title(texts[segment.index])]
    beside = Counter(segment.line for segment in lines)
    lines = [segment for segment in lines if beside[segment.line] < _CAPTIONS]
    titles = [Title(texts[segment.index], segment.tokens[0]) for segment in lines]
    for upper in lines:
        for lower in (line for line in lines if _goes_on(upper, line)):
            text = f"{texts[upper.index]} {texts[lower.index]}"
            if _may_be_title(text):
                titles.append(Title(text, upper.tokens[0]))
    return titles


def _title_of(text: str) -> str:
    """A line without the form number, and a subject line without its introduction and colons."""
    subject = _SUBJECT.sub("", text)
    return _FORM_NUMBER.sub("", subject if subject == text else subject.replace(":", " ")).strip()


def _may_be_title(text: str) -> bool:
    return len(text.split()) <= _MOST_WORDS and _WORD.search(text) is not None and not _VALUE.search(text)


def _goes_on(upper: Segment, lower: Segment) -> bool:
    """Whether a line is under another, in the same size."""
    if lower.y0 <= upper.y0 or lower.x0 >= upper.x1 or upper.x0 >= lower.x1:
        return False
    sizes = sorted((upper.height, lower.height))
    return lower.y0 - upper.y0 < _LEADING * upper.height and sizes[1] <= _SAME_SIZE * sizes[0]
