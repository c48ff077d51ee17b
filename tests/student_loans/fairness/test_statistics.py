"""Intervals, tests and corrections, against what they must be."""

from __future__ import annotations

import numpy as np
import pytest
from fairlearn.metrics import MetricFrame

from student_loans.fairness.analysis import SliceEvidence, measure_slices
from student_loans.fairness.comparison import disadvantage_p, holm, stratified_p
from student_loans.fairness.confounders import adjusted_gap
from student_loans.fairness.intervals import wilson
from student_loans.fairness.metrics import MOST_BLOCKS, Slicing, block_sums, document_sums, metrics_for, random_order
from student_loans.fairness.settings import load_fairness_settings
from tests.fairness_factory import LENDERS, make_frame

OPTIONS = load_fairness_settings()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_p_values_are_those_of_dealing_documents_at_random(seed: int) -> None:
    """Against many random deals; of sums that tie with the one seen, half count."""
    rng = np.random.default_rng(seed)
    codes = rng.integers(4, size=60)
    values = rng.binomial(1, 0.85, 60).astype(float)  # skewed: the normal curve is wrong here
    p_values = disadvantage_p(codes, 4, values, np.ones(60), higher_is_better=True)
    for level in range(4):
        inside = codes == level
        seen = values[inside].sum()
        sums = np.array([rng.permutation(values)[: inside.sum()].sum() for _ in range(5_000)])
        middle = (sums < seen).mean() + (sums == seen).mean() / 2
        assert p_values[level] == pytest.approx(middle, abs=0.05)


def test_far_out_p_values_are_as_small_as_they_should_be() -> None:
    codes = np.repeat([0, 1], [20, 180])
    values = np.concatenate([np.repeat([0.0, 1.0], [10, 10]), np.repeat([0.0, 1.0], [9, 171])])
    p = disadvantage_p(codes, 2, values, np.ones(200), higher_is_better=True)
    from scipy.stats import hypergeom

    exact = hypergeom.sf(9, 200, 19, 20)
    assert exact / 10 < p[0] < exact * 10
    assert p[1] > 0.99


def test_one_slice_and_empty_slices_are_no_evidence() -> None:
    codes, values = np.zeros(20, np.int64), np.linspace(0, 1, 20)
    assert disadvantage_p(codes, 2, values, np.ones(20), higher_is_better=True).tolist() == [1.0, 1.0]
    assert disadvantage_p(codes, 1, values, np.zeros(20), higher_is_better=True).tolist() == [1.0]


def test_within_strata_a_gap_of_composition_vanishes() -> None:
    rng = np.random.default_rng(5)
    strata = rng.integers(2, size=2_000)
    inside = rng.random(2_000) < np.where(strata == 1, 0.8, 0.1)
    values = (rng.random(2_000) < np.where(strata == 1, 0.6, 0.95)).astype(float)
    ones = np.ones(2_000)
    raw = values[inside].mean() - values[~inside].mean()
    adjusted = adjusted_gap(inside, strata, values, ones, higher_is_better=True)
    assert raw < -0.15
    assert adjusted.gap == pytest.approx(0.0, abs=0.05)
    assert adjusted.p > 0.01
    assert stratified_p(inside, np.zeros(2_000, np.int64), values, ones, higher_is_better=True) < 1e-9


def test_holm_is_never_below_the_raw_p_value_and_keeps_order() -> None:
    p_values = np.random.default_rng(3).random(40).tolist()
    adjusted = holm(p_values)
    assert all(a >= p for a, p in zip(adjusted, p_values, strict=True))
    assert sorted(adjusted) == [adjusted[i] for i in np.argsort(p_values)]
    assert holm([]) == []


def test_wilson_covers_where_the_bootstrap_has_no_width() -> None:
    interval = wilson(1.0, 12, 0.95)
    assert (round(interval.low, 3), interval.high, interval.method) == (0.758, 1.0, "wilson")  # n / (n + z²)


