"""Import labels: true values of documents from a file, for the bias measurement."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import Asset, Param, dag, task

from loan_documents.notifications.alert import AlertNotifier
from loan_documents.operators.send_alerts import SendAlertsOperator
from loan_documents.run_context import current_run
from loan_documents.task_defaults import task_defaults

LABELS = Asset("loan_document_labels", uri="x-loan-documents://labels")

DOC = """
### Labels of documents into the results database

Reads a file of true values (JSON Lines, or CSV with one value a row) into the table `loan_documents.labels`, all of it or
nothing, and starts `bias_detection_pipeline` if labels are new.

Lines name a document by `document_id` (the SHA-256 of its bytes) or by `file`, the name of a file in `documents`.
Importing the same file twice gives the same rows once.
"""


@dag(
    dag_display_name="Import labels",
    schedule=None,
    catchup=False,
    max_active_runs=1,
    tags=["loan-documents", "bias"],
    doc_md=DOC,
    on_failure_callback=AlertNotifier(),
    params={
        "labels": Param(
            "samples/truth.jsonl",
            type="string",
            title="File with labels",
            description="A .jsonl or .csv file: a path relative to the project, or an absolute path, in a folder of the "
            "setting `sources.folders`.",
        ),
        "documents": Param(
            "samples/documents",
            type=["null", "string"],
            title="Folder of the labelled files",
            description="Folder with the files that lines name, in a folder of the setting `sources.folders`; empty if "
            "every line has a document_id.",
        ),
    },
    default_args=task_defaults(),
)
def import_labels() -> None:
    """One task."""

    @task(outlets=[LABELS], doc_md="Stores the labels, and updates the asset if any label is new or changed.")
    def store_labels(params: dict[str, Any] | None = None, outlet_events: Any = None) -> dict[str, int]:
        from student_loans.intake.sources import SourceAccess
        from student_loans.labels.exchange import read_label_file
        from student_loans.labels.store import LabelStore

        chosen = params or {}
        run = current_run()
        access = SourceAccess.of(run.settings, [str(run.store.root)])
        labels_file = access.path(chosen["labels"])
        documents = access.path(chosen["documents"]) if chosen.get("documents") else None
        store = run.open(LabelStore)
        store.migrate()
        changed = store.store_labels(read_label_file(labels_file, documents))
        labels, with_record = store.count()
        outlet_events[LABELS].extra = {"run_id": run.run_id, "changed": changed}
        return {"changed": changed, "labels": labels, "with_record": with_record}

    alerts = SendAlertsOperator(
        task_id="send_alerts",
        scope="stages",
        execution_timeout=timedelta(minutes=5),
        doc_md="Sends alerts when the import failed or works again, and delivers waiting messages.",
    ).as_teardown()
    store_labels() >> alerts


import_labels()
