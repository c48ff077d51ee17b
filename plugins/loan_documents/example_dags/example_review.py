"""Review of records that another pipeline made: people check them on the pages of their documents, in the review queue.

The records are JSON Lines in the form of ``records.jsonl`` (``document_id`` is the SHA-256 of the bytes of a file); the documents
are acquired and prepared here, so that reviewers see their pages. Connections and pool as in ``example_loan_documents``.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import Param, TriggerRule, dag, task

from loan_documents.operators.document_acquire import DocumentAcquireOperator
from loan_documents.operators.expectations import ExpectationsOperator
from loan_documents.reading_tasks import preprocess_documents, store_documents, validate_documents
from loan_documents.run_context import current_run


@dag(
    dag_display_name="Example: review of other records",
    schedule=None,
    catchup=False,
    tags=["loan-documents", "example"],
    doc_md=__doc__,
    params={
        "source": Param("inbox/documents", type="string", description="Folder, bucket or API with the documents."),
        "records": Param(
            "inbox/records.jsonl", type="string", description="File in a folder that `sources.folders` allows."
        ),
    },
    default_args={"owner": "loan-documents", "retries": 2},
)
def example_review() -> None:
    """Connect the tasks."""
    acquired = DocumentAcquireOperator(task_id="acquire_documents", source="{{ params.source }}")

    @task(
        trigger_rule=TriggerRule.NONE_FAILED, doc_md="Takes the other pipeline's records; each document goes to review."
    )
    def take_records(params: dict[str, Any] | None = None) -> dict[str, list[str]]:
        import json
        from dataclasses import replace

        from student_loans.intake.sources import SourceAccess
        from student_loans.records import DocumentRecord, Status

        run = current_run()
        file = SourceAccess.of(run.settings, [str(run.store.root)]).path((params or {})["records"])
        records = [DocumentRecord.from_json(json.loads(line)) for line in file.read_text(encoding="utf-8").splitlines()]
        part = run.folder.own("theirs")
        waiting = (
            replace(record, status=Status.REVIEW, review_reasons=(*record.review_reasons, "made by another pipeline"))
            for record in records
        )
        run.folder.write_records(part, waiting)
        return {"parts": [part]}

    groups = validate_documents()
    taken = take_records()
    acquired >> groups
    preprocess_documents.expand(group=groups) >> taken
    validated = ExpectationsOperator(
        task_id="validate_records", parts=["refused", "quarantined", taken], trigger_rule=TriggerRule.NONE_FAILED
    )
    validated >> store_documents()


example_review()
