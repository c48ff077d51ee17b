"""Checks of amounts on a day (daily interest, payoff, amount due) and of the tax year."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from student_loans.checks.finance import CENT, daily_interest, decimal_places, per_diem_variants
from student_loans.checks.limits import is_within_limits
from student_loans.checks.results import CheckResult, Values, decide, failed, passed

_PER_DIEM_SLACK = Decimal("0.02")
_HIGHEST_PAYOFF_MARKUP = Decimal("1.25")
_HIGHEST_FEE = 100
_FEE_STEP = 5
_LEAST_DAILY_INTEREST = Decimal("0.50")
_LONGEST_ACCRUAL_DAYS = 400


def check_per_diem(values: Values) -> Iterator[CheckResult]:
    """Interest of one day is balance times rate over the days of a year, in the places that are printed.

    The balance may or may not hold interest, so a figure near to those of all balances on the page is not said to be
    wrong.
    """
    per_diem, rate = values.positive("per_diem"), values.positive("interest_rate")
    if per_diem is None or rate is None:
        return
    principals = list(_principals(values))
    places = decimal_places(per_diem)
    for fields, principal in principals:
        if per_diem in per_diem_variants(principal, rate, places):
            yield passed("per_diem", "per_diem", "interest_rate", *fields)
            return
    days = [daily_interest(principal, rate) for _, principal in principals]
    unit = Decimal(1).scaleb(-places)
    low, high = 1 - _PER_DIEM_SLACK, 1 + _PER_DIEM_SLACK
    if days and not min(days) * low - unit <= per_diem <= max(days) * high + unit:
        reason = "per_diem is not the daily interest at interest_rate"
        yield failed("per_diem", reason, "per_diem", "interest_rate", *principals[0][0])


def _principals(values: Values) -> Iterator[tuple[tuple[str, ...], Decimal]]:
    """Amounts that may bear interest, with their fields: the principal, or else a balance that may include interest."""
    principal, balance = values.positive("principal_balance"), values.positive("current_balance")
    accrued, payoff = values.number("accrued_interest"), values.positive("payoff_amount")
    if principal is not None:
        yield ("principal_balance",), principal
    elif balance is not None:
        yield ("current_balance",), balance
        if accrued and accrued < balance:
            yield ("current_balance", "accrued_interest"), balance - accrued
    elif payoff is not None:
        yield ("payoff_amount",), payoff
        if accrued and accrued < payoff:
            yield ("payoff_amount", "accrued_interest"), payoff - accrued


def check_accrued_interest(values: Values) -> Iterator[CheckResult]:
    """Accrued interest is that of a whole number of days; otherwise the check gives no result.

    It applies only if the interest of a day is high enough to make a chance match unlikely: 50 cents leave one in forty.
    """
    accrued, rate = values.positive("accrued_interest"), values.positive("interest_rate")
    name, balance = _balance(values)
    if accrued is None or balance is None or rate is None:
        return
    daily = daily_interest(balance, rate)
    days = (accrued / daily).to_integral_value()
    if daily < _LEAST_DAILY_INTEREST or not 1 <= days <= _LONGEST_ACCRUAL_DAYS:
        return
    if abs(days * daily - accrued) <= CENT * Decimal("0.6"):
        yield passed("accrued_interest", "accrued_interest", name, "interest_rate")


def _balance(values: Values) -> tuple[str, Decimal | None]:
    """The principal where it is printed, else the balance, with the field's name."""
    principal = values.positive("principal_balance")
    if principal is not None:
        return "principal_balance", principal
    return "current_balance", values.positive("current_balance")


def check_current_balance(values: Values) -> Iterator[CheckResult]:
    """The balance is the principal and its unpaid interest; fees may be added, so a higher balance proves nothing."""
    balance, principal = values.positive("current_balance"), values.positive("principal_balance")
    accrued = values.number("accrued_interest")
    if balance is None or principal is None:
        return
    if balance < principal:
        reason = "current_balance is below principal_balance"
        yield failed("current_balance", reason, "current_balance", "principal_balance")
    elif accrued is not None and abs(balance - principal - accrued) <= CENT:
        yield passed("current_balance", "current_balance", "principal_balance", "accrued_interest")


def check_payoff_amount(values: Values) -> Iterator[CheckResult]:
    """A payoff is the principal and its interest, up to the good-through date or to the letter, perhaps with a fee."""
    payoff, accrued = values.positive("payoff_amount"), values.number("accrued_interest")
    name, balance = _balance(values)
    if payoff is None or balance is None:
        return
    if payoff < balance:
        yield failed("payoff_amount", f"payoff_amount is below {name}", "payoff_amount", name)
        return
    if payoff > (balance + (accrued or 0)) * _HIGHEST_PAYOFF_MARKUP:
        yield failed("payoff_amount", f"payoff_amount is far above {name}", "payoff_amount", name)
        return
    for fields, interest in _interest_to_payoff(values):
        fee = payoff - balance - interest
        if abs(fee) <= CENT:
            yield passed("payoff_amount", "payoff_amount", name, *fields)
            return
        if 0 < fee <= _HIGHEST_FEE and fee % _FEE_STEP == 0:
            yield passed("payoff_amount_with_fee", "payoff_amount", name, *fields)
            return


def _interest_to_payoff(values: Values) -> Iterator[tuple[tuple[str, ...], Decimal]]:
    """Interest that a payoff may include besides the balance, with the fields that it comes from."""
    accrued, per_diem = values.number("accrued_interest"), values.number("per_diem")
    start, end = values.date("document_date"), values.date("payoff_good_through_date")
    if accrued is not None:
        yield ("accrued_interest",), accrued
    if per_diem is not None and start and end and start <= end:
        future = per_diem * (end - start).days
        fields = ("per_diem", "payoff_good_through_date", "document_date")
        if accrued is not None:
            yield ("accrued_interest", *fields), accrued + future
        else:
            yield fields, future


def check_amount_due(values: Values) -> Iterator[CheckResult]:
    """The amount due is the instalment and the past due amount; late fees may be added, so the check never fails."""
    due, payment = values.positive("amount_due"), values.positive("monthly_payment")
    past_due = values.number("past_due_amount")
    if due is None or payment is None:
        return
    if past_due and due == payment + past_due:
        yield passed("amount_due", "amount_due", "monthly_payment", "past_due_amount")
    elif not past_due and due == payment:
        fields = ("amount_due", "monthly_payment", *values.present(["past_due_amount"]))
        yield passed("amount_due_without_past_due", *fields)


def check_tax_year(values: Values) -> Iterator[CheckResult]:
    """The year is one in which Form 1098-E exists, from 1998 on (26 U.S.C. 6050S), and not after the form's date."""
    year, printed = values.whole("tax_year"), values.date("document_date")
    if year is not None:
        holds = is_within_limits("tax_year", Decimal(year)) and (printed is None or year <= printed.year)
        yield decide("tax_year", holds, "tax_year is not a year of this form", "tax_year")
