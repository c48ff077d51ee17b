"""Alerts with the results, and at the end of a run."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from student_loans.alerts import stage as alert
from student_loans.alerts.config import load_alerts_config
from student_loans.alerts.rules import load_rules
from student_loans.alerts.stage import alert_with_results, evaluate_run
from student_loans.alerts.store import AlertChanges, AlertStore
from student_loans.errors import ConfigurationError, ErrorCode
from student_loans.metrics.model import MetricPoint
from student_loans.metrics.store import RunMetricStore
from student_loans.results.store import ResultsDatabase
from student_loans.runs import SeenFile
from tests.record_factory import document_id, make_quarantined, make_record

pytestmark = pytest.mark.integration

RUN = "r1"


@pytest.fixture
def started(database: ResultsDatabase) -> ResultsDatabase:
    database.start_run(RUN, dag_id="pipeline", source_uri="file:///inbox", settings_fingerprint="ab")
    return database


@pytest.fixture
def store(empty_database: str) -> AlertStore:
    return AlertStore(empty_database)


def end(store: AlertStore, *failed: str) -> AlertChanges:
    changes, _ = evaluate_run(
        store, RUN, "pipeline", stage_seconds={"extract_data": 3.0}, failed_stages=failed,
        reporting_stages=["generate_reports"], now=datetime.now(UTC), rules=load_rules(), config=load_alerts_config(),
    )  # fmt: skip
    return changes


def causes(store: AlertStore) -> list[str]:
    return sorted(row["cause"] for row in store.history(open_only=True))


def test_an_alert_is_stored_with_the_results_and_judging_again_opens_none(
    started: ResultsDatabase, store: AlertStore
) -> None:
    batch = [make_quarantined(number) for number in range(12)]
    started.store_records(RUN, batch, within=alert_with_results(RUN, "pipeline", "http://airflow/run"))
    assert causes(store) == ["error_rate"]
    assert store.history()[0]["url"] == "http://airflow/run"
    assert end(store) == AlertChanges(opened=0, resolved=0)


def test_a_good_run_alerts_nobody(started: ResultsDatabase, store: AlertStore) -> None:
    batch = [make_record(number) for number in range(12)]
    started.store_records(RUN, batch, within=alert_with_results(RUN))
    end(store)
    assert store.history() == []


def test_results_are_stored_although_alerts_cannot_be(
    started: ResultsDatabase, store: AlertStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> None:
        raise ConfigurationError(ErrorCode.INVALID_SETTINGS, "Correct alert_rules.yaml.")

    monkeypatch.setattr(alert, "load_rules", broken)
    started.store_records(RUN, [make_record(1)], within=alert_with_results(RUN))
    assert len(list(started.records_of_run(RUN))) == 1
    assert "without alerts" in caplog.text


def test_a_lost_file_is_told_at_the_end(started: ResultsDatabase, store: AlertStore) -> None:
    started.record_seen_files(RUN, [SeenFile("file:///inbox/a.pdf", document_id(1))])
    end(store, "generate_reports")  # which fails because of it, and is no cause of its own
    assert causes(store) == ["files_lost"]


def test_a_task_that_failed_without_a_word_is_told_at_the_end_once(started: ResultsDatabase, store: AlertStore) -> None:
    started.record_seen_files(RUN, [SeenFile("file:///inbox/a.pdf", document_id(1))])
    for _ in range(2):
        end(store, "extract_data", "store_results", "generate_reports")
    assert causes(store) == ["run_failed:pipeline"]  # and not that a file has no outcome, which follows from it
    assert "Task extract_data failed" in store.history()[0]["detail"]


def test_a_run_of_no_documents_is_judged_by_what_its_stages_noted_alone(
    started: ResultsDatabase, store: AlertStore, empty_database: str
) -> None:
    started.record_seen_files(RUN, [SeenFile("file:///inbox/a.pdf", document_id(1))])
    end(store, "generate_reports")
    assert causes(store) == ["files_lost"]

    RunMetricStore(empty_database).write("weekly", [MetricPoint("bias.findings", 2.0)])
    changes, points = evaluate_run(
        store, "weekly", "bias_detection_pipeline", stage_seconds={"find_bias": 3.0}, failed_stages=(),
        now=datetime.now(UTC), rules=load_rules(), config=load_alerts_config(), of_documents=False,
    )  # fmt: skip
    assert changes == AlertChanges(opened=1, resolved=0)
    assert causes(store) == ["bias", "files_lost"], "it knows of no lost file, and does not say that none is lost"
    assert {point.name for point in points} == {"bias.findings", "run.failed_stages", "seconds.stage"}
