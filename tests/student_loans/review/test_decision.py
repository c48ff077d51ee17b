"""What a decision does to a record."""

from __future__ import annotations

from dataclasses import replace

import pytest

from student_loans.errors import ErrorCode, ReviewError
from student_loans.plain_data import from_plain
from student_loans.records import DocumentType, Status
from student_loans.review.decision import (
    Decision,
    ReviewedValues,
    ReviewVerdict,
    agree,
    apply_decision,
    differing_fields,
)
from tests.record_factory import extracted

CONFIDENCE = 0.99


def reading(**values: str) -> ReviewedValues:
    fields = {name: replace(extracted(name, 0.6), value=value) for name, value in values.items()}
    return ReviewedValues(
        Status.REVIEW, DocumentType.BILLING_STATEMENT, fields, ("amount_due: confidence 0.6 is below 0.9",)
    )


def accept(**changes: str | None) -> Decision:
    return Decision(ReviewVerdict.ACCEPTED, "v1", changes)


BEFORE = reading(amount_due="214.33", current_balance="18250.00", due_date="2026-04-01")


def test_accepting_confirms_every_value() -> None:
    after = apply_decision(BEFORE, accept(), CONFIDENCE)
    assert (after.status, after.review_reasons) == (Status.ACCEPTED, ())
    assert {value.confidence for value in after.fields.values()} == {CONFIDENCE}
    assert all(value.checked_by[-1] == "reviewer" for value in after.fields.values())
    assert differing_fields(BEFORE, after) == []


def test_a_corrected_value_keeps_its_place_and_what_was_typed() -> None:
    after = apply_decision(BEFORE, accept(amount_due="$241.33"), CONFIDENCE)
    field = after.fields["amount_due"]
    assert (field.value, field.raw, field.bbox) == ("241.33", "$241.33", BEFORE.fields["amount_due"].bbox)
    assert field.checked_by == ("reviewer",)
    assert differing_fields(BEFORE, after) == ["amount_due"]


def test_a_value_can_be_taken_away_and_another_added_with_its_place() -> None:
    decision = Decision(
        ReviewVerdict.ACCEPTED,
        "v1",
        {"due_date": None, "interest_rate": "7.25%"},
        {"interest_rate": (2, (0.1, 0.2, 0.3, 0.4))},
    )
    after = apply_decision(BEFORE, decision, CONFIDENCE)
    assert "due_date" not in after.fields
    assert (after.fields["interest_rate"].page, after.fields["interest_rate"].bbox) == (2, (0.1, 0.2, 0.3, 0.4))
    assert differing_fields(BEFORE, after) == ["due_date", "interest_rate"]


def test_only_four_digits_of_a_number_are_kept_as_typed() -> None:
    before = replace(BEFORE, document_type=DocumentType.PROMISSORY_NOTE, fields={})
    after = apply_decision(before, accept(borrower_ssn_last4="XXX-XX-4821"), CONFIDENCE)
    assert (after.fields["borrower_ssn_last4"].value, after.fields["borrower_ssn_last4"].raw) == ("4821", "***-**-4821")


def test_a_field_that_the_type_has_not_is_refused() -> None:
    with pytest.raises(ReviewError) as refusal:
        apply_decision(BEFORE, accept(tax_year="2025"), CONFIDENCE)
    assert refusal.value.code is ErrorCode.INVALID_VALUE


def test_a_document_of_no_known_type_is_not_accepted_until_it_has_one() -> None:
    unknown = replace(BEFORE, document_type=DocumentType.UNKNOWN)
    with pytest.raises(ReviewError, match="document_type"):
        apply_decision(unknown, accept(), CONFIDENCE)
    known = apply_decision(unknown, replace(accept(), document_type=DocumentType.BILLING_STATEMENT), CONFIDENCE)
    assert known.document_type is DocumentType.BILLING_STATEMENT


def test_values_that_contradict_each_other_need_a_second_word() -> None:
    before = reading(document_date="2026-04-01", due_date="2025-01-01")
    with pytest.raises(ReviewError) as refusal:
        apply_decision(before, accept(), CONFIDENCE)
    assert refusal.value.code is ErrorCode.CHECKS_FAILED
    assert "2025" not in refusal.value.message
    after = apply_decision(before, replace(accept(), despite_checks=True), CONFIDENCE)
    assert after.status is Status.ACCEPTED


def test_a_rejected_document_has_no_values() -> None:
    after = apply_decision(BEFORE, Decision(ReviewVerdict.REJECTED, "v1"), CONFIDENCE)
    assert (after.status, dict(after.fields)) == (Status.QUARANTINED, {})


def test_two_people_agree_on_values_and_not_on_how_they_write_names() -> None:
    one = apply_decision(BEFORE, accept(borrower_name="Ada O'Example"), CONFIDENCE)
    other = apply_decision(BEFORE, accept(borrower_name="ADA OEXAMPLE"), CONFIDENCE)
    third = apply_decision(BEFORE, accept(borrower_name="Ada Sample"), CONFIDENCE)
    assert agree(one, other)
    assert not agree(one, third)
    assert not agree(one, apply_decision(BEFORE, Decision(ReviewVerdict.REJECTED, "v1"), CONFIDENCE))


def test_a_reading_survives_its_json() -> None:
    copy = from_plain(ReviewedValues, BEFORE.to_json())
    assert (copy.status, copy.document_type, dict(copy.fields)) == (BEFORE.status, BEFORE.document_type, BEFORE.fields)
