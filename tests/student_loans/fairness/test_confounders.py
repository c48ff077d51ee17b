"""Causes of a gap: what is left of it among documents alike, by the weights of Mantel and Haenszel."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from student_loans.fairness.confounders import Cause, Explanation, adjusted_gap, explain, strata_of
from student_loans.fairness.slices import DIMENSIONS


def frame_of(**columns: list[str]) -> pd.DataFrame:
    """A frame in which the dimensions that are not given do not differ."""
    rows = len(next(iter(columns.values())))
    return pd.DataFrame({name: pd.Categorical(columns.get(name, ["same"] * rows)) for name in DIMENSIONS})


def adjusted(inside: list[bool], strata: list[int], right: list[float], printed: list[float] | None = None):  # type: ignore[no-untyped-def]
    ones = np.ones(len(inside)) if printed is None else np.array(printed)
    return adjusted_gap(
        np.array(inside, bool), np.array(strata, np.int64), np.array(right), ones, higher_is_better=True
    )


class TestAdjustedGap:
    def test_each_stratum_weighs_as_mantel_and_haenszel_weigh_it(self) -> None:
        # One stratum with 1 and 3 documents and a gap of -1, one with 2 and 2 and a gap of 0.
        inside = [True, False, False, False, True, True, False, False]
        one = adjusted(inside, [0] * 4 + [1] * 4, [0.0, 1.0, 1.0, 1.0, 1.0, 0.0, 1.0, 0.0])
        first, second = 1 * 3 / 4, 2 * 2 / 4
        assert one.gap == pytest.approx(-first / (first + second))
        assert one.overlap == 1.0

    def test_with_one_stratum_it_is_the_plain_gap(self) -> None:
        assert adjusted([True, True, False, False], [0] * 4, [1.0, 0.0, 1.0, 1.0]).gap == pytest.approx(-0.5)

    def test_overlap_is_the_share_of_the_slice_that_has_a_counterpart(self) -> None:
        one = adjusted([True, True, True, False], [0, 1, 1, 0], [0.0, 1.0, 1.0, 1.0])
        assert (one.gap, one.overlap) == (pytest.approx(-1.0), pytest.approx(1 / 3))

    def test_without_a_counterpart_there_is_no_gap_and_no_evidence(self) -> None:
        one = adjusted([True, True, False], [0, 0, 1], [0.0, 0.0, 1.0])
        assert (one.gap, one.overlap, one.p) == (None, 0.0, 1.0)
        empty = adjusted([], [], [])
        assert (empty.gap, empty.overlap) == (None, 0.0)

    def test_documents_that_do_not_count_for_the_metric_are_no_counterparts(self) -> None:
        one = adjusted([True, True, False, False], [0, 1, 0, 1], [0.0, 0.0, 1.0, 0.0], [1.0, 1.0, 1.0, 0.0])
        assert (one.gap, one.overlap) == (pytest.approx(-1.0), 0.5)

    def test_the_p_value_is_left_out_where_it_is_not_asked_for(self) -> None:
        mask, ones = np.array([True, False]), np.ones(2)
        one = adjusted_gap(mask, np.zeros(2, np.int64), ones, ones, higher_is_better=True, with_p=False)
        assert one.p is None


class TestStrata:
    def test_each_combination_that_there_is_has_a_number_and_no_number_is_left_out(self) -> None:
        frame = frame_of(lender=["a", "a", "b", "b", "a"], rendering=["x", "y", "x", "x", "x"])
        codes = strata_of(frame, ("lender", "rendering")).tolist()
        assert codes[0] == codes[4]
        assert codes[2] == codes[3]
        assert sorted(set(codes)) == [0, 1, 2]

    def test_categories_without_documents_take_no_number(self) -> None:
        frame = frame_of(lender=["a", "c"])
        frame["lender"] = frame["lender"].cat.add_categories(["b"]).cat.reorder_categories(["a", "b", "c"])
        assert strata_of(frame, ("lender",)).tolist() == [0, 1]

    def test_no_dimension_is_one_stratum(self) -> None:
        assert strata_of(frame_of(lender=["a", "b"]), ()).tolist() == [0, 0]


def explained(frame: pd.DataFrame, right: np.ndarray) -> Explanation:  # type: ignore[type-arg]
    """What the gap of lender a comes from."""
    inside = (frame["lender"] == "a").to_numpy()
    gap = float(right[inside].mean() - right[~inside].mean())
    return explain(frame, ("lender",), inside, gap, right, np.ones(len(right)), higher_is_better=True)


class TestExplain:
    lenders = ["a"] * 100 + ["b"] * 100

    def test_where_nothing_else_differs_it_is_the_slice_itself_with_the_whole_gap(self) -> None:
        right = np.array([0.5] * 100 + [1.0] * 100)
        assert explained(frame_of(lender=self.lenders), right) == Explanation(Cause.SLICE_ITSELF, "", -0.5)

    def test_a_gap_that_goes_among_alike_scans_is_explained_by_them(self) -> None:
        rendering = ["bad"] * 80 + ["good"] * 20 + ["bad"] * 20 + ["good"] * 80
        right = np.where(np.array(rendering) == "bad", 0.5, 1.0)
        found = explained(frame_of(lender=self.lenders, rendering=rendering), right)
        assert (found.cause, found.dimension) == (Cause.EXPLAINED_BY, "rendering")
        assert found.adjusted_gap == pytest.approx(0.0)

    def test_a_gap_that_stays_among_alike_scans_is_the_slices_own(self) -> None:
        rendering = ["bad", "good"] * 100
        right = np.array([0.5] * 100 + [1.0] * 100) - np.where(np.array(rendering) == "bad", 0.1, 0.0)
        found = explained(frame_of(lender=self.lenders, rendering=rendering), right)
        assert (found.cause, found.adjusted_gap) == (Cause.SLICE_ITSELF, pytest.approx(-0.5))

    def test_what_only_the_slice_has_cannot_be_told_apart_from_it(self) -> None:
        right = np.array([0.5] * 100 + [1.0] * 100)
        found = explained(frame_of(lender=self.lenders, rendering=["bad"] * 100 + ["good"] * 100), right)
        assert found == Explanation(Cause.INSEPARABLE_FROM, "rendering", None)

    @pytest.mark.parametrize(("alike", "cause"), [(49, Cause.INSEPARABLE_FROM), (50, Cause.SLICE_ITSELF)])
    def test_half_of_the_slice_must_have_a_counterpart(self, alike: int, cause: Cause) -> None:
        rendering = ["bad"] * (100 - alike) + ["good"] * alike + ["good"] * 100
        right = np.array([0.5] * 100 + [1.0] * 100)
        assert explained(frame_of(lender=self.lenders, rendering=rendering), right).cause is cause

    def test_a_gap_that_goes_only_when_all_is_alike_has_no_single_cause(self) -> None:
        # Four of five bad and old documents, of which lender a has many, are misread; alone neither tells much.
        kinds = {
            ("bad", "old"): (60, 10),
            ("bad", "new"): (10, 25),
            ("good", "old"): (10, 25),
            ("good", "new"): (20, 40),
        }
        rows = [
            (lender, *kind)
            for kind, counts in kinds.items()
            for lender, n in zip("ab", counts, strict=True)
            for _ in range(n)
        ]
        lender, rendering, quality = (list(column) for column in zip(*rows, strict=True))
        right = np.array([0.2 if row[1:] == ("bad", "old") else 1.0 for row in rows])
        frame = frame_of(lender=lender, rendering=rendering, quality=quality)
        assert explained(frame, right) == Explanation(Cause.UNKNOWN, "", pytest.approx(0.0, abs=1e-9))
