"""Several loans on one paper: a table with a row for each, a table with a column for each, or a block for each.

One loan's rate, type or balance is never the account's. So the words of single loans are kept from the document's own
fields, whether their rows can be read or not, and what a plain table prints goes into the record's ``loans``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

from include.extraction.fields.assignment import Candidate
from include.extraction.fields.labels import LabelHit, grammar_of
from include.extraction.fields.layout import DocumentLayout, Segment, Token
from include.extraction.fields.phrases import words_of
from include.extraction.fields.values import Reading, find_values
from include.records import LOAN_NUMBER, DocumentType, FieldKind, field_catalog
from include.yaml_files import shipped_yaml

TOTALS = re.compile(r"\b(?:totals?|all loans|sum)\b", re.IGNORECASE)
_FEWEST_COLUMNS = 3
_FEWEST_LOANS = 2
_FEWEST_VALUES = 2
"""A row that gives fewer values is no row of a table of loans."""
_HEADER_LINES = 3
_HEADER_HEIGHTS = 5.0
"""Farthest line of a header over the first row, in text heights."""
_ROW_HEIGHTS = 4.0
"""Farthest next row, in text heights."""
_LONGEST_HEADING = 7
_LONGEST_BLOCK = 25
"""Most lines of a block about one loan."""
_SCORE = 0.9
"""Fit of a cell with the head of its column in a plain table, as that of a value right under its label."""
_HEADING = re.compile(
    r"(?:student )?(?:loan|ln)\s*(?:#|no\.?|number|id|group|seq(?:uence)?(?: no\.?)?)?\s*[:#]?\s*"
    r"(?P<id>[A-Z](?![\w'])|\d[\w-]{0,14})(?!\S)",
    re.IGNORECASE,
)
_NOT_OF_A_LOAN = frozenset({FieldKind.NAME, FieldKind.MASKED_IDENTIFIER})
_OF_AN_ACCOUNT = frozenset(
    {
        DocumentType.BILLING_STATEMENT,
        DocumentType.PAYOFF_LETTER,
        DocumentType.FORM_1098E,
        DocumentType.REPAYMENT_SCHEDULE,
    }
)
"""Types that may be about several loans of the borrower; a note or disclosure lists examples and other lenders' loans."""
_OF_THE_PAPER = frozenset({"document_date", "application_number", "tax_year"})
_TELL_APART = frozenset({"loan_type", "interest_rate"})
"""What rows about loans have beside their amounts; a payment's row has a date."""
_RATE_WORDS = frozenset({"fixed", "variable", "%", "percent"})
_PIECE = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class SeveralLoans:
    """What a paper says about single loans.

    Attributes:
        rows: Field name or ``loan_number`` to what is printed, for each loan.
        own: Words that speak of one loan: no value of the account stands on them.
        heads: Words of headers over loans of which no total is printed: no label of the account's values.
        unread: Whether there are rows of loans that were not read.
    """

    rows: tuple[dict[str, Candidate], ...] = ()
    own: frozenset[Token] = frozenset()
    heads: frozenset[Token] = frozenset()
    unread: bool = False


@dataclass(frozen=True, slots=True)
class _Column:
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
    sections = shipped_yaml("labels.yaml")["loan_columns"]
    return {words_of(wording): field for field, wordings in sections.items() for wording in wordings}


def find_loans(
    layout: DocumentLayout, document_type: DocumentType, labels: Sequence[LabelHit], schedule_lines: frozenset[int]
) -> SeveralLoans:
    """The loans of a paper that lists several; nothing where it is about one.

    Args:
        layout: The words of the document.
        document_type: Decides whether rows of loans are the borrower's own.
        labels: Its labels.
        schedule_lines: Lines of an amortization table, whose rows are no loans.
    """
    found = [
        *_tables(layout, labels, schedule_lines),
        *_columns_of_loans(layout, labels),
        *_blocks(layout, labels),
    ]
    account = document_type in _OF_AN_ACCOUNT
    return SeveralLoans(
        tuple(row for one in found for row in one.rows if account),
        frozenset().union(*(one.own for one in found)),
        frozenset().union(*(one.heads for one in found)),
        account and any(one.unread for one in found),
    )


