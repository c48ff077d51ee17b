"""Callbacks of tasks, DAGs and deadlines: a failure becomes an alert in the outbox and is sent at once.

Airflow runs a task's callback in the task's process and a DAG's in the DAG processor, and loses both when that process
is killed (apache/airflow #60858). So the alert is stored first; a message that could not be sent waits in the outbox for the DAG
``deliver_alerts``. If the alert cannot be stored, the message goes straight to the channels.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from airflow.sdk.bases.notifier import BaseNotifier

from loan_documents.notifications.failure import RunFailed, run_url, verdict_of

if TYPE_CHECKING:
    from airflow.sdk import Context

    from student_loans.alerts.model import AlertVerdict


class AlertNotifier(BaseNotifier):
    """Send one alert for each cause of a failed task or run: ``on_failure_callback=AlertNotifier()``.

    It never raises: a failing alert changes nothing about the task.
    """

    template_fields = ()

    def notify(self, context: Context) -> None:
        """Write the alert and try to deliver it."""
        if isinstance(context.get("exception"), RunFailed):
            return  # a consequence: send_alerts runs later and knows which tasks failed and which have an alert
        ti = context.get("ti")
        try:
            _write_and_deliver(
                verdict_of(context),
                _run_name(context),
                # Hundreds of mapped instances may fail for one cause; without the database only the run's callback alerts.
                send_unstored=getattr(ti, "map_index", -1) < 0,
            )
        except Exception as error:  # noqa: BLE001 - notifications never fail a task
            self.log.warning("No alert could be written: %s", type(error).__name__)


def report_late_run(context: dict[str, Any] | None = None) -> None:
    """Send an alert that a run has missed its deadline: ``SyncCallback(report_late_run)``."""
    from student_loans.alerts.failures import run_late
    from student_loans.runs import run_name

    run = (context or {}).get("dag_run") or {}
    dag_id, run_id = str(run.get("dag_id", "")), str(run.get("dag_run_id") or run.get("run_id") or "")
    _write_and_deliver(run_late(dag_id, run_id, run_url(dag_id, run_id)), run_name(dag_id, run_id))


def _run_name(context: Context) -> str:
    """The run of a callback's context: a task's has the task instance, a DAG's the DAG."""
    from student_loans.runs import run_name

    ti = context.get("ti")
    dag_id = getattr(ti, "dag_id", "") or getattr(context.get("dag"), "dag_id", "")
    return run_name(str(dag_id), str(context.get("run_id") or getattr(ti, "run_id", "")))


def _write_and_deliver(verdict: AlertVerdict, run_id: str, *, send_unstored: bool = True) -> None:
    from loan_documents.notifications.outbox import alert_store, deliver_outbox, send_directly
    from student_loans.alerts.config import load_alerts_config
    from student_loans.alerts.failures import RUN_FAILED, TASK_FAILED, is_explained
    from student_loans.alerts.store import open_alerts, record_verdicts
    from student_loans.errors import LoanDocumentError

    config = load_alerts_config()
    store = alert_store()
    now = datetime.now(UTC)
    try:
        store.migrate()
        with store.transaction() as connection:
            failures = open_alerts(connection, (TASK_FAILED, RUN_FAILED), verdict.dag_id)
            if verdict.rule == RUN_FAILED and is_explained(failures, run_id):
                return
            record_verdicts(connection, [verdict], config, run_id=run_id, now=now)
    except LoanDocumentError:
        if send_unstored:
            send_directly(verdict, run_id, config, now)
        return
    deliver_outbox(store)
