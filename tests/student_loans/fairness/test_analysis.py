"""Measured slices: what is evidence, what is compared, and differences that are none without it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from student_loans.fairness.analysis import SliceEvidence, SliceMetric, compare_slices, measure_slices, metric_of
from student_loans.fairness.observations import observation_frame, observation_table
from student_loans.fairness.settings import load_fairness_settings
from student_loans.plain_data import from_plain
from tests.fairness_factory import LENDERS, make_frame

SETTINGS = load_fairness_settings()
OPTIONS = SETTINGS.model_copy(
    update={
        "evidence": SETTINGS.evidence.model_copy(update={"resamples": 200}),
        "slices": SETTINGS.slices.model_copy(update={"pairs": False}),
    }
)
ONE = SliceMetric("lender", "tern", "completeness", 40, SliceEvidence.ENOUGH, 0.6, 0.5, 0.7, "bootstrap", 0.8, 0.9)


class TestSliceMetric:
    def test_differences_and_ratios_are_to_the_overall_and_the_best_value(self) -> None:
        assert ONE.difference_to_overall == pytest.approx(-0.2)
        assert ONE.difference_to_best == pytest.approx(-0.3)
        assert ONE.ratio_to_overall == pytest.approx(0.75)
        assert ONE.ratio_to_best == pytest.approx(2 / 3)

    @pytest.mark.parametrize(
        "one",
        [
            replace(ONE, evidence=SliceEvidence.NOT_ENOUGH),
            replace(ONE, evidence=SliceEvidence.UNDEFINED, value=None),
            replace(ONE, overall=None, best=None),
        ],
    )
    def test_without_evidence_there_are_none(self, one: SliceMetric) -> None:
        derived = (one.difference_to_overall, one.difference_to_best, one.ratio_to_overall, one.ratio_to_best)
        assert derived == (None,) * 4

    def test_a_value_of_zero_is_a_value_and_nothing_is_a_multiple_of_zero(self) -> None:
        none_wrong = replace(ONE, value=0.0, best=0.0)
        assert (none_wrong.difference_to_best, none_wrong.ratio_to_overall, none_wrong.ratio_to_best) == (
            0.0,
            0.0,
            None,
        )

    def test_it_survives_json_with_what_follows_from_it(self) -> None:
        for one in (ONE, replace(ONE, evidence=SliceEvidence.UNDEFINED, value=None, low=None, p_adjusted=0.01)):
            data = json.loads(json.dumps(one.to_json()))
            assert from_plain(SliceMetric, data) == one
            assert data["ratio_to_best"] == one.ratio_to_best


class TestMeasure:
    @pytest.mark.parametrize(("documents", "evidence"), [(9, SliceEvidence.NOT_ENOUGH), (10, SliceEvidence.ENOUGH)])
    def test_a_slice_of_the_least_number_of_documents_is_evidence(
        self, documents: int, evidence: SliceEvidence
    ) -> None:
        frame = make_frame(400, 41)
        frame["lender"] = frame["lender"].cat.add_categories(["few"])
        frame.loc[: documents - 1, "lender"] = "few"
        found = {one.metric: one for one in measure_slices(frame, OPTIONS, labelled=True) if one.slice == "few"}
        assert (found["completeness"].evidence, found["completeness"].documents) == (evidence, documents)
        assert found["completeness"].low is not None, "a single dimension shows an interval all the same"

    def test_the_best_slice_is_the_highest_or_the_lowest_as_the_metric_is_meant(self) -> None:
        lenders = [
            one for one in measure_slices(make_frame(2_000, 42), OPTIONS, labelled=True) if one.dimension == "lender"
        ]
        for name in ("field_accuracy", "accepted_error", "seconds"):
            values = [one.value for one in lenders if one.metric == name and one.value is not None]
            best = max(values) if metric_of(name).higher_is_better else min(values)
            assert {one.best for one in lenders if one.metric == name} == {best}

    def test_a_slice_that_is_too_small_is_never_the_best(self) -> None:
        frame = make_frame(400, 43)
        frame["lender"] = frame["lender"].cat.add_categories(["few"])
        frame.loc[:3, "lender"] = "few"
        frame.loc[:3, "right"] = frame.loc[:3, "printed"]
        accuracy = {
            one.slice: one
            for one in measure_slices(frame, OPTIONS, labelled=True)
            if one.metric == "field_accuracy" and one.dimension == "lender"
        }
        assert accuracy["few"].value == 1.0
        assert accuracy[LENDERS[0]].best == max(one.value or 0 for name, one in accuracy.items() if name != "few")

    def test_every_value_is_within_its_interval(self) -> None:
        for one in measure_slices(make_frame(800, 44), OPTIONS, labelled=True):
            if one.value is not None and one.low is not None and one.high is not None:
                assert one.low - 1e-9 <= one.value <= one.high + 1e-9, one

    def test_without_documents_nothing_is_measured_or_compared(self) -> None:
        empty = observation_frame(observation_table([]), 60)
        assert measure_slices(empty, OPTIONS, labelled=True) == []
        assert compare_slices(empty, [], OPTIONS, labelled=True) == {}


class TestCompare:
    def test_only_slices_with_evidence_and_metrics_worth_a_finding_are_compared(self) -> None:
        frame = make_frame(400, 45)
        frame["lender"] = frame["lender"].cat.add_categories(["few"])
        frame.loc[:3, "lender"] = "few"
        measured = measure_slices(frame, OPTIONS, labelled=True)
        compared = compare_slices(frame, measured, OPTIONS, labelled=True)
        assert {metric for _, _, metric in compared} == set(OPTIONS.findings.least_gap)
        assert not any(level == "few" for _, level, _ in compared)
        assert all(0 <= p <= 1 for p in compared.values())

    def test_without_labels_what_needs_the_truth_is_not_compared(self) -> None:
        frame = make_frame(400, 46)
        compared = compare_slices(frame, measure_slices(frame, OPTIONS, labelled=False), OPTIONS, labelled=False)
        assert not any(metric_of(metric).needs_labels for _, _, metric in compared)
