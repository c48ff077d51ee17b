"""A small job: delivers waiting alerts and checks freshness, even while no other DAG runs."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import dag

from loan_documents.operators.send_alerts import SendAlertsOperator
from loan_documents.schedules import utc_cron
from loan_documents.task_defaults import task_defaults

DOC = """
### Delivery of waiting alerts

Delivers messages that a channel did not accept, checks freshness and queues, and deletes old history. Rules:
`config/alert_rules.yaml`, channels and routes: `config/alerts_config.yaml`. The command `student-loans alerts dry-run`
shows what would be sent.
"""


@dag(
    dag_display_name="Deliver alerts",
    schedule=utc_cron("*/10 * * * *"),
    catchup=False,
    max_active_runs=1,
    tags=["loan-documents", "operations"],
    doc_md=DOC,
    default_args=task_defaults(retries=2, execution_timeout=timedelta(minutes=5), on_failure_callback=None),
)
def deliver_alerts() -> None:
    """One task."""
    SendAlertsOperator(
        task_id="deliver_alerts",
        scope="deployment",
        doc_md="Delivers waiting messages, checks freshness and queues.",
    )


deliver_alerts()
