"""Data Docs: copied as a whole, and free of what was read from documents or asks others."""

from __future__ import annotations

from pathlib import Path

import pytest

from student_loans.errors import ErrorCode, ServiceError
from student_loans.storage.files import open_path
from student_loans.validation.data_docs import publish_data_docs
from student_loans.validation.expectations import validate_records
from tests.record_factory import make_record

MAXIMUM = {
    "type": "expect_column_max_to_be_between", "kwargs": {"column": "loan_amount", "max_value": 1}, "severity": "warning",
    "meta": {"name": "largest"},
}  # fmt: skip
COUNT = {
    "type": "expect_table_row_count_to_be_between", "kwargs": {"min_value": 1234}, "severity": "warning",
    "meta": {"name": "enough"},
}  # fmt: skip


@pytest.fixture
def site(tmp_path: Path) -> Path:
    validate_records([make_record(1)], {"name": "own", "expectations": [MAXIMUM, COUNT]}, tmp_path / "site")
    return tmp_path / "site"


def test_a_site_is_pages_alone_that_load_nothing(site: Path) -> None:
    files = [file for file in site.rglob("*") if file.is_file()]
    assert {file.suffix for file in files} == {".html"}
    assert (site / "index.html") in files
    for file in files:
        page = file.read_text()
        assert "<style>" in page
        assert 'src="http' not in page
        assert "url(http" not in page.replace('"', "").replace("'", "")


def test_an_observed_value_of_a_document_is_not_shown_and_a_limit_of_the_suite_is(site: Path) -> None:
    pages = "".join(file.read_text() for file in site.rglob("*.html"))
    assert "18250" not in pages.replace(",", "")
    assert "1234" in pages.replace(",", "")


def test_a_site_is_copied_file_by_file(site: Path, tmp_path: Path) -> None:
    address = publish_data_docs(site, open_path(str(tmp_path / "reports" / "run")))
    assert address == str(tmp_path / "reports" / "run" / "index.html")
    copied = {
        file.relative_to(tmp_path / "reports" / "run"): file.read_bytes()
        for file in (tmp_path / "reports").rglob("*.html")
    }
    assert copied == {file.relative_to(site): file.read_bytes() for file in site.rglob("*.html")}


def test_a_destination_that_cannot_be_written_is_a_fault_of_the_store(site: Path, tmp_path: Path) -> None:
    (tmp_path / "reports").write_text("a file where the folder should be")
    with pytest.raises(ServiceError) as caught:
        publish_data_docs(site, open_path(str(tmp_path / "reports" / "run")))
    assert caught.value.code is ErrorCode.STORE_UNAVAILABLE
