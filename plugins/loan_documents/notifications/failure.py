"""A failure as an Airflow context describes it, without values or secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from airflow.sdk.exceptions import AirflowFailException

if TYPE_CHECKING:
    from airflow.sdk import Context

    from student_loans.alerts.model import AlertVerdict


class RunFailed(AirflowFailException):
    """The run failed because another task failed; the task that raises this only reports it."""


def verdict_of(context: Context) -> AlertVerdict:
    """The failure behind a callback: a task's callback has the exception, a DAG's callback has a reason."""
    from student_loans.alerts.failures import run_failed, task_failed

    error = context.get("exception")
    dag, ti = context.get("dag"), context.get("ti")
    dag_id = str(getattr(ti, "dag_id", "") or getattr(dag, "dag_id", ""))
    url = run_url(dag_id, str(context.get("run_id") or getattr(ti, "run_id", "")))
    if error is None and "reason" in context:
        return run_failed(dag_id, url)
    return task_failed(
        dag_id,
        str(getattr(ti, "task_id", "")),
        error,
        tries=(int(getattr(ti, "try_number", 1)), int(getattr(ti, "max_tries", 0)) + 1),
        document=str(getattr(ti, "rendered_map_index", None) or ""),
        url=str(getattr(ti, "log_url", "") or url),
    )


def run_url(dag_id: str, run_id: str) -> str:
    """Address of a run's page; empty if this deployment has no base address."""
    from airflow.sdk.configuration import conf

    base = conf.get("api", "base_url", fallback="").rstrip("/")
    return f"{base}/dags/{quote(dag_id)}/runs/{quote(run_id)}" if base and run_id else ""
