"""The result of a check, and the values that it uses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

NEAR_MONTHS = 3
"""Months from the start of a loan to its first payment up to which the loan counts as not deferred."""
_NO_AMOUNT = 10**12


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The outcome of one check that applied.

    Attributes:
        name: The check, a key of :data:`CHECK_STRENGTH`.
        fields: The fields that take part, the one that a reviewer should look at first in front.
        passed: Whether the values agree.
        reason: What is wrong, in names of fields and never in values; empty when passed.
    """

    name: str
    fields: tuple[str, ...]
    passed: bool
    reason: str = ""


CHECK_STRENGTH: Mapping[str, float] = {
    "amortization": 0.9,
    "amortization_deferred": 0.8,
    "total_of_payments": 0.4,
    "finance_charge": 1.0,
    "amount_financed": 1.0,
    "amount_financed_without_fee": 0.8,
    "apr": 0.9,
    "apr_floor": 0.1,
    "per_diem": 0.9,
    "payoff_amount": 1.0,
    "payoff_amount_with_fee": 0.3,
    "current_balance": 1.0,
    "accrued_interest": 0.7,
    "amount_due": 1.0,
    "amount_due_without_past_due": 0.8,
    "term_dates": 0.9,
    "date_order": 0.1,
    "rate_range": 0.1,
    "tax_year": 0.1,
    "plausibility": 0.1,
    "schedule_chain": 1.0,
    "schedule_row_count": 0.9,
    "schedule_opening": 1.0,
    "schedule_first_interest": 0.8,
    "schedule_payment": 1.0,
    "schedule_total": 1.0,
    "schedule_interest": 1.0,
    "schedule_first_date": 0.9,
    "schedule_last_date": 0.9,
}
"""Check strength: how strongly a passed check proves the fields that it names, in (0, 1].

1.0: an equality to the cent between values printed in different places; a wrong digit in any of them breaks it. 0.7 to
0.9: a formula whose rounding hides some last digits, or where one of several possibilities must fit. Below one half:
plausibility only.
"""


def passed(name: str, *fields: str) -> CheckResult:
    """A check that holds."""
    return CheckResult(name, fields, passed=True)


def failed(name: str, reason: str, *fields: str) -> CheckResult:
    """A check that does not hold; ``reason`` must not contain any value of the document."""
    return CheckResult(name, fields, passed=False, reason=reason)


def decide(name: str, holds: bool, reason: str, *fields: str) -> CheckResult:
    """Pass when the condition holds, fail with the reason otherwise."""
    return passed(name, *fields) if holds else failed(name, reason, *fields)


def parse_decimal(text: str | None) -> Decimal | None:
    """A number from its normal form; None when absent, not a number or larger than any amount of money."""
    try:
        value = Decimal(text) if text is not None else None
    except InvalidOperation:
        return None
    return value if value is not None and value.is_finite() and abs(value) < _NO_AMOUNT else None


def parse_date(text: str | None) -> date | None:
    """A date from its ISO form; None when absent or not a date."""
    try:
        return date.fromisoformat(text) if text is not None else None
    except ValueError:
        return None


class Values:
    """The normal forms of a document's values, as numbers and dates; what is absent or malformed is None."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values

    def number(self, name: str) -> Decimal | None:
        """A money or rate value."""
        return parse_decimal(self._values.get(name))

    def positive(self, name: str) -> Decimal | None:
        """A money or rate value above zero."""
        value = self.number(name)
        return value if value is not None and value > 0 else None

    def whole(self, name: str) -> int | None:
        """A whole number above zero and below a thousand times a sensible term, so that arithmetic stays small."""
        text = self._values.get(name, "")
        return int(text) if text.isascii() and text.isdigit() and 0 < len(text) <= 4 and int(text) > 0 else None

    def date(self, name: str) -> date | None:
        """A date."""
        return parse_date(self._values.get(name))

    def present(self, names: Iterable[str]) -> tuple[str, ...]:
        """Those of the names that have a value."""
        return tuple(name for name in names if name in self._values)
