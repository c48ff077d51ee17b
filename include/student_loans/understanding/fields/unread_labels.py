"""Find labels with something printed beside them but no value read; a person has to check them.

A blank cell is not an error: it holds nothing, or words that say so (``N/A``, ``none``, a line to write on). Labels within
sentences, headers of tables and words that other fields use are ignored.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from student_loans.understanding.fields.assignment import Candidate
from student_loans.understanding.fields.labels import LabelHit
from student_loans.understanding.fields.layout import DocumentLayout, Segment, Token, overlap

UNREAD_LABEL = "its label is printed, no value was read"
_BLANK = re.compile(r"(?:n\.?/?a\.?|none|no|nil|not applicable|tbd|[\W_]*)", re.IGNORECASE)
_NUMBERS = frozenset({"money", "rate", "date", "term", "year", "identifier", "masked_identifier"})
_DIGIT = re.compile(r"\d")
_PERIOD = re.compile(r"\d{1,2}/\d{2,4}")
"""``08/2024`` begins a period between dates: its label asks for no number of months."""
_MOST_WORDS = 6
"""More words than these at a label are a sentence."""
_TELLING = 2
"""Fewest words of a label that asks for words."""
_LOWEST = 1.6
"""Farthest cell under a label, in text heights."""
_ROWS_OF_A_TABLE = 2
"""A label with values in so many lines right under it heads a column: none of them is its value."""


def find_unread_labels(
    layout: DocumentLayout, labels: Sequence[LabelHit], fields: Mapping[str, Candidate], wanted: Collection[str]
) -> tuple[str, ...]:
    """Fields without a value whose label begins a cell and has something printed at it.

    Args:
        layout: The words of the document.
        labels: Its labels, without those of tables.
        fields: The values that were read.
        wanted: Fields that the document's type may have.
    """
    used = {token for candidate in fields.values() for token in candidate.tokens}
    named = {token for label in labels if label.leads or label.decoy for token in label.tokens}
    served = {candidate.label.tokens for candidate in fields.values() if candidate.label}
    found = []
    for label in labels:
        missing = label.field in wanted and label.field not in fields and label.field not in found
        listed = label.leads and label.quality == 1.0 and not label.behind
        if missing and listed and label.tokens not in served and _is_unread(layout, label, labels, used, named):
            found.append(label.field)
    return tuple(found)


def _is_unread(
    layout: DocumentLayout,
    label: LabelHit,
    labels: Sequence[LabelHit],
    used: Collection[Token],
    named: Collection[Token],
) -> bool:
    longer = any(set(label.tokens) < set(other.tokens) for other in labels)
    if longer:
        return False  # "Loan" within "Loan amount": the longer wording is meant
    for tokens in _places(layout, label):
        if any(token in named for token in tokens) or not tokens:
            continue
        if any(token in used for token in tokens):
            return False
        return _is_value(label, tokens)
    return False


def _places(layout: DocumentLayout, label: LabelHit) -> Iterator[Sequence[Token]]:
    """Possible places of a label's value, the most likely first: after it, in the next cell, under it."""
    segment = layout.segment_of(label.last)
    behind = segment.tokens[label.last.position + 1 :]
    if behind:
        yield behind if label.last.text.endswith((":", "?")) or label.last.text == ":" else ()
        return
    neighbour = layout.right_neighbour(segment)
    while neighbour is not None and neighbour.text == "$":
        neighbour = layout.right_neighbour(neighbour)
    if neighbour is not None:
        yield neighbour.tokens
    yield _under(layout, label, segment)


def _under(layout: DocumentLayout, label: LabelHit, segment: Segment) -> Sequence[Token]:
    """The cell right under a label; nothing where the label heads a column of several."""
    cells: list[Segment] = []
    bottom = label.y1
    for row in layout.lines[segment.line + 1 : segment.line + 1 + _ROWS_OF_A_TABLE]:
        cell = next((c for c in row if overlap(c, label) > 0 and c.page == segment.page), None)
        if cell is None or cell.y0 - bottom > _LOWEST * layout.text_height:
            break
        cells.append(cell)
        bottom = cell.y1
    heads_column = len(cells) >= _ROWS_OF_A_TABLE and all(_DIGIT.search(cell.text) for cell in cells)
    return cells[0].tokens if cells and not heads_column else ()


def _is_value(label: LabelHit, tokens: Sequence[Token]) -> bool:
    """Whether some words look like the value that a label asks for, as a number where it asks for one."""
    text = " ".join(token.text for token in tokens)
    if _BLANK.fullmatch(text) or len(tokens) > _MOST_WORDS or text.endswith((":", "?")):
        return False
    if label.grammar not in _NUMBERS:
        return label.words >= _TELLING  # "Program" heads a course of studies as well as a kind of loan
    period = label.grammar == "term" and _PERIOD.search(text)
    return _DIGIT.search(text) is not None and not period
