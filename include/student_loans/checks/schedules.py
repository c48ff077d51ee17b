"""Checks of a repayment schedule: its rows with each other, and with what is printed above them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from student_loans.checks.finance import CENT, add_months
from student_loans.checks.loan_terms import loan_start
from student_loans.checks.results import CheckResult, Values, decide, failed, parse_date, parse_decimal, passed
from student_loans.records import ScheduleRow

SCHEDULE = "schedule"
"""Stands in for a field in results about the rows alone."""

_LONGEST_MONTH_DAYS = 31 + 5
_SHORTEST_MONTH_DAYS = 28 - 5


@dataclass(frozen=True, slots=True)
class Row:
    """One instalment as numbers; a cell that is absent or malformed is None."""

    number: int | None
    due_date: date | None
    payment: Decimal | None
    principal: Decimal | None
    interest: Decimal | None
    balance: Decimal | None

    @property
    def complete(self) -> bool:
        """Whether every cell is there."""
        return None not in (self.number, self.due_date, self.payment, self.principal, self.interest, self.balance)


def parse_row(row: ScheduleRow) -> Row:
    """The row's normal forms as numbers."""
    number = row.number if row.number.isascii() and row.number.isdigit() and len(row.number) <= 4 else None
    return Row(
        int(number) if number else None,
        parse_date(row.due_date),
        parse_decimal(row.payment),
        parse_decimal(row.principal),
        parse_decimal(row.interest),
        parse_decimal(row.balance),
    )


def row_problems(rows: Sequence[ScheduleRow]) -> tuple[str, ...]:
    """What is wrong with the rows, by row number and never by value: gaps, cells that do not add up, dates, the end."""
    return tuple(_problems([parse_row(row) for row in rows]))


def _problems(rows: Sequence[Row]) -> Iterator[str]:
    if not rows:
        return
    if rows[0].number != 1:
        yield "row 1 is not the first row"
    for position, row in enumerate(rows, start=1):
        label = f"row {row.number if row.number is not None else position}"
        if not row.complete:
            yield f"{label} is incomplete"
        if not _adds_up(row.payment, row.principal, row.interest):
            yield f"{label}: payment is not principal and interest"
    for before, after in pairwise(rows):
        yield from _link_problems(before, after)
    if rows[-1].balance is not None and abs(rows[-1].balance) > CENT:
        yield "the last row leaves a balance"


def _adds_up(total: Decimal | None, one: Decimal | None, other: Decimal | None) -> bool:
    """Whether two amounts make a total to the cent; absent amounts contradict nothing."""
    return total is None or one is None or other is None or abs(total - one - other) <= CENT


def _link_problems(before: Row, after: Row) -> Iterator[str]:
    """What is wrong between two neighbours."""
    if before.number is None or after.number is None:
        return
    if after.number != before.number + 1:
        yield f"row {after.number} follows row {before.number}"
        return
    if not _adds_up(before.balance, after.balance, after.principal):
        yield f"row {after.number}: balance is not the one before less principal"
    if before.due_date and after.due_date:
        days = (after.due_date - before.due_date).days
        if not _SHORTEST_MONTH_DAYS <= days <= _LONGEST_MONTH_DAYS:
            yield f"row {after.number}: due_date is not a month after the one before"


def check_schedule(values: Values, schedule: Sequence[ScheduleRow]) -> Iterator[CheckResult]:
    """All checks of a schedule; sums are only compared when no row is missing or broken."""
    if not schedule:
        return
    rows = [parse_row(row) for row in schedule]
    problems = tuple(_problems(rows))
    more = f", and {len(problems) - 1} more" if len(problems) > 1 else ""
    yield decide("schedule_chain", not problems, problems[0] + more if problems else "", SCHEDULE)
    yield from _check_row_count(values, rows)
    yield from _check_dates(values, rows, whole=not problems)
    if rows[0].number == 1:
        yield from _check_opening(values, rows[0])
    if len(rows) > 1:
        yield from _check_modal_payment(values, rows)
    if not problems:
        yield from _check_sums(values, rows)


def _check_row_count(values: Values, rows: Sequence[Row]) -> Iterator[CheckResult]:
    term = values.whole("term_months")
    if term is not None:
        numbers = {row.number for row in rows}
        holds = len(rows) == term and numbers == set(range(1, term + 1))
        yield decide("schedule_row_count", holds, "term_months is not the number of rows", "term_months")


def _check_dates(values: Values, rows: Sequence[Row], *, whole: bool) -> Iterator[CheckResult]:
    first, last = values.date("first_payment_date"), values.date("maturity_date")
    if first and rows[0].number == 1 and rows[0].due_date:
        reason = "first_payment_date is not the date of the first row"
        yield decide("schedule_first_date", first == rows[0].due_date, reason, "first_payment_date")
    term, end = values.whole("term_months"), rows[-1].due_date
    if last and end and (whole or rows[-1].number == term):
        # A note may mature a whole month after the last instalment; that proves nothing and contradicts nothing.
        holds = last == end
        if holds or last != add_months(end, 1):
            reason = "maturity_date is not the date of the last row"
            yield decide("schedule_last_date", holds, reason, "maturity_date")


def _check_opening(values: Values, first: Row) -> Iterator[CheckResult]:
    """The first row repays the loan from its full amount, and bears one month of its interest."""
    amount, rate = values.positive("loan_amount"), values.number("interest_rate")
    if amount is None or first.principal is None:
        return
    start = loan_start(values)
    deferred = start is not None and not start.near
    if first.balance is not None:
        opening = first.balance + first.principal
        holds = abs(opening - amount) <= CENT
        if holds or not (deferred and opening > amount):
            yield decide(
                "schedule_opening", holds, "loan_amount is not the balance before the first row", "loan_amount"
            )
    if rate is not None and first.interest is not None:
        fields = ("interest_rate", "loan_amount")
        difference = abs(first.interest - amount * rate / 1200)
        if difference <= CENT:
            yield passed("schedule_first_interest", *fields)
        elif difference > first.interest and not deferred:
            reason = "interest_rate and loan_amount do not give the interest of the first row"
            yield failed("schedule_first_interest", reason, *fields)


def _check_modal_payment(values: Values, rows: Sequence[Row]) -> Iterator[CheckResult]:
    payment = values.positive("monthly_payment")
    payments = Counter(row.payment for row in rows if row.payment is not None)
    if payment is not None and payments:
        usual, count = payments.most_common(1)[0]
        # Without one payment that most rows repeat (a graduated plan) there is nothing to compare with.
        if 2 * count >= len(rows):
            reason = "monthly_payment is not the payment of most rows"
            yield decide("schedule_payment", payment == usual, reason, "monthly_payment")


def _check_sums(values: Values, rows: Sequence[Row]) -> Iterator[CheckResult]:
    total, charge = values.positive("total_of_payments"), values.number("finance_charge")
    payments = sum((row.payment for row in rows if row.payment is not None), Decimal(0))
    interest = sum((row.interest for row in rows if row.interest is not None), Decimal(0))
    if total is not None:
        reason = "total_of_payments is not the sum of the payments"
        yield decide("schedule_total", abs(total - payments) <= CENT, reason, "total_of_payments")
    if charge is not None:
        reason = "finance_charge is not the sum of the interest"
        if abs(charge - interest) <= CENT:
            yield passed("schedule_interest", "finance_charge")
        elif charge < interest:
            # A prepaid fee may add to the charge, nothing can lessen it.
            yield failed("schedule_interest", reason, "finance_charge")
