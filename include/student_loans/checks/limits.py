"""What values of student loans can be at all: the one home of limits that checks, expectations and forms share."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

MONEY_PLACES: Final = 2
PLACES: Final = {"per_diem": 6}
"""Amounts that are printed with more places than cents: a day's interest is a fraction of one."""
RATE_PLACES: Final = 4
SIGNED: Final = frozenset({"current_balance", "principal_balance", "amount_due"})
"""Amounts that may be below zero: an account may be overpaid."""
LOWEST_RATE: Final = Decimal(0)
HIGHEST_RATE: Final = Decimal(36)
"""Percent a year: no student product goes past the cap of the Military Lending Act, 10 U.S.C. 987."""
HIGHEST_LOAN: Final = Decimal(1_000_000)
HIGHEST_PER_DIEM: Final = Decimal(1000)
LONGEST_TERM: Final = 480
"""Months: the longest federal consolidation term is 30 years; 40 leaves room."""
FIRST_TAX_YEAR: Final = 1998
"""Form 1098-E exists since the deduction of 26 U.S.C. 221."""
FIRST_YEAR: Final = 1966
"""The first loans under the Higher Education Act of 1965 were made in it."""
LAST_YEAR: Final = 2100


def places_of(field: str) -> int:
    """The most places behind the point that an amount may have."""
    return PLACES.get(field, MONEY_PLACES)
