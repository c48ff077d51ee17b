"""Loan mathematics against worked examples, some of them the regulation's own."""

from datetime import date
from decimal import Decimal

import pytest

from student_loans.checks.finance import (
    actuarial_apr,
    add_months,
    capitalized_principal,
    is_payment_of,
    level_payment,
    months_and_days,
    per_diem_variants,
    round_cents,
    rounding_drift,
)


def _repay(principal: Decimal, rate: Decimal, months: int) -> Decimal:
    """What the last payment differs by when a loan is repaid month by month in whole cents."""
    payment, balance = round_cents(level_payment(principal, rate, months)), principal
    for _ in range(months):
        balance = balance + round_cents(balance * rate / 1200) - payment
    return balance


@pytest.mark.parametrize(
    ("principal", "rate", "months", "payment"),
    [("10000", "6", 120, "111.02"), ("27000", "6.8", 120, "310.72"), ("1200", "0", 12, "100.00")],
)
def test_level_payment_is_the_standard_formula(principal: str, rate: str, months: int, payment: str) -> None:
    assert round_cents(level_payment(Decimal(principal), Decimal(rate), months)) == Decimal(payment)


@pytest.mark.parametrize(("rate", "months"), [("5", 0), ("-1", 12)])
def test_level_payment_refuses_what_has_no_payment(rate: str, months: int) -> None:
    with pytest.raises(ValueError, match="at least one month"):
        level_payment(Decimal(1000), Decimal(rate), months)


@pytest.mark.parametrize(
    ("printed", "is_one"), [("111.01", False), ("111.02", True), ("111.03", True), ("111.04", False)]
)
def test_a_payment_is_rounded_to_the_nearest_cent_or_up(printed: str, is_one: bool) -> None:
    assert is_payment_of(Decimal(printed), Decimal("111.0205")) is is_one


@pytest.mark.parametrize(
    ("principal", "rate", "months"), [("7300", "3.875", 96), ("41200", "13.1", 180), ("900", "0", 7)]
)
def test_rounding_moves_the_last_payment_by_no_more_than_the_drift(principal: str, rate: str, months: int) -> None:
    assert abs(_repay(Decimal(principal), Decimal(rate), months)) <= rounding_drift(Decimal(rate), months)


def test_apr_of_the_regulations_example_of_a_regular_first_period() -> None:
    # 12 CFR 1026 Appendix J(c)(1)(i): $5,000, 24 payments of $230 -> 9.69 %
    apr = actuarial_apr(Decimal(5000), Decimal(230), 24)
    assert apr is not None
    assert round_cents(apr) == Decimal("9.69")


def test_apr_of_a_loan_without_fee_is_its_rate() -> None:
    apr = actuarial_apr(Decimal(20000), level_payment(Decimal(20000), Decimal("7.25"), 120), 120)
    assert apr is not None
    assert abs(apr - Decimal("7.25")) < Decimal("0.00001")


def test_apr_solves_the_general_equation_with_an_odd_first_period() -> None:
    apr = actuarial_apr(Decimal(6000), Decimal(200), 36, first_period_months=1, first_period_days=15)
    assert apr is not None
    rate = float(apr) / 1200
    present = sum(200 / ((1 + 0.5 * rate) * (1 + rate) ** month) for month in range(1, 37))
    assert present == pytest.approx(6000, abs=0.01)


def test_a_later_first_payment_lowers_the_apr_and_a_fee_raises_it() -> None:
    def apr(financed: int, months: int) -> Decimal:
        rate = actuarial_apr(Decimal(financed), Decimal(250), 48, first_period_months=months)
        assert rate is not None
        return rate

    assert apr(10000, 7) < apr(10000, 1) < apr(9700, 1)


@pytest.mark.parametrize(("financed", "payment", "months"), [("10000", "100", 12), ("1", "5000", 12), ("0", "10", 12)])
def test_there_is_no_apr_without_a_sensible_rate(financed: str, payment: str, months: int) -> None:
    assert actuarial_apr(Decimal(financed), Decimal(payment), months) is None


def test_an_absurdly_late_first_payment_does_not_overflow() -> None:
    assert actuarial_apr(Decimal(1000), Decimal(100), 12, first_period_months=90_000) is not None


def test_simple_interest_of_a_deferment_is_added_once() -> None:
    assert capitalized_principal(Decimal(10000), Decimal(6), Decimal(2)) == Decimal(11200)


def test_per_diem_is_rounded_to_the_printed_places_by_each_day_count() -> None:
    assert per_diem_variants(Decimal("33602.02"), Decimal("4.54"), 4)[0] == Decimal("4.1795")
    assert len(set(per_diem_variants(Decimal("33602.02"), Decimal("4.54"), 4))) == 3


@pytest.mark.parametrize(
    ("day", "months", "result"),
    [
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2023, 12, 15), 1, date(2024, 1, 15)),
        (date(2024, 3, 31), -1, date(2024, 2, 29)),
        (date(2024, 5, 7), 120, date(2034, 5, 7)),
    ],
)
def test_adding_months_keeps_the_day_where_the_month_has_it(day: date, months: int, result: date) -> None:
    assert add_months(day, months) == result


@pytest.mark.parametrize(
    ("start", "end", "period"),
    [
        (date(2024, 1, 10), date(2024, 2, 10), (1, 0)),
        (date(2024, 1, 10), date(2024, 3, 15), (2, 5)),
        (date(2024, 1, 20), date(2024, 2, 10), (0, 21)),
        (date(2024, 1, 10), date(2024, 1, 10), (0, 0)),
    ],
)
def test_months_are_measured_back_from_the_later_date(start: date, end: date, period: tuple[int, int]) -> None:
    assert months_and_days(start, end) == period


def test_months_between_dates_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(ValueError, match="before the earlier"):
        months_and_days(date(2024, 2, 1), date(2024, 1, 1))
