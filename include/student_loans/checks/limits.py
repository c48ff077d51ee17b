"""Possible values of student loans; ``fields.yaml`` has the limits of single fields."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Final

from student_loans.records import field_catalog

MONEY_PLACES: Final = 2
RATE_PLACES: Final = 4
FIRST_YEAR: Final = 1966
"""The first loans under the Higher Education Act of 1965 were made in it."""
LAST_YEAR: Final = 2100


def places_of(field: str) -> int:
    """The most places behind the point that an amount may have: a day's interest is a fraction of a cent."""
    entry = field_catalog().fields.get(field)
    return entry.places if entry else MONEY_PLACES


def may_be_negative(field: str) -> bool:
    """Whether an amount may be below zero: an account may be overpaid."""
    entry = field_catalog().fields.get(field)
    return entry is not None and entry.signed


@cache
def limits_of(field: str) -> tuple[Decimal, Decimal] | None:
    """The least and the greatest value of a number, both included; None if the catalogue has no limits for it."""
    entry = field_catalog().fields.get(field)
    if entry is None or entry.limits is None:
        return None
    return Decimal(str(entry.limits.min)), Decimal(str(entry.limits.max))


def is_within_limits(field: str, value: Decimal) -> bool:
    """Whether a number is within its limits; always true without limits."""
    limits = limits_of(field)
    return limits is None or limits[0] <= value <= limits[1]
