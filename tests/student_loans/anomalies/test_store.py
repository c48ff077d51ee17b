"""Anomalies in PostgreSQL: once, by run, with a history."""

from __future__ import annotations

import pytest

from student_loans.anomalies.anomaly import Anomaly, AnomalyCode
from student_loans.anomalies.store import AnomalyStore
from student_loans.results.store import ResultsDatabase
from student_loans.severity import Severity
from tests.record_factory import document_id, make_quarantined, make_record


@pytest.fixture
def store(database: ResultsDatabase, empty_database: str) -> AnomalyStore:
    database.start_run("run-1", dag_id="d", source_uri="file:///x", settings_fingerprint="0")
    database.store_records("run-1", [make_record(1), make_record(2), make_quarantined(3)])
    return AnomalyStore(empty_database)


def anomaly(number: int) -> Anomaly:
    return Anomaly(
        AnomalyCode.OUTLIER, Severity.WARNING, "far away", document_id(number), field="apr", evidence={"distance": 9.5}
    )


def test_finding_again_replaces_what_was_found(store: AnomalyStore) -> None:
    store.store_anomalies("monitor-1", [anomaly(1), anomaly(2)])
    store.store_anomalies("monitor-1", [anomaly(2), anomaly(2)])
    (kept,) = store.anomalies_of_run("monitor-1")
    assert (kept["code"], kept["document_id"], kept["evidence"]) == ("outlier", document_id(2), {"distance": 9.5})
    assert store.anomaly_history()[0]["anomalies"] == 1
