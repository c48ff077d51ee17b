"""Real receivers behind the connections of this deployment."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from student_loans.alerts.config import AlertsConfig, load_alerts_config
from student_loans.alerts.store import AlertStore
from tests.receivers import (
    HttpReceiver,
    MailServer,
    http_receiver,
    mail_server,
    slack_webhook_connection,
    smtp_connection,
)


@pytest.fixture
def store(empty_database: str) -> AlertStore:
    """An outbox in a migrated database of this test alone."""
    alerts = AlertStore(empty_database)
    alerts.migrate()
    return alerts


@pytest.fixture
def config() -> AlertsConfig:
    """The configuration that ships with the product."""
    return load_alerts_config()


@pytest.fixture
def slack(monkeypatch: pytest.MonkeyPatch) -> Iterator[HttpReceiver]:
    """What the connection ``slack_alerts`` leads to."""
    with http_receiver() as receiver:
        monkeypatch.setenv("AIRFLOW_CONN_SLACK_ALERTS", slack_webhook_connection(receiver.port))
        yield receiver


@pytest.fixture
def mail(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """What the connection ``smtp_alerts`` leads to."""
    with mail_server() as receiver:
        monkeypatch.setenv("AIRFLOW_CONN_SMTP_ALERTS", smtp_connection(receiver.port))
        yield receiver
