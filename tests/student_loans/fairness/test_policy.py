"""A mitigation on single records: exact at its limits, the same however often it is applied, and reversible by its reasons."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from student_loans.fairness.policy import MitigationKind, Policy, apply_policy, drawn
from student_loans.fairness.settings import load_fairness_settings
from student_loans.plain_data import from_plain, to_plain
from student_loans.records import DocumentRecord, Status
from tests.record_factory import document_id, make_record

SLICES = load_fairness_settings().slices
LENDER = "harborlanecreditunion"
ALIASES = {LENDER: "harbor"}
LOW = ("apr: confidence 0.80 is below 0.90",)


def policy(**changes: Any) -> Policy:
    return Policy(
        **({"kind": MitigationKind.THRESHOLDS, "dimension": "lender", "slices": SLICES, "aliases": ALIASES} | changes)
    )


def decided(record: DocumentRecord, threshold: float) -> DocumentRecord:
    return apply_policy(record, policy(thresholds={"harbor": threshold}))


class TestPolicy:
    def test_it_acts_when_it_has_something_for_a_slice(self) -> None:
        assert not policy().acts
        assert policy(quotas={"harbor": 0.1}).acts

    def test_it_survives_json_with_its_bins(self) -> None:
        whole = policy(kind=MitigationKind.QUOTAS, thresholds={"harbor": 0.95}, quotas={"harbor": 0.2}, version=3)
        assert from_plain(Policy, json.loads(json.dumps(to_plain(whole)))) == whole

    def test_one_of_an_older_release_is_read(self) -> None:
        old = to_plain(policy(thresholds={"harbor": 0.95})) | {"escalations": {}}
        assert from_plain(Policy, old) == policy(thresholds={"harbor": 0.95})

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
        assert apply_policy(make_record(1, fields={}), low).status is Status.REVIEW
        assert apply_policy(make_record(1), low).status is Status.ACCEPTED

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
        assert apply_policy(held, everyone) is held
        (reason,) = apply_policy(make_record(1), everyone).review_reasons
        assert reason == "document: drawn for review, the review quota of its slice"
