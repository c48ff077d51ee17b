"""Suites of expectations as files: what can be used, and why not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from student_loans.errors import ConfigurationError, ErrorCode
from student_loans.records import DocumentType
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
