"""What is named and what is not: one degraded lender, and corpora in which there is nothing to find."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from student_loans.fairness.analysis import SliceEvidence, compare_slices, measure_slices
from student_loans.fairness.confounders import Cause
from student_loans.fairness.finding import Finding
from student_loans.fairness.findings import fields_behind, find_bias, members
from student_loans.fairness.observations import HELD_MASK, PRINTED_MASK, WRONG_MASK, field_bits
from student_loans.fairness.settings import FairnessSettings, load_fairness_settings
from student_loans.fairness.slices import DIMENSIONS
from tests.fairness_factory import LENDERS, make_frame

if TYPE_CHECKING:
    import pandas as pd


@pytest.fixture(scope="module")
def options() -> FairnessSettings:
    settings = load_fairness_settings()
    return settings.model_copy(update={"evidence": settings.evidence.model_copy(update={"resamples": 200})})


def named(frame: pd.DataFrame, options: FairnessSettings) -> list[Finding]:
    measured = measure_slices(frame, options, labelled=True)
    p_values = compare_slices(frame, measured, options, labelled=True)
    return find_bias(frame, measured, p_values, options, labelled=True)


def lenders_of(findings: list[Finding]) -> set[str]:
    return {one.slice for one in findings if one.dimension == "lender"}


@pytest.fixture(scope="module")
def findings(options: FairnessSettings) -> list[Finding]:
    return named(make_frame(1_500, 11, degraded_lender="larkmoor", error_if_degraded=0.12), options)


class TestADegradedLender:
    def test_it_is_named_and_no_other_lender_is(self, findings: list[Finding]) -> None:
        assert lenders_of(findings) == {"larkmoor"}

    def test_the_likely_cause_is_how_its_documents_were_scanned(self, findings: list[Finding]) -> None:
        [accuracy] = [one for one in findings if one.dimension == "lender" and one.metric == "field_accuracy"]
        assert accuracy.explanation.cause is Cause.EXPLAINED_BY
        assert accuracy.explanation.dimension in ("rendering", "quality")
        assert abs(accuracy.explanation.adjusted_gap or 1) < abs(accuracy.gap) / 2
        assert any(one.startswith("rendering degraded: 9") for one in accuracy.renderings)

    def test_the_words_give_size_interval_n_and_cause_and_blame_nobody(self, findings: list[Finding]) -> None:
        [accuracy] = [one for one in findings if one.dimension == "lender" and one.metric == "field_accuracy"]
        assert f"{accuracy.documents:,} documents" in accuracy.words
        assert "95% interval" in accuracy.words
        assert "Likely cause" in accuracy.words
        assert "biased" not in accuracy.words
        assert accuracy.low < accuracy.gap < accuracy.high < 0

    def test_findings_survive_json(self, findings: list[Finding]) -> None:
        import orjson

        assert [Finding.from_json(orjson.loads(orjson.dumps(one.to_json()))) for one in findings] == findings


def test_a_lender_whose_forms_are_misread_in_every_rendering_is_its_own_cause(options: FairnessSettings) -> None:
    findings = named(make_frame(1_500, 12, misread_lender="corvane"), options)
    assert lenders_of(findings) == {"corvane"}
    causes = {one.explanation.cause for one in findings if one.metric == "field_accuracy"}
    assert causes == {Cause.SLICE_ITSELF}


def test_a_lender_with_the_only_degraded_scans_cannot_be_told_apart_from_them(options: FairnessSettings) -> None:
    frame = make_frame(1_500, 13, error=0.02, renderings=(0.5, 0.5, 0.0))
    own = (frame["lender"] == "tallpine").to_numpy()
    worse = make_frame(1_500, 14, error=0.15)
    frame.loc[own, ["right", "wrong", "values_right"]] = worse.loc[own, ["right", "wrong", "values_right"]]
    frame.loc[own, "rendering"] = "degraded"
    [accuracy] = [one for one in named(frame, options) if (one.dimension, one.metric) == ("lender", "field_accuracy")]
    assert (accuracy.explanation.cause, accuracy.explanation.dimension) == (Cause.INSEPARABLE_FROM, "rendering")


def test_fields_that_fail_are_named(options: FairnessSettings) -> None:
    frame = make_frame(1_000, 15, error=0.02)
    own = (frame["lender"] == "meridale").to_numpy()
    frame.loc[own, "right"] = frame.loc[own, "right"] - 1
    frame.loc[own, WRONG_MASK] = frame.loc[own, WRONG_MASK] | field_bits()["servicer_name"]
    [accuracy] = [one for one in named(frame, options) if (one.dimension, one.metric) == ("lender", "field_accuracy")]
    assert accuracy.fields[0] == "servicer_name"


def test_of_twenty_random_splits_of_an_unbiased_corpus_at_most_one_names_anything(options: FairnessSettings) -> None:
    corpus = make_frame(600, 100, error=0.04)
    with_findings = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        split = corpus.copy()
        for name in ("lender", "document_type", "rendering", "file_format"):
            split[name] = corpus[name].to_numpy()[rng.permutation(len(corpus))]
            split[name] = split[name].astype("category")
        with_findings += bool(named(split, options))
    assert with_findings <= 1


def test_a_small_or_undefined_slice_stays_in_the_table_and_is_never_named(options: FairnessSettings) -> None:
    frame = make_frame(400, 16)
    frame["lender"] = frame["lender"].cat.add_categories(["tiny", "silent"])
    frame.loc[:4, "lender"] = "tiny"
    frame.loc[:4, ["right", "accepted", "accepted_wrong"]] = 0.0
    frame.loc[5:30, "lender"] = "silent"
    frame.loc[5:30, ["accepted", "accepted_wrong"]] = 0.0
    measured = {
        (one.slice, one.metric): one
        for one in measure_slices(frame, options, labelled=True)
        if one.dimension == "lender"
    }
    tiny, silent = measured[("tiny", "field_accuracy")], measured[("silent", "accepted_error")]
    assert (tiny.evidence, tiny.value, tiny.documents) == (SliceEvidence.NOT_ENOUGH, 0.0, 5)
    assert (tiny.difference_to_best, tiny.ratio_to_overall) == (None, None)
    assert (silent.evidence, silent.value, silent.documents) == (SliceEvidence.UNDEFINED, None, 0)
    assert measured[(LENDERS[0], "field_accuracy")].best != 0.0
    assert "tiny" not in lenders_of(named(frame, options))


class TestWhatIsBehindAGap:
    """Fields, renderings and members of a slice, on a few documents that can be counted."""

    def frame(
        self, slices: list[str], wrong: list[str], printed: tuple[str, ...] = ("apr", "due_date")
    ) -> pd.DataFrame:
        import pandas as pd

        bits = field_bits()
        made = pd.DataFrame({name: pd.Categorical(["same"] * len(slices)) for name in DIMENSIONS})
        made["lender"] = pd.Categorical(slices)
        made[PRINTED_MASK] = sum(bits[name] for name in printed)
        made[WRONG_MASK] = [bits.get(name, 0) for name in wrong]
        made[HELD_MASK] = 0
        return made

    def test_members_are_those_of_every_part_of_a_pair(self) -> None:
        frame = self.frame(["a", "a", "b", "b"], [""] * 4)
        frame["rendering"] = ["x", "y", "x", "y"]
        frame["rendering"] = frame["rendering"].astype("category")
        assert members(frame, ["lender"], "a").tolist() == [True, True, False, False]
        assert members(frame, ["lender", "rendering"], "b + x").tolist() == [False, False, True, False]

    def test_fields_that_fail_more_often_than_elsewhere_come_by_how_much_more(self) -> None:
        frame = self.frame(["a"] * 10 + ["b"] * 10, ["apr"] * 6 + ["due_date"] * 3 + [""] + ["apr"] + [""] * 9)
        assert list(fields_behind(frame, members(frame, ["lender"], "a"))) == ["apr", "due_date"]

    def test_a_field_that_fails_everywhere_alike_is_not_behind_it(self) -> None:
        frame = self.frame(["a"] * 10 + ["b"] * 10, (["apr"] * 5 + ["due_date"] * 4 + [""]) + (["apr"] * 5 + [""] * 5))
        assert list(fields_behind(frame, members(frame, ["lender"], "a"))) == ["due_date"]

    def test_a_field_that_only_the_slice_prints_has_nothing_to_be_compared_with(self) -> None:
        frame = self.frame(["a"] * 10 + ["b"] * 10, ["tax_year"] * 10 + [""] * 10)
        assert list(fields_behind(frame, members(frame, ["lender"], "a"))) == []

    def test_fields_that_hold_documents_back_are_counted_apart(self) -> None:
        frame = self.frame(["a"] * 10 + ["b"] * 10, ["apr"] * 10 + [""] * 10)
        frame.loc[:4, HELD_MASK] = field_bits()["due_date"]
        inside = members(frame, ["lender"], "a")
        assert list(fields_behind(frame, inside, held=True)) == ["due_date"]
        assert list(fields_behind(frame, inside)) == ["apr"]


def with_least_gap(options: FairnessSettings, gap: float) -> FairnessSettings:
    gaps = {**options.findings.least_gap, "field_accuracy": gap}
    return options.model_copy(update={"findings": options.findings.model_copy(update={"least_gap": gaps})})


def inaccurate(frame: pd.DataFrame, options: FairnessSettings) -> set[str]:
    """Slices that are named for the accuracy of their fields."""
    return {one.slice for one in named(frame, options) if one.metric == "field_accuracy"}


def test_a_pair_is_named_only_where_neither_of_its_parts_is(options: FairnessSettings) -> None:
    frame = make_frame(3_000, 17, error=0.01)
    both = ((frame["lender"] == "corvane") & (frame["file_format"] == "png")).to_numpy()
    frame.loc[both, "right"] -= 4  # a third of the fields of the pair, a thirtieth of those of either part
    assert inaccurate(frame, with_least_gap(options, 0.1)) == {"corvane + png"}
    assert inaccurate(frame, with_least_gap(options, 0.02)) == {"png"}, "the part says it already"


def test_a_gap_that_is_sure_and_small_is_not_worth_a_word(options: FairnessSettings) -> None:
    frame = make_frame(4_000, 18, error=0.02, misread_lender="corvane", misread_error=0.05)
    alone = options.model_copy(update={"slices": options.slices.model_copy(update={"pairs": False})})
    assert inaccurate(frame, with_least_gap(alone, 0.01)) == {"corvane"}
    assert inaccurate(frame, with_least_gap(alone, 0.05)) == set()
