"""The main job: a folder of student-loan documents into validated records, a report and a summary."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import Asset, Param, TriggerRule, dag, get_current_context, task
from airflow.sdk.definitions.callback import SyncCallback
from airflow.sdk.definitions.deadline import DeadlineAlert, DeadlineReference

from loan_documents.notifications.alert import AlertNotifier, report_late_run
from loan_documents.operators.bias_slice import BiasSliceOperator
from loan_documents.operators.document_acquire import DocumentAcquireOperator
from loan_documents.operators.expectations import ExpectationsOperator
from loan_documents.operators.send_alerts import SendAlertsOperator
from loan_documents.reading_tasks import read_documents, validate_documents
from loan_documents.run_context import current_run
from loan_documents.task_defaults import task_defaults
from student_loans.settings import settings

# DVC allows one writer: runs that end at the same time version their data one after the other.
DVC_POOL = "dvc"
RECORDS = Asset("loan_document_records", uri="x-loan-documents://records")
EXPECTATIONS = Asset("loan_document_expectations", uri="x-loan-documents://expectations")
WITHOUT_NEWS = [
    "validate_documents", "preprocess_documents", "extract_data", "validate_extraction", "collect_features",
    "detect_anomalies", "check_bias", "store_results", "version_data",
]  # fmt: skip
"""Tasks that are skipped when no file is new: everything but the report and the alerts."""

DOC = """
### Student-loan documents into validated records

A document is **acquired** (copied under its SHA-256), **checked** (real format, limits, encryption), **prepared**
(pages rendered and scored), **read** (text layer or OCR, then fields), **validated** (Great Expectations),
checked for **anomalies**, **stored** (PostgreSQL, one transaction), **versioned** (DVC) and **reported**.

* A bad document is a result: it is quarantined with a code, and the run goes on.
* A broken service is an error: it is retried, then the task fails. The report is always written.
* A second run over the same files processes nothing twice; if no file is new, all tasks but report and alerts are skipped.
* Alerts are stored with the results and sent at the end; a failing channel fails no task.

