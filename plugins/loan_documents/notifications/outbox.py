"""Deliver the outbox from a task or a callback of this deployment."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from loan_documents.hooks.results_database import ResultsDatabaseHook

if TYPE_CHECKING:
    from student_loans.alerts.delivery import Delivered
    from student_loans.alerts.store import AlertStore


def alert_store(conn_id: str = ResultsDatabaseHook.default_conn_name) -> AlertStore:
    """The outbox in the results database."""
    from student_loans.alerts.store import AlertStore

    return AlertStore(ResultsDatabaseHook(conn_id).conninfo())


def deliver_outbox(store: AlertStore | None = None) -> Delivered:
    """Send what is due through the channels of this deployment.

    Raises:
        ServiceError: The results database does not answer.
        ConfigurationError: ``invalid_settings``.
    """
    from loan_documents.notifications.channels import open_channels
    from student_loans.alerts.config import load_alerts_config
    from student_loans.alerts.delivery import deliver

    config = load_alerts_config()
    return deliver(store or alert_store(), open_channels(config), config, lambda: datetime.now(UTC))
