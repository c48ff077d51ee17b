"""The channels of ``alerts_config.yaml`` over the connections of this deployment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.sdk.exceptions import AirflowNotFoundException

from student_loans.registrations import CHANNELS

if TYPE_CHECKING:
    from student_loans.alerts.channels import Channel
    from student_loans.alerts.config import AlertsConfig, ChannelConfig


def open_channels(config: AlertsConfig) -> dict[str, Channel]:
    """Every channel whose connection exists. The outbox treats the others as not configured.

    No connection is opened here: a channel connects when it sends.
    """
    opened: dict[str, Channel] = {}
    for name, channel in config.channels.items():
        made = _open(channel, config.timeout_s)
        if made is not None:
            opened[name] = made
    return opened


def _open(channel: ChannelConfig, timeout_s: float) -> Channel | None:
    """The channel of a kind; None where its connection does not exist."""
    try:
        opened: Channel = CHANNELS.load(channel.kind)(channel, timeout_s)
    except AirflowNotFoundException:
        return None
    return opened
