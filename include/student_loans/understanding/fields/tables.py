"""Find tables of similar rows: their lines, the names of their columns, and the values of their cells."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from student_loans.catalog import fields_file
from student_loans.records import LOAN_NUMBER, FieldKind, field_catalog
from student_loans.understanding.fields.assignment import Candidate
from student_loans.understanding.fields.labels import LabelHit, grammar_of
from student_loans.understanding.fields.layout import DocumentLayout, Segment, overlap
from student_loans.understanding.fields.phrases import words_of
from student_loans.understanding.fields.values import Reading, find_values

TOTALS = re.compile(r"\b(?:totals?|all loans|sum)\b", re.IGNORECASE)
FEWEST_VALUES = 2
"""A row with fewer values is not a row of a table."""
SCORE = 0.9
"""Fit of a cell with the head of its column in a plain table, as that of a value right under its label."""
_FEWEST_COLUMNS = 3
_MOST_UNLIKE = 1
_HEADER_LINES = 3
_HEADER_HEIGHTS = 5.0
"""Farthest line of a header over the first row, in text heights."""
_ROW_HEIGHTS = 4.0
"""Farthest next row, in text heights."""
_NOT_OF_A_LOAN = frozenset({FieldKind.NAME, FieldKind.MASKED_IDENTIFIER})
_OF_THE_PAPER = frozenset({"application_number", "tax_year"})
_RATE_WORDS = frozenset({"fixed", "variable", "%", "percent"})
_PIECE = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column of a table: its left and right edge, and the field that its header names.

    Attributes:
        sure: Whether the header is a wording of loans' columns.
    """

    x0: float
    x1: float
    field: str | None
    label: LabelHit | None
    sure: bool


@cache
def _column_heads() -> Mapping[tuple[str, ...], str]:
    """Wordings that mean a field at the head of a column of loans only."""
    file = fields_file()
    columns = {LOAN_NUMBER: file.loan_number, **{name: entry.loan_columns for name, entry in file.fields.items()}}
    return {words_of(wording): field for field, wordings in columns.items() for wording in wordings}


def rows_from(layout: DocumentLayout, start: int, excluded: frozenset[int]) -> list[int]:
    """Lines of a table from a start line: each similar to the one before. Lines that only continue a cell may be between."""
    if start in excluded or not _is_row(layout.lines[start]):
        return []
    rows, gap = [start], 0
    for line in range(start + 1, len(layout.lines)):
        segments, last = layout.lines[line], layout.lines[rows[-1]]
        near = segments[0].page == last[0].page and segments[0].y0 - last[0].y1 < _ROW_HEIGHTS * layout.text_height
        if not near or line in excluded or TOTALS.search(segments[0].text):
            break
        if _is_row(segments) and _same_columns(last, segments):
            rows.append(line)
            gap = 0
        elif gap or any(value_kinds(segment) for segment in segments):
            break
        else:
            gap += 1
    return rows


def _is_row(segments: Sequence[Segment]) -> bool:
    """Whether a line may be a row: three columns, two of them with values, one of these an amount, and no total."""
    kinds = [kinds for segment in segments if (kinds := value_kinds(segment))]
    amounts = any("money" in each for each in kinds)
    return len(segments) >= _FEWEST_COLUMNS and len(kinds) >= FEWEST_VALUES and amounts and not is_total(segments)


def is_total(segments: Sequence[Segment]) -> bool:
    """Whether a line is a row of totals."""
    return TOTALS.search(segments[0].text) is not None


def value_kinds(segment: Segment) -> set[str]:
    """Grammars of the amounts, rates and dates in a cell."""
    return {reading.grammar for reading in find_values(segment.text)} & {"money", "rate", "date"}


def _same_columns(before: Sequence[Segment], after: Sequence[Segment]) -> bool:
    """Whether two columns have values of the same kind above each other, and three columns align.

    One cell may differ, as ``N/A`` does; if two differ, the lines are boxes with labels between them.
    """
    over = [(a, b) for a in before for b in after if overlap(a, b) > 0]
    alike = [(a, b) for a, b in over if value_kinds(a) & value_kinds(b)]
    unlike = [(a, b) for a, b in over if (value_kinds(a) or value_kinds(b)) and not value_kinds(a) & value_kinds(b)]
    return len(over) >= _FEWEST_COLUMNS and len(alike) >= FEWEST_VALUES and len(unlike) <= _MOST_UNLIKE


def header_lines(layout: DocumentLayout, first: int) -> list[int]:
    """The lines right over the first row that may be its header: without values, not far over it."""
    lines: list[int] = []
    below = layout.lines[first]
    for line in range(first - 1, max(-1, first - 1 - _HEADER_LINES), -1):
        segments = layout.lines[line]
        gap = layout.lines[first][0].y0 - segments[0].y1
        if segments[0].page != below[0].page or gap > _HEADER_HEIGHTS * layout.text_height:
            break
        if any(value_kinds(segment) for segment in segments) or len(segments) < _FEWEST_COLUMNS - 1:
            break
        lines.append(line)
    return lines[::-1]


