"""Several loans in one document: a table with a row for each, a table with a column for each, or a block for each.

The rate, type or balance of one loan is never the account's. So the words of single loans are excluded from the document's
fields, even if their rows cannot be read, and the values of a plain table go into the record's ``loans``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from student_loans.records import LOAN_NUMBER, DocumentType, FieldKind, field_catalog
from student_loans.understanding.fields.assignment import Candidate
from student_loans.understanding.fields.labels import LabelHit
from student_loans.understanding.fields.layout import DocumentLayout, Segment, Token
from student_loans.understanding.fields.tables import (
    FEWEST_VALUES,
    SCORE,
    header_lines,
    is_of_a_loan,
    is_total,
    named_columns,
    read_cell,
    read_row,
    rows_from,
    value_kinds,
)

_FEWEST_LOANS = 2
_TOTAL_LINES = 4
"""Farthest row of totals behind the last loan, in lines."""
_LONGEST_HEADING = 7
_LONGEST_BLOCK = 25
"""Most lines of a block about one loan."""
_HEADING = re.compile(
    r"(?:student )?(?:loan|ln)\s*(?:#|no\.?|number|id|group|seq(?:uence)?(?: no\.?)?)?\s*[:#]?\s*"
    r"(?P<id>[A-Z](?![\w'])|\d[\w-]{0,14})(?!\S)",
    re.IGNORECASE,
)
_TELL_APART = frozenset({"loan_type", "interest_rate"})
"""What rows about loans have beside their amounts; a payment's row has a date."""


@dataclass(frozen=True, slots=True)
class SeveralLoans:
    """The single loans of a document.

    Attributes:
        rows: Field name or ``loan_number`` to the printed value, for each loan.
        own: Words about one loan; no value of the account uses them.
        heads: Words of headers over loans without a printed total; they are not labels of the account's values.
        headers: Words of all headers over loans.
        totals: Values of the account in rows of totals.
        unread: Whether there are rows of loans that were not read.
    """

    rows: tuple[dict[str, Candidate], ...] = ()
    own: frozenset[Token] = frozenset()
    heads: frozenset[Token] = frozenset()
    totals: tuple[Candidate, ...] = ()
    headers: frozenset[Token] = frozenset()
    unread: bool = False


def find_loans(
    layout: DocumentLayout, document_type: DocumentType, labels: Sequence[LabelHit], schedule_lines: frozenset[int]
) -> SeveralLoans:
    """The loans of a document that lists several; empty for a document about one loan.

    Args:
        layout: The words of the document.
        document_type: Its type; it decides whether rows of loans belong to the borrower.
        labels: Its labels.
        schedule_lines: Lines of an amortization table, whose rows are not loans.
    """
    found = [
        *_tables(layout, labels, schedule_lines),
        *_columns_of_loans(layout, labels),
        *_blocks(layout, labels),
    ]
    account = field_catalog().types[document_type].lists_loans
    return SeveralLoans(
        tuple(row for one in found for row in one.rows if account),
        frozenset().union(*(one.own for one in found)),
        frozenset().union(*(one.heads for one in found)),
        tuple(value for one in found for value in one.totals if account),
        frozenset().union(*(one.headers for one in found)),
        account and any(one.unread for one in found),
    )


def _tables(
    layout: DocumentLayout, labels: Sequence[LabelHit], schedule_lines: frozenset[int]
) -> Iterator[SeveralLoans]:
    """Tables with a row for each loan."""
    line = 0
    while line < len(layout.lines):
        rows = rows_from(layout, line, schedule_lines)
        if len(rows) >= _FEWEST_LOANS and (table := _read_table(layout, labels, rows)):
            yield table
        line = rows[-1] + 1 if rows else line + 1


