"""The usual spread of a number: around its lender's centre, with tails that say how far is too far."""

from __future__ import annotations

import numpy as np
import pytest

from student_loans.anomalies.spread import UsualSpread, fit_spread, fit_tail, pool_shapes

RANDOM = np.random.default_rng(3)
NORMAL = RANDOM.normal(9.0, 0.5, 3000)
NOBODY = np.full(3000, "")
ONE_TYPE = np.full(3000, "payoff_letter")


def chance(spread: UsualSpread, value: float, lender: str = "") -> float:
    return float(spread.probability(spread.standardise(np.array([value]), ONE_TYPE[:1], np.array([lender])))[0])


def test_the_chance_of_a_far_value_is_about_that_of_the_population() -> None:
    spread = fit_spread(NORMAL, ONE_TYPE, NOBODY)
    assert chance(spread, 9.0) == 1.0
    assert chance(spread, 9.0 + 0.5 * 2.33) == pytest.approx(0.02, rel=0.3)
    assert 1e-5 < chance(spread, 9.0 + 0.5 * 4) < 1e-3
    assert chance(spread, 9.0 + 0.5 * 12) < 1e-6


@pytest.mark.parametrize("draw", [np.random.Generator.standard_normal, np.random.Generator.standard_exponential])
def test_new_values_are_rarely_impossible(draw: object) -> None:
    random = np.random.default_rng(4)
    alarms = 0
    for _ in range(40):
        spread = fit_spread(draw(random, 300), ONE_TYPE[:300], NOBODY[:300])  # type: ignore[operator]
        fresh = spread.standardise(draw(random, 500), ONE_TYPE[:500], NOBODY[:500])  # type: ignore[operator]
        alarms += int((spread.probability(fresh) < 1e-4).sum())
    assert alarms <= 0.0003 * 40 * 500


def test_a_heavier_tail_of_the_history_makes_far_values_likelier() -> None:
    heavy = fit_spread(9.0 + 0.5 * RANDOM.standard_t(3, 3000), ONE_TYPE, NOBODY)
    assert chance(heavy, 12.0) > 10 * chance(fit_spread(NORMAL, ONE_TYPE, NOBODY), 12.0)


def test_one_fault_in_the_history_does_not_widen_its_tail() -> None:
    ordered = np.sort(RANDOM.standard_normal(300))
    spoiled = np.append(ordered[1:], 25.0)
    assert fit_tail(spoiled).mean == pytest.approx(fit_tail(ordered).mean, rel=0.15)


def test_tails_that_are_light_in_many_numbers_are_lighter_in_each() -> None:
    random = np.random.default_rng(8)
    tails = [fit_tail(np.sort(random.standard_normal(1500))) for _ in range(20)]
    pooled = pool_shapes(tails, independent=3000)
    assert all(-0.2 <= tail.shape < 0 for tail in pooled)
    far = np.array([4.8])
    assert all(after.probability(far) < before.probability(far) for before, after in zip(tails, pooled, strict=True))
    heavy = [fit_tail(np.sort(random.standard_t(3, 400))) for _ in range(20)]
    assert pool_shapes(heavy, independent=400) == heavy
    assert pool_shapes(tails[:5], independent=400) == tails[:5], "a few tails show too little"


def test_a_few_round_values_do_not_make_the_next_one_impossible() -> None:
    terms = np.log(RANDOM.choice([60.0, 84.0, 120.0, 180.0, 240.0], 300))
    assert chance(fit_spread(terms, ONE_TYPE[:300], NOBODY[:300]), float(np.log(300))) > 1e-3


def test_a_lender_is_drawn_to_the_type_the_more_the_fewer_its_documents() -> None:
    lenders = np.array(["A"] * 100 + ["B"] * 100 + ["C"] * 100 + ["few"] * 3)
    levels = np.repeat([8.0, 9.0, 10.0, 10.5], [100, 100, 100, 3])
    spread = fit_spread(levels + RANDOM.normal(0, 0.5, 303), ONE_TYPE[:303], lenders)
    centres = {name: spread.centre + spread.lenders.shift([name])[0] for name in "ABC"}
    assert centres == pytest.approx({"A": 8.0, "B": 9.0, "C": 10.0}, abs=0.2)
    assert spread.lenders.doubts["few"] > 10 * spread.lenders.doubts["C"]
    assert spread.lenders.other > spread.lenders.doubts["few"]
    assert chance(spread, 12.5, "A") < chance(spread, 12.5, "C")


def test_lenders_that_differ_no_more_than_chance_have_one_centre() -> None:
    lenders = np.array([f"L{number % 20}" for number in range(300)])
    levels = fit_spread(RANDOM.normal(9, 0.5, 300), ONE_TYPE[:300], lenders).lenders
    assert levels.shifts == {}
    assert levels.other == levels.doubts["L1"]


def test_a_lender_with_one_rate_may_have_another() -> None:
    lenders = np.array([f"L{number % 12}" for number in range(240)])
    rates = np.array([4.0, 4.5, 5.2, 5.9, 6.1, 6.4, 6.8, 7.0, 7.3, 7.9, 8.4, 9.0])[np.arange(240) % 12]
    spread = fit_spread(rates, ONE_TYPE[:240], lenders, listed=True)
    assert chance(spread, 6.5, "L0") > 0.05
    assert chance(fit_spread(rates, ONE_TYPE[:240], lenders), 6.5, "L0") < 1e-6, "without the rule it is impossible"
