"""Once a week: delete expired data, and check that every document's original exists."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import dag, task

from loan_documents.notifications.alert import AlertNotifier
from loan_documents.operators.send_alerts import SendAlertsOperator
from loan_documents.run_context import current_run
from loan_documents.schedules import utc_cron
from loan_documents.task_defaults import task_defaults

DOC = """
### Storage maintenance

* `prune_storage` deletes data that is neither an original nor published and is older than `retention.days`: superseded versions
  beyond `retention.versions`, shadows, lists of ended runs, pages and records made under other settings and code.
  Originals, quarantine, published records and reports are never deleted.
* `check_storage` compares the originals with the documents of the results database, and fails if one is missing.
"""


@dag(
    dag_display_name="Maintain storage",
    schedule=utc_cron("17 3 * * 0"),
    catchup=False,
    max_active_runs=1,
    tags=["loan-documents", "maintenance"],
    doc_md=DOC,
    on_failure_callback=AlertNotifier(),
    default_args=task_defaults(execution_timeout=timedelta(hours=2)),
)
def maintain_storage() -> None:
    """Prune, then check."""

    @task(doc_md="Deletes data that retention does not keep.")
    def prune_storage() -> dict[str, Any]:
        from dataclasses import asdict

        from student_loans.retention.stage import prune

        run = current_run()
        run.results.migrate()
        return asdict(prune(run.store, run.conninfo, run.settings))

    @task(doc_md="Fails if the original of a document is missing; the log names the first ones.")
    def check_storage() -> dict[str, Any]:
        from dataclasses import asdict

        from airflow.sdk.exceptions import AirflowFailException

        from student_loans.retention.stage import check_storage

        run = current_run()
        result = check_storage(run.store, run.conninfo)
        if not result.sound:
            raise AirflowFailException(
                f"The originals of {result.missing} documents are missing: acquire them again. The first are "
                f"{', '.join(one[:12] for one in result.missing_ids)}."
            )
        return asdict(result)

    alerts = SendAlertsOperator(
        task_id="send_alerts",
        scope="stages",
        execution_timeout=timedelta(minutes=5),
        doc_md="Sends alerts for failed tasks and for tasks that work again, and delivers waiting messages.",
    ).as_teardown()
    prune_storage() >> check_storage() >> alerts


maintain_storage()