def _read_table(layout: DocumentLayout, labels: Sequence[LabelHit], lines: Sequence[int]) -> SeveralLoans | None:
    """A table of loans; None if the header does not show that its rows are loans."""
    rows = [layout.lines[line] for line in lines]
    header = header_lines(layout, lines[0])
    columns = named_columns(layout, labels, rows, header)
    fields = {column.field for column in columns if column.field}
    read = [{n: value for n, value in read_row(row, columns).items() if n != "document_date"} for row in rows]
    numbered = LOAN_NUMBER in fields or any(row.keys() & _TELL_APART for row in read)
    if not numbered or not any(_is_money(name) for name in fields):
        return None
    plain = all(len(row) >= FEWEST_VALUES for row in read)
    all_lines = layout.lines[lines[0] : lines[-1] + 1]
    own = {token for row in all_lines for segment in row for token in segment.tokens}
    if plain:
        own -= {token for column in _agreed(read) for row in read for token in row[column].tokens}
    following = layout.lines[lines[-1] + 1 : lines[-1] + 1 + _TOTAL_LINES]
    total = next((line for line in following if is_total(line) and line[0].page == rows[0][0].page), None)
    heads = {token for line in header for segment in layout.lines[line] for token in segment.tokens}
    agreed = _agreed(read) if plain else ()
    kept = {token for column in columns if column.field in agreed and column.label for token in column.label.tokens}
    return SeveralLoans(
        tuple(read) if plain else (),
        frozenset(own),
        frozenset() if total else frozenset(heads - kept),
        tuple(value for value in read_row(total or (), columns).values() if _is_money(value.field)),
        frozenset(heads),
        unread=not plain,
    )


def _is_money(field: str) -> bool:
    return field_catalog().kinds.get(field) is FieldKind.MONEY


def _agreed(rows: Sequence[Mapping[str, Candidate]]) -> list[str]:
    """Columns in which all loans have the same value, which then holds for the account too, unless it is an amount."""
    kinds = field_catalog().kinds
    return [
        name
        for name in rows[0]
        if kinds.get(name, FieldKind.MONEY) is not FieldKind.MONEY
        and all(name in row and row[name].value == rows[0][name].value for row in rows)
    ]


def _columns_of_loans(layout: DocumentLayout, labels: Sequence[LabelHit]) -> Iterator[SeveralLoans]:
    """Tables with a column for each loan: ``Loan 1`` and ``Loan 2`` beside each other, labels on the left."""
    for index, line in enumerate(layout.lines):
        heads = [segment for segment in line if _loan_id(segment) is not None]
        if len({_loan_id(head) for head in heads}) < _FEWEST_LOANS:
            continue
        own: set[Token] = set()
        loans: list[dict[str, Candidate]] = [{} for _ in heads]
        for row in layout.lines[index + 1 : index + 1 + _LONGEST_BLOCK]:
            cells = [_cell_under(head, heads, row) for head in heads]
            if row[0].page != line[0].page or not any(cells):
                break
            fields = [label.field for label in labels if label.tokens[0].segment == row[0].index and label.leads]
            for loan, cell in zip(loans, cells, strict=True):
                if cell is None or cell is row[0]:
                    continue
                own.update(cell.tokens)
                for field in fields:
                    known = field in field_catalog().kinds and is_of_a_loan(field)
                    if known and field not in loan and (value := read_cell(cell, field, None)):
                        loan[field] = value
        if own:
            yield _with_numbers(heads, loans, own)


def _cell_under(head: Segment, heads: Sequence[Segment], row: Sequence[Segment]) -> Segment | None:
    """The cell of a row in the column of a head: from there to the next head."""
    following = [other.x0 for other in heads if other.x0 > head.x0]
    end = min(following, default=float("inf"))
    return next((cell for cell in row if head.x0 - head.height < cell.x0 < end - head.height), None)


def _loan_id(segment: Segment) -> str | None:
    """The identification of a loan in a heading such as ``Loan 2`` or ``Loan ID: 001``; None without one."""
    match = _HEADING.match(segment.text) if len(segment.tokens) <= _LONGEST_HEADING else None
    return match["id"].upper() if match and not value_kinds(segment) else None


