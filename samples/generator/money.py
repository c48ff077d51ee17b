"""The arithmetic of level-payment loans, in Decimal, as a lender's system would do it."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Instalment:
    """One row of an amortization table, amounts in dollars."""

    number: int
    due_date: date
    payment: Decimal
    principal: Decimal
    interest: Decimal
    balance: Decimal


def cents(amount: Decimal) -> Decimal:
    """Round to whole cents, half up."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def add_months(start: date, months: int) -> date:
    """The same day of the month, ``months`` later; the last day where that month is shorter."""
    index = start.month - 1 + months
    year, month = start.year + index // 12, index % 12 + 1
    return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))


def level_payment(principal: Decimal, annual_rate: Decimal, months: int) -> Decimal:
    """The level monthly payment that repays ``principal``: ``P i / (1 - (1 + i) ** -n)``.

    Args:
        principal: Dollars at the start of repayment.
        annual_rate: Nominal rate in percent per year.
        months: Number of payments.

    >>> level_payment(Decimal(10000), Decimal("6"), 120)
    Decimal('111.02')
    """
    monthly = annual_rate / 1200
    if monthly == 0:
        return cents(principal / months)
    return cents(principal * monthly / (1 - (1 + monthly) ** -months))


def amortize(principal: Decimal, annual_rate: Decimal, months: int, first: date) -> list[Instalment]:
    """The whole table; interest is monthly, and the last payment clears the balance."""
    payment, balance, rows = level_payment(principal, annual_rate, months), principal, []
    for number in range(1, months + 1):
        interest = cents(balance * annual_rate / 1200)
        paid = balance + interest if number == months else payment
        balance = balance + interest - paid
        rows.append(Instalment(number, add_months(first, number - 1), paid, paid - interest, interest, balance))
    return rows


def actuarial_apr(financed: Decimal, payment: Decimal, months: int, first_after: int) -> Decimal:
    """Annual percentage rate by the actuarial method of Regulation Z, appendix J, in percent to two places.

    Args:
        financed: Amount financed, advanced at once.
        payment: Level monthly payment.
        months: Number of payments.
        first_after: Whole months from the advance to the first payment.
    """
    low, high = 0.0, 0.05
    for _ in range(80):
        middle = (low + high) / 2
        worth = sum(float(payment) / (1 + middle) ** (first_after + k) for k in range(months))
        low, high = (middle, high) if worth > float(financed) else (low, middle)
    return Decimal(str(low * 1200)).quantize(CENT, ROUND_HALF_UP)


def per_diem(principal: Decimal, annual_rate: Decimal, places: int) -> Decimal:
    """Interest of one day on a 365-day year."""
    return (principal * annual_rate / 36500).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
