"""Exact bounds of a sample."""

from __future__ import annotations

import pytest

from student_loans.review.guarantee import error_rate


def test_nothing_is_promised_without_looking() -> None:
    assert (error_rate(0, 0).rate, error_rate(0, 0).high) == (None, 1.0)


@pytest.mark.parametrize(
    ("checked", "wrong", "low", "high"),
    [(10, 0, 0.0, 0.3085), (10, 1, 0.0025, 0.4450), (100, 5, 0.0164, 0.1128), (10, 10, 0.6915, 1.0)],
)
def test_bounds_are_those_of_the_tables(checked: int, wrong: int, low: float, high: float) -> None:
    """Clopper-Pearson 95 % intervals, as published tables give them."""
    rate = error_rate(checked, wrong)
    assert rate.low == pytest.approx(low, abs=1e-4)
    assert rate.high == pytest.approx(high, abs=1e-4)
