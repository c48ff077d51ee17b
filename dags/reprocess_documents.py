"""Process published documents again after a change of settings or code, next to the published records."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import Param, TriggerRule, dag, get_current_context, task

from loan_documents.notifications.alert import AlertNotifier
from loan_documents.operators.expectations import ExpectationsOperator
from loan_documents.operators.send_alerts import SendAlertsOperator
from loan_documents.reading_tasks import read_documents, validate_documents
from loan_documents.run_context import current_run
from loan_documents.task_defaults import task_defaults

if TYPE_CHECKING:
    from airflow.sdk import Context

DOC = """
### Reprocessing after a change

`mode` selects the step. Use them in this order:

* `plan` reports the number of documents and their cost, and changes nothing: `reports/<run id>/plan.json` and the task's log.
* `compare` makes new records **next to** the published ones (shadows) and reports what would change, by field, by lender,
  in dollars: `reports/<run id>/changes.html`.
* `publish` does the same (records made by `compare` are reused) and publishes the records in one transaction. The
  older ones stay in `loan_documents.record_versions`.
* `discard` deletes the shadows of the selected documents.

Selection: `outdated` (not made by the current settings and code), `made_under` (a fingerprint), `document_type`,
`lender`, `document_ids`; each narrows further.
"""


def _publishes(context: Context) -> bool:
    return bool(context["params"]["mode"] == "publish")


@dag(
    dag_display_name="Reprocess documents",
    schedule=None,
    catchup=False,
    max_active_runs=1,
    tags=["loan-documents", "reprocessing"],
    doc_md=DOC,
    on_failure_callback=AlertNotifier(),
    params={
        "mode": Param(
            "plan",
            enum=["plan", "compare", "publish", "discard"],
            title="How far",
            description="plan: report number and cost. compare: make records next to the published ones and "
            "report what would change. publish: the same, then publish. discard: delete the records of compare.",
        ),
        "outdated": Param(
            True,
            type="boolean",
            title="Only outdated records",
            description="Only records that the current settings and code did not make.",
        ),
        "made_under": Param(
            "",
            type="string",
            pattern="^([0-9a-f]{12})?$",
            title="Made under",
            description="Only records made under this fingerprint of settings and code; empty means any.",
        ),
        "document_type": Param(
            "",
            type="string",
            title="Document type",
            description="Only documents of this type, such as loan_disclosure; empty means any.",
        ),
        "lender": Param(
            "",
            type="string",
            title="Lender or servicer",
            description="Only documents of this lender or servicer, in any case; empty means any.",
        ),
        "document_ids": Param(
            [],
            type="array",
            items={"type": "string", "pattern": "^[0-9a-fA-F]{64}$"},
            title="Documents",
            description="Only these documents, by SHA-256; an empty list means any.",
        ),
        "documents_per_task": Param(
            0,
            type="integer",
            minimum=0,
            maximum=1000,
            title="Documents per task",
            description="Documents that one mapped task processes; 0 chooses.",
        ),
    },
    default_args=task_defaults(),
)
def reprocess_documents() -> None:
    """Connect the tasks: between selection and comparison they are those of the main DAG."""

    @task(doc_md="Selects published documents, and reports their number and the cost of reprocessing.")
    def select_documents(params: dict[str, Any] | None = None) -> dict[str, Any]:
        from dataclasses import asdict

        from student_loans.reprocessing.stage import Mode, selection_of, start_reprocessing
        from student_loans.reprocessing.versions import RecordVersions

        asked = params or {}
        run, mode = current_run(), Mode(asked["mode"])
        versions = run.open(RecordVersions)
        return asdict(start_reprocessing(run.folder, run.results, versions, run.settings, mode, selection_of(asked)))

    @task.short_circuit(doc_md="Skips the next tasks if the run only plans or discards, or selects nothing.")
    def go_on(start: dict[str, Any]) -> bool:
        return bool(start["goes_on"])

    @task(
        trigger_rule=TriggerRule.NONE_FAILED,
        doc_md="Stores the new records next to the published ones and reports which values would change.",
    )
    def compare_records(params: dict[str, Any] | None = None) -> dict[str, Any]:
        from dataclasses import asdict

        from student_loans.reprocessing.stage import Mode, compare_batch
        from student_loans.reprocessing.versions import RecordVersions

        run = current_run()
        publishes = Mode((params or {})["mode"]) is Mode.PUBLISH
        return asdict(compare_batch(run.folder, run.open(RecordVersions), run.settings, publishes=publishes))

    @task.run_if(_publishes, skip_message="Compared only: nothing is published.")
    @task(doc_md="Publishes the new records in one transaction, if `mode` is `publish`.")
    def publish_records() -> int:
        from student_loans.pipeline.store_stage import store_batch

        run = current_run()
        return store_batch(run.folder, run.results)

    @task(trigger_rule=TriggerRule.ALL_DONE, doc_md="Closes the run in the results database. Always runs.")
    def close_run() -> str:
        from loan_documents.notifications.failure import RunFailed
        from loan_documents.task_history import task_history
        from student_loans.runs import RunState

        seconds, failed = task_history(get_current_context())
        state = RunState.FAILED if failed else RunState.SUCCESS
        run = current_run()
        run.results.finish_run(run.run_id, state, seconds=seconds)
        if failed:
            raise RunFailed(f"These tasks failed: {', '.join(failed)}.")
        return state.value

    # These documents are already in the ledger.
    groups = validate_documents(in_ledger=False)
    validated = ExpectationsOperator(
        task_id="validate_extraction",
        parts=["quarantined", read_documents.expand(group=groups)],
        on_failure="quarantine",
        trigger_rule=TriggerRule.NONE_FAILED,
        doc_md="Validates the batch with Great Expectations, as in the main DAG.",
    )
    go_on(select_documents()) >> groups  # type: ignore[arg-type]
    alerts = SendAlertsOperator(
        task_id="send_alerts",
        scope="stages",
        reporting_tasks=["close_run"],
        execution_timeout=timedelta(minutes=5),
        doc_md="Sends alerts for failed tasks and for tasks that work again, and delivers waiting messages.",
    ).as_teardown()
    validated >> compare_records() >> publish_records() >> close_run() >> alerts


reprocess_documents()
