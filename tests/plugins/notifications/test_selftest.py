"""The self-test of alert channels: it sends a message, or says that it did not."""

from __future__ import annotations

import pytest

from loan_documents.selftest import CHECKS, check_names, run_check
from student_loans.selftest.result import Outcome
from tests.receivers import (
    HttpReceiver,
    MailServer,
    free_port,
    slack_webhook_connection,
    smtp_connection,
    text_of,
)

SLACK, MAIL, LOG = "alert channel slack", "alert channel email", "alert channel log"
SUBJECT = "[INFO] Test message of pipeline_selftest"


def test_every_channel_of_the_configuration_is_checked() -> None:
    assert check_names() == [*CHECKS, SLACK, MAIL, LOG]


def test_a_message_arrives_through_every_channel(
    slack: HttpReceiver, mail: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "loan_documents.alerts")
    results = [run_check(name, send_messages=True) for name in (SLACK, MAIL, LOG)]
    assert [one.outcome for one in results] == [Outcome.OK] * 3
    [post], [letter] = slack.posts, mail.letters
    assert post["text"] == letter["Subject"] == SUBJECT
    assert "Nothing is wrong" in text_of(letter)
    assert "Test message of pipeline_selftest" in caplog.text


def test_without_messages_each_channel_says_that_it_was_not_tried(slack: HttpReceiver, mail: MailServer) -> None:
    results = [run_check(name, send_messages=False) for name in (SLACK, MAIL, LOG)]
    assert {one.outcome for one in results} == {Outcome.NOT_TRIED}
    assert all("No message was sent" in one.detail for one in results)
    assert (slack.posts, mail.letters) == ([], [])


def test_a_channel_that_nobody_answers_fails_with_its_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_SLACK_ALERTS", slack_webhook_connection(free_port()))
    monkeypatch.setenv("AIRFLOW_CONN_SMTP_ALERTS", smtp_connection(free_port()))
    for name, connection in ((SLACK, "slack_alerts"), (MAIL, "smtp_alerts")):
        result = run_check(name, send_messages=True)
        assert result.outcome is Outcome.FAILED
        assert "ConnectionRefusedError" in result.detail
        assert connection in result.todo


def test_a_server_that_refuses_fails(slack: HttpReceiver, mail: MailServer) -> None:
    slack.status, mail.refuse = 403, True
    assert [run_check(name, send_messages=True).outcome for name in (SLACK, MAIL)] == [Outcome.FAILED] * 2


def test_a_channel_without_a_connection_is_not_set_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AIRFLOW_CONN_SLACK_ALERTS", raising=False)
    result = run_check(SLACK, send_messages=True)
    assert (result.outcome, result.detail) == (Outcome.NOT_SET_UP, "There is no connection slack_alerts.")


def test_mail_without_addresses_is_not_set_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        "AIRFLOW_CONN_SMTP_ALERTS", smtp_connection(free_port()).replace('["operations@example.com"]', "[]")
    )
    result = run_check(MAIL, send_messages=True)
    assert (result.outcome, result.detail) == (Outcome.NOT_SET_UP, "No message was sent: no_addresses.")
