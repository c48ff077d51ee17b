"""Deliver what waits in the outbox: each message once, through its channel or those that stand in for it.

What is promised: a message is delivered at least once, whatever dies between writing it and sending it. It is delivered
once only where nothing dies, and where the channel can tell that it has the message already. A mail carries the key as
its Message-ID, so that mailboxes show it once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from student_loans.alerts.channels import Channel, ChannelError, ChannelNotConfigured, Channels
from student_loans.alerts.config import AlertsConfig
from student_loans.alerts.messages import build_message
from student_loans.alerts.model import Message
from student_loans.alerts.store import UNCERTAIN, AlertStore, Claim

MOST_MESSAGES = 200
"""Of one pass: a task that delivers ends."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Delivered:
    """Messages of one pass by what became of them."""

    sent: int = 0
    waiting: int = 0
    given_up: int = 0
    escalated: int = 0


@dataclass(slots=True)
class _Pass:
    store: AlertStore
    channels: Channels
    config: AlertsConfig
    clock: Callable[[], datetime]
    broken: dict[str, ChannelError]


def deliver(store: AlertStore, channels: Channels, config: AlertsConfig, clock: Callable[[], datetime]) -> Delivered:
    """Send every message that is due.

    Args:
        store: The outbox.
        channels: By name; a name of the configuration that is missing here counts as not configured.
        config: Retries, limits and escalation.
        clock: Gives the time, with a zone.

    Returns:
        Counts. A channel that does not answer is no error: its messages wait.

    Raises:
        ServiceError: The database does not answer.
    """
    escalated = store.escalate(config, clock())
    one_pass = _Pass(store, channels, config, clock, {})
    counts = {"sent": 0, "waiting": 0, "given_up": 0}
    for _ in range(MOST_MESSAGES):
        claim = store.claim_message(config, clock())
        if claim is None:
            break
        counts[_deliver_one(one_pass, claim)] += 1
    return Delivered(**counts, escalated=escalated)


def _deliver_one(one_pass: _Pass, claim: Claim) -> str:
    """Try the channels in turn; returns what became of the message."""
    message = build_message(claim.key, claim.notices, repeated=claim.repeated)
    errors: list[ChannelError] = []
    for name in claim.channels:
        if claim.repeated and _arrived(one_pass.channels.get(name), message):
            one_pass.store.mark_sent(claim, name, one_pass.clock(), note="arrived_before")
            return "sent"
    for name in claim.channels:
        error = _try_channel(one_pass, claim, name, message)
        if error is None:
            note = "" if name == claim.channels[0] else f"instead of {claim.channels[0]}: {errors[0]}"
            one_pass.store.mark_sent(claim, name, one_pass.clock(), note=note)
            return "sent"
        errors.append(error)
    return _put_back(one_pass, claim, errors)


def _try_channel(one_pass: _Pass, claim: Claim, name: str, message: Message) -> ChannelError | None:
    """Send through one channel; None when it has taken the message."""
    if name in one_pass.broken:
        return one_pass.broken[name]
    channel = one_pass.channels.get(name)
    if channel is None:
        return ChannelNotConfigured()
    one_pass.store.note_attempt(claim, name, one_pass.config, one_pass.clock())
    try:
        channel.send(message)
    except ChannelError as error:
        log.warning("Alert channel %s did not take a message: %s", name, error.code)
        # It is asked once in a pass, not once a message; what it has not been asked has certainly not arrived.
        one_pass.broken[name] = ChannelError(error.code)
        return error
    return None


def _arrived(channel: Channel | None, message: Message) -> bool:
    """Whether a channel says that it has the message; one that cannot be asked has not said so."""
    if channel is None:
        return False
    try:
        return channel.has(message.key) is True
    except ChannelError:
        return False


def _put_back(one_pass: _Pass, claim: Claim, errors: list[ChannelError]) -> str:
    config, now = one_pass.config.delivery, one_pass.clock()
    if all(isinstance(error, ChannelNotConfigured) for error in errors):
        one_pass.store.mark_given_up(claim, errors[0].code)
        return "given_up"
    worst = next((error for error in errors if not isinstance(error, ChannelNotConfigured)), errors[0])
    if now - claim.created_at > timedelta(hours=config.give_up_hours):
        one_pass.store.mark_given_up(claim, worst.code)
        return "given_up"
    wait = config.retry_minutes[min(claim.attempts, len(config.retry_minutes)) - 1]
    uncertain = any(error.uncertain for error in errors)
    note = f"{UNCERTAIN}: {worst.code}" if uncertain else worst.code
    one_pass.store.mark_waiting(claim, now + timedelta(minutes=wait), note, uncertain=uncertain)
    return "waiting"
