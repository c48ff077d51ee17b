"""Deliver the messages in the outbox: each at least once, through every channel of its route.

A message is sent inside the transaction that marks it. A process that dies while it sends rolls that transaction back,
so the message waits as before and the next pass sends it again; a mail then has the same Message-ID.
"""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from student_loans.alerts.channels import Channel, ChannelError, ChannelNotConfigured, Channels
from student_loans.alerts.config import AlertsConfig
from student_loans.alerts.messages import build_message
from student_loans.alerts.store import (
    AlertStore,
    Due,
    due_for,
    mark_failed,
    mark_sent,
    reserve_channel,
    waiting_channels,
)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Delivered:
    """Counts of the messages of one pass by outcome."""

    sent: int = 0
    waiting: int = 0
    given_up: int = 0


def deliver(store: AlertStore, channels: Channels, config: AlertsConfig, clock: Callable[[], datetime]) -> Delivered:
    """Send all waiting messages. A channel that does not answer is tried once; its messages wait for the next pass.

    Args:
        store: The outbox.
        channels: By name; a name that is missing here counts as not configured.
        config: How long the delivery of a message is retried.
        clock: Returns the time, with a time zone.

    Returns:
        Counts. A channel that does not answer is not an error.

    Raises:
        ServiceError: The database does not answer.
    """
    counts: Counter[str] = Counter()
    with store.transaction() as connection:
        names = waiting_channels(connection)
    for name in names:
        while outcome := _deliver_next(store, name, channels.get(name), config, clock):
            counts[outcome] += 1
            if outcome == "waiting":
                break
    return Delivered(**counts)


def _deliver_next(
    store: AlertStore, name: str, channel: Channel | None, config: AlertsConfig, clock: Callable[[], datetime]
) -> str:
    """Send the next message of a channel; return its outcome, or an empty text if none is due for this process."""
    with store.transaction() as connection:
        if not reserve_channel(connection, name):
            return ""
        due = due_for(connection, name)
        if not due.notices:
            return ""
        try:
            _send(channel, due)
        except ChannelError as error:
            log.warning("Alert channel %s did not take a message: %s", name, error.code)
            patience = 0 if isinstance(error, ChannelNotConfigured) else config.give_up_hours
            waits = mark_failed(connection, due, error.code, clock() - timedelta(hours=patience))
            return "waiting" if waits else "given_up"
        mark_sent(connection, due, clock())
        return "sent"


def _send(channel: Channel | None, due: Due) -> None:
    if channel is None:
        raise ChannelNotConfigured
    key = hashlib.sha256(repr(due.delivery_ids).encode()).hexdigest()[:32]
    channel.send(build_message(key, due.notices))
