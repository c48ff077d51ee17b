"""Loan mathematics: level payments, actuarial annual percentage rates, daily interest and months between dates.

Money is :class:`~decimal.Decimal` in dollars, rates are percent per year, terms are months.
"""

from __future__ import annotations

import calendar
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
APR_TOLERANCE = Decimal("0.125")
"""One eighth of a percentage point: the tolerance of a disclosed APR against the actuarial one, 12 CFR 1026.22(a)(2)."""

DAY_COUNT_BASES = (Decimal(365), Decimal("365.25"), Decimal(366))
"""Days of a year by which servicers divide: plain, averaged over leap years, and in a leap year."""

_ROUNDED_DOWN = Decimal("0.0051")
_ROUNDED_UP = Decimal("0.01")
_HIGHEST_MONTHLY_RATE = 1.0
_APR_PLACES = Decimal("0.000001")


def round_cents(amount: Decimal) -> Decimal:
    """Round to whole cents, halves up, as lenders print.

    >>> round_cents(Decimal("4.125"))
    Decimal('4.13')
    """
    return amount.quantize(CENT, ROUND_HALF_UP)


def decimal_places(value: Decimal) -> int:
    """Number of places after the point, as written.

    >>> decimal_places(Decimal("4.1795"))
    4
    """
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def level_payment(principal: Decimal, annual_rate_percent: Decimal, months: int) -> Decimal:
    """The equal monthly payment that repays a loan, not rounded.

    The present value of an annuity in arrears solved for its payment: ``P i / (1 - (1 + i) ** -n)`` with ``i`` the
    monthly rate; without interest ``P / n``.

    Args:
        principal: Dollars owed one month before the first payment.
        annual_rate_percent: Nominal percent per year, not negative.
        months: Number of payments, at least 1.

    Raises:
        ValueError: ``months`` is below 1 or the rate is negative.

    >>> round_cents(level_payment(Decimal("10000"), Decimal("6"), 120))
    Decimal('111.02')
    """
    if months < 1 or annual_rate_percent < 0:
        raise ValueError("A level payment needs at least one month and a rate that is not negative.")
    if annual_rate_percent == 0:
        return principal / months
    rate = annual_rate_percent / 1200
    return principal * rate / (1 - (1 + rate) ** -months)


def is_payment_of(printed: Decimal, exact: Decimal) -> bool:
    """Whether a printed payment is the exact one, rounded to the nearest cent or up to the next.

    >>> is_payment_of(Decimal("111.02"), Decimal("111.0205"))
    True
    """
    return -_ROUNDED_DOWN <= printed - exact < _ROUNDED_UP


def capitalized_principal(principal: Decimal, annual_rate_percent: Decimal, years: Decimal) -> Decimal:
    """Principal with the simple interest of a deferment added once at its end (compare 34 CFR 685.202(b)).

    >>> capitalized_principal(Decimal("1000"), Decimal("6"), Decimal("0.5"))
    Decimal('1030.00')
    """
    return principal * (1 + annual_rate_percent * years / 100)


def rounding_drift(annual_rate_percent: Decimal, months: int) -> Decimal:
    """The most that the last of ``months`` payments differs because payments and interest are rounded to cents.

    Each month half a cent of payment and half a cent of interest may be lost or won, and bears interest to the end:
    one cent times the future value of an annuity of one. At least one dollar, as lenders do not all round alike.
    """
    if annual_rate_percent == 0:
        return max(Decimal(1), CENT * months)
    rate = annual_rate_percent / 1200
    return max(Decimal(1), CENT * ((1 + rate) ** months - 1) / rate)


def actuarial_apr(
    amount_financed: Decimal,
    monthly_payment: Decimal,
    months: int,
    *,
    first_period_months: int = 1,
    first_period_days: int = 0,
) -> Decimal | None:
    """The annual percentage rate of one advance and level monthly payments, in percent.

    The general equation of Regulation Z, 12 CFR 1026 Appendix J(b)(8), with a month as unit-period: a payment ``t``
    full unit-periods and a fraction ``f`` after the advance is worth ``1 / ((1 + f i) (1 + i) ** t)``; odd days count
    as thirtieths of a month, J(b)(5). The rate per unit-period is found by bisection and multiplied by twelve. The
    arithmetic is binary: its error, about 1e-9 points, is far below the tolerance of the regulation.

    Args:
        amount_financed: Dollars advanced.
        monthly_payment: Dollars of every payment.
        months: Number of payments.
        first_period_months: Full months between the advance and the first payment.
        first_period_days: Days left over between the advance and the first payment.

    Returns:
        Percent per year with six places; None when the payments do not repay the advance or no rate below 1200 fits.

    >>> actuarial_apr(Decimal("5000"), Decimal("230"), 24).quantize(CENT)
    Decimal('9.69')
    """
    if amount_financed <= 0 or months < 1 or monthly_payment * months < amount_financed:
        return None
    advance, payment, fraction = float(amount_financed), float(monthly_payment), first_period_days / 30

    def present_value(rate: float) -> float:
        annuity = float(months) if rate == 0 else (1 - (1 + rate) ** -months) / rate
        return payment * annuity * (1 + rate) ** (1 - first_period_months) / (1 + fraction * rate)

    low, high = 0.0, _HIGHEST_MONTHLY_RATE
    if present_value(high) > advance:
        return None
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if present_value(middle) > advance else (low, middle)
    return Decimal(low * 1200).quantize(_APR_PLACES)


def daily_interest(balance: Decimal, annual_rate_percent: Decimal, days_of_year: Decimal = Decimal(365)) -> Decimal:
    """Simple interest of one day, not rounded.

    >>> daily_interest(Decimal("36500"), Decimal("5"))
    Decimal('5')
    """
    return balance * annual_rate_percent / 100 / days_of_year


def per_diem_variants(balance: Decimal, annual_rate_percent: Decimal, places: int) -> tuple[Decimal, ...]:
    """Interest of one day by each basis of :data:`DAY_COUNT_BASES`, rounded to the places that are printed.

    >>> per_diem_variants(Decimal("10000"), Decimal("5"), 2)
    (Decimal('1.37'), Decimal('1.37'), Decimal('1.37'))
    """
    unit = Decimal(1).scaleb(-places)
    return tuple(
        daily_interest(balance, annual_rate_percent, basis).quantize(unit, ROUND_HALF_UP) for basis in DAY_COUNT_BASES
    )


def add_months(day: date, months: int) -> date:
    """The same day some months later or earlier; the month's last day when it is shorter.

    >>> add_months(date(2024, 1, 31), 1)
    datetime.date(2024, 2, 29)
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def months_and_days(start: date, end: date) -> tuple[int, int]:
    """Full months measured back from the later date, and the days left over, by 12 CFR 1026 Appendix J(b)(5).

    Args:
        start: The earlier date.
        end: The later date.

    Raises:
        ValueError: ``end`` is before ``start``.

    >>> months_and_days(date(2024, 1, 10), date(2024, 3, 15))
    (2, 5)
    """
    if end < start:
        raise ValueError("The later date is before the earlier one.")
    months = (end.year - start.year) * 12 + end.month - start.month
    if add_months(end, -months) < start:
        months -= 1
    return months, (add_months(end, -months) - start).days
