"""Features: numbers, categories and forms, and nobody to be recognised in them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from student_loans.errors import ConfigurationError
from student_loans.statistics.features import ID, feature_frame, join_features, statistics_columns, write_features
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
