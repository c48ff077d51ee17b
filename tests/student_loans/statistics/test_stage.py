"""A drifted batch, through PostgreSQL and TensorFlow Data Validation: the right features are reported and no other."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from student_loans.errors import ConfigurationError
from student_loans.metrics.store import RunMetricStore
from student_loans.results.store import ResultsDatabase
from student_loans.statistics import stage as monitor
from student_loans.statistics.environment import call_tfdv
from student_loans.statistics.settings import StatisticsSettings, statistics_settings
from student_loans.statistics.store import StatisticsStore
from tests.population_factory import LENDERS, Population, make_batch

NOW = datetime.now(UTC)
LENDER = next(iter(LENDERS))
REST = 1 - LENDERS[LENDER]
DRIFTED = Population(
    lenders={name: 0.6 if name == LENDER else 0.4 * share / REST for name, share in LENDERS.items()},
    rate_shift=3.0,
    new_field="grace_period_months",
)


@pytest.fixture
def store(database: ResultsDatabase, empty_database: str) -> StatisticsStore:
    """Records of three periods: older, the week before, and a drifted week."""
    store = StatisticsStore(empty_database)
    for run, days, records in (
        ("older", 20, make_batch(1500, 1)),
        ("before", 10, make_batch(1000, 2)),
        ("now", 1, make_batch(1000, 3, DRIFTED)),
    ):
        database.start_run(run, dag_id="d", source_uri="file:///x", settings_fingerprint="0")
        database.store_records(run, records)
        with store.transaction() as connection:
            connection.execute(
                "UPDATE loan_documents.documents SET updated_at = %s WHERE run_id = %s",
                (NOW - timedelta(days=days), run),
            )
    return store


@pytest.fixture
def settings(tmp_path: Path) -> StatisticsSettings:
    return statistics_settings().model_copy(update={"work_folder": str(tmp_path / "work")})


def test_a_drifted_batch_is_reported_with_its_features_and_nothing_else(
    store: StatisticsStore, settings: StatisticsSettings, tmp_path: Path
) -> None:
    reports = str(tmp_path / "reports")
    request = monitor.prepare_statistics("monitor-1", store, settings, NOW)
    assert request is not None
    travels = call_tfdv("analyse_to_file", request)
    assert travels["rows"] == {"current": 1000, "previous": 1000, "reference": 1500}
    assert sorted(travels["drifted"]) == ["apr", "interest_rate", "lender"]
    assert travels["skewed"] == []
    assert (travels["schema_anomalies"], travels["proposal"]) == (1, True)
    assert LENDER not in json.dumps(travels)

    kept = monitor.keep_statistics("monitor-1", store, settings, reports)
    assert (kept["drifted"], kept["skewed"]) == (3, 0)
    [drift] = RunMetricStore(store.conninfo).of_run("monitor-1")
    assert (drift.name, drift.slice) == ("drift.score", "")
    assert drift.value > 1, "as a part of the threshold"
    proposal = Path(kept["proposal"]).read_text()
    assert '+  name: "grace_period_months"' in proposal
    assert "+++ b/include/student_loans/config/record_schema.pbtxt" in proposal
    assert not monitor.work_folder("monitor-1", settings).exists()
    (feature,) = store.feature_history("interest_rate")
    assert (feature["verdict"], feature["rows"]) == ("drifted", 1000)
    assert store.feature_history("grace_period_months")[0]["verdict"] == "not_judged"

    page = Path(monitor.report_quality("monitor-1", store, [], [], reports, now=NOW)).read_text()
    assert "3 features drifted" in page
    assert "schema_proposal.diff" in page
    assert "<script" not in page


def test_nothing_stored_is_nothing_to_analyse_and_not_fresh(
    database: ResultsDatabase, empty_database: str, settings: StatisticsSettings
) -> None:
    empty = StatisticsStore(empty_database)
    assert monitor.prepare_statistics("monitor-1", empty, settings, NOW) is None
    assert monitor.check_freshness(empty, settings, NOW) == monitor.FreshnessResult(None, False)


def test_a_report_says_what_is_missing(database: ResultsDatabase, empty_database: str, tmp_path: Path) -> None:
    stale = monitor.FreshnessResult(100.0, False)
    page = monitor.report_quality(
        "m",
        StatisticsStore(empty_database),
        [],
        [],
        str(tmp_path),
        failed_stages=("compute_statistics",),
        freshness=stale,
    )
    text = Path(page).read_text()
    assert "Monitoring is incomplete" in text
    assert "stale" in text


def test_without_its_environment_the_error_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, settings: StatisticsSettings
) -> None:
    monkeypatch.setenv("TFDV_PYTHON", "/nowhere/python")
    with pytest.raises(ConfigurationError, match="make tfdv"):
        call_tfdv("analyse", {}, settings)
