"""Several sources in one run: a mapped task acquires each of them, and all documents are read as one batch.

Connections and pool as in ``example_loan_documents``. The document that two sources have is read once and counted as a duplicate.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import Param, TriggerRule, dag, task

from loan_documents.operators.document_acquire import DocumentAcquireOperator
from loan_documents.operators.expectations import ExpectationsOperator
from loan_documents.reading_tasks import read_documents, store_documents, validate_documents


@dag(
    dag_display_name="Example: several sources",
    schedule=None,
    catchup=False,
    tags=["loan-documents", "example"],
    doc_md=__doc__,
    params={
        "sources": Param(
            ["inbox/first", "inbox/second"],
            type="array",
            items={"type": "string"},
            description="Folders, s3://bucket/prefix or http(s)://… that the settings `sources` allow.",
        )
    },
    default_args={"owner": "loan-documents", "retries": 2},
)
def example_two_sources() -> None:
    """Connect the tasks."""

    @task(doc_md="The sources to acquire; another DAG would ask a registry for them.")
    def list_sources(params: dict[str, Any] | None = None) -> list[str]:
        return list((params or {})["sources"])

    acquired = DocumentAcquireOperator.partial(
        task_id="acquire_documents", doc_md="Copies the new documents of one source into the object store."
    ).expand(source=list_sources())
    groups = validate_documents()
    validated = ExpectationsOperator(
        task_id="validate_extraction",
        parts=["refused", "quarantined", read_documents.expand(group=groups)],
        trigger_rule=TriggerRule.NONE_FAILED,
        doc_md="Validates the batch with Great Expectations; failing documents go to review.",
    )
    acquired >> groups
    validated >> store_documents()


example_two_sources()
