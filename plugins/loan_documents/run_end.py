"""The end of a run in the results database: state, counts and seconds of any DAG that acquires documents.

A listener of Airflow: the scheduler calls it when it ends a run, the API server when a person does. A DAG that closes its run
itself, as ``document_processing_pipeline`` does in its report, is left as it is.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from threading import Thread
from typing import TYPE_CHECKING, Any

from airflow.listeners import hookimpl
from airflow.sdk.exceptions import AirflowRuntimeError

if TYPE_CHECKING:
    from airflow.models.dagrun import DagRun

    from student_loans.results.store import ResultsDatabase

log = logging.getLogger(__name__)
CONNECT_TIMEOUT_S = 2
"""The scheduler waits for this: a database that is away must not hold up other DAGs."""
STATEMENT_TIMEOUT_S = 5
_ENDED = ("success", "failed")
_OF_OUR_OPERATORS = {"store_conn_id", "database_conn_id"}


@dataclass(frozen=True, slots=True)
class _EndedRun:
    """A run of a DAG that has ended, as plain data."""

    dag_id: str
    run_id: str
    task_ids: tuple[str, ...]
    succeeded: bool


@hookimpl
def on_dag_run_success(dag_run: DagRun, msg: str) -> None:
    """Close the run of a DAG that has ended well."""
    _close(dag_run, succeeded=True)


@hookimpl
def on_dag_run_failed(dag_run: DagRun, msg: str) -> None:
    """Close the run of a DAG that has failed, or has run out of time."""
    _close(dag_run, succeeded=False)


def close_ended_runs(ti: Any, results: ResultsDatabase) -> int:
    """Close runs whose DAG ended while the results database did not answer.

    Args:
        ti: The running task instance, which may ask for states of other runs.
        results: The database.

    Returns:
        Runs that were closed.
    """
    from student_loans.runs import airflow_run_id

    closed = 0
    for run in results.open_runs():
        try:
            state = ti.get_dagrun_state(run.dag_id, airflow_run_id(run.run_id, run.dag_id))
        except AirflowRuntimeError as error:
            if (error.error.detail or {}).get("status_code") != 404:
                raise
            state = "failed"  # a run that was deleted in Airflow will never end
        if run.dag_id and state in _ENDED:
            closed += results.close_run(run.run_id, succeeded=state == "success", seconds={})
    return closed


def _close(dag_run: DagRun, *, succeeded: bool) -> None:
    tasks = list(dag_run.dag.tasks) if dag_run.dag else []
    connections = sorted({_connection_of(task) for task in tasks if set(task.template_fields) >= _OF_OUR_OPERATORS})
    if not connections:
        return
    ended = _EndedRun(dag_run.dag_id, dag_run.run_id, tuple(task.task_id for task in tasks), succeeded)
    # In a thread of its own, because a session of Airflow's database belongs to a thread: the scheduler calls this within a
    # transaction, which a question for a connection or for task instances would commit.
    thread = Thread(target=_close_in_all, args=(connections, ended), name="close-run", daemon=True)
    thread.start()
    thread.join(len(connections) * (CONNECT_TIMEOUT_S + STATEMENT_TIMEOUT_S))


def _close_in_all(connections: list[str], ended: _EndedRun) -> None:
    from student_loans.errors import LoanDocumentError

    for conn_id in connections:
        try:
            _close_in(conn_id, ended)
        except LoanDocumentError as error:
            # `deliver_alerts` closes it later.
            log.warning("The run %s of %s could not be closed: %s", ended.run_id, ended.dag_id, error)
        except Exception as error:  # noqa: BLE001 - a listener must not disturb the scheduler, such as by a missing connection
            log.warning("The run %s of %s could not be closed: %s", ended.run_id, ended.dag_id, type(error).__name__)


def _connection_of(task: Any) -> str:
    """The task's connection of the results database; a template, which only a task can render, means the default one."""
    from loan_documents.hooks.results_database import ResultsDatabaseHook

    arguments = getattr(task, "partial_kwargs", None) or {}
    conn_id = str(arguments.get("database_conn_id") or getattr(task, "database_conn_id", "") or "")
    return conn_id if conn_id and "{{" not in conn_id else ResultsDatabaseHook.default_conn_name


def _close_in(conn_id: str, ended: _EndedRun) -> None:
    from psycopg.conninfo import make_conninfo

    from loan_documents.hooks.results_database import ResultsDatabaseHook
    from loan_documents.task_history import summarize_history
    from student_loans.results.store import ResultsDatabase
    from student_loans.runs import run_name

    patient = ResultsDatabaseHook(conn_id).conninfo()
    conninfo = make_conninfo(patient, options=f"-c statement_timeout={STATEMENT_TIMEOUT_S}s")
    seconds, _ = summarize_history(_task_instances(ended), ended.task_ids)
    name = run_name(ended.dag_id, ended.run_id)
    results = ResultsDatabase(conninfo, connect_timeout_s=CONNECT_TIMEOUT_S)
    results.close_run(name, succeeded=ended.succeeded, seconds=seconds)


def _task_instances(ended: _EndedRun) -> list[dict[str, Any]]:
    from airflow.models.taskinstance import TaskInstance
    from airflow.utils.session import create_session
    from sqlalchemy import select

    columns = (TaskInstance.task_id, TaskInstance.state, TaskInstance.duration)
    query = select(*columns).where(TaskInstance.dag_id == ended.dag_id, TaskInstance.run_id == ended.run_id)
    with create_session() as session:
        return [dict(row) for row in session.execute(query).mappings()]
