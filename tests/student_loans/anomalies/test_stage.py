"""Detection in a run: compared with earlier records, stored, and reported in counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from student_loans.anomalies.settings import anomaly_settings, load_anomaly_settings
from student_loans.anomalies.stage import ANOMALIES, detect_in_period, detect_in_run
from student_loans.anomalies.store import AnomalyStore
from student_loans.errors import ConfigurationError
from student_loans.metrics.store import RunMetricStore
from student_loans.preparation.feature_parts import write_features
from student_loans.results.store import ResultsDatabase
from student_loans.storage.object_store import open_store
from student_loans.storage.run_folder import RunFolder
from tests.faults.services import S3
from tests.population_factory import make_batch
from tests.record_factory import extracted


@pytest.fixture
def store(database: ResultsDatabase, empty_database: str) -> AnomalyStore:
    """A thousand records of an earlier run."""
    database.start_run("earlier", dag_id="d", source_uri="file:///x", settings_fingerprint="0")
    database.store_records("earlier", make_batch(1000, 1))
    return AnomalyStore(empty_database)


def test_a_batch_is_compared_with_earlier_runs_and_what_is_found_is_kept(run: RunFolder, store: AnomalyStore) -> None:
    first, *others = (one for one in make_batch(60, 2) if "interest_rate" in one.fields)
    strange = replace(extracted("interest_rate"), value="725.00")
    broken = replace(first, fields=dict(first.fields) | {"interest_rate": strange})
    run.write_records("validated", [broken, *others])
    for _ in range(2):
        result = detect_in_run(run, store, anomaly_settings())
    assert (result.documents, result.compared_with) == (len(others) + 1, 1000)
    assert result.anomalies["outlier"] == 1
    (outlier,) = [one for one in store.anomalies_of_run("run-1") if one["code"] == "outlier"]
    assert (outlier["document_id"], outlier["field"]) == (broken.document_id, "interest_rate")
    noted = {(point.name, point.slice): point.value for point in RunMetricStore(store.conninfo).of_run("run-1")}
    assert noted["anomalies.batch", ""] == sum(result.anomalies.values())
    assert (noted["anomalies.batch", "outlier"], noted["anomalies.batch", "volume"]) == (1, 0)
    assert "725" not in str(list(run.store.read_jsonl(run.key(ANOMALIES))))


def test_pages_in_a_bucket_are_looked_at_with_the_stores_own_credentials(
    store: AnomalyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    s3 = S3()
    s3.start()
    try:
        s3.create_bucket("loans")
        run = RunFolder(open_store("s3://loans/kept", s3.options), "run-1")
        run.write_records("validated", make_batch(60, 2))
        assert write_features(run, ["validated"]) == 60
        assert detect_in_run(run, store, anomaly_settings()).documents == 60
    finally:
        s3.stop()


def test_without_a_history_little_is_judged(run: RunFolder, empty_database: str, database: ResultsDatabase) -> None:
    run.write_records("validated", make_batch(60, 2))
    result = detect_in_run(run, AnomalyStore(empty_database), anomaly_settings())
    assert (result.documents, result.compared_with, result.anomalies) == (60, 0, {})


def test_records_that_stopped_coming_are_stale(run: RunFolder, store: AnomalyStore) -> None:
    later = datetime.now(UTC) + timedelta(hours=100)
    result = detect_in_period(run, store, anomaly_settings(), later - timedelta(hours=1), later)
    assert result.anomalies == {"stale": 1}


def test_an_unknown_key_of_the_thresholds_is_refused(tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "anomalies.yaml"
    path.write_text("volumes: {}")
    with pytest.raises(ConfigurationError, match="volumes"):
        load_anomaly_settings(path)
