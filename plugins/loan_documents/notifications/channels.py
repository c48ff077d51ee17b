"""The channels of ``alerts_config.yaml`` over the connections of this deployment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.sdk import BaseHook
from airflow.sdk.exceptions import AirflowNotFoundException

from loan_documents.notifications.log import LogChannel

if TYPE_CHECKING:
    from student_loans.alerts.channels import Channel
    from student_loans.alerts.config import AlertsConfig, ChannelConfig


def open_channels(config: AlertsConfig) -> dict[str, Channel]:
    """Every channel whose connection exists; the others are left out, which the outbox takes for not configured.

    Nothing is sent and nobody is called: a channel connects when it sends.
    """
    opened: dict[str, Channel] = {}
    for name, channel in config.channels.items():
        made = _open(channel, config.timeout_s)
        if made is not None:
            opened[name] = made
    return opened


def _open(channel: ChannelConfig, timeout_s: float) -> Channel | None:
    if channel.kind == "log":
        return LogChannel()
    try:
        connection = BaseHook.get_connection(channel.connection)
    except AirflowNotFoundException:
        return None
    if channel.kind == "email":
        from loan_documents.notifications.email import EmailChannel

        return EmailChannel(channel.connection, to=channel.to, timeout_s=timeout_s)
    if connection.conn_type == "slack":
        from loan_documents.notifications.slack import SlackApiChannel

        return SlackApiChannel(channel.connection, room=channel.room, timeout_s=timeout_s)
    from loan_documents.notifications.slack import SlackWebhookChannel

    return SlackWebhookChannel(channel.connection, timeout_s=timeout_s)
