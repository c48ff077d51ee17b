"""Expectations over records: what fails is named, what is missing fails nothing, no value comes out."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from student_loans.errors import ConfigurationError
from student_loans.records import DocumentRecord, DocumentType, ExtractedField, Status
from student_loans.validation.expectations import load_suite, validate_records
from tests.record_factory import extracted, make_record, usual_fields


def record(number: int, **fields: str) -> DocumentRecord:
    return DocumentRecord(
        document_id=f"{number:064x}",
        source_uri=f"file:///inbox/{number}.pdf",
        status=Status.ACCEPTED,
        document_type=DocumentType.UNKNOWN,  # no field is required of it
        page_count=1,
        fields={name: ExtractedField(value, value, 0.9, 1, (0, 0, 1, 1)) for name, value in fields.items()},
    )


GOOD = record(
    1,
    interest_rate="7.25",
    apr="7.80",
    loan_amount="18250.00",
    amount_financed="18000.00",
    total_of_payments="25710.00",
    disbursement_date="2024-08-01",
    first_payment_date="2024-09-01",
    maturity_date="2034-08-01",
)


@pytest.fixture(scope="module")
def suite() -> dict[str, object]:
    return load_suite()


def test_a_sound_record_passes(suite: dict[str, object]) -> None:
    validation = validate_records([GOOD], suite)
    assert validation.success
    assert (validation.documents, validation.warnings) == (1, {})
    assert all(outcome.success for outcome in validation.outcomes)


@pytest.mark.parametrize(
    ("fields", "expectation"),
    [
        ({"interest_rate": "725"}, "interest_rate_is_plausible"),
        ({"loan_amount": "0.00"}, "loan_amount_is_plausible"),
        ({"maturity_date": "2024-01-01", "disbursement_date": "2025-01-01"}, "maturity_follows_disbursement"),
        ({"total_of_payments": "10.00", "amount_financed": "20.00"}, "total_of_payments_covers_amount_financed"),
        ({"tax_year": "1985"}, "tax_year_has_the_deduction"),
        ({"borrower_ssn_last4": "123456789"}, "ssn_is_masked"),
    ],
)
def test_a_fault_is_found_in_its_document_and_no_other(
    suite: dict[str, object], fields: dict[str, str], expectation: str
) -> None:
    faulty = record(2, **fields)
    validation = validate_records([GOOD, faulty], suite)
    assert validation.failures == {faulty.document_id: (expectation,)}


@pytest.mark.parametrize(
    ("fields", "expectation"),
    [
        ({"loan_amount": "18,250"}, "amounts_are_decimal_dollars"),
        ({"document_date": "2024-02-30"}, "dates_are_iso_dates"),
        ({"document_date": "03/14/2024"}, "dates_are_iso_dates"),
        ({"interest_rate": "7.25%"}, "rates_are_decimal_percent"),
        ({"term_months": "ten years"}, "whole_numbers_are_digits"),
        ({"rate_type": "adjustable"}, "choices_are_known"),
    ],
)
def test_a_value_of_the_wrong_type_is_a_fault_of_its_own(
    suite: dict[str, object], fields: dict[str, str], expectation: str
) -> None:
    faulty = record(2, **fields)
    assert validate_records([GOOD, faulty], suite).failures == {faulty.document_id: (expectation,)}


@pytest.mark.parametrize(
    ("fields", "expectations"),
    [
        ({"loan_amount": "18250.001"}, ("amounts_are_decimal_dollars",)),
        ({"finance_charge": "-10.00"}, ("amounts_are_decimal_dollars",)),
        ({"current_balance": "-128.44", "amount_due": "-10.00", "per_diem": "3.242134"}, ()),
        ({"per_diem": "-3.24"}, ("amounts_are_decimal_dollars",)),
        ({"amount_due": "100.00", "past_due_amount": "200.00"}, ("amount_due_covers_what_is_past_due",)),
        ({"payoff_amount": "100.00", "principal_balance": "200.00"}, ("payoff_covers_the_principal",)),
        ({"current_balance": "100.00", "principal_balance": "200.00"}, ("balance_covers_the_principal",)),
        ({"loan_amount": "100.00", "monthly_payment": "200.00"}, ("an_instalment_is_below_the_loan",)),
    ],
)
def test_what_no_loan_has_is_found(
    suite: dict[str, object], fields: dict[str, str], expectations: tuple[str, ...]
) -> None:
    odd = record(2, **fields)
    validation = validate_records([GOOD, odd], suite)
    assert {**validation.failures, **validation.warnings}.get(odd.document_id, ()) == expectations


@pytest.mark.parametrize(
    ("status", "checked_by", "fails"),
    [(Status.ACCEPTED, (), True), (Status.REVIEW, (), False), (Status.ACCEPTED, ("reviewer",), False)],
)
def test_what_was_accepted_without_a_person_is_plausible(
    suite: dict[str, object], status: Status, checked_by: tuple[str, ...], fails: bool
) -> None:
    names = dict.fromkeys(("lender_name", "borrower_name"), replace(extracted("lender_name"), checked_by=checked_by))
    fields = {name: extracted(name) for name in usual_fields(DocumentType.FORM_1098E)} | names
    odd = make_record(7, document_type=DocumentType.FORM_1098E, status=status, fields=fields)
    failures = validate_records([GOOD, odd], suite).failures.get(odd.document_id, ())
    assert ("accepted_values_are_plausible" in failures) is fails


def test_a_document_without_a_required_field_is_incomplete_as_its_type(suite: dict[str, object]) -> None:
    whole = make_record(4)
    nameless, unpriced = (
        make_record(number, fields={name: field for name, field in whole.fields.items() if name not in left_out})
        for number, left_out in ((3, {"borrower_name"}), (5, {"apr", "interest_rate"}))
    )
    # One rate of the two is enough, and what is only expected completes nothing.
    enough = make_record(
        6, fields={name: field for name, field in whole.fields.items() if name not in {"interest_rate", "term_months"}}
    )
    validation = validate_records([whole, nameless, unpriced, enough], suite)
    assert validation.failures == dict.fromkeys(
        (nameless.document_id, unpriced.document_id), ("loan_disclosure_is_complete",)
    )


@pytest.mark.parametrize(("apr", "fails"), [("7.75", False), ("9.75", True), ("5.75", True)])
def test_the_apr_is_the_one_of_the_actuarial_method(suite: dict[str, object], apr: str, fails: bool) -> None:
    terms = {
        "loan_amount": "10000.00", "amount_financed": "9900.00", "monthly_payment": "118.71", "term_months": "120",
        "interest_rate": "7.50", "apr": apr, "disbursement_date": "2024-08-01", "first_payment_date": "2024-09-01",
    }  # fmt: skip
    document = replace(record(2, **terms), document_type=DocumentType.PROMISSORY_NOTE)
    failures = validate_records([document], suite).failures.get(document.document_id, ())
    assert ("apr_is_actuarial" in failures) is fails


def test_a_note_says_nothing_to_anybody_but_the_one_who_looks(suite: dict[str, object]) -> None:
    bundle = replace(GOOD, page_count=300)
    validation = validate_records([bundle], suite)
    assert (validation.success, validation.warnings) == (True, {})
    assert validation.notes == {bundle.document_id: ("document_is_not_a_bundle",)}


def test_a_warning_does_not_fail_a_document(suite: dict[str, object]) -> None:
    early = record(2, document_date="2024-02-01", due_date="2024-01-01")
    validation = validate_records([early], suite)
    assert validation.success
    assert validation.warnings == {early.document_id: ("due_date_follows_statement",)}


def test_quarantined_records_and_empty_batches_are_nothing_to_validate(suite: dict[str, object]) -> None:
    quarantined = replace(GOOD, status=Status.QUARANTINED, error="empty_file")
    assert validate_records([quarantined], suite).documents == 0
    assert validate_records([], suite).success


def test_no_value_is_in_a_result(suite: dict[str, object]) -> None:
    validation = validate_records([record(2, borrower_ssn_last4="987654320", interest_rate="98.7654")], suite)
    assert "9876" not in repr(validation)


def test_an_expectation_that_cannot_be_evaluated_is_an_error_not_a_pass() -> None:
    broken = {
        "name": "broken",
        "expectations": [
            {
                "type": "expect_column_values_to_not_be_null",
                "kwargs": {"column": "no_such_column"},
                "meta": {"name": "no_such_column_is_there"},
            }
        ],
    }
    with pytest.raises(ConfigurationError, match="no_such_column_is_there"):
        validate_records([GOOD], broken)


@pytest.mark.parametrize("text", ["no json", "{}", json.dumps({"expectations": [{"type": "x"}]})])
def test_a_suite_that_cannot_be_used_says_what_it_needs(tmp_path: Path, text: str) -> None:
    path = tmp_path / "suite.json"
    path.write_text(text)
    with pytest.raises(ConfigurationError, match=r"suite\.json.*(expectations|line 1)"):
        load_suite(path)
