"""Every DAG of the project: it parses, says what it is, and gives up on purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.airflow_environment import PROJECT_ROOT

if TYPE_CHECKING:
    from airflow.dag_processing.dagbag import DagBag


def test_every_file_parses(dag_bag: DagBag) -> None:
    assert dag_bag.import_errors == {}
    assert set(dag_bag.dags) == {file.stem for file in (PROJECT_ROOT / "dags").glob("*.py")}


def test_every_dag_has_tags_docs_and_an_owner(dag_bag: DagBag) -> None:
    for dag in dag_bag.dags.values():
        assert "loan-documents" in dag.tags
        assert dag.doc_md
        assert dag.owner == "loan-documents"
        assert not dag.catchup


def test_every_parameter_has_a_default_and_a_description(dag_bag: DagBag) -> None:
    for dag in dag_bag.dags.values():
        for name, value in dag.params.items():
            param = dag.params.get_param(name)
            assert param.description, name
            assert value is not None, name


def test_every_task_has_docs_retries_and_a_timeout(dag_bag: DagBag) -> None:
    for dag in dag_bag.dags.values():
        for task in dag.tasks:
            assert task.doc_md, task.task_id
            assert task.retries >= 1, task.task_id
            assert task.execution_timeout is not None, task.task_id
            assert task.retry_policy is not None, task.task_id


def test_every_failure_is_told_and_told_to_be_over(dag_bag: DagBag) -> None:
    """Of the other two one delivers what the rest has written, and one is looked at by the person who starts it."""
    for dag in dag_bag.dags.values():
        if dag.dag_id in ("deliver_alerts", "pipeline_selftest"):
            continue
        assert dag.on_failure_callback, dag.dag_id
        assert all(task.on_failure_callback for task in dag.tasks), dag.dag_id
        alerts = dag.get_task("send_alerts")
        assert alerts.is_teardown, dag.dag_id
        assert alerts.downstream_task_ids == set(), dag.dag_id
        assert not alerts.on_failure_fail_dagrun, dag.dag_id


def test_the_runbook_says_what_is_retried_for_every_task(dag_bag: DagBag) -> None:
    table = (PROJECT_ROOT / "docs" / "OPERATIONS.md").read_text(encoding="utf-8")
    told = table.partition("## Retries, timeouts, trigger rules")[2].partition("\n## ")[0]
    for dag in dag_bag.dags.values():
        for task in dag.tasks:
            assert f"`{task.task_id}`" in told, f"docs/OPERATIONS.md, table of retries: {task.task_id}"


def test_the_plugin_loads_without_errors() -> None:
    from airflow import plugins_manager

    names = {plugin["name"] for plugin in plugins_manager.get_plugin_info()}
    assert plugins_manager.get_import_errors() == {}
    assert "loan_documents" in names
