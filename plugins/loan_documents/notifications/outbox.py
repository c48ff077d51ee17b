"""Deliver the outbox from a task or a callback of this deployment."""

from __future__ import annotations

import logging
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from loan_documents.hooks.results_database import ResultsDatabaseHook

if TYPE_CHECKING:
    from student_loans.alerts.config import AlertsConfig
    from student_loans.alerts.delivery import Delivered
    from student_loans.alerts.model import AlertVerdict
    from student_loans.alerts.store import AlertStore

log = logging.getLogger(__name__)


def alert_store(conn_id: str = ResultsDatabaseHook.default_conn_name) -> AlertStore:
    """The outbox in the results database."""
    from student_loans.alerts.store import AlertStore

    return AlertStore(ResultsDatabaseHook(conn_id).conninfo())


def deliver_outbox(store: AlertStore) -> Delivered:
    """Send waiting messages through the channels of this deployment.

    Raises:
        ServiceError: The results database does not answer.
        ConfigurationError: ``invalid_settings``.
    """
    from loan_documents.notifications.channels import open_channels
    from student_loans.alerts.config import load_alerts_config
    from student_loans.alerts.delivery import deliver

    config = load_alerts_config()
    return deliver(store, open_channels(config), config, lambda: datetime.now(UTC))


def send_directly(verdict: AlertVerdict, run_id: str, config: AlertsConfig, now: datetime) -> None:
    """Try each channel of a verdict's route once; used while the results database does not answer."""
    from loan_documents.notifications.channels import open_channels
    from student_loans.alerts.channels import ChannelError
    from student_loans.alerts.messages import build_message, unstored_notice

    message = build_message(uuid.uuid4().hex, [unstored_notice(verdict, run_id, now)])
    channels = open_channels(config)
    for name in config.routes[verdict.severity]:
        if name in channels:
            try:
                channels[name].send(message)
            except ChannelError as error:
                log.warning("Alert channel %s did not accept a message: %s", name, error.code)
