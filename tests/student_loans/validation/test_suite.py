"""Suites of expectations as files: what can be used, and why not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from student_loans.errors import ConfigurationError, ErrorCode
from student_loans.records import UNKNOWN_TYPE, DocumentType
from student_loans.validation.suite import checked_suite, load_suite

ONE = {"type": "expect_column_values_to_be_unique", "kwargs": {"column": "document_id"}, "meta": {"name": "once"}}


def test_the_shipped_suite_names_every_expectation_once_and_knows_every_document_type() -> None:
    suite = load_suite()
    names = [one["meta"]["name"] for one in suite["expectations"]]
    assert len(set(names)) == len(names) > 20
    (types,) = (one for one in suite["expectations"] if one["meta"]["name"] == "document_type_is_known_to_the_contract")
    assert set(types["kwargs"]["value_set"]) == {kind.value for kind in DocumentType}


def test_a_file_of_ones_own_is_read(tmp_path: Path) -> None:
    path = tmp_path / "suite.json"
    path.write_text(json.dumps({"name": "own", "expectations": [ONE], "meta": {"why": "x"}}))
    assert load_suite(path) == {"name": "own", "expectations": [ONE], "meta": {"why": "x"}}


@pytest.mark.parametrize(
    "suite",
    [
        {"expectations": [ONE]},
        {"name": "x"},
        {"name": "x", "expectations": None},
        {"name": "x", "expectations": [{"type": "t", "kwargs": {}}]},
        {"name": "x", "expectations": [ONE | {"meta": None}]},
        {"name": "x", "expectations": {"once": ONE}},
        [ONE],
        None,
    ],
)
def test_a_suite_without_names_cannot_be_used(suite: Any) -> None:
    with pytest.raises(ConfigurationError) as caught:
        checked_suite(suite)
    assert caught.value.code is ErrorCode.INVALID_SETTINGS


def test_two_expectations_of_one_name_cannot_be_told_apart() -> None:
    with pytest.raises(ConfigurationError):
        checked_suite({"name": "x", "expectations": [ONE, ONE]})


@pytest.mark.parametrize("content", ["{not json", "", b"\xff\xfe"])
def test_what_is_no_json_is_refused_by_the_files_name(tmp_path: Path, content: str | bytes) -> None:
    path = tmp_path / "suite.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ConfigurationError, match=r"suite\.json"):
        load_suite(path)


def test_a_file_that_is_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"none\.json"):
        load_suite(tmp_path / "none.json")


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


GOOD_RANGE = expectation("rate_is_plausible")


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"type": "expect_column_values_to_be_betwen"}, "did you mean `expect_column_values_to_be_between`"),
        ({"type": "ExpectColumnValuesToBeBetween"}, "no expectation type"),
        ({"kwargs": {"min_value": 1}}, "lacks the argument `column`"),
        ({"kwargs": {"column": "apr", "maximum": 1}}, "has no argument `maximum`"),
        ({"kwargs": None}, "kwargs"),
        ({"severity": "deadly"}, "'critical', 'warning' or 'info'|'info', 'warning' or 'critical'"),
    ],
)
def test_an_expectation_that_cannot_be_made_is_named_with_its_fault(wrong: dict[str, Any], why: str) -> None:
    with pytest.raises(ConfigurationError, match=rf"rate_is_plausible.*({why})"):
        checked_suite({"name": "mine", "expectations": [GOOD_RANGE | wrong]})


@pytest.mark.parametrize("lacking", ["type", "kwargs"])
def test_an_expectation_without_a_key_says_which(lacking: str) -> None:
    incomplete = {key: value for key, value in GOOD_RANGE.items() if key != lacking}
    with pytest.raises(ConfigurationError, match=rf"rate_is_plausible.*{lacking}"):
        checked_suite({"name": "mine", "expectations": [incomplete]})


def test_a_suite_is_checked_without_the_library() -> None:
    import subprocess
    import sys

    code = (
        "from student_loans.validation.suite import load_suite; load_suite(); import sys; "
        "assert 'great_expectations' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_list_of_types_is_the_one_of_the_installed_library() -> None:
    from scripts.docs.expectation_types import expectation_types
    from student_loans.validation.expectation_types import known_types

    assert known_types() == expectation_types()
