"""The real channels, over the providers' hooks, against real servers: up, down, refusing and silent."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest

from loan_documents.notifications.channels import open_channels
from student_loans.alerts.channels import ChannelError
from student_loans.alerts.config import AlertsConfig
from student_loans.alerts.delivery import deliver
from student_loans.alerts.messages import MOST_NOTICES, build_message
from student_loans.alerts.model import AlertVerdict, Message, Notice, NoticeKind
from student_loans.alerts.store import AlertStore
from student_loans.severity import Severity
from tests.receivers import (
    HttpReceiver,
    MailServer,
    free_port,
    http_receiver,
    mail_server,
    slack_api_connection,
    slack_webhook_connection,
    smtp_connection,
    text_of,
)

NOW = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)


def notice(**changes: object) -> Notice:
    values: dict[str, object] = {
        "alert_id": 7, "kind": NoticeKind.FIRING, "severity": Severity.CRITICAL, "title": "Many documents could not be read",
        "detail": "documents.error_rate is 0.2, above the limit (0.1).", "todo": "Look at the report.",
        "url": "https://airflow.example.com/dags/d/runs/r", "dag_id": "pipeline", "run_id": "r1", "occurrences": 1,
        "opened_at": NOW,
    }  # fmt: skip
    return Notice(**(values | changes))  # type: ignore[arg-type]


def message(*notices: Notice) -> Message:
    return build_message("0123456789abcdef", notices or (notice(),))


@pytest.mark.usefixtures("slack", "mail")
def test_every_channel_of_the_configuration_opens(config: AlertsConfig) -> None:
    assert set(open_channels(config)) == set(config.channels)


def test_channels_without_a_connection_are_left_out(config: AlertsConfig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AIRFLOW_CONN_SLACK_ALERTS", raising=False)
    monkeypatch.delenv("AIRFLOW_CONN_SMTP_ALERTS", raising=False)
    assert set(open_channels(config)) == {"log"}


def test_slack_shows_severity_numbers_and_what_to_do(slack: HttpReceiver, config: AlertsConfig) -> None:
    open_channels(config)["slack"].send(message())
    [post] = slack.posts
    assert post["text"] == "[CRITICAL] Many documents could not be read"
    shown = post["blocks"][0]["text"]["text"]
    assert "To do: Look at the report." in shown
    assert "https://airflow.example.com/dags/d/runs/r" in shown


def test_names_of_files_become_neither_links_nor_mentions_nor_markup(
    slack: HttpReceiver, mail: MailServer, config: AlertsConfig
) -> None:
    for name in ("slack", "email"):
        open_channels(config)[name].send(message(notice(title="<!channel> <https://example.com|x> & more")))
    assert "<" not in slack.posts[0]["blocks"][0]["text"]["text"]
    assert "<!channel>" not in text_of(mail.letters[0])


def test_slack_takes_no_more_than_it_can(slack: HttpReceiver, config: AlertsConfig) -> None:
    most = [notice(alert_id=number, detail="x" * 5000) for number in range(MOST_NOTICES)]
    open_channels(config)["slack"].send(message(*most))
    blocks = slack.posts[0]["blocks"]
    assert len(blocks) <= 50
    assert all(len(block["text"]["text"]) <= 3000 for block in blocks if block["type"] == "section")


def test_mail_has_a_subject_a_page_and_its_key_as_message_id(mail: MailServer, config: AlertsConfig) -> None:
    open_channels(config)["email"].send(message(notice(), notice(alert_id=8, kind=NoticeKind.RESOLVED)))
    [letter] = mail.letters
    assert letter["Subject"] == "[CRITICAL] Many documents could not be read, 1 resolved"
    assert (letter["From"], letter["To"]) == ("pipeline@example.com", "operations@example.com")
    assert letter["Message-ID"] == "<0123456789abcdef@alerts.loan-documents>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert "RESOLVED" in text_of(letter)


def test_the_worst_that_fires_is_the_subject_on_every_channel(
    slack: HttpReceiver, mail: MailServer, config: AlertsConfig, caplog: pytest.LogCaptureFixture
) -> None:
    ended = [notice(alert_id=number, kind=NoticeKind.RESOLVED, title=f"Old {number}") for number in range(1, 5)]
    caplog.set_level("INFO", "loan_documents.alerts")
    for channel in open_channels(config).values():
        channel.send(message(*ended, notice(alert_id=9, title="New")))
    assert slack.posts[0]["text"] == mail.letters[0]["Subject"] == "[CRITICAL] New, 4 resolved"
    levels = [record.levelname for record in caplog.records if record.name == "loan_documents.alerts"]
    assert levels == ["INFO"] * 4 + ["ERROR"]


def test_a_subject_cannot_bring_a_header(mail: MailServer, config: AlertsConfig, store: AlertStore) -> None:
    evil = AlertVerdict("evil", "evil", Severity.CRITICAL, firing=True, title="note.pdf\r\nBcc: everyone@example.com")
    store.record([evil], config, run_id="r", now=NOW)
    deliver(store, open_channels(config), config, lambda: NOW)
    [letter] = mail.letters
    assert letter["Bcc"] is None


def test_a_bot_posts_into_its_room(config: AlertsConfig, monkeypatch: pytest.MonkeyPatch) -> None:
    with http_receiver() as slack:
        monkeypatch.setenv("AIRFLOW_CONN_SLACK_ALERTS", slack_api_connection(slack.port))
        open_channels(config)["slack"].send(message())
        assert slack.room[0]["channel"] == "C0LOANS"


def error_of(name: str, config: AlertsConfig) -> ChannelError:
    with pytest.raises(ChannelError) as caught:
        open_channels(config)[name].send(message())
    return caught.value


def patient_for(seconds: float, config: AlertsConfig) -> AlertsConfig:
    return config.model_copy(update={"timeout_s": seconds})


class TestOutages:
    def test_nobody_listens(self, config: AlertsConfig, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AIRFLOW_CONN_SLACK_ALERTS", slack_webhook_connection(free_port()))
        monkeypatch.setenv("AIRFLOW_CONN_SMTP_ALERTS", smtp_connection(free_port()))
        for name in ("slack", "email"):
            assert error_of(name, config).code == "ConnectionRefusedError"

    def test_a_server_that_refuses(self, config: AlertsConfig, slack: HttpReceiver, mail: MailServer) -> None:
        slack.status, mail.refuse = 500, True
        assert error_of("slack", config).code == "http_500"
        assert error_of("email", config).code == "smtp_451"

    def test_a_server_that_does_not_answer_is_not_awaited_for_long(
        self, config: AlertsConfig, slack: HttpReceiver
    ) -> None:
        slack.stall.clear()
        started = time.monotonic()
        assert error_of("slack", patient_for(1, config)).code == "TimeoutError"
        assert time.monotonic() - started < config.timeout_s

    def test_an_error_does_not_show_the_webhook_s_secret(
        self, config: AlertsConfig, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        secret = "-".join(["T000", "B000", "secret"])
        monkeypatch.setenv("AIRFLOW_CONN_SLACK_ALERTS", slack_webhook_connection(free_port(), secret))
        error = error_of("slack", config)
        assert secret not in f"{error!r}{error.__cause__!r}{caplog.text}"

    @pytest.mark.parametrize("down", [{"slack"}, {"email"}, {"slack", "email"}])
    def test_what_is_left_is_told_and_the_rest_later(
        self, down: set[str], store: AlertStore, config: AlertsConfig, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        slack_port, mail_port = free_port(), free_port()
        monkeypatch.setenv("AIRFLOW_CONN_SLACK_ALERTS", slack_webhook_connection(slack_port))
        monkeypatch.setenv("AIRFLOW_CONN_SMTP_ALERTS", smtp_connection(mail_port))
        verdict = AlertVerdict("error_rate", "error_rate", Severity.CRITICAL, firing=True, title="Many errors")
        store.record([verdict], config, run_id="r", now=NOW)

        sent = {"slack": 0, "email": 0}
        for minutes, broken in ((0, down), (10, set()), (20, set())):
            at = NOW + timedelta(minutes=minutes)
            with_slack = http_receiver(slack_port) if "slack" not in broken else None
            with_mail = mail_server(mail_port) if "email" not in broken else None
            slack = with_slack.__enter__() if with_slack else None
            mail = with_mail.__enter__() if with_mail else None
            try:
                deliver(store, open_channels(config), config, lambda now=at: now)  # type: ignore[misc]
            finally:
                for opened in (with_slack, with_mail):
                    if opened is not None:
                        opened.__exit__(None, None, None)
            sent["slack"] += len(slack.posts) if slack else 0
            sent["email"] += len(mail.letters) if mail else 0
        assert sent == {"slack": 1, "email": 1}