def test_a_slice_without_any_error_gets_an_exact_interval() -> None:
    frame = make_frame(600, 21)
    own = frame["lender"] == LENDERS[2]
    frame.loc[own, ["right", "values_right"]] = frame.loc[own, "printed"].iloc[0]
    [one] = [
        m
        for m in measure_slices(frame, OPTIONS, labelled=True)
        if (m.dimension, m.slice, m.metric) == ("lender", LENDERS[2], "field_accuracy")
    ]
    assert (one.value, one.interval_method, one.high) == (1.0, "wilson", 1.0)
    assert one.low is not None
    assert 0.9 < one.low < 1


def test_intervals_cover_the_truth_as_often_as_they_say() -> None:
    covered = 0
    options = OPTIONS.model_copy(update={"slices": OPTIONS.slices.model_copy(update={"pairs": False})})
    for seed in range(40):
        measured = measure_slices(make_frame(800, 300 + seed, error=0.1), options, labelled=True)
        for one in measured:
            if (one.dimension, one.metric) == ("rendering", "field_accuracy"):
                assert one.low is not None
                assert one.high is not None
                covered += one.low <= 0.9 <= one.high
    assert covered / 120 > 0.88  # 95% in the long run


def test_the_same_seed_gives_the_same_intervals() -> None:
    frame = make_frame(300, 22)
    assert measure_slices(frame, OPTIONS, labelled=True) == measure_slices(frame, OPTIONS, labelled=True)


def test_values_are_those_of_fairlearn_over_single_documents() -> None:
    frame = make_frame(900, 23)
    reference = MetricFrame(
        metrics=lambda y_true, y_pred: float(np.mean(y_pred)),
        y_true=frame["accepted"],
        y_pred=frame["accepted"],
        sensitive_features=frame["lender"].astype(str),
    )
    for one in measure_slices(frame, OPTIONS, labelled=True):
        if (one.dimension, one.metric) == ("lender", "auto_accept_rate"):
            assert one.value == pytest.approx(reference.by_group[one.slice])
            assert one.overall == pytest.approx(reference.overall)


def test_fairlearn_alone_would_read_an_undefined_group_as_no_difference() -> None:
    """The trap that is handled: this is why differences are ours."""
    frame = MetricFrame(
        metrics=lambda y_true, y_pred: float("nan") if y_true.sum() == 0 else float(y_pred.mean()),
        y_true=[1, 1, 0, 0],
        y_pred=[0.5, 0.5, 1, 1],
        sensitive_features=["a", "a", "b", "b"],
    )
    assert frame.difference() == 0.0
    measured = make_frame(200, 24)
    own = measured["lender"] == LENDERS[0]
    measured.loc[own, ["accepted", "accepted_wrong"]] = 0.0
    found = [
        one
        for one in measure_slices(measured, OPTIONS, labelled=True)
        if (one.slice, one.metric) == (LENDERS[0], "accepted_error") and one.dimension == "lender"
    ]
    assert [(one.evidence, one.difference_to_best) for one in found] == [(SliceEvidence.UNDEFINED, None)]


def test_blocks_keep_every_sum() -> None:
    frame = make_frame(7_000, 25)
    metrics = metrics_for(labelled=True)
    sums = document_sums(frame, metrics)
    codes = frame["rendering"].cat.codes.to_numpy().astype(np.int64)
    blocks = block_sums(Slicing(("rendering",), codes, ("a", "b", "c")), sums, random_order(7_000, OPTIONS.evidence))
    assert np.diff(blocks.starts).tolist() == [MOST_BLOCKS] * 3
    for level in range(3):
        place = slice(blocks.starts[level], blocks.starts[level + 1])
        assert blocks.sums.numerators[place].sum(axis=0) == pytest.approx(sums.numerators[codes == level].sum(axis=0))
        assert blocks.sums.denominators[place].sum(axis=0) == pytest.approx(
            sums.denominators[codes == level].sum(axis=0)
        )
