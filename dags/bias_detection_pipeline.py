"""Bias: measures on labelled documents whether every kind of document is served equally well, and mitigates."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import Asset, AssetOrTimeSchedule, Param, dag, task

from loan_documents.notifications.alert import AlertNotifier
from loan_documents.operators.bias_slice import BiasSliceOperator
from loan_documents.operators.send_alerts import SendAlertsOperator
from loan_documents.schedules import utc_cron
from loan_documents.task_defaults import task_defaults

LABELS = Asset("loan_document_labels", uri="x-loan-documents://labels")
FINDINGS = Asset("loan_document_bias_findings", uri="x-loan-documents://bias-findings")

DOC = """
### Is every kind of document served equally well?

Labelled documents that have a record are **sliced** (type, lender, pages, format, rendering, quality, and pairs). Each slice
is **measured** (fields read correctly, completeness, acceptance, error among accepted, review, calibration, time) and
**compared** with the other documents. A slice is **named** only if its gap is larger than chance. Mitigations are
**simulated** on held-out labels, with their cost. The **report** is `reports/<run id>/bias.html`.

`apply` selects a mitigation for the main DAG: one that this run simulates, `rollback` to the previous one, or `none` (no
change). The DAG runs when labels are new (`import_labels`, reviewers) and every Monday.
"""


@dag(
    dag_display_name="Bias detection",
    schedule=AssetOrTimeSchedule(timetable=utc_cron("0 5 * * 1"), assets=[LABELS]),
    catchup=False,
    max_active_runs=1,
    tags=["loan-documents", "bias"],
    doc_md=DOC,
    on_failure_callback=AlertNotifier(),
    params={
        "apply": Param(
            "none",
            type="string",
            enum=["none", "thresholds", "quotas", "rollback"],
            title="Put into use",
            description="The mitigation that the main DAG applies from now on; rollback: the previous one; none: no change.",
        ),
    },
    default_args=task_defaults(),
)
def bias_detection_pipeline() -> None:
    """Connect the tasks."""
    sliced = BiasSliceOperator(
        task_id="slice_documents", slice_only=True, doc_md="Joins labels with records; returns counts only."
    )

    @task(doc_md="Every metric of every slice, with intervals, by fairlearn's MetricFrame.")
    def measure_slices() -> dict[str, int]:
        from dataclasses import asdict

        from loan_documents.bias_steps import open_step
        from student_loans.fairness.stage import measure_run

        step = open_step()
        return asdict(measure_run(step.run, step.store, step.options, labelled=True))

    @task(doc_md="Compares each slice with the other documents, corrected for the number of comparisons.")
    def compare_slices() -> int:
        from loan_documents.bias_steps import open_step
        from student_loans.fairness.stage import compare_run

        step = open_step()
        return compare_run(step.run, step.store, step.options, labelled=True)

    @task(outlets=[FINDINGS], doc_md="Names slices at a disadvantage, with the likely cause.")
    def find_bias(outlet_events: Any = None) -> int:
        from loan_documents.bias_steps import open_step
        from student_loans.fairness.stage import find_run

        step = open_step()
        found = len(find_run(step.run, step.store, step.options, labelled=True))
        outlet_events[FINDINGS].extra = {"run_id": step.run.run_id, "findings": found}
        return found

    @task(
        execution_timeout=timedelta(hours=2),
        doc_md="Fits mitigations on one part of the labels and evaluates them on the other.",
    )
    def simulate_mitigations() -> dict[str, int]:
        from loan_documents.bias_steps import open_step
        from student_loans.fairness.stage import simulate_run
        from student_loans.understanding.confidence import confidence_model

        step = open_step()
        accept_above = confidence_model().accept_above
        return simulate_run(step.run, step.store, accept_above, step.options)

    @task(doc_md="Puts the chosen mitigation into use, or rolls back; by default nothing changes.")
    def apply_mitigation(params: dict[str, Any] | None = None) -> int | None:
        from loan_documents.bias_steps import open_step
        from student_loans.fairness.stage import apply_choice

        step = open_step()
        return apply_choice(step.run, step.store, (params or {})["apply"])

    @task(doc_md="Writes bias.html and bias.json.")
    def report_bias(counts: Any, versions: Any, active_version: Any) -> str:
        from loan_documents.bias_steps import open_step
        from student_loans.fairness.stage import BiasCounts
        from student_loans.fairness.stage import report_bias as write_report
        from student_loans.settings import settings

        step = open_step()
        return write_report(
            step.run,
            BiasCounts(**counts),
            step.options,
            settings().storage.reports_uri,
            labelled=True,
            versions=versions,
            active_version=active_version,
        )

    versions = simulate_mitigations()
    applied = apply_mitigation()
    sliced >> measure_slices() >> compare_slices() >> find_bias() >> versions >> applied
    alerts = SendAlertsOperator(
        task_id="send_alerts",
        scope="stages",
        execution_timeout=timedelta(minutes=5),
        doc_md="Evaluates the alert rules on accuracy and bias, and delivers waiting messages. Always runs.",
    ).as_teardown()
    report_bias(sliced.output, versions, applied) >> alerts


bias_detection_pipeline()
