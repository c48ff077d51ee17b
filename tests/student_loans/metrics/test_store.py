"""What runs measured: counted in the database, and their history."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from student_loans.errors import ConfigurationError
from student_loans.metrics.model import MetricPoint
from student_loans.metrics.store import MEASURED_NAMES, RunMetricStore, history_before, measure_now, measure_run
from student_loans.records import DocumentType, Status, field_catalog
from student_loans.results.store import ResultsDatabase
from tests.record_factory import make_quarantined, make_record

pytestmark = pytest.mark.integration

MORNING = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
USUAL = len(field_catalog().usual(DocumentType.FORM_1098E))


@pytest.fixture
def store(database: ResultsDatabase, empty_database: str) -> RunMetricStore:
    return RunMetricStore(empty_database)


def start_run(database: ResultsDatabase, run_id: str, hours: int = 0) -> None:
    database.start_run(
        run_id,
        dag_id="pipeline",
        source_uri="file:///inbox",
        settings_fingerprint="ab",
        started_at=MORNING + timedelta(hours=hours),
    )


def measured(store: RunMetricStore, run_id: str = "r1") -> dict[tuple[str, str], float]:
    with store.transaction() as connection:
        measure_run(connection, run_id)
    return {(point.name, point.slice): point.value for point in store.of_run(run_id)}


def test_a_run_is_measured_as_a_whole_and_by_type(database: ResultsDatabase, store: RunMetricStore) -> None:
    start_run(database, "r1")
    database.store_records(
        "r1",
        [
            make_record(1, confidence=0.9, timings={"text": 4.0}),
            make_record(2, confidence=0.7, status=Status.REVIEW, timings={"text": 2.0}),
            make_record(3, document_type=DocumentType.FORM_1098E, missing=2, confidence=0.8, timings={}),
            make_quarantined(4),
        ],
    )
    points = measured(store)
    assert points["documents.processed", ""] == 4
    assert points["documents.error_rate", ""] == pytest.approx(0.25)
    assert points["documents.review_rate", "loan_disclosure"] == pytest.approx(0.5)
    assert points["documents.accepted", "form_1098e"] == 1
    assert points["fields.missing_rate", "form_1098e"] == pytest.approx(2 / USUAL)
    assert points["fields.missing_rate", "loan_disclosure"] == 0
    assert points["fields.mean_confidence", "loan_disclosure"] == pytest.approx(0.8)
    assert points["pages.processed", "loan_disclosure"] == 4
    assert points["seconds.per_page", "loan_disclosure"] == pytest.approx(1.5)
    assert points["seconds.per_document", "loan_disclosure"] == pytest.approx(3.0)
    assert points["errors.documents", "encrypted_pdf"] == 1
    assert ("seconds.per_page", "form_1098e") not in points
    assert {name for name, _ in points} <= set(MEASURED_NAMES)


def test_a_run_of_nothing_has_counts_and_no_rates(database: ResultsDatabase, store: RunMetricStore) -> None:
    start_run(database, "r1")
    points = measured(store)
    assert points["documents.processed", ""] == 0
    assert not [name for name, _ in points if name.endswith("_rate")]


def test_measured_again_it_has_no_slice_of_before(database: ResultsDatabase, store: RunMetricStore) -> None:
    start_run(database, "r1")
    database.store_records("r1", [make_quarantined(1)])
    assert ("errors.documents", "encrypted_pdf") in measured(store)
    database.store_records("r1", [make_record(1)])
    assert ("errors.documents", "encrypted_pdf") not in measured(store)


def test_history_is_of_the_runs_before_oldest_first(database: ResultsDatabase, store: RunMetricStore) -> None:
    for number in range(5):
        start_run(database, f"r{number}", hours=number)
        store.write(f"r{number}", [MetricPoint("drift.score", number), MetricPoint("documents.processed", 10 * number)])
    store.write("another pipeline", [MetricPoint("bias.findings", 9.0)])
    with store.transaction() as connection:
        history = history_before(connection, "r3", ["drift.score"], runs=2)
    assert [(point.value, point.documents) for point in history["drift.score", ""]] == [(1, 10), (2, 20)]
    assert set(history) == {("drift.score", "")}


def test_a_number_measured_again_keeps_its_place(database: ResultsDatabase, store: RunMetricStore) -> None:
    for number in range(3):
        start_run(database, f"r{number}", hours=number)
        store.write(f"r{number}", [MetricPoint("drift.score", number)])
    store.write("r0", [MetricPoint("drift.score", 7.0)])
    with store.transaction() as connection:
        history = history_before(connection, "r2", ["drift.score"], runs=9)
    assert [point.value for point in history["drift.score", ""]] == [7, 1]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_is_refused(store: RunMetricStore, value: float) -> None:
    with pytest.raises(ConfigurationError, match="run_metrics"):
        store.write("r1", [MetricPoint("drift.score", value)])


def test_what_is_true_now_needs_no_run(database: ResultsDatabase, store: RunMetricStore) -> None:
    from student_loans.runs import RunState

    with store.transaction() as connection:
        assert {point.name for point in measure_now(connection, MORNING)} == {
            "queue.review_documents",
            "queue.alerts_waiting",
        }
    start_run(database, "r1")
    database.store_records("r1", [make_record(1, status=Status.REVIEW)])
    database.finish_run("r1", RunState.SUCCESS, finished_at=MORNING)
    with store.transaction() as connection:
        now = {point.name: point.value for point in measure_now(connection, MORNING + timedelta(hours=30))}
    assert now["freshness.hours_since_success"] == pytest.approx(30)
    assert now["queue.review_documents"] == 1
