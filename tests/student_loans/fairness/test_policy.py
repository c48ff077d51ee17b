"""A mitigation on single records: exact at its limits, the same however often it is applied, and reversible by its reasons."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from student_loans.fairness.policy import MitigationKind, Policy, apply_policy, better_reading, drawn
from student_loans.fairness.settings import load_fairness_settings
from student_loans.records import DocumentRecord, Status, TextSource
from tests.record_factory import document_id, extracted, make_record

SLICES = load_fairness_settings().slices
LENDER = "harborlanecreditunion"
ALIASES = {LENDER: "harbor"}
LOW = ("apr: confidence 0.80 is below 0.90",)


def policy(**changes: Any) -> Policy:
    return Policy(
        **({"kind": MitigationKind.THRESHOLDS, "dimension": "lender", "slices": SLICES, "aliases": ALIASES} | changes)
    )


def never(_record: DocumentRecord, _changes: Mapping[str, Any]) -> DocumentRecord:
    raise AssertionError("nothing is to be read again")


def decided(record: DocumentRecord, threshold: float) -> DocumentRecord:
    return apply_policy(record, policy(thresholds={"harbor": threshold}), never)


class TestPolicy:
    def test_it_acts_when_it_has_something_for_a_slice(self) -> None:
        assert not policy().acts
        assert policy(quotas={"harbor": 0.1}).acts
        assert policy(escalations={"harbor": {"ocr_dpi": 400}}).acts

    def test_it_survives_json_with_its_bins(self) -> None:
        whole = policy(
            kind=MitigationKind.ESCALATION, thresholds={"harbor": 0.95}, quotas={"harbor": 0.2}, version=3,
            escalations={"harbor": {"reader": "tesseract", "ocr_dpi": 400}},
        )  # fmt: skip
        assert Policy.from_json(json.loads(json.dumps(whole.to_json()))) == whole

    def test_a_lender_is_found_by_the_policys_own_aliases(self) -> None:
        assert policy().slice_of(make_record(1)) == "harbor"
        assert policy(aliases={}).slice_of(make_record(1)) == "unknown"
        assert policy(dimension="pages").slice_of(make_record(1)) == "2"


class TestThresholds:
    @pytest.mark.parametrize(("threshold", "status"), [(0.97, Status.ACCEPTED), (0.9701, Status.REVIEW)])
    def test_a_confidence_at_the_threshold_is_enough(self, threshold: float, status: Status) -> None:
        assert decided(make_record(1, confidence=0.97), threshold).status is status

    @pytest.mark.parametrize(("threshold", "status"), [(0.8, Status.ACCEPTED), (0.81, Status.REVIEW)])
    def test_what_only_low_confidence_held_back_is_decided_again(self, threshold: float, status: Status) -> None:
        held = make_record(1, confidence=0.8, status=Status.REVIEW, review_reasons=LOW)
        after = decided(held, threshold)
        assert after.status is status
        assert after.review_reasons == (() if status is Status.ACCEPTED else LOW)

    def test_another_reason_for_review_stands_whatever_the_threshold_is(self) -> None:
        held = make_record(1, status=Status.REVIEW, review_reasons=("apr: does not agree with the terms",))
        assert decided(held, 0.1) is held

    def test_past_one_nothing_is_accepted_however_sure_it_is(self) -> None:
        after = decided(make_record(1, confidence=1.0), 1.01)
        assert after.status is Status.REVIEW
        assert "no confidence is enough" in after.review_reasons[0]
        assert decided(make_record(1, confidence=1.0), 1.0).status is Status.ACCEPTED

    def test_a_document_without_values_is_not_accepted(self) -> None:
        low = policy(dimension="pages", thresholds={"2": 0.1})
        assert apply_policy(make_record(1, fields={}), low, never).status is Status.REVIEW
        assert apply_policy(make_record(1), low, never).status is Status.ACCEPTED

    def test_applying_it_again_changes_nothing(self) -> None:
        once = decided(make_record(1, confidence=0.97), 0.99)
        assert decided(once, 0.99) == once


class TestQuotas:
    @given(st.integers(0, 2**32 - 1), st.floats(0, 1), st.floats(0, 1))
    def test_who_is_drawn_at_a_share_is_drawn_at_every_greater_one(self, key: int, one: float, other: float) -> None:
        number = f"{key:08x}" + "0" * 56
        if drawn(number, min(one, other)):
            assert drawn(number, max(one, other))
        assert drawn(number, 1.0)
        assert not drawn(number, 0.0)

    def test_about_the_share_is_drawn(self) -> None:
        assert sum(drawn(document_id(n), 0.3) for n in range(4_000)) / 4_000 == pytest.approx(0.3, abs=0.03)

    def test_a_document_that_is_in_review_already_gets_no_further_reason(self) -> None:
        everyone = policy(kind=MitigationKind.QUOTAS, quotas={"harbor": 1.0})
        held = make_record(1, status=Status.REVIEW, review_reasons=LOW)
        assert apply_policy(held, everyone, never) is held
        (reason,) = apply_policy(make_record(1), everyone, never).review_reasons
        assert reason == "document: drawn for review, the review quota of its slice"


class TestEscalation:
    def reread(self, record: DocumentRecord) -> list[Mapping[str, Any]]:
        """With which settings it is read again."""
        asked: list[Mapping[str, Any]] = []

        def again(one: DocumentRecord, changes: Mapping[str, Any]) -> DocumentRecord:
            asked.append(changes)
            return one

        apply_policy(record, policy(kind=MitigationKind.ESCALATION, escalations={"harbor": {"ocr_dpi": 400}}), again)
        return asked

    def test_scans_of_the_slice_are_read_again_with_its_settings(self) -> None:
        assert self.reread(make_record(1, text_source=TextSource.OCR)) == [{"ocr_dpi": 400}]

    def test_a_text_layer_and_another_slice_are_not(self) -> None:
        assert self.reread(make_record(1)) == []
        other = {"lender_name": replace(extracted("lender_name"), value="Oakline Bank")}
        assert self.reread(make_record(1, text_source=TextSource.OCR, fields=other)) == []

    def test_what_was_read_again_is_decided_by_the_threshold_of_its_slice(self) -> None:
        better = make_record(1, text_source=TextSource.OCR, confidence=0.99)
        both = policy(escalations={"harbor": {"ocr_dpi": 400}}, thresholds={"harbor": 0.98})
        worse = make_record(1, text_source=TextSource.OCR, confidence=0.9)
        assert apply_policy(worse, both, lambda *_: better).status is Status.ACCEPTED
        assert apply_policy(worse, both, lambda one, _: one).status is Status.REVIEW


class TestBetterReading:
    ACCEPTED = make_record(1, confidence=0.9)

    @pytest.mark.parametrize(
        "second",
        [
            make_record(1, status=Status.REVIEW, confidence=1.0),
            make_record(1, status=Status.QUARANTINED, error="ocr_failed", fields={}),
            make_record(1, missing=2, confidence=1.0),
            make_record(1, confidence=0.89),
            make_record(1, confidence=0.9, page_count=9),  # a tie: the first reading stays
        ],
    )
    def test_status_then_required_fields_then_confidence_decide(self, second: DocumentRecord) -> None:
        kept = better_reading(self.ACCEPTED, second)
        assert replace(kept, timings=self.ACCEPTED.timings) == self.ACCEPTED

    def test_a_more_certain_reading_is_kept(self) -> None:
        assert better_reading(self.ACCEPTED, make_record(1, confidence=0.95)).fields["apr"].confidence == 0.95

    def test_the_time_of_both_readings_is_kept(self) -> None:
        first = replace(self.ACCEPTED, timings={"text": 1.0, "fields": 0.5})
        second = replace(self.ACCEPTED, timings={"text": 2.0, "checks": 0.25})
        assert better_reading(first, second).timings == {"checks": 0.25, "fields": 0.5, "text": 3.0}