def _tables(
    layout: DocumentLayout, labels: Sequence[LabelHit], schedule_lines: frozenset[int]
) -> Iterator[SeveralLoans]:
    """Tables with a row for each loan."""
    line = 0
    while line < len(layout.lines):
        rows = _rows_from(layout, line, schedule_lines)
        if len(rows) >= _FEWEST_LOANS and (table := _read_table(layout, labels, rows)):
            yield table
        line = rows[-1] + 1 if rows else line + 1


def _rows_from(layout: DocumentLayout, start: int, excluded: frozenset[int]) -> list[int]:
    """Lines of a table from a line on: each like the one before; a line that only ends a cell may stand between."""
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
        elif gap or any(_kinds(segment) for segment in segments):
            break
        else:
            gap += 1
    return rows


def _is_row(segments: Sequence[Segment]) -> bool:
    """Whether a line may be a row: three columns, two of them with values, one of these an amount, and no total."""
    kinds = [kinds for segment in segments if (kinds := _kinds(segment))]
    amounts = any("money" in each for each in kinds)
    return len(segments) >= _FEWEST_COLUMNS and len(kinds) >= _FEWEST_VALUES and amounts and not _is_total(segments)


def _is_total(segments: Sequence[Segment]) -> bool:
    return TOTALS.search(segments[0].text) is not None


def _kinds(segment: Segment) -> set[str]:
    """Grammars of the amounts, rates and dates in a cell."""
    return {reading.grammar for reading in find_values(segment.text)} & {"money", "rate", "date"}


def _same_columns(before: Sequence[Segment], after: Sequence[Segment]) -> bool:
    """Whether values of the same kind stand over each other in two columns, and three columns over each other."""
    over = [(a, b) for a in before for b in after if min(a.x1, b.x1) > max(a.x0, b.x0)]
    alike = [(a, b) for a, b in over if _kinds(a) & _kinds(b)]
    return len(over) >= _FEWEST_COLUMNS and len(alike) >= _FEWEST_VALUES


def _read_table(layout: DocumentLayout, labels: Sequence[LabelHit], lines: Sequence[int]) -> SeveralLoans | None:
    """A table of loans; None where its header does not say that its rows are loans."""
    rows = [layout.lines[line] for line in lines]
    header = _header_lines(layout, lines[0])
    columns = _named_columns(layout, labels, rows, header)
    fields = {column.field for column in columns if column.field}
    read = [_read_row(row, columns) for row in rows]
    numbered = LOAN_NUMBER in fields or any(row.keys() & _TELL_APART for row in read)
    if not numbered or not any(field_catalog().kinds.get(name) is FieldKind.MONEY for name in fields):
        return None
    plain = all(len(row) >= _FEWEST_VALUES for row in read)
    all_lines = layout.lines[lines[0] : lines[-1] + 1]
    own = {token for row in all_lines for segment in row for token in segment.tokens}
    if plain:
        own -= {token for column in _agreed(read) for row in read for token in row[column].tokens}
    following = layout.lines[lines[-1] + 1 : lines[-1] + 2 + _HEADER_LINES]
    has_total = any(_is_total(line) and line[0].page == rows[0][0].page for line in following)
    heads = {token for line in header for segment in layout.lines[line] for token in segment.tokens}
    agreed = _agreed(read) if plain else ()
    kept = {token for column in columns if column.field in agreed and column.label for token in column.label.tokens}
    return SeveralLoans(
        tuple(read) if plain else (),
        frozenset(own),
        frozenset() if has_total else frozenset(heads - kept),
        unread=not plain,
    )


def _agreed(rows: Sequence[Mapping[str, Candidate]]) -> list[str]:
    """Columns in which all loans have the same value: that is said of the account, unless it is an amount."""
    kinds = field_catalog().kinds
    return [
        name
        for name in rows[0]
        if kinds.get(name, FieldKind.MONEY) is not FieldKind.MONEY
        and all(name in row and row[name].value == rows[0][name].value for row in rows)
    ]


