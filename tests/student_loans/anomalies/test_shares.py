"""Shares by type and lender: how they are pooled, and the chance of more."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import betabinom

from student_loans.anomalies.shares import chance_of_more, pooled_shares


@pytest.mark.parametrize("count", [1, 3, 12, 40])
def test_the_chance_of_more_is_that_of_a_beta_binomial(count: int) -> None:
    assert chance_of_more(count, 40, 0.01, 150) == pytest.approx(betabinom.sf(count - 1, 40, 1.5, 148.5))
    assert chance_of_more(0, 40, 0.01, 150) == 1.0


def shares_of(counts: dict[str, tuple[int, int]]) -> dict[str, float]:
    had = np.concatenate([np.arange(of) < have for have, of in counts.values()])
    lenders = np.concatenate([np.full(of, name) for name, (_, of) in counts.items()])
    names = np.array([*counts, "new"])
    pooled = pooled_shares(had, np.full(len(had), "t"), lenders, np.full(len(names), "t"), names)
    return dict(zip(names.tolist(), pooled.shares.tolist(), strict=True))


def test_lenders_that_are_alike_share_what_is_known() -> None:
    shares = shares_of({"A": (2, 100), "B": (3, 100), "C": (0, 5)})
    assert shares["C"] == pytest.approx(shares["new"], rel=0.1)
    assert shares["new"] == pytest.approx(5.5 / 206)


def test_what_a_short_history_knows_of_a_type_it_knows_once_however_many_lenders() -> None:
    lenders = np.array([f"L{number % 10}" for number in range(30)])
    types = np.full(30, "t")
    names = np.unique(lenders)
    pooled = pooled_shares(np.arange(30) % 4 == 0, types, lenders, types[:10], names)
    share, known = pooled.of(np.ones(10))
    assert share == pytest.approx(8.5 / 31, rel=0.05)
    assert known < 45


def test_lenders_that_differ_keep_their_own_share() -> None:
    shares = shares_of({"A": (0, 100), "B": (100, 100), "C": (0, 20), "D": (20, 20)})
    assert shares["A"] < 0.05
    assert shares["D"] > 0.9
    assert 0.3 < shares["new"] < 0.7