def _with_numbers(heads: Sequence[Segment], loans: Sequence[dict[str, Candidate]], own: set[Token]) -> SeveralLoans:
    """Loans with the numbers of their headings; loans with too few values are left out."""
    read = []
    for head, loan in zip(heads, loans, strict=True):
        number = _loan_id(head) or ""
        token = next((token for token in head.tokens if number in token.text.upper()), head.tokens[-1])
        if len(loan) >= FEWEST_VALUES:
            read.append({LOAN_NUMBER: Candidate(LOAN_NUMBER, number, token.text, (token,), SCORE), **loan})
    plain = len(read) == len(heads)
    return SeveralLoans(tuple(read) if plain else (), frozenset(own), unread=not plain)


def _blocks(layout: DocumentLayout, labels: Sequence[LabelHit]) -> Iterator[SeveralLoans]:
    """Blocks that repeat the same labels for each loan, under headings that number the loans."""
    leading: dict[int, list[LabelHit]] = {}
    for label in labels:
        if label.leads and not label.decoy and is_of_a_loan(label.field):
            leading.setdefault(layout.line_of(label.last), []).append(label)
    headings = [line[0] for line in layout.lines if len(line) <= 2 and _loan_id(line[0]) is not None]
    for group in _numbered_apart(headings):
        blocks = _lines_of_blocks(layout, group)
        asked = [{label.field for line in block for label in leading.get(line, ())} for block in blocks]
        repeated = {field for field, count in Counter(f for fields in asked for f in fields).items() if count > 1}
        if len(repeated) < FEWEST_VALUES:
            continue
        own = {token for block in blocks for line in block for s in layout.lines[line] for token in s.tokens}
        loans = [_read_block(layout, [hit for line in block for hit in leading.get(line, ())]) for block in blocks]
        yield _with_numbers(group, loans, own)


def _numbered_apart(headings: Sequence[Segment]) -> Iterator[list[Segment]]:
    """Headings of one column whose numbers differ, at least two of them."""
    by_edge: dict[int, list[Segment]] = {}
    for heading in headings:
        edge = next((x for x in by_edge if abs(x - heading.x0) < heading.height), round(heading.x0))
        by_edge.setdefault(edge, []).append(heading)
    for group in by_edge.values():
        if len({_loan_id(heading) for heading in group}) == len(group) >= _FEWEST_LOANS:
            yield group


def _lines_of_blocks(layout: DocumentLayout, headings: Sequence[Segment]) -> list[range]:
    """The lines under each heading, to the next one; the last block is as long as the longest of the others."""
    lengths = [min(_LONGEST_BLOCK, after.line - before.line) for before, after in pairwise(headings)]
    lengths.append(max(lengths))
    ends = [min(len(layout.lines), h.line + length) for h, length in zip(headings, lengths, strict=True)]
    return [range(heading.line, end) for heading, end in zip(headings, ends, strict=True)]


def _read_block(layout: DocumentLayout, labels: Sequence[LabelHit]) -> dict[str, Candidate]:
    """The values beside the labels of a block, in the same cell or in the next."""
    loan: dict[str, Candidate] = {}
    for label in labels:
        segment = layout.segment_of(label.last)
        behind = segment.tokens[label.last.position + 1 :]
        neighbour = layout.right_neighbour(segment)
        cell = _part(segment, behind) if behind else neighbour
        if cell is not None and label.field not in loan and (value := read_cell(cell, label.field, label)):
            loan[label.field] = value
    return loan


def _part(segment: Segment, tokens: list[Token]) -> Segment:
    """Some words of a cell as a separate cell; the places of the tokens do not change."""
    text, starts = "", []
    for token in tokens:
        text += " " if text else ""
        starts.append(len(text))
        text += token.text
    first, last = tokens[0], tokens[-1]
    return Segment(
        segment.index, segment.line, segment.page, tokens, text,
        first.x0, min(t.y0 for t in tokens), last.x1, max(t.y1 for t in tokens), None, starts,
    )  # fmt: skip
