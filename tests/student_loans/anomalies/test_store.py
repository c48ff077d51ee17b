"""Anomalies and statistics in PostgreSQL: once, by run, with a history."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from student_loans.anomalies.anomaly import Anomaly, AnomalyCode
from student_loans.anomalies.store import QualityStore
from student_loans.results.store import ResultsDatabase
from student_loans.validation.outcomes import Severity
from tests.record_factory import document_id, make_quarantined, make_record

ANALYSIS = {
    "schema_anomalies": [{"feature": "apr", "kinds": ["float_type_big_float"], "severity": "critical"}],
    "features": [
        {
            "name": "apr", "kind": "number", "drift": 0.4, "skew": None, "threshold": 0.18, "verdict": "drifted",
            "distributions": {"current": {"values": 90, "missing": 10, "mean": 7.1}},
        }
    ],
}  # fmt: skip


@pytest.fixture
def store(database: ResultsDatabase, empty_database: str) -> QualityStore:
    database.start_run("run-1", dag_id="d", source_uri="file:///x", settings_fingerprint="0")
    database.store_records("run-1", [make_record(1), make_record(2), make_quarantined(3)])
    return QualityStore(empty_database)


def anomaly(number: int) -> Anomaly:
    return Anomaly(
        AnomalyCode.OUTLIER, Severity.WARNING, "far away", document_id(number), field="apr", evidence={"distance": 9.5}
    )


def test_finding_again_replaces_what_was_found(store: QualityStore) -> None:
    store.store_anomalies("monitor-1", [anomaly(1), anomaly(2)])
    store.store_anomalies("monitor-1", [anomaly(2), anomaly(2)])
    (kept,) = store.anomalies_of_run("monitor-1")
    assert (kept["code"], kept["document_id"], kept["evidence"]) == ("outlier", document_id(2), {"distance": 9.5})
    assert store.anomaly_history()[0]["anomalies"] == 1


def test_statistics_have_a_history_by_feature(store: QualityStore) -> None:
    store.store_statistics("monitor-1", ANALYSIS)
    store.store_statistics("monitor-1", ANALYSIS)
    store.store_statistics("monitor-2", ANALYSIS)
    assert [row["run_id"] for row in store.feature_history("apr")] == ["monitor-2", "monitor-1"]
    assert [(row["feature"], row["drift"]) for row in store.drift_over_time()] == [("apr", 0.4), ("apr", 0.4)]
    assert [row["drift"] for row in store.drift_over_time(limit=1)] == [0.4]


def test_records_of_a_period_are_readable_ones_without_those_of_the_run(store: QualityStore) -> None:
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


def test_sizes_of_earlier_runs(store: QualityStore, database: ResultsDatabase) -> None:
    from student_loans.runs import RunState

    database.finish_run("run-1", RunState.SUCCESS)
    assert store.run_sizes("run-2", 10) == [2]
    assert store.run_sizes("run-1", 10) == []
