"""Nothing is lost when a process is killed: between the results and the message, or in the middle of sending."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from loan_documents.notifications.channels import open_channels
from student_loans.alerts.config import AlertsConfig
from student_loans.alerts.delivery import deliver
from student_loans.alerts.store import AlertStore
from student_loans.results.store import ResultsDatabase
from tests.receivers import (
    HttpReceiver,
    http_receiver,
    mail_server,
    slack_webhook_connection,
    smtp_connection,
)

pytestmark = pytest.mark.integration

PROJECT_ROOT = Path(__file__).resolve().parents[3]

STORE_AND_DIE = """
import os, signal, sys
from student_loans.alerts.stage import alert_with_results
from student_loans.results.store import ResultsDatabase
from tests.record_factory import make_quarantined
database = ResultsDatabase(sys.argv[1])
database.start_run("run-1", dag_id="pipeline", source_uri="file:///inbox", settings_fingerprint="ab")
judge = alert_with_results("run-1", "pipeline")
def within(connection):
    judge(connection)
    if sys.argv[2] == "before the commit":
        os.kill(os.getpid(), signal.SIGKILL)
database.store_records("run-1", [make_quarantined(number) for number in range(12)], within=within)
os.kill(os.getpid(), signal.SIGKILL)
"""

DELIVER = """
import sys
from datetime import UTC, datetime
from loan_documents.notifications.channels import open_channels
from student_loans.alerts.config import load_alerts_config
from student_loans.alerts.delivery import deliver
from student_loans.alerts.store import AlertStore
config = load_alerts_config()
deliver(AlertStore(sys.argv[1]), open_channels(config), config, lambda: datetime.now(UTC))
"""


def start(code: str, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        cwd=PROJECT_ROOT,
        env={**os.environ, "PYTHONPATH": f"{PROJECT_ROOT / 'include'}:{PROJECT_ROOT / 'plugins'}"},
    )


def wait_for(condition: Callable[[], object], seconds: float = 40) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def store_and_die(conninfo: str, when: str) -> None:
    assert start(STORE_AND_DIE, conninfo, when).wait(60) == -signal.SIGKILL


def deliver_later(store: AlertStore, config: AlertsConfig) -> None:
    """What the small DAG does."""
    deliver(store, open_channels(config), config, lambda: datetime.now(UTC))


@pytest.fixture
def results(empty_database: str, store: AlertStore) -> str:
    """Results with an alert about them, whose process was killed before it could send anything."""
    store_and_die(empty_database, "after the commit")
    return empty_database


def test_an_alert_is_there_exactly_when_the_results_are(empty_database: str, store: AlertStore) -> None:
    store_and_die(empty_database, "before the commit")
    assert list(ResultsDatabase(empty_database).records_of_run("run-1")) == []
    assert store.history() == []
    store_and_die(empty_database, "after the commit")
    assert len(list(ResultsDatabase(empty_database).records_of_run("run-1"))) == 12
    assert [alert["cause"] for alert in store.history()] == ["error_rate"]


def test_killed_before_it_was_told_it_is_told_once(
    results: str, store: AlertStore, config: AlertsConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    with http_receiver() as slack, mail_server() as mail:
        monkeypatch.setenv("AIRFLOW_CONN_SLACK_ALERTS", slack_webhook_connection(slack.port))
        monkeypatch.setenv("AIRFLOW_CONN_SMTP_ALERTS", smtp_connection(mail.port))
        deliver_later(store, config)
        deliver_later(store, config)
        assert (len(slack.posts), len(mail.letters)) == (1, 1)


def kill_in_the_middle_of_sending(conninfo: str, slack: HttpReceiver, arrived: Callable[[], object]) -> None:
    slack.stall.clear()
    process = start(DELIVER, conninfo)
    try:
        wait_for(arrived)
    finally:
        process.kill()
        process.wait(10)
        slack.stall.set()


def test_killed_in_the_middle_of_sending_the_message_is_sent_again_at_once(
    results: str, store: AlertStore, config: AlertsConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    with http_receiver() as slack:
        monkeypatch.setenv("AIRFLOW_CONN_SLACK_ALERTS", slack_webhook_connection(slack.port))
        kill_in_the_middle_of_sending(results, slack, lambda: slack.posts)
        deliver_later(store, config)
        first, again = slack.posts
        assert first == again


def test_a_mailbox_shows_a_letter_that_was_sent_again_once(
    results: str, store: AlertStore, config: AlertsConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed when the mail server had the letter and the outbox did not know: here, by undoing what it noted."""
    with mail_server() as mail:
        monkeypatch.setenv("AIRFLOW_CONN_SMTP_ALERTS", smtp_connection(mail.port))
        deliver_later(store, config)
        with store.transaction() as connection:
            connection.execute(
                "UPDATE loan_documents.alert_deliveries SET state = 'waiting', sent_at = NULL WHERE channel = 'email'"
            )
        deliver_later(store, config)
        assert len(mail.letters) == 2
        assert len(mail.mailbox) == 1
