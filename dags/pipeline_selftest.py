"""Check a deployment from inside: one mapped task per check, on the workers that run the pipeline."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import Param, TriggerRule, dag, get_current_context, task

from loan_documents.task_defaults import task_defaults

DOC = """
### Is this deployment ready?

Trigger it after an installation, an upgrade or a change of connections. Each check is a mapped task named after its
subject: **green** works, **pink** is not set up or was not tried, **red** does not work, and its log says what to do.
The task `summarize` logs all results as a table and fails if a check failed. Each alert channel gets a test message,
unless `send_messages` is off. The checks send nothing else and leave no data.
"""


@dag(
    dag_display_name="Pipeline self-test",
    schedule=None,
    catchup=False,
    tags=["loan-documents", "operations"],
    doc_md=DOC,
    params={
        "send_messages": Param(
            True, type="boolean", description="Send a test message through each channel of alerts_config.yaml."
        )
    },
    default_args=task_defaults(retries=1, execution_timeout=timedelta(minutes=5), on_failure_callback=None),
)
def pipeline_selftest() -> None:
    """Checks, then a table."""

    @task(doc_md="Lists the checks.")
    def list_checks() -> list[str]:
        from loan_documents.selftest import check_names

        return check_names()

    @task(map_index_template="{{ check_label }}", doc_md="Runs one check; the log of a failed check says what to do.")
    def check(name: str) -> None:
        from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

        from loan_documents.selftest import run_check
        from student_loans.selftest.result import Outcome

        context = get_current_context()
        result = run_check(name, send_messages=context["params"]["send_messages"])
        context["check_label"] = f"{name}: {result.outcome}"  # type: ignore[typeddict-unknown-key]
        row = {"check": name, "outcome": result.outcome.value, "detail": result.detail, "todo": result.todo}
        context["ti"].xcom_push(key="result", value=row)
        text = f"{result.detail} {result.todo}".strip()
        if result.outcome is Outcome.FAILED:
            raise AirflowFailException(text)
        if result.outcome in (Outcome.NOT_SET_UP, Outcome.NOT_TRIED):
            raise AirflowSkipException(text)

    @task(trigger_rule=TriggerRule.ALL_DONE, doc_md="Logs all results as a table; fails if a check failed.")
    def summarize(names: list[str]) -> dict[str, Any]:
        import logging

        from airflow.sdk.exceptions import AirflowFailException

        from loan_documents.selftest import table_of

        pulled = get_current_context()["ti"].xcom_pull(
            task_ids="check", key="result", map_indexes=list(range(len(names)))
        )
        results = [row for row in pulled or () if row]
        logging.getLogger(__name__).info("Self-test:\n%s", table_of(results))
        found = {row["check"] for row in results}
        failed = [row["check"] for row in results if row["outcome"] == "failed"]
        failed += [name for name in names if name not in found]
        if failed:
            raise AirflowFailException(f"{len(failed)} of {len(names)} checks failed: {', '.join(failed)}.")
        return {row["check"]: row["outcome"] for row in results}

    names = list_checks()
    check.expand(name=names) >> summarize(names)  # type: ignore[arg-type]


pipeline_selftest()