def _header_lines(layout: DocumentLayout, first: int) -> list[int]:
    """The lines right over the first row that may be its header: without values, not far over it."""
    lines: list[int] = []
    below = layout.lines[first]
    for line in range(first - 1, max(-1, first - 1 - _HEADER_LINES), -1):
        segments = layout.lines[line]
        gap = layout.lines[first][0].y0 - segments[0].y1
        if segments[0].page != below[0].page or gap > _HEADER_HEIGHTS * layout.text_height:
            break
        if any(_kinds(segment) for segment in segments) or len(segments) < _FEWEST_COLUMNS - 1:
            break
        lines.append(line)
    return lines[::-1]


def _named_columns(
    layout: DocumentLayout, labels: Sequence[LabelHit], rows: Sequence[Sequence[Segment]], header: Sequence[int]
) -> list[_Column]:
    """The columns of the rows, each with the field that the words over it name."""
    heads = [segment for line in header for segment in layout.lines[line]]
    widest = max(rows, key=len)
    columns = []
    for cell in widest:
        same = [s for row in rows for s in row if min(s.x1, cell.x1) > max(s.x0, cell.x0)]
        x0, x1 = min(s.x0 for s in same), max(s.x1 for s in same)
        # A head that stands over two columns belongs to the one under more of it.
        over = [head for head in heads if _nearest(head, widest) is cell]
        columns.append(_Column(x0, x1, *_field_named(over, labels)))
    return _told_apart(columns)


def _told_apart(columns: Sequence[_Column]) -> list[_Column]:
    """Of columns with the same field, the one that is headed by a wording of loans' columns; none where that is open."""
    return [
        column
        if all(other.field != column.field or column.sure > other.sure for other in columns if other is not column)
        else replace(column, field=None)
        for column in columns
    ]


def _nearest(head: Segment, cells: Sequence[Segment]) -> Segment:
    """The cell that most of a head stands over, or else the one that is nearest to it."""

    def distance(cell: Segment) -> tuple[float, float]:
        overlap = min(head.x1, cell.x1) - max(head.x0, cell.x0)
        return (-overlap, min(abs(head.x0 - cell.x0), abs(head.x1 - cell.x1)))

    return min(cells, key=distance)


def _field_named(heads: Sequence[Segment], labels: Sequence[LabelHit]) -> tuple[str | None, LabelHit | None, bool]:
    """The field that the words at the head of a column name, the label that does, and whether it is a loans' wording."""
    words = words_of(" ".join(head.text for head in heads))
    tokens = {token for head in heads for token in head.tokens}
    hits = [label for label in labels if tokens.issuperset(label.tokens) and not label.behind]
    best = max(hits, key=lambda label: (label.words, label.quality, not label.decoy), default=None)
    if own := _column_heads().get(words):
        return own, next((label for label in hits if label.field == own), best), True
    if best is None or best.decoy or not _is_of_a_loan(best.field):
        return None, best, False
    return best.field, best, False


def _is_of_a_loan(field: str) -> bool:
    """Whether a row about a loan may have the field: not the people's, and not the paper's own."""
    return field not in _OF_THE_PAPER and field_catalog().kinds[field] not in _NOT_OF_A_LOAN


def _read_row(row: Sequence[Segment], columns: Sequence[_Column]) -> dict[str, Candidate]:
    """What one row says of its loan; a cell that is not wholly a value of its column's kind is left out."""
    values = {}
    for column in columns:
        cells = [cell for cell in row if min(cell.x1, column.x1) > max(cell.x0, column.x0)]
        if column.field and len(cells) == 1 and (value := _read_cell(cells[0], column.field, column.label)):
            values[column.field] = value
    return values


def _read_cell(cell: Segment, field: str, label: LabelHit | None) -> Candidate | None:
    """The value of a cell, when it is all that the cell holds."""
    if field == LOAN_NUMBER:
        text = "".join(token.text for token in cell.tokens)
        numbered = len(cell.tokens) <= 2 and re.search(r"\d|^[A-Z]$", cell.tokens[-1].text)
        if numbered:
            return Candidate(field, text, cell.text, tuple(cell.tokens), _SCORE, label=label)
        return None
    if field_catalog().kinds[field] is FieldKind.CHOICE:
        return _read_choice(cell, field, label)
    grammar = grammar_of(field)
    readings = [reading for reading in find_values(cell.text) if reading.grammar == grammar]
    if len(readings) != 1 or not _is_whole(cell.text, readings[0]):
        return None
    reading = readings[0]
    tokens = tuple(cell.tokens_between(reading.start, reading.end))
    return Candidate(field, reading.value, cell.text[reading.start : reading.end], tokens, _SCORE, label=label)


