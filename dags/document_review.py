"""Human review: Airflow asks once per batch whether its documents in review have been reviewed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import Asset, dag, task

from loan_documents.notifications.alert import AlertNotifier
from loan_documents.operators.send_alerts import SendAlertsOperator
from loan_documents.run_context import current_run
from loan_documents.task_defaults import task_defaults

RECORDS = Asset("loan_document_records", uri="x-loan-documents://records")
REVIEWED = Asset("loan_document_records_reviewed", uri="x-loan-documents://records/reviewed")

RELEASE = "Release what has been reviewed"
LEAVE = "Leave the rest for later"

DOC = """
### Review of a batch's documents

When a run of `document_processing_pipeline` has stored its records, this DAG asks **once for the whole batch** (under
*Required Actions*) and links to the review queue, where reviewers see the pages, correct values and decide. The main DAG
does not wait for it and processes the next batch.

An answer releases the batch: it updates the asset `loan_document_records_reviewed`, so that DAGs which use accepted records
can read those that reviewers accepted. Documents without a decision stay in the queue.
"""

_BODY = """
{{ ti.xcom_pull(task_ids='find_batch')['documents'] }} documents of run `{{ ti.xcom_pull(task_ids='find_batch')['run_id'] }}`
are in review, ${{ ti.xcom_pull(task_ids='find_batch')['money_at_risk'] }} at risk.

**[Open the review queue]({{ ti.xcom_pull(task_ids='find_batch')['queue_url'] }})**, then answer here.
"""


@dag(
    dag_display_name="Document review",
    schedule=[RECORDS],
    catchup=False,
    tags=["loan-documents", "review"],
    doc_md=DOC,
    on_failure_callback=AlertNotifier(),
    default_args=task_defaults(execution_timeout=timedelta(minutes=10)),
)
def document_review() -> None:
    """Connect the tasks."""

    @task(doc_md="Brings the review queue up to date and finds the newest batch that has documents in review.")
    def find_batch(triggering_asset_events: Any = None) -> dict[str, Any]:
        from airflow.sdk.exceptions import AirflowSkipException

        from loan_documents.links import queue_url
        from student_loans.review.batch import waiting_batch

        events = [event for events in (triggering_asset_events or {}).values() for event in events]
        run_ids = [str(event.extra["run_id"]) for event in events if "run_id" in event.extra]
        run = current_run()
        batch = waiting_batch(run.conninfo, run.settings.review, run_ids)
        if batch is None:
            raise AirflowSkipException("No document of this batch is in review.")
        return {
            "run_id": batch.run_id,
            "documents": batch.documents,
            "money_at_risk": f"{batch.money_at_risk:,.0f}",
            "queue_url": queue_url(batch.run_id),
        }

    @task(outlets=[REVIEWED], doc_md="Reports the documents that reviewers accepted.")
    def release_batch(batch: dict[str, Any], outlet_events: Any = None) -> dict[str, int]:
        from student_loans.review.store import ReviewStore

        run = current_run()
        sums = ReviewStore(run.conninfo, run.settings.review).release_sums(batch["run_id"])
        outlet_events[REVIEWED].extra = {"run_id": batch["run_id"], **sums}
        return sums

    batch = find_batch()
    question = HITLOperator(
        task_id="review_batch",
        subject="Review {{ ti.xcom_pull(task_ids='find_batch')['documents'] }} documents of a batch",
        body=_BODY,
        options=[RELEASE, LEAVE],
        defaults=[LEAVE],
        response_timeout=timedelta(days=7),
        doc_md="Asks one question per batch; no worker waits for the answer.",
    )
    # TaskFlow turns the result of one task into the argument of another; its types do not say so.
    alerts = SendAlertsOperator(
        task_id="send_alerts",
        scope="stages",
        execution_timeout=timedelta(minutes=5),
        doc_md="Sends alerts for failed tasks and for tasks that work again, and delivers waiting messages.",
    ).as_teardown()
    batch >> question >> release_batch(batch) >> alerts  # type: ignore[arg-type]


document_review()
