"""Features: numbers, categories and forms, and nobody to be recognised in them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from student_loans.errors import ConfigurationError
from student_loans.records import DocumentType
from student_loans.statistics.features import (
    ID,
    MEASURES,
    feature_frame,
    join_features,
    number_fields,
    shape,
    statistics_columns,
    write_features,
)
from student_loans.statistics.settings import load_statistics_settings
from tests.population_factory import Population, make_batch
from tests.record_factory import extracted, make_quarantined, make_record


def test_a_row_has_what_was_read_and_how() -> None:
    (row,) = feature_frame([make_record(1), make_quarantined(2)]).to_dict("records")
    assert (row["document_type"], row["interest_rate"], row["page_count"]) == ("loan_disclosure", 7.25, 2)
    assert (row["missing_required"], row["malformed"], row["lender"]) == (0, 0, "Harbor Lane Credit Union")


def test_nobody_can_be_recognised_in_a_row() -> None:
    record = make_record(1)
    names = ("borrower_name", "borrower_ssn_last4", "account_number", "document_date", "school_name")
    record = replace(record, fields=dict(record.fields) | {name: extracted(name) for name in names})
    frame = feature_frame([record])
    assert not {"borrower_name", "borrower_ssn_last4", "account_number", "document_date"} & set(frame.columns)
    assert frame["account_number_shape"].tolist() == ["AA9999999"]
    assert "account_number_shape" not in statistics_columns(frame)


def test_a_malformed_number_is_missing_and_counted_and_a_new_field_says_no_value() -> None:
    record = make_record(1)
    wrong = {
        "loan_amount": replace(extracted("loan_amount"), value="18,250.OO"),
        "grace_months": replace(extracted("term_months"), value="secret"),
    }
    (row,) = feature_frame([replace(record, fields=dict(record.fields) | wrong)]).to_dict("records")
    assert row["loan_amount"] != row["loan_amount"]  # NaN
    assert (row["malformed"], row["grace_months"]) == (1, "present")


def test_features_of_pages_are_joined_when_a_run_has_kept_them() -> None:
    import pandas as pd

    frame = feature_frame([make_record(1), make_record(2)])
    assert join_features(frame, None) is frame
    kept = pd.DataFrame({ID: [frame[ID][0]], "contrast": [0.4], "page_count": [9.0]}).to_parquet()
    joined = join_features(frame, kept)
    assert joined["contrast"].tolist()[0] == 0.4
    assert joined["page_count"].tolist() == [2.0, 2.0]


def test_written_features_keep_their_types_even_where_nothing_is_present(tmp_path: Path) -> None:
    import pyarrow.parquet

    path = str(tmp_path / "f.parquet")
    assert write_features(feature_frame(make_batch(20, 1, Population(new_field="grace_months"))), path) == 20
    types = {field.name: str(field.type) for field in pyarrow.parquet.read_schema(path)}
    assert (types["payoff_amount"], types["loan_type"], types["grace_months"]) == ("double", "string", "string")
    assert ID not in types


def test_an_unknown_key_of_the_settings_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "statistics.yaml"
    path.write_text("min_valeus: 3")
    with pytest.raises(ConfigurationError, match="min_valeus"):
        load_statistics_settings(path)


def test_no_records_make_an_empty_frame_with_every_column() -> None:
    frame = feature_frame([make_quarantined(1)])
    assert len(frame) == 0
    assert [*frame.columns] == [*feature_frame([make_record(1)]).columns]
    assert {str(frame[name].dtype) for name in (*MEASURES, *number_fields())} == {"float64"}


def test_what_was_not_read_is_missing_and_not_zero() -> None:
    empty = make_record(
        1, fields={}, timings={}, quality_score=None, text_source=None, file_format=None, page_count=None
    )
    (row,) = feature_frame([empty]).to_dict("records")
    for name in ("quality_score", "lowest_confidence", "mean_confidence", "seconds", "page_count", "interest_rate"):
        assert row[name] != row[name], name  # NaN
    assert (row["text_source"], row["file_format"], row["lender"]) == (None, None, None)
    assert (row["field_count"], row["missing_required"]) == (0, 12)


def test_confidences_and_times_are_those_of_the_whole_document() -> None:
    fields = {"apr": extracted("apr", 0.5), "loan_amount": extracted("loan_amount", 1.0)}
    (row,) = feature_frame([make_record(1, fields=fields, timings={"text": 1.5, "fields": 0.5})]).to_dict("records")
    assert (row["lowest_confidence"], row["mean_confidence"], row["seconds"]) == (0.5, 0.75, 2.0)


def test_a_servicer_stands_in_for_a_lender_that_is_not_printed() -> None:
    statement = make_record(1, document_type=DocumentType.BILLING_STATEMENT)
    assert feature_frame([statement])["lender"].tolist() == ["Millrace Loan Servicing"]


@given(st.text())
def test_a_form_of_an_identifier_keeps_its_length_and_none_of_its_letters_and_digits(identifier: str) -> None:
    form = shape(identifier)
    assert len(form) == len(identifier)
    for own, sign in zip(identifier, form, strict=True):
        if own.isascii() and own.isalnum():
            assert sign == ("9" if own.isdigit() else "A")
        else:
            assert sign == own
    assert shape(form) == form


def test_pages_of_unknown_documents_add_no_row_and_pages_without_a_document_leave_it_missing() -> None:
    import pandas as pd

    frame = feature_frame([make_record(1), make_record(2)])
    pages = pd.DataFrame({ID: [frame[ID][0], frame[ID][0], "f" * 64], "contrast": [0.4, 0.9, 0.1], "note": ["a"] * 3})
    joined = join_features(frame, pages.to_parquet())
    assert joined[ID].tolist() == frame[ID].tolist()
    assert joined["contrast"].tolist()[0] == 0.4
    assert joined["contrast"].isna().tolist() == [False, True]
    assert "note" not in joined
