"""Repayment schedules: rows over many pages, columns by arithmetic, misread cells repaired where arithmetic proves them.

The amounts themselves show what each column is: ``payment = principal + interest`` and
``balance[n] = balance[n-1] - principal[n]``. A header only breaks ties, so unknown wordings and headers that are
not repeated do no harm.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise, permutations

from rapidfuzz.distance import Levenshtein

from student_loans.records import ScheduleRow
from student_loans.understanding.fields.dates import DateOrder, find_dates
from student_loans.understanding.fields.layout import DocumentLayout, Segment, Token, union_box
from student_loans.understanding.fields.values import find_values

MINIMUM_ROWS = 3
_USUAL_SHARE = 0.12
_CENT = Decimal("0.01")
_CENTS = re.compile(r"[.,]\s?\w{2}$")
_NUMBER = re.compile(r"^#?(\d{1,3})[.):]?$")


@dataclass(slots=True)
class _Row:
    """A printed row: its number, date and amounts from left to right, as numbers and as printed."""

    line: int
    number: int | None
    due_date: str | None
    amounts: list[Decimal]
    printed: list[str]
    positions: list[float]
    tokens: list[Token] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Schedule:
    """A schedule as read.

    Attributes:
        rows: Its rows in order.
        lines: The lines of the rows.
        own: The words of the rows.
        repaired: Number of cells that arithmetic corrected.
        confidence: Mean confidence of the words of the rows.
        missing: Numbers of missing rows before later ones.
    """

    rows: tuple[ScheduleRow, ...] = ()
    lines: frozenset[int] = frozenset()
    own: frozenset[Token] = frozenset()
    repaired: int = 0
    confidence: float = 1.0
    missing: tuple[int, ...] = ()


def read_schedule(layout: DocumentLayout) -> Schedule:
    """The amortization table of a document; empty when it has none."""
    order = layout.date_order()
    found = [row for line in layout.lines for row in _rows_of_line(line, order)]
    _drop_misread_signs(found)
    widths = Counter(len(row.amounts) for row in found)
    # OCR misses cells but does not invent them, so the widest rows that are not exceptions have all columns.
    usual = max(MINIMUM_ROWS, _USUAL_SHARE * len(found))
    columns = max((n for n, count in widths.items() if n >= 3 and count >= usual), default=0)
    if not columns:
        return Schedule()
    edges = _column_edges([row for row in found if len(row.amounts) == columns], columns)
    rows = [fitted for row in found if (fitted := _fit(row, edges)) is not None]
    roles = _column_roles(rows, columns)
    if roles is None:
        return Schedule()
    return _finish(rows, roles)


def _rows_of_line(line: Sequence[Segment], order: DateOrder) -> Iterator[_Row]:
    """Rows on one line: one, or several where a table runs in columns side by side."""
    groups: list[list[Segment]] = [[]]
    for segment in line:
        starts_row = bool(_NUMBER.match(segment.tokens[0].text)) and any(find_values(s.text) for s in groups[-1])
        if starts_row and sum(len(_amounts(s)) for s in groups[-1]) >= 3:
            groups.append([])
        groups[-1].append(segment)
    for group in groups:
        row = _parse_row(group, order)
        if row is not None:
            yield row


def _drop_misread_signs(rows: Sequence[_Row]) -> None:
    """If most amounts of a table have a dollar sign, the first digit of an amount without one may be the sign: ``5897.20``.

    It is the sign if the nearest amount with a sign in the column has one digit less.
    """
    printed = [text for row in rows for text in row.printed]
    if sum(_signed(text) for text in printed) <= 0.5 * len(printed):
        return
    for index, row in enumerate(rows):
        around = sorted(rows[max(0, index - 4) : index + 5], key=lambda other: abs(other.line - row.line))
        for cell, text in enumerate(row.printed):
            like = next((n for other in around if (n := _digits_at(other, row.positions[cell]))), 0)
            if not _signed(text) and _digits(text) == like + 1:
                row.amounts[cell] = Decimal(re.sub(r"\D", "", text)[1:]) / 100


def _digits_at(row: _Row, edge: float) -> int:
    """Number of digits of the signed amount that ends at an edge in a row; 0 if there is none."""
    texts = zip(row.printed, row.positions, strict=True)
    return next((_digits(text) for text, position in texts if _signed(text) and abs(position - edge) < 6), 0)


def _signed(text: str) -> bool:
    return not text[0].isdigit()


def _digits(text: str) -> int:
    return sum(character.isdigit() for character in text)


def _amounts(segment: Segment) -> list[tuple[Decimal, str, float]]:
    """Amounts with cents in a segment, each as printed and with its right edge."""
    found = []
    for reading in find_values(segment.text):
        text = segment.text[reading.start : reading.end]
        if reading.grammar == "money" and _CENTS.search(text):
            tokens = segment.tokens_between(reading.start, reading.end)
            if tokens:
                found.append((reading.start, Decimal(reading.value), text, tokens[-1].x1))
    return [(value, text, edge) for _, value, text, edge in sorted(found)]


def _parse_row(segments: Sequence[Segment], order: DateOrder) -> _Row | None:
    if not segments:
        return None
    amounts = [amount for segment in segments for amount in _amounts(segment)]
    if len(amounts) < 2:
        return None
    first = segments[0].tokens[0]
    match = _NUMBER.match(first.text)
    text = " ".join(segment.text for segment in segments)
    dates = list(find_dates(text, order))
    if not match and not dates:
        return None
    words = len(text.split())
    if words > 3 * len(amounts) + 6:
        return None  # prose with amounts in it
    return _Row(
        segments[0].line,
        int(match[1]) if match else None,
        dates[0].value if dates and dates[0].doubt is None else None,
        [value for value, _, _ in amounts],
        [text for _, text, _ in amounts],
        [edge for _, _, edge in amounts],
        [token for segment in _cells_of_row(segments, order) for token in segment.tokens],
    )


def _cells_of_row(segments: Sequence[Segment], order: DateOrder) -> Sequence[Segment]:
    """The cells of a row, without what stands on its line beside the table."""
    amounts = [place for place, segment in enumerate(segments) if _amounts(segment)]
    dates = [place for place, segment in enumerate(segments) if any(find_dates(segment.text, order))]
    numbers = [place for place, segment in enumerate(segments) if _NUMBER.match(segment.tokens[0].text)]
    opened = min([place for place in (*numbers, *dates) if place <= amounts[0]], default=0)
    return segments[opened : max(*amounts, *dates, 0) + 1]


def _column_edges(rows: Sequence[_Row], columns: int) -> list[float]:
    """The usual right edge of each column."""
    return [sorted(row.positions[c] for row in rows)[len(rows) // 2] for c in range(columns)]


def _fit(row: _Row, edges: Sequence[float]) -> _Row | None:
    """A row with exactly one amount in each column; None if its amounts are not in the columns."""
    if len(row.amounts) == len(edges):
        return row
    if len(row.amounts) < len(edges):
        # NaN marks a cell that was not read; arithmetic may fill it.
        amounts = [Decimal("NaN")] * len(edges)
        for value, position in zip(row.amounts, row.positions, strict=True):
            nearest = min(range(len(edges)), key=lambda c: abs(edges[c] - position))
            amounts[nearest] = value
        known = sum(not value.is_nan() for value in amounts)
        return replace(row, amounts=amounts, positions=list(edges)) if known >= 2 else None
    return None


def _near(left: Decimal, right: Decimal) -> bool:
    return not left.is_nan() and not right.is_nan() and abs(left - right) <= _CENT


def _column_roles(rows: Sequence[_Row], columns: int) -> dict[str, int] | None:
    """Which column is payment, principal, interest and balance: the roles that most rows' arithmetic supports.

    Rows without dates whose balances do not follow from one another are not instalments: rows of loans add up too.
    """
    dated = sum(row.due_date is not None for row in rows) > 0.5 * len(rows)
    best: tuple[float, dict[str, int]] | None = None
    for payment, principal, interest in permutations(range(columns), 3):
        sums = sum(_near(r.amounts[payment], r.amounts[principal] + r.amounts[interest]) for r in rows)
        read = sum(not (r.amounts[payment] + r.amounts[principal] + r.amounts[interest]).is_nan() for r in rows)
        if sums < max(MINIMUM_ROWS, 0.5 * read):
            continue
        for balance in (c for c in range(columns) if c not in (payment, principal, interest)):
            chain = sum(
                _near(lower.amounts[balance], upper.amounts[balance] - lower.amounts[principal])
                for upper, lower in pairwise(rows)
            )
            if not dated and not chain:
                continue
            score = sums + 2 * chain
            if best is None or score > best[0]:
                best = (score, {"payment": payment, "principal": principal, "interest": interest, "balance": balance})
    return best[1] if best else None


def _finish(rows: Sequence[_Row], roles: dict[str, int]) -> Schedule:
    cells = [{name: row.amounts[column] for name, column in roles.items()} for row in rows]
    kept = _keep_rows(rows, cells)
    rows, cells = [rows[i] for i in kept], [cells[i] for i in kept]
    repaired = _repair(cells)
    numbers = _numbers(rows)
    dates, corrected = _dates(rows, numbers)
    printed = tuple(
        ScheduleRow(
            str(number),
            due,
            _money(cell["payment"]),
            _money(cell["principal"]),
            _money(cell["interest"]),
            _money(cell["balance"]),
            page=row.tokens[0].page,
            bbox=union_box(row.tokens),
        )
        for number, due, cell, row in zip(numbers, dates, cells, rows, strict=True)
    )
    confidences = [token.word.confidence for row in rows for token in row.tokens]
    missing = tuple(sorted(set(range(1, max(numbers, default=0) + 1)) - set(numbers)))
    return Schedule(
        printed,
        frozenset(row.line for row in rows),
        frozenset(token for row in rows for token in row.tokens),
        repaired + corrected,
        sum(confidences) / len(confidences) if confidences else 0.0,
        missing,
    )


def _money(amount: Decimal) -> str | None:
    return None if amount.is_nan() else f"{amount:.2f}"


def _keep_rows(rows: Sequence[_Row], cells: Sequence[dict[str, Decimal]]) -> list[int]:
    """Rows of the table, without totals and other lines that look like one."""
    kept = []
    for index, (row, cell) in enumerate(zip(rows, cells, strict=True)):
        adds_up = _near(cell["payment"], cell["principal"] + cell["interest"])
        if row.number is not None or (row.due_date is not None and adds_up):
            kept.append(index)
    return kept


def _similar(left: Decimal, right: Decimal) -> bool:
    """Whether two amounts differ by at most two characters, as misread amounts do."""
    return Levenshtein.distance(f"{left:.2f}", f"{right:.2f}") <= 2


def _repair(cells: list[dict[str, Decimal]]) -> int:
    """Correct cells that two equations prove wrong; return their number.

    A cell is replaced only when the row's other cells and the neighbouring balance agree on one value, and the
    misread value is similar to it (or no value was read).
    """
    repaired = 0
    for index, cell in enumerate(cells):
        before = cells[index - 1]["balance"] if index else Decimal("NaN")
        for name, computed in _proposals(cell, before):
            unread = cell[name].is_nan()
            if (
                computed.is_nan()
                or computed < 0
                or _near(cell[name], computed)
                or not (unread or _similar(cell[name], computed))
            ):
                continue
            trial = {**cell, name: computed}
            if _row_holds(trial, before):
                cell[name] = computed
                repaired += 1
                break
    return repaired


def _proposals(cell: dict[str, Decimal], before: Decimal) -> Iterator[tuple[str, Decimal]]:
    if _row_holds(cell, before):
        return
    yield "payment", cell["principal"] + cell["interest"]
    yield "interest", cell["payment"] - cell["principal"]
    yield "principal", cell["payment"] - cell["interest"]
    yield "balance", before - cell["principal"]
    yield "principal", before - cell["balance"]


def _row_holds(cell: dict[str, Decimal], before: Decimal) -> bool:
    adds_up = _near(cell["payment"], cell["principal"] + cell["interest"])
    return adds_up and (before.is_nan() or _near(cell["balance"], before - cell["principal"]))


def _numbers(rows: Sequence[_Row]) -> list[int]:
    """Row numbers; an unread number, or one out of sequence, follows from its neighbours."""
    offsets = Counter(row.number - index for index, row in enumerate(rows) if row.number is not None)
    if not offsets:
        return list(range(1, len(rows) + 1))
    numbers: list[int] = []
    for index, row in enumerate(rows):
        expected = numbers[-1] + 1 if numbers else index + offsets.most_common(1)[0][0]
        following = next(
            (r.number - k for k, r in enumerate(rows[index + 1 : index + 4], 1) if r.number is not None), None
        )
        if row.number is None or (row.number != expected and following == expected):
            numbers.append(expected)
        else:
            numbers.append(row.number)
    return numbers


def _dates(rows: Sequence[_Row], numbers: Sequence[int]) -> tuple[list[str | None], int]:
    """Due dates; an unread or misread date gets the month that the interval of the others proves."""
    anchors = Counter(
        _shift(row.due_date, -number) for row, number in zip(rows, numbers, strict=True) if row.due_date is not None
    )
    if not anchors:
        return [None] * len(rows), 0
    (start, day), support = anchors.most_common(1)[0]
    dates: list[str | None] = []
    corrected = 0
    for row, number in zip(rows, numbers, strict=True):
        if row.due_date is not None and (_shift(row.due_date, -number) == (start, day) or support < 0.6 * len(rows)):
            dates.append(row.due_date)
            continue
        expected = _month_date(start + number, day)
        if row.due_date is None or Levenshtein.distance(row.due_date, expected) <= 2:
            dates.append(expected)
            corrected += row.due_date is None or row.due_date != expected
        else:
            dates.append(row.due_date)
    return dates, corrected


def _shift(iso: str, months: int) -> tuple[int, int]:
    """Month count and day of a date moved by months; days after the 28th count as the month's end."""
    day = date.fromisoformat(iso)
    return day.year * 12 + day.month - 1 + months, min(day.day, 28)


def _month_date(months: int, day: int) -> str:
    return date(months // 12, months % 12 + 1, day).isoformat()
