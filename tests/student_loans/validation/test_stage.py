"""Validate: what a failed expectation does to the batch."""

from __future__ import annotations

import pytest

from student_loans.errors import ServiceError
from student_loans.pipeline.store_stage import store_batch
from student_loans.records import DocumentRecord, DocumentType, ExtractedField, Status
from student_loans.results.store import ResultsDatabase
from student_loans.storage.run_folder import RunFolder
from student_loans.validation.expectations import load_suite
from student_loans.validation.stage import VALIDATED, OnFailure, refusal, summarize_validation, validate_batch


def record(number: int, rate: str) -> DocumentRecord:
    return DocumentRecord(
        document_id=f"{number:064x}",
        source_uri=f"file:///inbox/{number}.pdf",
        status=Status.ACCEPTED,
        document_type=DocumentType.UNKNOWN,
        page_count=1,
        fields={"interest_rate": ExtractedField(rate, f"{rate}%", 0.9, 1, (0, 0, 1, 1))},
    )


@pytest.fixture
def parts(run: RunFolder) -> list[str]:
    """A sound record and an impossible one, in two parts."""
    run.write_records("one", [record(1, "7.25")])
    run.write_records("two", [record(2, "99.00")])
    return ["one", "two"]


def test_failing_documents_go_to_review_with_the_expectation_and_the_others_continue(
    run: RunFolder, parts: list[str]
) -> None:
    validation = validate_batch(run, parts, load_suite(), OnFailure.QUARANTINE)
    result = summarize_validation(validation, OnFailure.QUARANTINE)
    sound, faulty = run.read_records([VALIDATED])
    assert (sound.status, sound.review_reasons) == (Status.ACCEPTED, ())
    assert (faulty.status, faulty.review_reasons) == (
        Status.REVIEW,
        ("expectation interest_rate_is_plausible failed",),
    )
    assert (result.documents, result.held_back, result.success) == (2, 1, False)
    assert result.failed_expectations == {"interest_rate_is_plausible": 1}
    assert result.severities == {"interest_rate_is_plausible": "critical"}


def test_a_warning_changes_no_status(run: RunFolder, parts: list[str]) -> None:
    validation = validate_batch(run, parts, load_suite(), OnFailure.WARN)
    result = summarize_validation(validation, OnFailure.WARN)
    assert [record.status for record in run.read_records([VALIDATED])] == [Status.ACCEPTED, Status.ACCEPTED]
    assert (result.held_back, result.success) == (0, False)


def test_on_failure_fail_passes_nothing_on(run: RunFolder, parts: list[str]) -> None:
    assert not validate_batch(run, parts, load_suite(), OnFailure.FAIL).success
    with pytest.raises(ServiceError):
        list(run.read_records([VALIDATED]))


def test_an_expectation_about_the_whole_batch_lets_no_document_through(run: RunFolder, parts: list[str]) -> None:
    whole = {
        "type": "expect_table_row_count_to_be_between",
        "kwargs": {"min_value": 3},
        "meta": {"name": "enough_rows"},
    }
    suite = {"name": "whole", "expectations": [whole | {"severity": "critical"}]}
    validation = validate_batch(run, parts, suite, OnFailure.QUARANTINE)
    assert "enough_rows" in (refusal(validation, OnFailure.QUARANTINE) or "")
    with pytest.raises(ServiceError):
        list(run.read_records([VALIDATED]))


def test_what_is_validated_is_what_is_stored(run: RunFolder, parts: list[str], database: ResultsDatabase) -> None:
    run.write_references("acquired", [])
    validate_batch(run, parts, load_suite(), OnFailure.QUARANTINE)
    assert store_batch(run, database) == 2
    assert {stored.document_id: stored.status for stored in database.records_of_run("run-1")} == {
        f"{1:064x}": Status.ACCEPTED,
        f"{2:064x}": Status.REVIEW,
    }
