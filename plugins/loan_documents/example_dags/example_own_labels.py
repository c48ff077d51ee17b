"""Bias measured on labels of your own: true values of documents that any DAG has read before.

The file has a JSON object a line, with ``document_id`` (SHA-256 of the bytes), ``document_type`` and ``fields``.
Connections: ``loan_documents_db`` and ``loan_documents_store``.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import Param, dag, task

from loan_documents.operators.bias_slice import BiasSliceOperator
from loan_documents.run_context import current_run


@dag(
    dag_display_name="Example: bias on own labels",
    schedule=None,
    catchup=False,
    tags=["loan-documents", "example"],
    doc_md=__doc__,
    params={
        "labels": Param(
            "inbox/labels.jsonl", type="string", description="File in a folder that `sources.folders` allows."
        )
    },
    default_args={"owner": "loan-documents", "retries": 2},
)
def example_own_labels() -> None:
    """Import the labels, then measure."""

    @task(doc_md="Stores the labels; labels of documents without a record wait for one.")
    def store_labels(params: dict[str, Any] | None = None) -> int:
        from student_loans.intake.sources import SourceAccess
        from student_loans.labels.exchange import read_label_file
        from student_loans.labels.store import LabelStore

        run = current_run()
        file = SourceAccess.of(run.settings, [str(run.store.root)]).path((params or {})["labels"])
        labels = run.open(LabelStore)
        labels.migrate()
        return labels.store_labels(read_label_file(file, None))

    store_labels() >> BiasSliceOperator(
        task_id="measure_bias", doc_md="Slices, compares, names what is served worse, and writes the page."
    )


example_own_labels()
