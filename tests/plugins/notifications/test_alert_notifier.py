"""Callbacks: what failed becomes an alert, without a value or a secret, and never an error of its own."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk import DAG

from loan_documents.notifications.alert import AlertNotifier, report_late_run
from loan_documents.notifications.failure import RunFailed, verdict_of
from student_loans.alerts.failures import RUN_LATE, TASK_FAILED, recovered, run_failed
from student_loans.alerts.store import AlertStore
from student_loans.errors import ErrorCode, ServiceError
from tests.connections import postgres_connection
from tests.receivers import HttpReceiver, MailServer, free_port, slack_webhook_connection

pytestmark = pytest.mark.integration

SSN, PASSWORD = "987-65-4321", "correct-horse-battery"


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch, store: AlertStore, empty_database: str) -> None:
    """The connection ``loan_documents_db`` leads to this test's database."""
    monkeypatch.setenv("AIRFLOW_CONN_LOAN_DOCUMENTS_DB", postgres_connection(empty_database))


@pytest.fixture
def no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """The results database does not answer."""
    connection = {"conn_type": "postgres", "host": "127.0.0.1", "port": free_port(), "login": "x", "schema": "x"}
    monkeypatch.setenv("AIRFLOW_CONN_LOAN_DOCUMENTS_DB", json.dumps(connection))


def context(error: BaseException | None = None, **changes: Any) -> Any:
    """What Airflow gives a task's callback, as far as it is looked at."""
    values = {"dag_id": "pipeline", "task_id": "store_results", "run_id": "r1", "try_number": 3, "max_tries": 2}
    values |= {"log_url": "http://127.0.0.1:8080/dags/pipeline/runs/r1/tasks/store_results"}
    ti = SimpleNamespace(**(values | changes))
    return {"ti": ti, "dag": DAG(ti.dag_id), "run_id": ti.run_id, "exception": error}


def dag_context(run_id: str = "r1") -> Any:
    return {"dag": DAG("pipeline"), "run_id": run_id, "reason": "task_failure"}


DOWN = ServiceError(ErrorCode.DATABASE_UNAVAILABLE, "The results database does not answer.")


@pytest.mark.usefixtures("database")
class TestTold:
    def test_dag_task_document_try_code_log_and_what_to_do(self, slack: HttpReceiver, mail: MailServer) -> None:
        AlertNotifier()(context(DOWN, rendered_map_index="note 3.pdf"))
        [post] = slack.posts
        text = json.dumps(post)
        for part in (
            "pipeline: store_results failed (database_unavailable)", "note 3.pdf", "try 3 of 3",
            "Check that PostgreSQL runs", "http://127.0.0.1:8080/dags/pipeline/runs/r1/tasks/store_results",
        ):  # fmt: skip
            assert part in text
        assert len(mail.letters) == 1

    def test_many_instances_of_a_task_and_the_run_itself_are_one_cause(self, slack: HttpReceiver) -> None:
        for _ in range(5):
            AlertNotifier()(context(DOWN))
        AlertNotifier()(context(RunFailed("The run failed"), task_id="generate_reports"))
        AlertNotifier()(dag_context())
        assert len(slack.posts) == 1

    def test_a_run_that_no_task_explains_is_told(self, slack: HttpReceiver) -> None:
        AlertNotifier()(dag_context())
        assert [post["text"] for post in slack.posts] == ["[CRITICAL] A run of pipeline failed"]

    def test_a_late_run_is_told_once(self, slack: HttpReceiver) -> None:
        run = {"dag_run": {"dag_id": "pipeline", "dag_run_id": "r1"}, "deadline": {"id": "x"}}
        report_late_run(context=run)
        report_late_run(context=run)
        assert [post["text"] for post in slack.posts] == ["[WARNING] A run of pipeline is late"]


class TestPrivacy:
    @pytest.mark.parametrize(
        "error",
        [
            ValueError(f"cannot parse {SSN}"),
            RuntimeError(f"postgresql://app:{PASSWORD}@db refused"),
            ServiceError(ErrorCode.OCR_FAILED, f"A page of {SSN}.pdf"),
        ],
    )
    def test_an_error_s_words_are_not_told(
        self, error: Exception, database: None, store: AlertStore, slack: HttpReceiver, mail: MailServer
    ) -> None:
        AlertNotifier()(context(error, rendered_map_index=f"note {SSN}.pdf"))
        told = json.dumps(slack.posts) + str([letter.as_string() for letter in mail.letters])
        told += json.dumps(store.history(), default=str)
        assert slack.posts
        assert SSN not in told
        assert PASSWORD not in told

    def test_a_wrapped_error_of_ours_keeps_its_code(self) -> None:
        try:
            try:
                raise DOWN
            except ServiceError as error:
                raise RuntimeError(SSN) from error
        except RuntimeError as outer:
            verdict = verdict_of(context(outer))
        assert "(database_unavailable)" in verdict.title
        assert DOWN.message in verdict.detail


class TestWithoutDatabase:
    def test_the_message_goes_straight_to_the_channels(
        self, no_database: None, slack: HttpReceiver, mail: MailServer
    ) -> None:
        AlertNotifier()(context(DOWN))
        assert [post["text"] for post in slack.posts] == [
            "[CRITICAL] pipeline: store_results failed (database_unavailable)"
        ]
        assert len(mail.letters) == 1

    def test_instances_of_a_mapped_task_leave_it_to_the_run(self, no_database: None, slack: HttpReceiver) -> None:
        for map_index in range(3):
            AlertNotifier()(context(DOWN, map_index=map_index))
        AlertNotifier()(dag_context())
        assert [post["text"] for post in slack.posts] == ["[CRITICAL] A run of pipeline failed"]

    def test_no_value_goes_straight_to_the_channels(self, no_database: None, slack: HttpReceiver) -> None:
        AlertNotifier()(context(DOWN, rendered_map_index=f"note {SSN}.pdf"))
        assert SSN not in json.dumps(slack.posts)

    def test_a_failing_alert_is_no_error(self, no_database: None, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AIRFLOW_CONN_SLACK_ALERTS", slack_webhook_connection(free_port()))
        AlertNotifier()(context(DOWN))
        AlertNotifier()({})


class TestRecovery:
    OPEN = ({"rule": TASK_FAILED, "cause": "task_failed:pipeline.store_results:x", "severity": "critical", "title": "t",
             "dag_id": "pipeline", "last_run_id": "r1"},)  # fmt: skip

    def test_a_task_that_succeeds_in_a_later_run_has_recovered(self) -> None:
        [verdict] = recovered(self.OPEN, run_id="r2", failed_tasks=())
        assert not verdict.firing

    def test_a_task_that_fails_again_or_in_this_very_run_has_not(self) -> None:
        assert recovered(self.OPEN, run_id="r2", failed_tasks=["store_results"]) == []
        assert recovered(self.OPEN, run_id="r1", failed_tasks=()) == []

    def test_a_late_run_that_has_ended_is_not_late(self) -> None:
        late = self.OPEN[0] | {"rule": RUN_LATE, "cause": "run_late:pipeline"}
        assert len(recovered([late], run_id="r1", failed_tasks=["x"])) == 1


def test_a_task_that_failed_without_an_alert_is_named() -> None:
    assert "Task extract_data failed without an alert" in run_failed("pipeline", "", task_id="extract_data").detail