def _is_whole(text: str, reading: Reading) -> bool:
    """Whether nothing but what kind of rate it is stands beside a value in its cell."""
    beside = f"{text[: reading.start]} {text[reading.end :]}".lower()
    return set(_PIECE.findall(beside)) <= _RATE_WORDS


def _read_choice(cell: Segment, field: str, label: LabelHit | None) -> Candidate | None:
    """The one choice that a cell names."""
    choices = field_catalog().choices[field]
    named = [(word, token) for token in cell.tokens for word in _PIECE.findall(token.text.lower()) if word in choices]
    if len({word for word, _ in named}) != 1:
        return None
    word, token = named[0]
    return Candidate(field, word, cell.text, (token,), _SCORE, label=label)


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
                    known = field in field_catalog().kinds and _is_of_a_loan(field)
                    if known and field not in loan and (value := _read_cell(cell, field, None)):
                        loan[field] = value
        if own:
            yield _with_numbers(heads, loans, own)


def _cell_under(head: Segment, heads: Sequence[Segment], row: Sequence[Segment]) -> Segment | None:
    """The cell of a row in the column of a head: from there to the next head."""
    following = [other.x0 for other in heads if other.x0 > head.x0]
    end = min(following, default=float("inf"))
    return next((cell for cell in row if head.x0 - head.height < cell.x0 < end - head.height), None)


def _loan_id(segment: Segment) -> str | None:
    """What tells a loan from others in a heading such as ``Loan 2`` or ``Loan ID: 001``; None where there is none."""
    if len(segment.tokens) > _LONGEST_HEADING or _kinds(segment):
        return None
    match = _HEADING.match(segment.text)
    return match["id"].upper() if match else None


def _with_numbers(
    heads: Sequence[Segment], loans: Sequence[dict[str, Candidate]], own: set[Token]
) -> SeveralLoans:
    """Loans with the numbers of their headings; those that gave too little are not read."""
    read = []
    for head, loan in zip(heads, loans, strict=True):
        number = _loan_id(head) or ""
        token = next((token for token in head.tokens if number in token.text.upper()), head.tokens[-1])
        if len(loan) >= _FEWEST_VALUES:
            read.append({LOAN_NUMBER: Candidate(LOAN_NUMBER, number, token.text, (token,), _SCORE), **loan})
    plain = len(read) == len(heads)
    return SeveralLoans(tuple(read) if plain else (), frozenset(own), unread=not plain)


def _blocks(layout: DocumentLayout, labels: Sequence[LabelHit]) -> Iterator[SeveralLoans]:
    """Blocks that repeat the same labels for each loan, under headings that number the loans."""
    leading: dict[int, list[LabelHit]] = {}
    for label in labels:
        if label.leads and not label.decoy and _is_of_a_loan(label.field):
            leading.setdefault(layout.line_of(label.last), []).append(label)
    headings = [line[0] for line in layout.lines if len(line) <= 2 and _loan_id(line[0]) is not None]
    for group in _numbered_apart(headings):
        blocks = _lines_of_blocks(layout, group)
        asked = [{label.field for line in block for label in leading.get(line, ())} for block in blocks]
        repeated = {field for field, count in Counter(f for fields in asked for f in fields).items() if count > 1}
        if len(repeated) < _FEWEST_VALUES:
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
    """What stands beside the labels of a block, in the same cell or in the next."""
    loan: dict[str, Candidate] = {}
    for label in labels:
        segment = layout.segment_of(label.last)
        behind = segment.tokens[label.last.position + 1 :]
        neighbour = layout.right_neighbour(segment)
        cell = _part(segment, behind) if behind else neighbour
        if cell is not None and label.field not in loan and (value := _read_cell(cell, label.field, label)):
            loan[label.field] = value
    return loan


def _part(segment: Segment, tokens: list[Token]) -> Segment:
    """Some words of a cell as a cell of their own, with the tokens' places as they are."""
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
