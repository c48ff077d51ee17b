"""Payments printed in groups, ``24 payments of $94.17, beginning August 20``; no single group gives the loan's term.

Federal repayment terms print a row for each group. Truth in Lending tables (12 CFR 1026.18(g)) print the last, different
payment as a group of its own, and Regulation Z's private loan forms (Appendix H-18 to H-23) count each group under its
amounts, in a column for the current rate and one for the highest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from student_loans.records import PaymentGroup
from student_loans.understanding.fields.assignment import Candidate
from student_loans.understanding.fields.labels import LabelHit
from student_loans.understanding.fields.layout import DocumentLayout, Segment, Token, union_box
from student_loans.understanding.fields.tables import SCORE, header_lines, named_columns, read_row, rows_from
from student_loans.understanding.fields.values import find_values

_FEWEST_GROUPS = 2
_COUNT = re.compile(r"(?P<count>\d{1,3}) (?:equal |monthly |consecutive )*(?:payments?|instal+ments?)", re.IGNORECASE)
_COUNTED_LINES = 3
"""Farthest line over a count on which the group's amount stands: a date may end between them."""
_DATES = ("first_payment_date", "due_date", "document_date")
"""What the head of the column may ask for in which a group's first date stands: ``Beginning date``."""


@dataclass(frozen=True, slots=True)
class _PaymentGroup:
    payments: Candidate
    payment: Candidate | None
    first_due_date: Candidate | None

    @property
    def parts(self) -> tuple[Candidate, ...]:
        return tuple(part for part in (self.payments, self.payment, self.first_due_date) if part is not None)


@dataclass(frozen=True, slots=True)
class PaymentGroups:
    """The groups of payments of a document.

    Attributes:
        groups: Each with its place.
        fields: Values of the whole loan: the start of payments, and the amount of all payments except the last.
        own: Words of single groups; no value of the whole loan uses them.
    """

    groups: tuple[PaymentGroup, ...] = ()
    fields: tuple[Candidate, ...] = ()
    own: frozenset[Token] = frozenset()


def find_payment_groups(
    layout: DocumentLayout, labels: Sequence[LabelHit], schedule_lines: frozenset[int]
) -> PaymentGroups:
    """The groups of payments of a document; none if all payments are one group."""
    groups = next((g for g in _in_rows(layout, labels, schedule_lines)), None) or list(_counted(layout))
    if len(groups) < _FEWEST_GROUPS:
        return PaymentGroups()
    own = frozenset(token for group in groups for part in group.parts for token in part.tokens)
    return PaymentGroups(tuple(map(_printed, groups)), tuple(_of_the_whole(groups)), own)


def _printed(group: _PaymentGroup) -> PaymentGroup:
    tokens = [token for part in group.parts for token in part.tokens]
    return PaymentGroup(
        group.payments.value,
        group.payment.value if group.payment else None,
        group.first_due_date.value if group.first_due_date else None,
        tokens[0].page,
        union_box(tokens),
    )


def _of_the_whole(groups: Sequence[_PaymentGroup]) -> Iterator[Candidate]:
    """The first date of the first group; and its payment, if only the last payment differs by rounding."""
    first = groups[0]
    if first.first_due_date is not None:
        yield replace(first.first_due_date, field="first_payment_date")
    regular = len(groups) == _FEWEST_GROUPS and groups[-1].payments.value == "1"
    if regular and first.payment is not None:
        yield replace(first.payment, field="monthly_payment")


def _in_rows(
    layout: DocumentLayout, labels: Sequence[LabelHit], schedule_lines: frozenset[int]
) -> Iterator[list[_PaymentGroup]]:
    """Tables with a row for each group: number of payments, amount, start date."""
    line = 0
    while line < len(layout.lines):
        lines = rows_from(layout, line, schedule_lines)
        if len(lines) >= _FEWEST_GROUPS:
            rows = [layout.lines[index] for index in lines]
            columns = named_columns(layout, labels, rows, header_lines(layout, lines[0]))
            read = [read_row(row, columns) for row in rows]
            if all("term_months" in row and "monthly_payment" in row for row in read):
                yield [_group(row) for row in read]
        line = lines[-1] + 1 if lines else line + 1


def _group(row: dict[str, Candidate]) -> _PaymentGroup:
    first = next((row[name] for name in _DATES if name in row), None)
    return _PaymentGroup(row["term_months"], row["monthly_payment"], first)


def _counted(layout: DocumentLayout) -> Iterator[_PaymentGroup]:
    """Groups with the number of payments in a cell under the amount: ``239 monthly payments``."""
    for segment in layout.segments:
        match = _COUNT.fullmatch(segment.text)
        if match is None:
            continue
        for line in range(segment.line, max(-1, segment.line - 1 - _COUNTED_LINES), -1):
            row = [cell for cell in layout.lines[line] if cell.page == segment.page]
            dates, amounts = _first(row, "date", "first_payment_date"), _first(row, "money", "monthly_payment")
            if dates is not None and amounts is not None:
                payments = Candidate("term_months", match["count"], segment.text, tuple(segment.tokens), SCORE)
                yield _PaymentGroup(payments, amounts, dates)
                break


def _first(row: Sequence[Segment], grammar: str, field: str) -> Candidate | None:
    """The first value of a kind on a line: the column of the current rate is before that of the highest."""
    for cell in row:
        for reading in find_values(cell.text):
            if reading.grammar == grammar:
                tokens = tuple(cell.tokens_between(reading.start, reading.end))
                return Candidate(field, reading.value, cell.text[reading.start : reading.end], tokens, SCORE)
    return None