Parameters: `source` (a folder, bucket, API or query), `source_conn_id` (its connection), `documents_per_task`
(0 chooses), `reprocess` (also known documents).
Results: tables `loan_documents.*` of the connection `loan_documents_db`; `reports/<run id>/`.
"""


@dag(
    dag_display_name="Document processing pipeline",
    schedule=None,
    catchup=False,
    max_active_runs=1,
    tags=["loan-documents", "extraction"],
    doc_md=DOC,
    on_failure_callback=AlertNotifier(),
    deadline=DeadlineAlert(
        reference=DeadlineReference.DAGRUN_QUEUED_AT,
        interval=timedelta(minutes=settings().operations.deadline_minutes),
        callback=SyncCallback(report_late_run),
    ),
    params={
        "source": Param(
            "samples/documents",
            type="string",
            title="Source",
            description="Where the documents are: a folder (a path relative to the project, an absolute path, or a "
            "file:// URI), s3://bucket/prefix, http(s)://… (an API) or postgresql:// (a query of the connection). "
            "Only what the settings `sources` or the connection allow.",
        ),
        "source_conn_id": Param(
            "",
            type="string",
            title="Connection of the source",
            description="Airflow connection with the credentials and options of the source; empty where it needs none.",
        ),
        "documents_per_task": Param(
            0,
            type="integer",
            minimum=0,
            maximum=1000,
            title="Documents per task",
            description="Documents that one mapped task processes. 0 chooses: single documents while there are few, "
            "groups of up to 500 when there are many.",
        ),
        "reprocess": Param(
            False,
            type="boolean",
            title="Reprocess known documents",
            description="Process documents again that an earlier run has processed.",
        ),
    },
    default_args=task_defaults(),
)
def document_processing_pipeline() -> None:
    """Connect the tasks."""
    acquired = DocumentAcquireOperator(
        task_id="acquire_documents",
        source="{{ params.source }}",
        source_conn_id="{{ params.source_conn_id }}",
        reprocess="{{ params.reprocess }}",
        skipped_without_news=WITHOUT_NEWS,
        doc_md="Copies new documents of the source into the object store and accounts for every file.",
    )

    @task(
        trigger_rule=TriggerRule.NONE_FAILED,
        doc_md="One row of features a document (no values): `runs/<run id>/features.parquet` in the object store.",
    )
    def collect_features(extracted: Any) -> int:
        from student_loans.pipeline.store_stage import EARLY_PARTS
        from student_loans.preparation.feature_parts import write_features
        from student_loans.validation.source_stage import part_names

        # With a single group, Airflow returns the result itself instead of a list of one.
        parts = part_names([*EARLY_PARTS, extracted])
        return write_features(current_run().folder, parts)

    @task(
        trigger_rule=TriggerRule.NONE_FAILED,
        doc_md="Finds anomalies in the batch, compared with the records of earlier runs; changes no record.",
    )
    def detect_anomalies() -> dict[str, Any]:
        from dataclasses import asdict

        from student_loans.anomalies.settings import anomaly_settings
        from student_loans.anomalies.stage import detect_in_run
        from student_loans.anomalies.store import AnomalyStore

        run = current_run()
        return asdict(detect_in_run(run.folder, run.open(AnomalyStore), anomaly_settings()))

    @task(
        trigger_rule=TriggerRule.NONE_FAILED,
        doc_md="Stores the batch in PostgreSQL: all of it in one transaction, or nothing.",
    )
    def store_results() -> int:
        from loan_documents.notifications.failure import run_url
        from student_loans.pipeline.store_stage import store_batch

        run = current_run()
        return store_batch(run.folder, run.results, dag_id=run.dag_id, url=run_url(run.dag_id, run.airflow_run_id))

    # This task emits the asset: a DAG that it starts can name the data version of the records.
    @task(
        outlets=[RECORDS],
        pool=DVC_POOL,
        # Longer than the wait for the workspace plus one DVC command, by the settings `versioning`.
        execution_timeout=timedelta(hours=2),
        doc_md="Makes a version of the run's data (DVC), pushes it to the remote of `dvc_remote`, and records it.",
    )
    def version_data(documents: Any, outlet_events: Any = None) -> str:
        from loan_documents.hooks.dvc import DvcHook
        from student_loans.versioning.store import DataVersionStore

        run = current_run()
        version = DvcHook().version_run(run.folder)
        run.open(DataVersionStore).record(version)
        outlet_events[RECORDS].extra = {"run_id": run.run_id, "documents": documents, "data_version": version.version}
        return version.version

    @task(
        trigger_rule=TriggerRule.ALL_DONE,
        doc_md="Writes records.jsonl, summary.json and report.html. Always runs; fails if the run lost something.",
    )
    def generate_reports() -> dict[str, Any]:
        from dataclasses import asdict

        from loan_documents.notifications.failure import RunFailed
        from loan_documents.task_history import task_history
        from student_loans.intake.listing import Listing
        from student_loans.reports.stage import report_run

        seconds, failed = task_history(get_current_context())
        run = current_run()
        listing = Listing.read(run.folder)
        result = report_run(
            run.run_id, run.results, run.settings, stage_seconds=seconds, failed_stages=failed, listing=listing
        )
        if result.state != "success":
            # This leaf decides the state of the run: a run that lost something must not end green because of its report.
            raise RunFailed(f"The run failed, see {result.report_uri}")
        return asdict(result)

    groups = validate_documents()
    extracted = read_documents.expand(group=groups)
    validated = ExpectationsOperator(
        task_id="validate_extraction",
        parts=["refused", "quarantined", extracted],
        on_failure="quarantine",
        outlets=[EXPECTATIONS],
        trigger_rule=TriggerRule.NONE_FAILED,
        doc_md="Validates the batch with Great Expectations; failing documents go to review with the expectation's name.",
    )
    # Measures a batch without labels; changes no record.
    bias = BiasSliceOperator(
        task_id="check_bias",
        parts=["validated"],
        trigger_rule=TriggerRule.NONE_FAILED,
        doc_md="Measures completeness, confidence, acceptance and review by slice; reports slices that are served worse.",
    )
    alerts = SendAlertsOperator(
        task_id="send_alerts",
        reporting_tasks=["generate_reports"],
        execution_timeout=timedelta(minutes=5),
        doc_md="Evaluates the alert rules on the run, and delivers the outbox. Always runs.",
    ).as_teardown()
    acquired >> groups
    stored = store_results()
    anomalies = detect_anomalies()
    # Both read the validated records and change none. They run in parallel, as each step of a chain costs a second.
    [validated, collect_features(extracted)] >> anomalies
    validated >> bias
    [anomalies, bias] >> stored
    version_data(stored) >> generate_reports() >> alerts


document_processing_pipeline()
