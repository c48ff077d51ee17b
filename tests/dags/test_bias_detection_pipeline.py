"""The bias DAG: its steps in order, when it runs, and one whole run over a planted difference."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from loan_documents.run_context import RunContext
from student_loans.alerts.store import AlertStore
from student_loans.labels.store import LabelStore
from student_loans.results.store import ResultsDatabase
from tests.connections import postgres_connection
from tests.labelled_factory import DEGRADED, labelled_records

if TYPE_CHECKING:
    from airflow.dag_processing.dagbag import DagBag
    from airflow.sdk import DAG

STEPS = [
    "slice_documents",
    "measure_slices",
    "compare_slices",
    "find_bias",
    "simulate_mitigations",
    "apply_mitigation",
    "report_bias",
    "send_alerts",
]


@pytest.fixture(scope="module")
def pipeline(dag_bag: DagBag) -> DAG:
    return dag_bag.dags["bias_detection_pipeline"]


def test_steps_follow_each_other(pipeline: DAG) -> None:
    assert [task.task_id for task in pipeline.topological_sort()] == STEPS
    for earlier, later in pairwise(STEPS):
        assert earlier in pipeline.get_task(later).upstream_task_ids


def test_it_runs_weekly_and_when_labels_are_new(pipeline: DAG, dag_bag: DagBag) -> None:
    from airflow.sdk import AssetOrTimeSchedule

    assert isinstance(pipeline.schedule, AssetOrTimeSchedule)
    store = dag_bag.dags["import_labels"].get_task("store_labels")
    [outlet] = store.outlets
    assert list(pipeline.schedule.asset_condition.objects) == [outlet]


@pytest.mark.parametrize("chosen", [{"labels": "/etc/passwd"}, {"labels": "samples/truth.jsonl", "documents": "/etc"}])
def test_labels_come_only_from_allowed_folders(
    dag_bag: DagBag, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chosen: dict[str, str]
) -> None:
    from student_loans.errors import ConfigurationError

    store = {"conn_type": "fs", "extra": {"path": str(tmp_path)}}
    monkeypatch.setenv("AIRFLOW_CONN_LOAN_DOCUMENTS_STORE", json.dumps(store))
    task = dag_bag.dags["import_labels"].get_task("store_labels")
    monkeypatch.setitem(task.python_callable.__globals__, "current_run", lambda: RunContext("run-1"))
    with pytest.raises(ConfigurationError, match="source_not_allowed"):
        task.python_callable(params=chosen)


def test_by_default_nothing_is_put_into_use(pipeline: DAG) -> None:
    from airflow.sdk.exceptions import ParamValidationError

    apply = pipeline.params.get_param("apply")
    assert apply.resolve() == "none"
    with pytest.raises(ParamValidationError):
        apply.resolve("everything")


@pytest.mark.airflow
@pytest.mark.integration
def test_a_run_names_the_degraded_lender_and_no_other(
    pipeline: DAG,
    database: ResultsDatabase,
    empty_database: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from airflow.utils.db import initdb

    from student_loans.settings import settings

    initdb()
    pairs = labelled_records(700)
    database.start_run("run-1", dag_id="test", source_uri="file:///inbox", settings_fingerprint="0")
    database.store_records("run-1", [record for record, _ in pairs])
    LabelStore(empty_database).store_labels([label for _, label in pairs])
    monkeypatch.setenv("AIRFLOW_CONN_LOAN_DOCUMENTS_DB", postgres_connection(empty_database))
    store = {"conn_type": "fs", "extra": {"path": str(tmp_path / "store")}}
    monkeypatch.setenv("AIRFLOW_CONN_LOAN_DOCUMENTS_STORE", json.dumps(store))
    monkeypatch.setenv("LOAN_DOCUMENTS__STORAGE__REPORTS_URI", str(tmp_path / "reports"))
    settings.cache_clear()
    try:
        ended = pipeline.test(run_conf={"apply": "thresholds"})
    finally:
        settings.cache_clear()
    assert ended.state == "success"
    with psycopg.connect(empty_database) as connected:
        named = connected.execute(
            "SELECT DISTINCT slice FROM loan_documents.bias_findings WHERE dimension = 'lender'"
        ).fetchall()
        active = connected.execute("SELECT kind FROM loan_documents.mitigations WHERE state = 'active'").fetchall()
    assert (named, active) == ([(DEGRADED,)], [("thresholds",)])
    told = {row["rule"]: row for row in AlertStore(empty_database).history(open_only=True)}
    assert {"bias", "accuracy_low"} >= set(told) >= {"bias"}
    assert told["bias"]["dag_id"] == "bias_detection_pipeline"
    [page] = (tmp_path / "reports").rglob("bias.html")
    assert DEGRADED in page.read_text()
    policy = json.loads((tmp_path / "store" / "config" / "mitigation.json").read_text())
    assert (policy["kind"], list(policy["thresholds"])) == ("thresholds", list(policy["thresholds"]))
    for task in STEPS[:4]:
        pushed = ended.get_task_instance(task).xcom_pull(task_ids=task)
        assert DEGRADED not in str(pushed), "XCom carries counts"
