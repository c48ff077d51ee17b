"""Records as a table: typed columns, absence as absence, and counts of what has not its form."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from student_loans.records import DocumentRecord, DocumentType, FieldKind, Status, field_catalog
from student_loans.validation.frame import NUMBERS, records_frame
from student_loans.validation.normal_forms import MALFORMED_COLUMNS
from tests.record_factory import extracted, make_record, usual_fields

KINDS = field_catalog().kinds


def with_values(record: DocumentRecord, **values: str) -> DocumentRecord:
    changed = {name: replace(extracted(name), value=value) for name, value in values.items()}
    return replace(record, fields=dict(record.fields) | changed)


def row_of(record: DocumentRecord) -> dict[str, object]:
    (row,) = records_frame([record]).to_dict("records")
    return row


def test_columns_have_the_type_of_their_kind_even_where_nothing_is_present() -> None:
    for frame in (records_frame([]), records_frame([make_record(1, fields={})])):
        assert [*frame.columns][-len(KINDS) :] == [*KINDS]
        for name, kind in KINDS.items():
            if kind in NUMBERS:
                assert frame[name].dtype == "float64"
            elif kind is FieldKind.DATE:
                assert pd.api.types.is_datetime64_dtype(frame[name])


def test_values_are_numbers_dates_and_text() -> None:
    row = row_of(make_record(1))
    assert (row["loan_amount"], row["apr"], row["term_months"]) == (18250.0, 7.25, 120.0)
    assert row["document_date"] == pd.Timestamp(2026, 3, 14)
    assert (row["lender_name"], row["rate_type"]) == ("Harbor Lane Credit Union", "fixed")
    assert pd.isna(row["payoff_amount"])


@pytest.mark.parametrize("day", ["0001-01-01", "1600-02-29", "9999-12-31"])
def test_dates_far_in_the_past_or_future_are_kept_for_an_expectation_to_find(day: str) -> None:
    frame = records_frame([with_values(make_record(1), document_date=day), make_record(2)])
    assert str(frame["document_date"][0])[:10] == day


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("loan_amount", "18,250", False), ("apr", "seven", False), ("term_months", "ten years", False),
        ("document_date", "2024-02-30", False), ("rate_type", "adjustable", True), ("lender_name", "Harbor  Lane", True),
        ("account_number", "HL 204", True), ("borrower_ssn_last4", "48211", True),
    ],
)  # fmt: skip
def test_a_malformed_value_is_counted_by_its_kind_and_only_text_is_kept(name: str, value: str, kept: bool) -> None:
    row = row_of(with_values(make_record(1, document_type=DocumentType.UNKNOWN), **{name: value}))
    assert (row[name] == value) is kept
    counts = {column: row[column] for column in MALFORMED_COLUMNS.values()}
    assert counts == dict.fromkeys(counts, 0) | {MALFORMED_COLUMNS[KINDS[name]]: 1}


def test_two_malformed_values_of_a_kind_are_counted_together() -> None:
    assert row_of(with_values(make_record(1), loan_amount="x", finance_charge="y"))["malformed_amounts"] == 2


def test_a_field_that_the_catalogue_lacks_is_no_column_and_not_malformed() -> None:
    record = make_record(1)
    record = replace(record, fields=dict(record.fields) | {"grace_months": extracted("term_months")})
    row = row_of(record)
    assert "grace_months" not in row
    assert sum(int(str(row[column])) for column in MALFORMED_COLUMNS.values()) == 0


def test_the_lowest_confidence_is_missing_without_fields() -> None:
    fields = {"apr": extracted("apr", 0.4), "loan_amount": extracted("loan_amount", 0.9)}
    assert row_of(make_record(1, fields=fields))["lowest_confidence"] == 0.4
    assert pd.isna(row_of(make_record(1, fields={}))["lowest_confidence"])


def test_a_document_is_incomplete_as_its_type_when_a_required_field_is_missing() -> None:
    whole = make_record(1)
    assert row_of(whole)["incomplete_as"] is None
    without = {name: field for name, field in whole.fields.items() if name != "borrower_name"}
    assert row_of(replace(whole, fields=without))["incomplete_as"] == "loan_disclosure"
    assert row_of(make_record(1, document_type=DocumentType.UNKNOWN, fields={}))["incomplete_as"] is None


def test_an_apr_is_compared_only_where_the_terms_are_printed() -> None:
    assert pd.isna(row_of(make_record(1, fields={"apr": extracted("apr")}))["apr_check"])
    terms = {
        "loan_amount": "10000.00", "amount_financed": "10000.00", "monthly_payment": "118.71", "term_months": "120",
        "interest_rate": "7.50", "disbursement_date": "2024-08-01", "first_payment_date": "2024-09-01",
    }  # fmt: skip
    note = make_record(1, document_type=DocumentType.PROMISSORY_NOTE, fields={})
    assert row_of(with_values(note, **terms, apr="7.50"))["apr_check"] == "agrees"
    assert row_of(with_values(note, **terms, apr="9.50"))["apr_check"] == "disagrees"


def test_only_what_no_person_accepted_is_implausible() -> None:
    same = {name: extracted("lender_name") for name in ("lender_name", "borrower_name")}
    fields = {name: extracted(name) for name in usual_fields(DocumentType.FORM_1098E)} | same
    odd = make_record(1, document_type=DocumentType.FORM_1098E, fields=fields)
    assert row_of(odd)["implausible"] != 0
    assert row_of(replace(odd, status=Status.REVIEW))["implausible"] == 0
    decided = fields | {"lender_name": replace(fields["lender_name"], checked_by=("reviewer",))}
    assert row_of(replace(odd, fields=decided))["implausible"] == 0
