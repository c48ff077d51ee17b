"""Great Expectations behind one door: counts always, ids while they are few, values never."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from student_loans.errors import ConfigurationError
from student_loans.validation import engine
from student_loans.validation.expectations import validate_parquet, validate_records
from student_loans.validation.outcomes import BatchValidation
from tests.record_factory import make_record

SECRET = "9876543"


def expectation(kind: str, name: str, severity: str = "critical", **arguments: Any) -> dict[str, Any]:
    return {"type": f"expect_{kind}", "kwargs": arguments, "severity": severity, "meta": {"name": name}}


CHEAP = expectation("column_values_to_be_between", "cheap", column="rate", max_value=36)
GIVEN = expectation("column_values_to_not_be_null", "given", "warning", column="rate")


@pytest.fixture
def validate(tmp_path: Path):  # type: ignore[no-untyped-def]
    def call(frame: pd.DataFrame, *expectations: dict[str, Any], **options: Any) -> BatchValidation:
        frame.to_parquet(tmp_path / "rows.parquet")
        suite = {"name": "suite", "expectations": list(expectations)}
        return validate_parquet(str(tmp_path / "rows.parquet"), suite, **options)

    return call


@pytest.fixture
def rates() -> pd.DataFrame:
    return pd.DataFrame({"document_id": ["a", "b", "c", "d"], "rate": [7.25, None, float(SECRET), 36.0]})


def test_failing_rows_are_named_and_missing_values_are_not_evaluated(validate, rates: pd.DataFrame) -> None:  # type: ignore[no-untyped-def]
    found = validate(rates, CHEAP, GIVEN)
    cheap, given = found.outcomes
    assert (cheap.name, cheap.success, cheap.evaluated, cheap.failed) == ("cheap", False, 3, 1)
    assert (given.success, given.failed) == (False, 1)
    assert (found.failures, found.warnings, found.documents) == ({"c": ("cheap",)}, {"b": ("given",)}, 4)
    assert SECRET not in repr(found)


def test_a_row_that_fails_twice_has_both_names_in_the_suites_order(validate, rates: pd.DataFrame) -> None:  # type: ignore[no-untyped-def]
    low = expectation("column_values_to_be_between", "lower", column="rate", max_value=30)
    found = validate(rates, low, CHEAP)
    assert found.failures == {"c": ("lower", "cheap"), "d": ("lower",)}


def test_without_a_column_of_ids_only_counts_come_back(validate, rates: pd.DataFrame) -> None:  # type: ignore[no-untyped-def]
    for options in ({"id_column": None}, {"id_column": "no_such_column"}):
        found = validate(rates, CHEAP, **options)
        assert (found.failures, found.too_many) == ({}, ("cheap",))
        assert found.whole_batch_failures == ("cheap",)


@pytest.mark.parametrize(("most", "named"), [(2, True), (1, False)])
def test_more_failing_rows_than_the_most_are_not_named(
    validate,
    rates: pd.DataFrame,
    monkeypatch: pytest.MonkeyPatch,
    most: int,
    named: bool,  # type: ignore[no-untyped-def]
) -> None:
    monkeypatch.setattr(engine, "MAX_NAMED_ROWS", most)
    found = validate(rates, expectation("column_values_to_be_between", "lower", column="rate", max_value=30))
    assert (set(found.failures) == {"c", "d"}) is named
    assert (found.too_many == ()) is named
    assert found.outcomes[0].failed == 2


def test_an_expectation_about_the_table_names_no_row(validate, rates: pd.DataFrame) -> None:  # type: ignore[no-untyped-def]
    found = validate(rates, expectation("table_row_count_to_be_between", "enough", min_value=5))
    assert (found.outcomes[0].success, found.failures, found.whole_batch_failures) == (False, {}, ("enough",))


def test_no_rows_are_nothing_to_validate(validate, rates: pd.DataFrame) -> None:  # type: ignore[no-untyped-def]
    found = validate(rates.head(0), CHEAP)
    assert (found.documents, found.outcomes, found.success) == (0, (), True)


@pytest.mark.parametrize("lacking", [{"type": None}, {"kwargs": {"no_such_argument": 1}}, {"severity": "deadly"}])
def test_an_expectation_that_the_library_cannot_make_is_named(lacking: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match="cheap"):
        validate_records([make_record(1)], {"name": "suite", "expectations": [CHEAP | lacking]})


@pytest.mark.parametrize(
    "unusable",
    [
        expectation("column_values_to_be_between", "bad", column="no_such_column", max_value=1),
        expectation("no_such_thing", "bad", column="rate"),
        expectation("column_values_to_be_between", "bad", column="rate"),
        expectation("column_values_to_match_regex", "bad", column="rate", regex="("),
    ],
)
def test_what_cannot_be_evaluated_is_an_error_and_not_a_pass(
    validate, rates: pd.DataFrame, unusable: dict[str, Any]
) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ConfigurationError) as caught:
        validate(rates, CHEAP, unusable)
    assert SECRET not in str(caught.value)
