"""Evaluate the alert rules and deliver the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator

from loan_documents.arguments import check_choice, check_list_of_texts, check_texts, naming
from loan_documents.hooks.results_database import ResultsDatabaseHook
from loan_documents.retry import RETRY_POLICY

if TYPE_CHECKING:
    from airflow.sdk import Context, RetryPolicy

    from student_loans.alerts.config import AlertsConfig
    from student_loans.alerts.rules import Rule
    from student_loans.alerts.store import AlertStore


SCOPES = ("run", "stages", "deployment")


class SendAlertsOperator(BaseOperator):
    """Evaluate the rules, write alerts, deliver them.

    As a teardown at the end of a DAG it always runs, and its own failure does not fail the run. When a channel does not
    answer, its messages wait and the task succeeds.

    Args:
        scope: ``run``: metrics of this run's documents and the states of its tasks. ``stages``: only metrics that stages of
            this run wrote and the states of its tasks, for a DAG that processes no documents. ``deployment``: freshness,
            queues, waiting messages and retention, for a small scheduled DAG; it also closes runs that were missed at their end.
        reporting_tasks: Tasks that may fail only because another task of the run failed.
        database_conn_id: Connection of the results database.

    Returns:
        Counts: alerts ``opened`` and ``resolved``, messages ``sent``, ``waiting``, ``given_up``.
    """

    ui_color = "#fee2e2"

    def __init__(
        self,
        *,
        scope: str = "run",
        reporting_tasks: Sequence[str] = (),
        database_conn_id: str = ResultsDatabaseHook.default_conn_name,
        # Named here, not set below: Airflow takes the defaults of a mapped task from this signature.
        retry_policy: RetryPolicy | None = RETRY_POLICY,
        **kwargs: Any,
    ) -> None:
        super().__init__(retry_policy=retry_policy, **kwargs)
        self.scope = scope
        self.reporting_tasks = reporting_tasks
        self.database_conn_id = database_conn_id
        with naming(self):
            check_choice("scope", scope, SCOPES)
            check_texts(self, "database_conn_id")
            check_list_of_texts("reporting_tasks", reporting_tasks)

    def execute(self, context: Context) -> dict[str, int]:
        """Evaluate and deliver."""
        from loan_documents.notifications.outbox import alert_store, deliver_outbox
        from student_loans.alerts.config import load_alerts_config
        from student_loans.alerts.rules import load_rules

        rules, config = load_rules(), load_alerts_config()
        store = alert_store(self.database_conn_id)
        store.migrate()
        changes = (
            self._judge(context, store, rules, config)
            if self.scope == "deployment"
            else self._judge_run(context, store, rules, config)
        )
        delivered = deliver_outbox(store)
        self.log.info("Alerts: %s; messages: %s", changes, delivered)
        return {**changes, **asdict(delivered)}

    def _judge_run(
        self, context: Context, store: AlertStore, rules: Sequence[Rule], config: AlertsConfig
    ) -> dict[str, int]:
        from loan_documents.metrics import publish
        from loan_documents.notifications.failure import run_url
        from loan_documents.task_history import task_history
        from student_loans.alerts.stage import evaluate_run
        from student_loans.runs import run_name

        seconds, failed = task_history(context)
        changes, points = evaluate_run(
            store,
            run_name(context["dag"].dag_id, context["run_id"]),
            context["dag"].dag_id,
            stage_seconds=seconds,
            failed_stages=failed,
            reporting_stages=self.reporting_tasks,
            now=datetime.now(UTC),
            rules=rules,
            config=config,
            url=run_url(context["dag"].dag_id, context["run_id"]),
            of_documents=self.scope == "run",
        )
        publish(points)
        return asdict(changes)

    def _judge(
        self, context: Context, store: AlertStore, rules: Sequence[Rule], config: AlertsConfig
    ) -> dict[str, int]:
        from loan_documents.metrics import publish
        from loan_documents.run_end import close_ended_runs
        from student_loans.alerts.stage import evaluate_now
        from student_loans.results.store import ResultsDatabase

        close_ended_runs(context["ti"], ResultsDatabase(store.conninfo))
        now = datetime.now(UTC)
        changes, points = evaluate_now(store, now=now, rules=rules, config=config)
        publish(points)
        store.delete_older(now - timedelta(days=config.keep_days))
        return asdict(changes)
