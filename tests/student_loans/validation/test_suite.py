"""Suites: what a file says, and what the catalogue adds to it."""

from __future__ import annotations

from typing import Any

from student_loans.records import UNKNOWN_TYPE, DocumentType
from student_loans.validation.suite import checked_suite, load_suite


def expectation(name: str, severity: str = "warning") -> dict[str, Any]:
    arguments = {"column": "apr", "min_value": 1, "max_value": 2}
    return {
        "type": "expect_column_values_to_be_between",
        "kwargs": arguments,
        "severity": severity,
        "meta": {"name": name},
    }


def test_the_catalogue_adds_known_types_complete_documents_and_limits_under_names_that_stay() -> None:
    names = {one["meta"]["name"] for one in load_suite()["expectations"]}
    assert {f"{kind.value}_is_complete" for kind in DocumentType if kind is not UNKNOWN_TYPE} <= names
    assert {
        "document_type_is_known_to_the_contract", "interest_rate_is_plausible", "apr_is_plausible",
        "loan_amount_is_plausible", "per_diem_is_plausible", "term_is_plausible", "tax_year_has_the_deduction",
    } <= names  # fmt: skip
    assert "unknown_is_complete" not in names


def test_a_suite_that_does_not_ask_for_the_catalogue_is_as_it_was_written() -> None:
    suite = {"name": "mine", "expectations": [expectation("one")]}
    assert checked_suite(suite) == suite


def test_an_expectation_of_the_suite_takes_the_place_of_the_catalogue_s() -> None:
    own = expectation("apr_is_plausible", "info")
    suite = checked_suite({"name": "mine", "catalog": True, "expectations": [own]})
    assert [one for one in suite["expectations"] if one["meta"]["name"] == "apr_is_plausible"] == [own]
    assert "catalog" not in suite, "Great Expectations knows no such key"
    assert len(suite["expectations"]) > 1
