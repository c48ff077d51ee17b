"""Checks of what a loan costs: payment, charge, amount financed, annual percentage rate and dates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from student_loans.checks.finance import (
    APR_TOLERANCE,
    CENT,
    actuarial_apr,
    add_months,
    capitalized_principal,
    decimal_places,
    is_payment_of,
    level_payment,
    months_and_days,
    rounding_drift,
)
from student_loans.checks.limits import is_within_limits
from student_loans.checks.results import NEAR_MONTHS, CheckResult, Values, decide, failed, passed

_LONGEST_DEFERMENT_MONTHS = 84
_APR_ROUNDING = Decimal("0.002")
_DATE_TOLERANCE_DAYS = 5
_HIGHEST_FEE = Decimal("0.1")
"""Highest origination fee, as a part of the loan: federal PLUS loans take 4.2%, private ones up to 10%."""
_DATE_ORDER: tuple[tuple[str, str, float], ...] = (
    ("document_date", "first_payment_date", 10),
    ("disbursement_date", "first_payment_date", 10),
    ("first_payment_date", "maturity_date", 40),
    ("disbursement_date", "maturity_date", 50),
    ("document_date", "maturity_date", 50),
    ("document_date", "due_date", 0.5),
    ("document_date", "payoff_good_through_date", 0.5),
)
"""An earlier date, a later one, and the most years between them: ten of study, the longest terms, half a year of notice."""
_AMORTIZATION_FIELDS = ("monthly_payment", "loan_amount", "interest_rate", "term_months")
_AMORTIZATION_REASON = "monthly_payment does not amortize loan_amount at interest_rate over term_months"


@dataclass(frozen=True, slots=True)
class LoanStart:
    """When interest starts and the first payment is due.

    Attributes:
        exact: Whether the day of disbursement is printed; otherwise ``start`` is the document's date.
        start: The advance.
        first: The first payment.
    """

    exact: bool
    start: date
    first: date

    @property
    def gap(self) -> tuple[int, int]:
        """Full months and days from the advance to the first payment."""
        return months_and_days(self.start, self.first)

    @property
    def near(self) -> bool:
        """Whether the first payment is due so soon that no deferment is possible."""
        return self.gap <= (NEAR_MONTHS, 0)

    def deferments(self) -> range:
        """Whole months of deferment that fit: payments start one to three months after it ends."""
        return range(max(1, self.gap[0] - NEAR_MONTHS), self.gap[0] + 1)


def loan_start(values: Values) -> LoanStart | None:
    """The loan's dates when the first payment and the disbursement, or else the document's date, are known."""
    first, disbursed = values.date("first_payment_date"), values.date("disbursement_date")
    start = disbursed or values.date("document_date")
    return LoanStart(disbursed is not None, start, first) if first and start and start <= first else None


def check_amortization(values: Values) -> Iterator[CheckResult]:
    """The payment repays the loan at its rate over its term, at once or after simple interest was capitalised.

    A deferment may add more than its interest to the principal, so a payment that a deferment could explain proves
    nothing and is not said to be wrong. Without dates only the direct match counts.
    """
    payment, amount = values.positive("monthly_payment"), values.positive("loan_amount")
    rate, term = values.number("interest_rate"), values.whole("term_months")
    if payment is None or amount is None or rate is None or term is None or not 0 <= rate <= 100:
        return
    level = level_payment(amount, rate, term)
    if is_payment_of(payment, level):
        yield passed("amortization", *_AMORTIZATION_FIELDS)
        return
    start = loan_start(values)
    if start and any(is_payment_of(payment, level * growth) for growth in _growths(start, rate)):
        yield passed("amortization_deferred", *_AMORTIZATION_FIELDS)
        return
    longest = Decimal(start.gap[0] + 1 if start else _LONGEST_DEFERMENT_MONTHS)
    highest = level * capitalized_principal(Decimal(1), rate, longest / 12)
    explicable = level * Decimal("0.99") <= payment <= highest * Decimal("1.01")
    if not explicable:
        yield failed("amortization", _AMORTIZATION_REASON, *_AMORTIZATION_FIELDS)


def _growths(start: LoanStart, rate: Decimal) -> Iterator[Decimal]:
    """Possible growth of the principal: over whole months of deferment, or all days until repayment begins."""
    one = Decimal(1)
    repayment = add_months(start.first, -1)
    if start.exact and repayment > start.start:
        yield capitalized_principal(one, rate, Decimal((repayment - start.start).days) / 365)
    for months in start.deferments():
        yield capitalized_principal(one, rate, Decimal(months) / 12)


def check_total_of_payments(values: Values) -> Iterator[CheckResult]:
    """The total is the payment times the term, up to the rounding that the last payment makes good.

    Between that and one whole payment lenders' habits differ (payments rounded up, a smaller last one), so nothing is
    said. Interest paid while payments are deferred adds to the total: then an excess is not a failure.
    """
    total, payment = values.positive("total_of_payments"), values.positive("monthly_payment")
    term, rate = values.whole("term_months"), values.number("interest_rate")
    if total is None or payment is None or term is None:
        return
    fields = ("total_of_payments", "monthly_payment", "term_months")
    usable = rate is not None and 0 <= rate <= 100
    drift = rounding_drift(rate, term) if rate is not None and usable else max(Decimal(1), Decimal("0.05") * term)
    difference = total - payment * term
    start = loan_start(values)
    amortizes = any(check.passed for check in check_amortization(values))
    if abs(difference) <= drift:
        yield passed("total_of_payments", *fields)
    elif (start and not start.near and difference > 0) or (abs(difference) <= payment and not amortizes):
        return
    elif abs(difference) > payment or (start and start.near):
        yield failed("total_of_payments", "total_of_payments is not monthly_payment times term_months", *fields)


def check_finance_charge(values: Values) -> Iterator[CheckResult]:
    """Finance charge and amount financed are the total of payments, 12 CFR 1026.18(b), (d) and (h).

    A schedule prints no amount financed: there the loan amount and its interest are the total, unless a fee that it does
    not print was taken off the loan. Sums a cent apart, as rounding leaves them, prove nothing either way.
    """
    charge, total = values.number("finance_charge"), values.positive("total_of_payments")
    base = "amount_financed" if values.present(["amount_financed"]) else "loan_amount"
    amount = values.positive(base)
    if charge is None or total is None or amount is None:
        return
    difference = abs(total - amount - charge)
    fields = ("finance_charge", "total_of_payments", base)
    if difference == 0:
        yield passed("finance_charge", *fields)
    elif base == "loan_amount" and 0 < amount + charge - total <= _HIGHEST_FEE * amount:
        return
    elif difference > CENT:
        yield failed("finance_charge", f"finance_charge is not total_of_payments less {base}", *fields)


def check_amount_financed(values: Values) -> Iterator[CheckResult]:
    """The amount financed is the loan less the prepaid finance charge, 12 CFR 1026.18(b)(3)."""
    financed, amount = values.positive("amount_financed"), values.positive("loan_amount")
    fee = values.number("origination_fee")
    if financed is None or amount is None:
        return
    if fee:
        holds = abs(amount - fee - financed) <= CENT
        if holds or financed != amount:
            reason = "amount_financed is not loan_amount less origination_fee"
            yield decide("amount_financed", holds, reason, "amount_financed", "loan_amount", "origination_fee")
    elif financed == amount:
        fields = ("amount_financed", "loan_amount", *values.present(["origination_fee"]))
        yield passed("amount_financed_without_fee", *fields)
    elif financed > amount or fee == 0:
        yield failed(
            "amount_financed",
            "amount_financed does not fit loan_amount without a fee",
            "amount_financed",
            "loan_amount",
        )


def check_apr(values: Values) -> Iterator[CheckResult]:
    """The disclosed rate is the actuarial one, 12 CFR 1026 Appendix J.

    It is evidence when it is the actuarial rate as rounded in print, for a first period by the calendar or of whole
    months (1026.17(c)(4) lets creditors ignore odd days). It is wrong when it is more than an eighth of a point,
    1026.22(a)(2), outside every first period that the dates allow. Between the two it proves nothing.
    """
    apr, payment = values.number("apr"), values.positive("monthly_payment")
    term, start = values.whole("term_months"), loan_start(values)
    source, financed = _amount_financed(values)
    if apr is None or payment is None or term is None or financed is None:
        return
    fields = ("apr", "monthly_payment", "term_months", *source)
    tolerance = Decimal("0.5").scaleb(-max(2, decimal_places(apr))) + _APR_ROUNDING
    candidates = [actuarial_apr(financed, payment, term, first_period_months=m, first_period_days=d)
                  for m, d in _first_periods(start)]  # fmt: skip
    rates = [rate for rate in candidates if rate is not None]
    if any(abs(rate - apr) <= tolerance for rate in rates):
        yield passed("apr", *fields)
    elif not rates or apr > max(rates) + APR_TOLERANCE or (start and apr < min(rates) - APR_TOLERANCE):
        yield failed(
            "apr", "apr is not the actuarial rate of amount_financed, monthly_payment and term_months", *fields
        )


def _amount_financed(values: Values) -> tuple[tuple[str, ...], Decimal | None]:
    """The amount financed as printed, or the loan less its fee, with the fields that it comes from."""
    printed, amount = values.positive("amount_financed"), values.positive("loan_amount")
    fee = values.number("origination_fee")
    if printed is not None:
        return ("amount_financed",), printed
    if amount is not None and fee is not None and fee < amount:
        return ("loan_amount", "origination_fee"), amount - fee
    return (), None


def _first_periods(start: LoanStart | None) -> Iterator[tuple[int, int]]:
    """Months and days of each first period that may have been disclosed, the shortest of them one month."""
    yield 1, 0
    if start:
        yield start.gap
        if not start.near:
            for months in start.deferments():
                yield months + 1, 0


def check_rates(values: Values) -> Iterator[CheckResult]:
    """Rates are plausible, and an APR is not below the contract rate unless payments are deferred."""
    apr, rate, start = values.number("apr"), values.number("interest_rate"), loan_start(values)
    for name, value in (("interest_rate", rate), ("apr", apr)):
        if value is not None:
            holds = is_within_limits(name, value)
            yield decide("rate_range", holds, f"{name} is outside the range of student loans", name)
    if apr is not None and rate is not None and start and start.near:
        reason = "apr is below interest_rate although payments are not deferred"
        yield decide("apr_floor", apr >= rate - APR_TOLERANCE, reason, "apr", "interest_rate")


def check_term_dates(values: Values) -> Iterator[CheckResult]:
    """The last payment is due in the month that the term says, counted from the first payment or the advance."""
    first, maturity = values.date("first_payment_date"), values.date("maturity_date")
    term = values.whole("term_months")
    if first is None or maturity is None or term is None or first.year + term // 12 > 9000:
        return
    fields = ("maturity_date", "first_payment_date", "term_months")
    start = loan_start(values)
    ends = [add_months(first, term - 1), add_months(first, term)]
    ends += [add_months(start.start, term)] if start else []
    if maturity == ends[0]:
        yield passed("term_dates", *fields)
    elif all(abs((maturity - end).days) > _DATE_TOLERANCE_DAYS for end in ends):
        yield failed("term_dates", "maturity_date is not term_months after first_payment_date", *fields)


def check_date_order(values: Values) -> Iterator[CheckResult]:
    """Dates are in order and not too far apart: the document, payments, maturity."""
    for early, late, years in _DATE_ORDER:
        before, after = values.date(early), values.date(late)
        if before and after and before > after:
            yield failed("date_order", f"{late} is before {early}", late, early)
        elif before and after:
            holds = after.year + after.month / 12 - before.year - before.month / 12 <= years
            yield decide("date_order", holds, f"{late} is too long after {early}", late, early)
