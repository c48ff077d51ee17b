"""The checks of a deployment: each finds what it is for, and says what to do."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from student_loans.alerts.store import AlertStore
from student_loans.selftest import checks
from student_loans.selftest.result import Outcome
from student_loans.storage.object_store import open_store


def test_this_installation_is_whole() -> None:
    for check in (checks.check_settings, checks.check_tesseract, checks.check_models, checks.check_disk):
        assert check().outcome is Outcome.OK, check.__name__  # type: ignore[operator]


def test_a_language_that_is_not_installed_is_named_with_its_package() -> None:
    result = checks.check_tesseract("eng+tlh")
    assert result.outcome is Outcome.FAILED
    assert "tesseract-ocr-tlh" in result.todo


def test_a_full_disk_is_told() -> None:
    assert checks.check_disk(least_free_gib=1e9).outcome is Outcome.FAILED


def test_a_wrong_setting_is_told_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOAN_DOCUMENTS__EXTRACTION__READER", "crystal_ball")
    result = checks.check_settings()
    assert result.outcome is Outcome.FAILED
    assert "extraction.reader" in result.detail


@pytest.mark.integration
def test_the_schema_is_brought_up_to_date_and_told(empty_database: str) -> None:
    assert "applied just now" in checks.check_schema(AlertStore(empty_database)).detail
    assert checks.check_schema(AlertStore(empty_database)).outcome is Outcome.OK


def test_a_database_that_does_not_answer_is_told_by_its_code() -> None:
    result = checks.check_schema(AlertStore("postgresql://x@127.0.0.1:1/results"))
    assert (result.outcome, "database_unavailable" in result.detail) == (Outcome.FAILED, True)


def test_the_object_store_is_tried_and_left_as_it_was(tmp_path: Path) -> None:
    assert checks.check_object_store(open_store(str(tmp_path))).outcome is Outcome.OK
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_tfdv_is_optional_but_must_work_where_it_is(tmp_path: Path) -> None:
    assert checks.check_tfdv(tmp_path / "absent").outcome is Outcome.NOT_SET_UP
    for status, outcome in ((0, Outcome.OK), (1, Outcome.FAILED)):
        python = tmp_path / f"python-{status}"
        python.write_text(f"#!/bin/sh\necho 1.16.1\nexit {status}\n")
        python.chmod(python.stat().st_mode | stat.S_IXUSR)
        assert checks.check_tfdv(python).outcome is outcome
