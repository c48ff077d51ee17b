"""The shortest pipeline that reads documents: a folder or bucket into validated rows of PostgreSQL.

Connections: ``loan_documents_db`` (PostgreSQL) and ``loan_documents_store`` (a folder, or S3). Pool: ``ocr``. The project's
own DAG, ``document_processing_pipeline``, adds anomalies, bias, data versions, reports and alerts to these five tasks.
"""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import Param, TriggerRule, dag

from loan_documents.operators.document_acquire import DocumentAcquireOperator
from loan_documents.operators.expectations import ExpectationsOperator
from loan_documents.reading_tasks import read_documents, store_documents, validate_documents
from loan_documents.retry import RETRY_POLICY


@dag(
    dag_display_name="Example: loan documents",
    schedule=None,
    catchup=False,
    max_active_runs=1,
    tags=["loan-documents", "example"],
    doc_md=__doc__,
    params={
        "source": Param(
            "inbox",
            type="string",
            description="A folder (relative to AIRFLOW_HOME, or to LOAN_DOCUMENTS_HOME), s3://bucket/prefix or http(s)://…",
        ),
        "source_conn_id": Param(
            "", type="string", description="Connection with the credentials of the source, if any."
        ),
        "documents_per_task": Param(0, type="integer", minimum=0, description="Documents per mapped task; 0 chooses."),
    },
    default_args={
        "owner": "loan-documents",
        "retries": 2,
        "retry_delay": timedelta(seconds=10),
        "retry_policy": RETRY_POLICY,
        "execution_timeout": timedelta(minutes=30),
    },
)
def example_loan_documents() -> None:
    """Connect the tasks."""
    acquired = DocumentAcquireOperator(
        task_id="acquire_documents",
        source="{{ params.source }}",
        source_conn_id="{{ params.source_conn_id }}",
        doc_md="Copies new documents of the source into the object store.",
    )

    groups = validate_documents()
    validated = ExpectationsOperator(
        task_id="validate_extraction",
        parts=["refused", "quarantined", read_documents.expand(group=groups)],
        on_failure="quarantine",
        trigger_rule=TriggerRule.NONE_FAILED,
        doc_md="Validates the batch with Great Expectations; failing documents go to review.",
    )
    acquired >> groups
    validated >> store_documents()


example_loan_documents()
