"""Outcomes in PostgreSQL: one set for each source of a run, and documents held back once."""

from __future__ import annotations

import pytest

from student_loans.records import Status
from student_loans.results.store import ResultsDatabase
from student_loans.severity import Severity
from student_loans.validation.outcomes import BatchValidation, ExpectationOutcome
from student_loans.validation.store import ExpectationStore
from tests.record_factory import document_id, make_quarantined, make_record


@pytest.fixture
def store(database: ResultsDatabase, empty_database: str) -> ExpectationStore:
    database.start_run("run-1", dag_id="d", source_uri="file:///x", settings_fingerprint="0")
    database.store_records("run-1", [make_record(1), make_record(2), make_quarantined(3)])
    return ExpectationStore(empty_database)


def outcomes(*names: str, failed: int = 0) -> BatchValidation:
    made = (
        ExpectationOutcome(name, Severity.CRITICAL, not failed, 9, failed, "kind", {"max_value": 36}) for name in names
    )
    return BatchValidation("suite", 9, tuple(made))


def test_an_expectation_that_left_the_suite_leaves_no_trace(store: ExpectationStore) -> None:
    store.store("run-1", "batch", outcomes("a", "b"))
    store.store("run-1", "batch", outcomes("b", failed=2))
    (kept,) = store.outcomes_of_run("run-1")
    assert (kept["expectation"], kept["success"], kept["failed"]) == ("b", False, 2)
    assert (kept["severity"], kept["kind"], kept["expected"]) == ("critical", "kind", {"max_value": 36})


def test_sources_and_runs_do_not_replace_each_other(store: ExpectationStore) -> None:
    store.store("run-1", "batch", outcomes("a"))
    store.store("run-1", "rates.parquet", outcomes("a"))
    store.store("monitor-1", "batch", outcomes("a"))
    assert [one["source"] for one in store.outcomes_of_run("run-1")] == ["batch", "rates.parquet"]
    assert len(store.outcomes_of_run("monitor-1")) == 1
    assert store.outcomes_of_run("never") == []


def test_a_history_is_newest_first_and_as_long_as_asked(store: ExpectationStore) -> None:
    for run in ("one", "two", "three"):
        store.store(run, "batch", outcomes("a"))
    assert [one["run_id"] for one in store.history("a", limit=2)] == ["three", "two"]
    assert store.history("b") == []


def test_documents_are_held_back_once_with_every_name_that_they_fail(
    store: ExpectationStore, database: ResultsDatabase
) -> None:
    failing = {document_id(1): ("a", "b"), document_id(3): ("a",), document_id(99): ("a",)}
    assert store.hold_back(failing) == 2
    assert store.hold_back(failing) == 0
    kept = {one.document_id: one for one in database.records_of_run("run-1")}
    assert kept[document_id(1)].status is Status.REVIEW
    assert kept[document_id(1)].review_reasons == ("expectation a failed", "expectation b failed")
    assert (kept[document_id(2)].status, kept[document_id(3)].status) == (Status.ACCEPTED, Status.QUARANTINED)


def test_nothing_that_fails_holds_nothing_back(store: ExpectationStore) -> None:
    assert store.hold_back({}) == 0