def named_columns(
    layout: DocumentLayout, labels: Sequence[LabelHit], rows: Sequence[Sequence[Segment]], header: Sequence[int]
) -> list[TableColumn]:
    """The columns of the rows, each with the field that the words over it name."""
    heads = [segment for line in header for segment in layout.lines[line]]
    widest = max(rows, key=len)
    columns = []
    for cell in widest:
        same = [s for row in rows for s in row if overlap(s, cell) > 0]
        x0, x1 = min(s.x0 for s in same), max(s.x1 for s in same)
        # A head over two columns belongs to the column under its larger part.
        over = [head for head in heads if _nearest(head, widest) is cell]
        columns.append(TableColumn(x0, x1, *_field_named(over, labels)))
    return _distinguished(columns)


def _distinguished(columns: Sequence[TableColumn]) -> list[TableColumn]:
    """Of columns with the same field, keep the one headed by a wording of loans' columns; none if that is not clear."""
    return [
        column
        if all(other.field != column.field or column.sure > other.sure for other in columns if other is not column)
        else replace(column, field=None)
        for column in columns
    ]


def _nearest(head: Segment, cells: Sequence[Segment]) -> Segment:
    """The cell under most of a head, or otherwise the nearest cell."""

    def distance(cell: Segment) -> tuple[float, float]:
        return (-overlap(head, cell), min(abs(head.x0 - cell.x0), abs(head.x1 - cell.x1)))

    return min(cells, key=distance)


def _field_named(heads: Sequence[Segment], labels: Sequence[LabelHit]) -> tuple[str | None, LabelHit | None, bool]:
    """The field that the words at the head of a column name, the label that does, and whether it is a loans' wording."""
    words = words_of(" ".join(head.text for head in heads))
    tokens = {token for head in heads for token in head.tokens}
    hits = [label for label in labels if tokens.issuperset(label.tokens) and not label.behind]
    best = max(hits, key=lambda label: (label.words, label.quality, not label.decoy), default=None)
    if own := _column_heads().get(words):
        return own, next((label for label in hits if label.field == own), best), True
    if best is None or best.decoy or not is_of_a_loan(best.field):
        return None, best, False
    return best.field, best, False


def is_of_a_loan(field: str) -> bool:
    """Whether a row about a loan may have the field: not fields of people, and not those of the document."""
    return field not in _OF_THE_PAPER and field_catalog().kinds[field] not in _NOT_OF_A_LOAN


def read_row(row: Sequence[Segment], columns: Sequence[TableColumn]) -> dict[str, Candidate]:
    """The values of a loan in one row; a cell that is not entirely a value of its column's kind is left out."""
    values = {}
    for column in columns:
        cells = [cell for cell in row if overlap(cell, column) > 0]
        if column.field and len(cells) == 1 and (value := read_cell(cells[0], column.field, column.label)):
            values[column.field] = value
    return values


def read_cell(cell: Segment, field: str, label: LabelHit | None) -> Candidate | None:
    """The value of a cell, if it fills the cell."""
    if field == LOAN_NUMBER:
        text = "".join(token.text for token in cell.tokens)
        numbered = len(cell.tokens) <= 2 and re.search(r"\d|^[A-Z]$", cell.tokens[-1].text)
        if numbered:
            return Candidate(field, text, cell.text, tuple(cell.tokens), SCORE, label=label)
        return None
    if field_catalog().kinds[field] is FieldKind.CHOICE:
        return _read_choice(cell, field, label)
    grammar = grammar_of(field)
    readings = [reading for reading in find_values(cell.text) if reading.grammar == grammar]
    if len(readings) != 1 or not _is_whole(cell.text, readings[0]):
        return None
    reading = readings[0]
    tokens = tuple(cell.tokens_between(reading.start, reading.end))
    return Candidate(field, reading.value, cell.text[reading.start : reading.end], tokens, SCORE, label=label)


def _is_whole(text: str, reading: Reading) -> bool:
    """Whether a value fills its cell, apart from words for the kind of rate."""
    beside = f"{text[: reading.start]} {text[reading.end :]}".lower()
    return set(_PIECE.findall(beside)) <= _RATE_WORDS


def _read_choice(cell: Segment, field: str, label: LabelHit | None) -> Candidate | None:
    """The one choice that a cell names."""
    choices = field_catalog().choices[field]
    named = [(word, token) for token in cell.tokens for word in _PIECE.findall(token.text.lower()) if word in choices]
    if len({word for word, _ in named}) != 1:
        return None
    word, token = named[0]
    return Candidate(field, word, cell.text, (token,), SCORE, label=label)
