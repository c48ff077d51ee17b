"""The monitoring DAG: what it waits for, what it looks at, and what importing it costs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from student_loans.runs import run_name
from tests.airflow_environment import PROJECT_ROOT
from tests.connections import postgres_connection

if TYPE_CHECKING:
    from airflow.dag_processing.dagbag import DagBag
    from airflow.sdk import DAG

    from student_loans.results.store import ResultsDatabase

_EMPTY_DAG = "from airflow.sdk import dag, task\n@dag(schedule=None)\ndef empty():\n    task(lambda: 1)\nempty()\n"
_TIMER = """
import importlib.util, sys, time
from airflow.sdk import dag, task
started = time.process_time()
for path in sys.argv[1:]:
    spec = importlib.util.spec_from_file_location("timed", path)
    spec.loader.exec_module(importlib.util.module_from_spec(spec))
print(time.process_time() - started)
"""


@pytest.fixture(scope="module")
def monitoring(dag_bag: DagBag) -> DAG:
    return dag_bag.dags["data_quality_monitoring"]


def test_it_runs_when_records_were_stored_and_every_day(monitoring: DAG) -> None:
    assert type(monitoring.timetable).__name__ == "AssetOrTimeSchedule"
    assert "x-loan-documents://records" in str(monitoring.timetable.asset_condition)


def test_the_report_waits_for_everything_and_is_written_whatever_happened(monitoring: DAG) -> None:
    report = monitoring.get_task("report_quality")
    assert report.trigger_rule == "all_done"
    looked = {"check_freshness", "validate_stored_records", "keep_statistics", "detect_anomalies"}
    assert looked <= report.upstream_task_ids
    assert report.downstream_task_ids == {"send_alerts"}


def test_statistics_are_computed_in_an_environment_of_their_own(monitoring: DAG) -> None:
    assert monitoring.get_task("compute_statistics").python.endswith(".venv-tfdv/bin/python")


def test_stored_records_are_validated_in_the_database(monitoring: DAG) -> None:
    assert monitoring.get_task("validate_stored_records").table == "records"


def test_importing_a_dag_costs_less_than_half_a_second_more_than_an_empty_one(tmp_path: Path) -> None:
    empty = tmp_path / "empty.py"
    empty.write_text(_EMPTY_DAG)
    for file in (PROJECT_ROOT / "dags").glob("*.py"):
        more = min(_seconds(file) for _ in range(2)) - _seconds(empty)
        print(f"{file.name}: {more:.2f} s more than an empty DAG")
        assert more < 0.5, file.name


def _seconds(path: Path) -> float:
    """Processor seconds that importing takes, in a process that has Airflow's SDK already."""
    done = subprocess.run(
        [sys.executable, "-c", _TIMER, str(path)],
        capture_output=True,
        text=True,
        check=True,
        env={
            "PYTHONPATH": f"{PROJECT_ROOT / 'include'}:{PROJECT_ROOT / 'plugins'}",
            "PATH": "/usr/bin:/bin",
            "HOME": str(path.parent),
        },
    )
    return float(done.stdout.split()[-1])


@pytest.mark.airflow
def test_a_run_over_stored_records_ends_with_a_report(
    monitoring: DAG, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, database: ResultsDatabase, empty_database: str
) -> None:
    from airflow.utils.db import initdb

    from student_loans.metrics.store import RunMetricStore
    from student_loans.settings import settings
    from student_loans.validation.store import ExpectationStore
    from tests.population_factory import make_batch

    database.start_run("r", dag_id="d", source_uri="file:///x", settings_fingerprint="0")
    database.store_records("r", make_batch(300, 1))
    monkeypatch.setenv("AIRFLOW_CONN_LOAN_DOCUMENTS_DB", postgres_connection(empty_database))
    store = {"conn_type": "fs", "extra": {"path": str(tmp_path / "store")}}
    monkeypatch.setenv("AIRFLOW_CONN_LOAN_DOCUMENTS_STORE", json.dumps(store))
    monkeypatch.setenv("LOAN_DOCUMENTS__STORAGE__REPORTS_URI", str(tmp_path / "reports"))
    monkeypatch.setenv("PYTHONPATH", str(PROJECT_ROOT / "include"))
    settings.cache_clear()
    try:
        initdb()
        run = monitoring.test()
    finally:
        settings.cache_clear()
    states = {instance.task_id: str(instance.state) for instance in run.get_task_instances()}
    assert set(states.values()) == {"success"}, states
    (page,) = (tmp_path / "reports").rglob("quality.html")
    assert "Newest record" in page.read_text()
    assert run.state == "success"
    numbers = {
        (point.name, point.slice) for point in RunMetricStore(empty_database).of_run(run_name(run.dag_id, run.run_id))
    }
    assert ("anomalies.period", "") in numbers
    assert not {name for name, _ in numbers if name.startswith(("documents.", "freshness."))}
    assert {
        row["source"] for row in ExpectationStore(empty_database).outcomes_of_run(run_name(run.dag_id, run.run_id))
    } == {"records"}
