"""Intervals: Wilson's formula where documents are few, resampled documents where they are many, none where nothing is."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from student_loans.fairness.intervals import BOOTSTRAP, WILSON, Interval, bootstrap, slice_intervals, wilson
from student_loans.fairness.metrics import BY_NAME, Metric, Slicing, Sums, block_sums, random_order
from student_loans.fairness.settings import EvidenceSettings

OPTIONS = EvidenceSettings(min_documents=10, resamples=400, interval=0.95, seed=7)
ACCURACY, SECONDS = BY_NAME["field_accuracy"], BY_NAME["seconds"]
Z95 = 1.959963984540054


def sums_of(numerators: list[float], denominators: list[float]) -> Sums:
    """One metric of some documents."""
    return Sums(np.array([numerators]).T, np.array([denominators]).T)


def interval_of(sums: Sums, metric: Metric = ACCURACY, options: EvidenceSettings = OPTIONS) -> Interval | None:
    """The interval of a slice of all these documents."""
    documents = len(sums.numerators)
    blocks = block_sums(
        Slicing(("x",), np.zeros(documents, np.int64), ("all",)), sums, random_order(documents, options)
    )
    with np.errstate(invalid="ignore"):
        value = float(sums.numerators.sum() / sums.denominators.sum())
    [interval] = slice_intervals(blocks, 0, [value], [metric], options)
    return interval


class TestWilson:
    @given(st.integers(1, 500), st.data())
    def test_it_is_the_formula_of_1927(self, documents: int, data: st.DataObject) -> None:
        right = data.draw(st.integers(0, documents))
        share, over = right / documents, Z95**2 / documents
        centre = (share + over / 2) / (1 + over)
        half = math.sqrt(share * (1 - share) * over + over**2 / 4) / (1 + over)
        interval = wilson(share, documents, 0.95)
        assert interval.low == pytest.approx(max(0.0, centre - half), abs=1e-9)
        assert interval.high == pytest.approx(min(1.0, centre + half), abs=1e-9)

    @given(st.floats(0, 1), st.integers(1, 1000), st.floats(0.51, 0.999))
    def test_it_holds_the_value_and_stays_between_nothing_and_all(
        self, value: float, documents: int, level: float
    ) -> None:
        interval = wilson(value, documents, level)
        assert 0 <= interval.low <= value <= interval.high <= 1

    def test_more_documents_are_narrower_and_more_certainty_is_wider(self) -> None:
        few, many, surer = wilson(0.5, 10, 0.95), wilson(0.5, 1000, 0.95), wilson(0.5, 10, 0.99)
        assert few.low < many.low < 0.5 < many.high < few.high
        assert surer.low < few.low

    @pytest.mark.parametrize("value", [-1e-12, 1 + 1e-12])
    def test_a_share_that_rounding_took_out_of_its_range_is_brought_back(self, value: float) -> None:
        interval = wilson(value, 20, 0.95)
        assert 0 <= interval.low <= interval.high <= 1


class TestBootstrap:
    def test_resamples_spread_as_the_mean_of_documents_does(self) -> None:
        values = np.random.default_rng(1).normal(5, 2, 300)
        resampled = bootstrap(sums_of(values.tolist(), [1.0] * 300), OPTIONS.model_copy(update={"resamples": 4000}))
        assert resampled.shape == (4000, 1)
        assert resampled.mean() == pytest.approx(values.mean(), abs=0.02)
        assert resampled.std() == pytest.approx(values.std() / math.sqrt(300), rel=0.1)

    def test_documents_without_variance_give_one_value(self) -> None:
        assert np.unique(bootstrap(sums_of([3.0] * 20, [4.0] * 20), OPTIONS)).tolist() == [0.75]

    def test_the_seed_decides(self) -> None:
        sums = sums_of([1.0, 0.0, 1.0, 0.0], [1.0] * 4)
        other = OPTIONS.model_copy(update={"seed": 8})
        assert np.array_equal(bootstrap(sums, OPTIONS), bootstrap(sums, OPTIONS))
        assert not np.array_equal(bootstrap(sums, OPTIONS), bootstrap(sums, other))

    def test_a_resample_with_nothing_to_divide_by_is_undefined(self) -> None:
        resampled = bootstrap(sums_of([0.0, 1.0], [0.0, 1.0]), OPTIONS)
        assert 0 < np.isnan(resampled).mean() < 1
        assert np.nanmin(resampled) == np.nanmax(resampled) == 1.0


class TestSliceIntervals:
    @pytest.mark.parametrize(("documents", "method"), [(29, WILSON), (30, BOOTSTRAP)])
    def test_a_proportion_of_few_documents_is_wilsons(self, documents: int, method: str) -> None:
        right = [float(n % 2) for n in range(documents)]
        interval = interval_of(sums_of(right, [1.0] * documents))
        assert interval is not None
        assert interval.method == method

    def test_a_proportion_that_no_resample_changes_is_wilsons(self) -> None:
        interval = interval_of(sums_of([1.0] * 500, [1.0] * 500))
        assert interval == wilson(1.0, 500, 0.95)

    def test_what_is_no_proportion_is_resampled_however_few_there_are(self) -> None:
        interval = interval_of(sums_of([1.0, 9.0, 2.0], [1.0] * 3), SECONDS)
        assert interval is not None
        assert interval.method == BOOTSTRAP
        assert 1 <= interval.low < 4 < interval.high <= 9

    def test_documents_that_do_not_count_for_the_metric_are_no_evidence(self) -> None:
        counted = interval_of(sums_of([1.0] * 12, [1.0] * 12))
        diluted = interval_of(sums_of([1.0] * 12 + [0.0] * 88, [1.0] * 12 + [0.0] * 88))
        assert counted == diluted == wilson(1.0, 12, 0.95)

    def test_an_undefined_metric_has_no_interval(self) -> None:
        assert interval_of(sums_of([0.0] * 40, [0.0] * 40)) is None
