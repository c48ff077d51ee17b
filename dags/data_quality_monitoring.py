"""Quality of the stored records: freshness, expectations, schema, statistics, drift, anomalies, and a report."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import (
    Asset,
    AssetOrTimeSchedule,
    Param,
    TriggerRule,
    dag,
    get_current_context,
    task,
)

from loan_documents.notifications.alert import AlertNotifier
from loan_documents.operators.expectations import ExpectationsOperator
from loan_documents.operators.send_alerts import SendAlertsOperator
from loan_documents.run_context import current_run
from loan_documents.schedules import utc_cron
from loan_documents.task_defaults import task_defaults
from student_loans.settings import settings as pipeline_settings
from student_loans.statistics.interpreter import tfdv_python

# These tasks exchange files: with several workers, exactly one serves their queue.
STATISTICS_QUEUE = pipeline_settings().operations.statistics_queue
RECORDS = Asset("loan_document_records", uri="x-loan-documents://records")
EXPECTATIONS = Asset("loan_document_expectations", uri="x-loan-documents://expectations")

DOC = """
### Quality of the stored records

Runs when `store_results` has stored records, and every day at 06:00 UTC.

* **Freshness**: the age of the newest record.
* **Expectations**: the suite of `config/expectations.json` over all stored records, inside PostgreSQL. Documents that
  fail a critical one go to review.
* **Schema, statistics, drift and skew**: TensorFlow Data Validation, in its own environment (`make tfdv`), compares the
  last days with the days before and with all older records. A change of the schema is proposed, never applied.
* **Anomalies**: missing values, outliers, shifts, new lenders, formats, processing time.

Results: tables `expectation_results`, `data_statistics`, `anomalies`; `reports/<run id>/data_quality/quality.html`.
"""


@dag(
    dag_display_name="Data quality monitoring",
    schedule=AssetOrTimeSchedule(timetable=utc_cron("0 6 * * *"), assets=[RECORDS]),
    # `make run` stops Airflow as soon as its run has ended; `make up` unpauses this.
    is_paused_upon_creation=True,
    catchup=False,
    max_active_runs=1,
    tags=["loan-documents", "quality"],
    doc_md=DOC,
    on_failure_callback=AlertNotifier(),
    params={
        "days": Param(
            0,
            type="integer",
            minimum=0,
            maximum=3650,
            title="Days",
            description="Days of records to check; 0 takes the number from include/student_loans/config/statistics.yaml.",
        ),
    },
    default_args=task_defaults(execution_timeout=timedelta(hours=1)),
)
def data_quality_monitoring() -> None:
    """Connect the tasks."""

    @task(doc_md="Checks the age of the newest stored record.")
    def check_freshness() -> dict[str, Any]:
        from dataclasses import asdict

        from student_loans.statistics import stage as monitor
        from student_loans.statistics.settings import statistics_settings
        from student_loans.statistics.store import StatisticsStore

        return asdict(monitor.check_freshness(current_run().open(StatisticsStore), statistics_settings()))

    @task.short_circuit(
        queue=STATISTICS_QUEUE,
        ignore_downstream_trigger_rules=False,
        doc_md="Writes the features of the current, previous and reference period; without records, skips the next tasks.",
    )
    def prepare_statistics(params: dict[str, Any] | None = None) -> Any:
        from student_loans.statistics import stage as monitor
        from student_loans.statistics.settings import statistics_settings, with_current_days
        from student_loans.statistics.store import StatisticsStore

        settings = with_current_days(statistics_settings(), int((params or {})["days"]))
        run = current_run()
        return monitor.prepare_statistics(run.run_id, run.open(StatisticsStore), settings)

    @task.external_python(
        queue=STATISTICS_QUEUE,
        python=tfdv_python(),
        expect_airflow=False,
        serializer="dill",
        doc_md="Schema anomalies, statistics, drift and skew by TensorFlow Data Validation, in its own environment.",
    )
    def compute_statistics(request: Any) -> dict[str, Any]:
        from student_loans.statistics.tfdv import analyse_to_file

        return analyse_to_file(request)

    @task(
        queue=STATISTICS_QUEUE,
        doc_md="Stores the statistics in PostgreSQL, and writes a proposal for the schema next to the report.",
    )
    def keep_statistics() -> dict[str, Any]:
        from student_loans.statistics import stage as monitor
        from student_loans.statistics.settings import statistics_settings
        from student_loans.statistics.store import StatisticsStore

        run = current_run()
        reports_uri = run.settings.storage.reports_uri
        return monitor.keep_statistics(run.run_id, run.open(StatisticsStore), statistics_settings(), reports_uri)

    @task(doc_md="Finds anomalies in the records of the period, compared with earlier records.")
    def detect_anomalies(params: dict[str, Any] | None = None) -> dict[str, Any]:
        from dataclasses import asdict
        from datetime import UTC, datetime

        from student_loans.anomalies.settings import anomaly_settings
        from student_loans.anomalies.stage import detect_in_period
        from student_loans.anomalies.store import AnomalyStore
        from student_loans.statistics.settings import statistics_settings, with_current_days

        periods = with_current_days(statistics_settings(), int((params or {})["days"])).periods
        since = datetime.now(UTC) - timedelta(days=periods.current_days)
        run = current_run()
        return asdict(detect_in_period(run.folder, run.open(AnomalyStore), anomaly_settings(), since))

    @task(
        trigger_rule=TriggerRule.ALL_DONE,
        doc_md="Writes quality.html and quality.json. Always runs; fails if another task failed.",
    )
    def report_quality(freshness: Any) -> str:
        from loan_documents.notifications.failure import RunFailed
        from loan_documents.task_history import task_history
        from student_loans.anomalies.store import AnomalyStore
        from student_loans.statistics import stage as monitor
        from student_loans.statistics.store import StatisticsStore
        from student_loans.validation.store import ExpectationStore

        _, failed = task_history(get_current_context())
        run = current_run()
        page = monitor.report_quality(
            run.run_id,
            run.open(StatisticsStore),
            run.open(ExpectationStore).outcomes_of_run(run.run_id),
            run.open(AnomalyStore).anomalies_of_run(run.run_id),
            run.settings.storage.reports_uri,
            failed_stages=failed,
            freshness=monitor.FreshnessResult(**freshness) if freshness else None,
        )
        if failed:
            # This leaf decides the state of the run: incomplete monitoring must not end green.
            raise RunFailed(f"Monitoring is incomplete, see {page}")
        return page

    fresh = check_freshness()
    validated = ExpectationsOperator(
        task_id="validate_stored_records",
        table="records",
        on_failure="quarantine",
        outlets=[EXPECTATIONS],
        doc_md="Validates every stored record inside PostgreSQL; failing documents go to review.",
    )
    request = prepare_statistics()
    computed = compute_statistics(request)
    kept = keep_statistics()
    detected = detect_anomalies()
    fresh >> [validated, request, detected]
    computed >> kept
    alerts = SendAlertsOperator(
        task_id="send_alerts",
        scope="stages",
        reporting_tasks=["report_quality"],
        execution_timeout=timedelta(minutes=5),
        doc_md="Evaluates the alert rules on drift and anomalies, and delivers waiting messages. Always runs.",
    ).as_teardown()
    [validated, kept, detected] >> report_quality(fresh) >> alerts


data_quality_monitoring()
