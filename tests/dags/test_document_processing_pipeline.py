"""The main DAG: its stages, in order, mapped where documents are read."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from airflow.sdk.execution_time.context import set_current_context
from jinja2 import Template

from student_loans.stages import Stage
from tests.airflow_context import task_context
from tests.record_factory import make_record

if TYPE_CHECKING:
    from airflow.dag_processing.dagbag import DagBag
    from airflow.sdk import DAG

STAGES = [
    "acquire_documents",
    "validate_documents",
    "preprocess_documents",
    "extract_data",
    "validate_extraction",
    "detect_anomalies",
    "store_results",
    "version_data",
    "generate_reports",
    "send_alerts",
]
BESIDE = ["collect_features", "check_bias"]
"""Tasks beside the chain."""


@pytest.fixture(scope="module")
def pipeline(dag_bag: DagBag) -> DAG:
    return dag_bag.dags["document_processing_pipeline"]


def test_stages_follow_each_other(pipeline: DAG) -> None:
    assert [task.task_id for task in pipeline.topological_sort() if task.task_id not in BESIDE] == STAGES
    for earlier, later in pairwise(STAGES):
        assert earlier in pipeline.get_task(later).upstream_task_ids


def test_the_stages_of_the_ledger_are_tasks_in_the_same_order() -> None:
    assert [name for name in STAGES if name in set(Stage)] == list(Stage)


@pytest.mark.parametrize("task_id", ["preprocess_documents", "extract_data"])
def test_reading_is_mapped_over_documents_and_names_them(pipeline: DAG, task_id: str) -> None:
    task = pipeline.get_task(task_id)
    assert list(task.iter_mapped_task_groups())
    group = {"part": "validate_documents@group-00000", "documents": 1, "label": "note 3.pdf"}
    running = SimpleNamespace(op_kwargs={}, op_args=[group], group_label="note 3.pdf")
    assert Template(str(task.map_index_template)).render(task=running) == "note 3.pdf"


@pytest.mark.parametrize("task_id", ["extract_data", "version_data"])
def test_scarce_work_uses_a_pool_that_the_deployment_defines(pipeline: DAG, task_id: str) -> None:
    import yaml

    from tests.airflow_environment import PROJECT_ROOT

    settings = yaml.safe_load((PROJECT_ROOT / "airflow_settings.yaml").read_text())
    pools = {pool["pool_name"] for pool in settings["airflow"]["pools"]}
    assert pipeline.get_task(task_id).pool in pools


def test_an_empty_inbox_still_reaches_the_report(pipeline: DAG) -> None:
    assert pipeline.get_task("validate_extraction").trigger_rule == "none_failed"
    assert pipeline.get_task("store_results").trigger_rule == "none_failed"


def test_the_report_is_written_whatever_happened(pipeline: DAG) -> None:
    assert pipeline.get_task("generate_reports").trigger_rule == "all_done"


def test_features_are_collected_beside_validation_and_before_the_batch_is_stored(pipeline: DAG) -> None:
    features = pipeline.get_task("collect_features")
    assert "extract_data" in features.upstream_task_ids
    assert features.downstream_task_ids == {"detect_anomalies"}


def test_where_nothing_is_new_all_but_the_report_and_the_alerts_is_skipped(pipeline: DAG) -> None:
    skipped = set(pipeline.get_task("acquire_documents").skipped_without_news)
    assert set(pipeline.task_ids) - skipped == {"acquire_documents", "generate_reports", "send_alerts"}


def test_bias_is_looked_for_beside_anomalies_and_before_the_batch_is_stored(pipeline: DAG) -> None:
    bias = pipeline.get_task("check_bias")
    assert bias.upstream_task_ids == {"validate_extraction"}
    assert bias.downstream_task_ids == {"store_results"}


def test_alerts_are_sent_whatever_happened_and_decide_nothing(pipeline: DAG) -> None:
    alerts = pipeline.get_task("send_alerts")
    assert alerts.is_teardown
    assert not alerts.on_failure_fail_dagrun
    assert alerts.trigger_rule == "all_done_setup_success"


def test_a_dvc_command_gives_up_before_its_task_is_ended(pipeline: DAG) -> None:
    from student_loans.settings import load_settings

    versioning = load_settings(environment={}).versioning
    timeout = pipeline.get_task("version_data").execution_timeout
    assert timeout.total_seconds() > versioning.lock_timeout_s + versioning.command_timeout_s


def test_failures_and_late_runs_are_told(pipeline: DAG) -> None:
    assert pipeline.deadline
    assert pipeline.on_failure_callback
    for task in pipeline.tasks:
        assert task.on_failure_callback, task.task_id


@pytest.mark.parametrize("value", [-1, 1001, "many"])
def test_documents_per_task_is_checked(pipeline: DAG, value: object) -> None:
    from airflow.sdk.exceptions import ParamValidationError

    with pytest.raises(ParamValidationError):
        pipeline.params.get_param("documents_per_task").resolve(value)


@pytest.mark.parametrize(
    ("extracted", "documents"),
    [(None, 0), ({"parts": ["group-0"]}, 1), ([{"parts": ["group-0"]}, {"parts": ["group-1"]}], 2)],
    ids=["no group", "one group, which Airflow gives without a list", "two groups"],
)
def test_features_are_collected_of_any_number_of_groups(
    pipeline: DAG, extracted: object, documents: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from loan_documents.hooks.object_store import ObjectStoreHook
    from student_loans.pipeline.store_stage import EARLY_PARTS
    from student_loans.storage.run_folder import RunFolder

    monkeypatch.setenv("AIRFLOW_CONN_LOAN_DOCUMENTS_STORE", f'{{"conn_type": "fs", "extra": {{"path": "{tmp_path}"}}}}')
    run = RunFolder(ObjectStoreHook().get_conn(), f"{pipeline.dag_id}:a-run")
    for part in EARLY_PARTS:
        run.write_records(part, [])
    for number in range(2):
        run.write_records(f"group-{number}", [make_record(number)])
    collect = pipeline.get_task("collect_features").python_callable
    with set_current_context(task_context(pipeline.dag_id, "a-run", "collect_features")):
        assert collect(extracted=extracted) == documents
