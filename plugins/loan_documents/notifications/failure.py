"""What an Airflow context says about a failure, without a value or a secret."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from airflow.sdk.exceptions import AirflowFailException

if TYPE_CHECKING:
    from airflow.sdk import Context

    from student_loans.alerts.failures import Failure


class RunFailed(AirflowFailException):
    """The run failed because another task did; the task that raises this only says so."""


def failure_of(context: Context) -> Failure:
    """The failure that a callback is called for.

    A task's callback has the exception; a DAG's has a reason. Of an exception only the code is kept, and the message of
    our own errors, which quote no value.
    """
    from student_loans.alerts.failures import Failure, code_and_message

    error = context.get("exception")
    dag, ti = context.get("dag"), context.get("ti")
    dag_id = str(getattr(ti, "dag_id", "") or getattr(dag, "dag_id", ""))
    run_id = str(context.get("run_id") or getattr(ti, "run_id", ""))
    if error is None and "reason" in context:
        return Failure(dag_id=dag_id, run_id=run_id, url=run_url(dag_id, run_id))
    code, message = code_and_message(error)
    return Failure(
        dag_id=dag_id,
        run_id=run_id,
        task_id=str(getattr(ti, "task_id", "")),
        code=code,
        message=message,
        document=str(context.get("group_label") or ""),
        tries=(int(getattr(ti, "try_number", 1)), int(getattr(ti, "max_tries", 0)) + 1),
        url=str(getattr(ti, "log_url", "") or run_url(dag_id, run_id)),
    )


def late_run_of(context: Mapping[str, Any]) -> tuple[str, str, str]:
    """DAG, run and address of the run that a deadline's context is about."""
    run = context.get("dag_run") or {}
    dag_id, run_id = str(run.get("dag_id", "")), str(run.get("dag_run_id") or run.get("run_id") or "")
    return dag_id, run_id, run_url(dag_id, run_id)


def run_url(dag_id: str, run_id: str) -> str:
    """Where a person looks at a run; empty where this deployment has no address."""
    from airflow.sdk.configuration import conf

    base = conf.get("api", "base_url", fallback="").rstrip("/")
    return f"{base}/dags/{quote(dag_id)}/runs/{quote(run_id)}" if base and run_id else ""
