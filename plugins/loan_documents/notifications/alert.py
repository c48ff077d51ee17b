"""Callbacks of tasks, DAGs and deadlines: what failed becomes an alert in the outbox, and goes out at once.

Airflow runs a task's callback in the task's process and a DAG's in the DAG processor, and loses both when that process
is killed (apache/airflow #60858). So the alert is a row first; a message that could not be sent waits there for the DAG
``deliver_alerts``. Where even the row cannot be written, the channels are told directly.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from airflow.sdk.bases.notifier import BaseNotifier

from loan_documents.notifications.failure import RunFailed, failure_of, late_run_of

if TYPE_CHECKING:
    from airflow.sdk import Context

    from student_loans.alerts.failures import Failure
    from student_loans.alerts.model import Verdict


class AlertNotifier(BaseNotifier):
    """Tell people that a task or a run failed, once a cause: ``on_failure_callback=AlertNotifier()``.

    It never raises: a failing alert changes nothing about the task.
    """

    template_fields = ()

    def notify(self, context: Context) -> None:
        """Write the alert and try to deliver it."""
        if isinstance(context.get("exception"), RunFailed):
            return  # a consequence: send_alerts follows, and knows which tasks failed and whether they have told why
        try:
            _tell(failure_of(context))
        except Exception as error:  # noqa: BLE001 - notifications never fail a task
            self.log.warning("No alert could be written: %s", type(error).__name__)


def report_late_run(context: dict[str, Any] | None = None) -> None:
    """Tell people that a run has missed its deadline: ``SyncCallback(report_late_run)``."""
    from student_loans.alerts.failures import late_verdict

    dag_id, run_id, url = late_run_of(context or {})
    _write_and_deliver(late_verdict(dag_id, run_id, url), run_id)


def _tell(failure: Failure) -> None:
    from student_loans.alerts.failures import failure_verdict

    if not failure.task_id and _is_told(failure):
        return
    _write_and_deliver(failure_verdict(failure), failure.run_id)


def _is_told(failure: Failure) -> bool:
    """Has a task's failure been told, that made the run fail? One message a cause."""
    from loan_documents.notifications.outbox import alert_store
    from student_loans.alerts.failures import RUN_FAILED, TASK_FAILED
    from student_loans.alerts.store import has_open_alert
    from student_loans.errors import LoanDocumentError

    try:
        with alert_store().transaction() as connection:
            return has_open_alert(connection, (TASK_FAILED, RUN_FAILED), failure.dag_id, failure.run_id)
    except LoanDocumentError:
        return False


def _write_and_deliver(verdict: Verdict, run_id: str) -> None:
    from loan_documents.notifications.outbox import alert_store, deliver_outbox
    from student_loans.alerts.config import load_alerts_config
    from student_loans.errors import LoanDocumentError

    store = alert_store()
    try:
        store.migrate()
        store.settle([verdict], load_alerts_config(), run_id=run_id, now=datetime.now(UTC))
    except LoanDocumentError:
        from loan_documents.notifications.direct import tell_directly

        tell_directly(verdict, run_id)
        return
    deliver_outbox(store)
