"""Mitigations: learned on one part, judged on the other, applied to records, and given up again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from student_loans.fairness.mitigation.judging import accepted_after, judge
from student_loans.fairness.mitigation.learning import (
    NOTHING_ACCEPTED,
    learn_aliases,
    learn_quotas,
    learn_thresholds,
    split,
    with_seen_lenders,
)
from student_loans.fairness.mitigation.simulation import dimension_to_mitigate
from student_loans.fairness.observations import observation_frame, observation_table, observe_labelled
from student_loans.fairness.policy import MitigationKind, Policy, apply_policy, drawn
from student_loans.fairness.settings import load_fairness_settings
from student_loans.labels.label import DocumentLabel
from student_loans.plain_data import from_plain, to_plain
from student_loans.records import Status, TextSource
from tests.fairness_factory import ACCEPT_ABOVE, make_frame
from tests.record_factory import document_id, extracted, make_quarantined, make_record

OPTIONS = load_fairness_settings()


class TestThresholds:
    @pytest.mark.parametrize("seed", [1, 2, 3])
    def test_the_spread_of_error_among_accepted_falls_by_at_least_half_on_held_out_labels(self, seed: int) -> None:
        frame = make_frame(30_000, seed, misread_lender="corvane", misread_error=0.08)
        learned_from, held_out = split(frame, 0.5)
        policy = learn_thresholds(learned_from, "lender", ACCEPT_ABOVE, {}, OPTIONS)
        evaluation = judge(held_out, policy, OPTIONS)
        assert set(policy.thresholds) == {"corvane"}
        assert evaluation.spread_before is not None
        assert evaluation.spread_after is not None
        assert evaluation.spread_after <= evaluation.spread_before / 2
        assert evaluation.more_reviews > 0, "it costs something, and the cost is told"

    def test_nothing_is_done_where_no_slice_is_at_a_disadvantage(self) -> None:
        policy = learn_thresholds(make_frame(4_000, 4), "lender", ACCEPT_ABOVE, {}, OPTIONS)
        assert not policy.acts

    def test_where_no_threshold_is_good_enough_nothing_is_accepted(self) -> None:
        frame = make_frame(4_000, 5, misread_lender="corvane", misread_error=0.3)
        frame.loc[frame["lender"] == "corvane", "lowest_confidence"] = 0.95
        frame.loc[frame["lender"] == "corvane", "accepted"] = 1.0
        policy = learn_thresholds(frame, "lender", ACCEPT_ABOVE, {}, OPTIONS)
        assert policy.thresholds == {"corvane": NOTHING_ACCEPTED}

    def test_a_document_is_on_one_side_only(self) -> None:
        frame = make_frame(2_000, 6)
        learned_from, held_out = split(frame, 0.5)
        assert len(learned_from) + len(held_out) == len(frame)
        assert 0.45 < len(held_out) / len(frame) < 0.55
        assert not set(learned_from["key"]) & set(held_out["key"])


def test_quotas_leave_as_few_wrong_documents_unseen_as_elsewhere() -> None:
    frame = make_frame(30_000, 7, misread_lender="corvane", misread_error=0.08)
    learned_from, held_out = split(frame, 0.5)
    policy = learn_quotas(learned_from, "lender", {}, OPTIONS)
    evaluation = judge(held_out, policy, OPTIONS)
    assert set(policy.quotas) == {"corvane"}
    assert evaluation.spread_after is not None
    assert evaluation.spread_before is not None
    assert evaluation.spread_after < evaluation.spread_before / 2
    assert evaluation.more_reviews > 0


def test_lenders_are_recognised_by_the_names_that_records_carry() -> None:
    frame = make_frame(50, 9).iloc[:4].copy()
    frame["lender"] = ["fairloom", "fairloom", "harbor", "fairloom"]
    frame["seen_lender"] = ["fairloombankna", "fairloombanknaa", "harborlanecreditunion", "commonservicing"]
    shared = frame.iloc[[3]].assign(lender="harbor")
    import pandas as pd

    aliases = learn_aliases(pd.concat([frame, shared]))
    assert aliases == {"fairloombankna": "fairloom", "fairloombanknaa": "fairloom", "harborlanecreditunion": "harbor"}
    seen = with_seen_lenders(frame.assign(seen_lender=["fairlombankna", "x", "harborlanecreditunion", "y"]), aliases)
    assert seen["seen_lender"].tolist() == ["fairloom", "unknown", "harbor", "unknown"]


def policy_of(kind: MitigationKind, **changes: Any) -> Policy:
    return Policy(kind, "rendering", OPTIONS.slices, **changes)


class TestApply:
    def test_a_record_outside_the_slices_is_left_alone(self) -> None:
        record = make_record(1, text_source=TextSource.TEXT_LAYER)
        policy = policy_of(MitigationKind.THRESHOLDS, thresholds={"ocr": 0.999})
        assert apply_policy(record, policy) is record

    def test_a_raised_threshold_sends_to_review_with_a_reason_and_no_value(self) -> None:
        record = make_record(1, text_source=TextSource.OCR, confidence=0.97)
        changed = apply_policy(record, policy_of(MitigationKind.THRESHOLDS, thresholds={"ocr": 0.98}))
        assert changed.status is Status.REVIEW
        assert changed.review_reasons == ("lender_name: confidence is below the threshold 0.9800 of its slice",)

    def test_a_lowered_threshold_accepts_what_only_confidence_held_back(self) -> None:
        reasons = ("lender_name: confidence 0.970 is below 0.985",)
        held = make_record(1, text_source=TextSource.OCR, confidence=0.97, status=Status.REVIEW, review_reasons=reasons)
        policy = policy_of(MitigationKind.THRESHOLDS, thresholds={"ocr": 0.96})
        assert apply_policy(held, policy).status is Status.ACCEPTED
        faulty = replace(held, review_reasons=(*reasons, "apr: required for this document type, not found"))
        assert apply_policy(faulty, policy) == faulty

    def test_a_slice_of_which_nothing_is_accepted_goes_to_review(self) -> None:
        policy = policy_of(MitigationKind.THRESHOLDS, thresholds={"ocr": NOTHING_ACCEPTED})
        assert apply_policy(make_record(1, text_source=TextSource.OCR), policy).status is Status.REVIEW

    def test_quotas_draw_the_same_documents_every_time_and_about_their_share(self) -> None:
        policy = policy_of(MitigationKind.QUOTAS, quotas={"ocr": 0.3})
        records = [make_record(number, text_source=TextSource.OCR) for number in range(300)]
        once = [apply_policy(record, policy).status for record in records]
        assert once == [apply_policy(record, policy).status for record in records]
        assert 60 < once.count(Status.REVIEW) < 120
        assert drawn(document_id(1), 1.0)
        assert not drawn(document_id(1), 0.0)

    def test_quarantined_documents_stay_as_they_are(self) -> None:
        record = make_quarantined(1)
        assert apply_policy(record, policy_of(MitigationKind.QUOTAS, quotas={"unknown": 1.0})) is record

    def test_a_policy_survives_json(self) -> None:
        import orjson

        policy = policy_of(
            MitigationKind.THRESHOLDS, thresholds={"ocr": 0.98}, aliases={"fairloombank": "fairloom"}, version=3
        )
        assert from_plain(Policy, orjson.loads(orjson.dumps(to_plain(policy)))) == policy


def test_what_is_judged_is_what_is_applied() -> None:
    """Held-out numbers and real records get the same decisions."""
    pairs = []
    for number in range(120):
        confidence = round(0.90 + (number % 10) / 100, 4)
        accepted = confidence >= 0.95
        source = TextSource.OCR if number % 3 else TextSource.TEXT_LAYER
        record = make_record(
            number,
            text_source=source,
            confidence=confidence,
            status=Status.ACCEPTED if accepted else Status.REVIEW,
            review_reasons=() if accepted else (f"apr: confidence {confidence:.3f} is below 0.950",),
        )
        truth = {name: value.value for name, value in record.fields.items()}
        pairs.append((record, DocumentLabel(record.document_id, record.document_type, truth)))
    frame = observation_frame(observation_table(observe_labelled(r, t, OPTIONS.slices) for r, t in pairs), 60)
    for policy in (
        policy_of(MitigationKind.THRESHOLDS, thresholds={"ocr": 0.97, "text_layer": 0.92}),
        policy_of(MitigationKind.QUOTAS, quotas={"ocr": 0.4}),
    ):
        applied = [apply_policy(record, policy).status is Status.ACCEPTED for record, _ in pairs]
        assert accepted_after(frame, policy).tolist() == applied


def test_the_dimension_to_mitigate_is_that_of_the_gravest_finding() -> None:
    assert dimension_to_mitigate([], OPTIONS) == OPTIONS.mitigation.dimension


def test_wrong_values_and_types_are_counted_as_the_contract_means_them() -> None:
    record = make_record(1, fields={"apr": extracted("apr"), "lender_name": extracted("lender_name")})
    truth = {"apr": "7.250", "lender_name": "Somebody Else", "term_months": "120"}
    one = observe_labelled(record, DocumentLabel(record.document_id, record.document_type, truth), OPTIONS.slices)
    assert (one.numbers["printed"], one.numbers["right"], one.numbers["accepted_wrong"]) == (3, 1, True)
    assert one.numbers["required_found"] == 2
    assert one.slices["lender"] == "somebodyelse"
    assert one.seen["lender"] == "harborlanecreditunion"
