"""Estimate an error rate from a random sample, with exact binomial bounds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ErrorRate:
    """Errors found in a sample, and the bounds of the rate behind it.

    Attributes:
        checked: Size of the sample.
        wrong: How many of them were wrong.
        rate: Share that was wrong; None for an empty sample.
        low: Lower bound of the rate, 95 % two-sided.
        high: Upper bound of the rate, 95 % two-sided; 1 for an empty sample.
    """

    checked: int
    wrong: int
    rate: float | None
    low: float
    high: float


def error_rate(checked: int, wrong: int) -> ErrorRate:
    """Rate of errors with its exact interval (Clopper and Pearson, 1934).

    Example:
        >>> rate = error_rate(100, 0)
        >>> rate.rate, round(rate.high, 3)
        (0.0, 0.036)
    """
    if not checked:
        return ErrorRate(0, 0, None, 0.0, 1.0)
    from scipy.stats import beta

    low = 0.0 if wrong == 0 else float(beta.ppf(0.025, wrong, checked - wrong + 1))
    high = 1.0 if wrong == checked else float(beta.ppf(0.975, wrong + 1, checked - wrong))
    return ErrorRate(checked, wrong, wrong / checked, low, high)
