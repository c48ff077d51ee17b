"""Stored records by time, and sizes of earlier runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from student_loans.results.history import RecordHistory
from student_loans.results.store import ResultsDatabase
from tests.record_factory import document_id, make_quarantined, make_record


@pytest.fixture
def store(database: ResultsDatabase, empty_database: str) -> RecordHistory:
    database.start_run("run-1", dag_id="d", source_uri="file:///x", settings_fingerprint="0")
    database.store_records("run-1", [make_record(1), make_record(2), make_quarantined(3)])
    return RecordHistory(empty_database)


def test_records_of_a_period_are_readable_ones_without_those_of_the_run(store: RecordHistory) -> None:
    now = datetime.now(UTC)
    hour = timedelta(hours=1)
    assert {one.document_id for one in store.records_between(now - hour, None, limit=9)} == {
        document_id(1),
        document_id(2),
    }
    assert list(store.records_between(now + hour, None, limit=9)) == []
    assert list(store.records_between(None, None, limit=9, except_run="run-1")) == []
    newest = store.newest_record()
    assert newest is not None
    assert abs((now - newest).total_seconds()) < 600


def test_sizes_of_earlier_runs(store: RecordHistory, database: ResultsDatabase) -> None:
    from student_loans.runs import RunState

    database.finish_run("run-1", RunState.SUCCESS)
    assert store.run_sizes("run-2", 10) == [2]
    assert store.run_sizes("run-1", 10) == []
