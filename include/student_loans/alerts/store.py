"""Alerts and their outbox, in PostgreSQL: an alert and the messages about it are written in one transaction.

Whoever writes results may write alerts in the same transaction (the functions that take a connection), so that neither
is ever there without the other. Messages go out later, from here, by any process: one that dies loses nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from student_loans.alerts.config import AlertsConfig, chains
from student_loans.alerts.model import Kind, Notice, Severity, Verdict
from student_loans.privacy import plain
from student_loans.storage.clean_text import storable
from student_loans.storage.connection import Database
from student_loans.storage.named_sql import queries

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import DictRow

RATE_LIMITED = "rate_limit"
UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True)
class Claim:
    """Deliveries that this process alone may send, as one message, until the claim passes.

    Attributes:
        key: The message's key, the same in every attempt.
        channels: The channel, then those that stand in for it.
        notices: What the message says.
        repeated: Whether an earlier attempt may have arrived: its process died, or no answer came.
        attempts: Attempts so far, this one included.
        created_at: When the oldest of the deliveries was written.
    """

    key: str
    channels: tuple[str, ...]
    notices: tuple[Notice, ...]
    repeated: bool
    attempts: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Settled:
    """Alerts that were opened and resolved by some verdicts."""

    opened: int = 0
    resolved: int = 0


class AlertStore(Database):
    """Alerts and the outbox."""

    def settle(self, verdicts: Iterable[Verdict], config: AlertsConfig, *, run_id: str, now: datetime) -> Settled:
        """Open and resolve alerts by some verdicts, with the messages about them."""
        with self.transaction() as connection:
            return settle(connection, verdicts, config, run_id=run_id, now=now)

    def escalate(self, config: AlertsConfig, now: datetime) -> int:
        """Write messages about alerts that nobody has acknowledged in time; returns about how many."""
        if config.escalation is None:
            return 0
        rule = config.escalation
        parameters = {
            "severities": [severity.value for severity in rule.severities],
            "times": rule.times,
            "after": timedelta(minutes=rule.after_minutes),
            "now": now,
        }
        with self.transaction() as connection:
            due = connection.execute(queries("alerts/alerts")["due_for_escalation"], parameters).fetchall()
            for row in due:
                routes = chains(rule.send_to, rule.fallback)
                _enqueue(
                    connection,
                    row["alert_id"],
                    Kind.ESCALATION,
                    routes,
                    not_before=now,
                    now=now,
                    step=row["escalations"],
                )
        return len(due)

    def claim_message(self, config: AlertsConfig, now: datetime) -> Claim | None:
        """Claim the next message that is due; None when there is none.

        A message whose attempt ended with a dead process or no answer comes first, as it was. Then the gravest that
        waits, together with what goes the same way. What the rate limit forbids is put off.
        """
        with self.transaction() as connection:
            connection.execute(queries("alerts/alerts")["lock_claims"])
            if (again := self._claim_again(connection, config, now)) is not None:
                return again
            while (
                first := connection.execute(queries("alerts/alerts")["next_due"], {"now": now}).fetchone()
            ) is not None:
                channels = tuple(first["channels"])
                ids = _ids_allowed(connection, channels, config, now)
                if ids:
                    return _claim(connection, ids, uuid.uuid4().hex, channels, config, now)
        return None

    def note_attempt(self, claim: Claim, channel: str, config: AlertsConfig, now: datetime) -> None:
        """Note where a message is about to be sent, before it is."""
        until = now + timedelta(minutes=config.delivery.claim_minutes)
        self._execute("attempt", message_key=claim.key, channel=channel, until=until)

    def mark_sent(self, claim: Claim, channel: str, now: datetime, note: str = "") -> None:
        """Note that a message has arrived."""
        self._execute("mark_sent", message_key=claim.key, channel=channel, now=now, note=note)

    def mark_waiting(self, claim: Claim, not_before: datetime, note: str, *, uncertain: bool) -> None:
        """Put a message back.

        Args:
            claim: The message.
            not_before: When it is tried again.
            note: Why, as a code.
            uncertain: Whether it may have arrived all the same: then it stays the same message.
        """
        self._execute("mark_waiting", message_key=claim.key, not_before=not_before, note=note, keep_key=uncertain)

    def mark_given_up(self, claim: Claim, note: str) -> None:
        """Note that a message is not tried any more; its alert stays in the history."""
        self._execute("mark_given_up", message_key=claim.key, note=note)

    def acknowledge(self, alert_id: int, *, by: str, now: datetime) -> bool:
        """Note that somebody takes care of an open alert: it is not escalated any more.

        Returns:
            False when it is resolved, acknowledged already or unknown.
        """
        parameters = {"alert_id": alert_id, "by": storable(by), "now": now}
        with self.transaction() as connection:
            return connection.execute(queries("alerts/alerts")["acknowledge"], parameters).fetchone() is not None

    def history(self, *, limit: int = 100, open_only: bool = False, run_id: str | None = None) -> list[dict[str, Any]]:
        """Alerts, newest first, each with its deliveries."""
        parameters = {"limit": limit, "open_only": open_only, "run_id": run_id}
        with self.transaction() as connection:
            return connection.execute(queries("alerts/alerts")["history"], parameters).fetchall()

    def delete_older(self, before: datetime) -> None:
        """Delete alerts that were resolved, and metrics that were measured, before a time."""
        with self.transaction() as connection:
            connection.execute(queries("alerts/alerts")["delete_older"], {"before": before})
            connection.execute(queries("metrics/run_metrics")["delete_older"], {"before": before})

    def _claim_again(self, connection: Connection[DictRow], config: AlertsConfig, now: datetime) -> Claim | None:
        sql = queries("alerts/alerts")
        row = connection.execute(sql["claim_abandoned"], {"now": now}).fetchone()
        if row is None:
            return None
        same = connection.execute(sql["claim_same_message"], {"message_key": row["message_key"]})
        ids = [one["delivery_id"] for one in same]
        channels = tuple(row["channels"])
        repeated = row["channel"] is not None
        return _claim(connection, ids, row["message_key"], channels, config, now, repeated=repeated)

    def _execute(self, query: str, **parameters: Any) -> None:
        with self.transaction() as connection:
            connection.execute(queries("alerts/alerts")[query], parameters)


def settle(
    connection: Connection[DictRow], verdicts: Iterable[Verdict], config: AlertsConfig, *, run_id: str, now: datetime
) -> Settled:
    """Open and resolve alerts in a transaction of the caller, with the messages about them.

    Args:
        connection: The caller commits.
        verdicts: A cause that is there opens an alert, or is counted with the open one; one that is gone resolves it.
        config: Says who is told and when.
        run_id: The run that is judged; empty for the deployment.
        now: With a time zone.
    """
    opened = resolved = 0
    # In the order of their causes, so that two processes that settle at once wait for one another.
    for verdict in sorted(verdicts, key=lambda one: one.cause):
        if verdict.firing:
            opened += _open(connection, verdict, config, run_id, now)
        else:
            resolved += _resolve(connection, verdict, config, now)
    return Settled(opened, resolved)


def open_causes(connection: Connection[DictRow], rules: Sequence[str], dag_id: str) -> list[DictRow]:
    """Open alerts of some rules about a DAG."""
    parameters = {"rules": list(rules), "dag_id": dag_id}
    return connection.execute(queries("alerts/alerts")["open_causes"], parameters).fetchall()


def has_open_alert(connection: Connection[DictRow], rules: Sequence[str], dag_id: str, run_id: str) -> bool:
    """Is there an open alert of one of these rules that was seen in this run?"""
    parameters = {"rules": list(rules), "dag_id": dag_id, "run_id": run_id}
    row = connection.execute(queries("alerts/alerts")["open_in_run"], parameters).fetchone()
    return row is not None and row["alerts"] > 0


def due_messages(
    connection: Connection[DictRow], config: AlertsConfig, now: datetime
) -> list[tuple[tuple[str, ...], tuple[Notice, ...]]]:
    """Everything that is due, as it would go out together: channels and notices. Nothing is claimed."""
    sql = queries("alerts/alerts")
    groups: dict[tuple[str, ...], list[int]] = {}
    for row in connection.execute(sql["due"], {"now": now}):
        groups.setdefault(tuple(row["channels"]), []).append(row["delivery_id"])
    messages = []
    most = config.delivery.most_in_message
    for channels, ids in groups.items():
        for start in range(0, len(ids), most):
            rows = connection.execute(sql["notices"], {"ids": ids[start : start + most]})
            messages.append((channels, tuple(_notice(row) for row in rows)))
    return messages


def _open(connection: Connection[DictRow], verdict: Verdict, config: AlertsConfig, run_id: str, now: datetime) -> bool:
    parameters = {
        "cause": plain(storable(verdict.cause)),
        "rule": verdict.rule,
        "slice": plain(storable(verdict.slice)),
        "severity": verdict.severity.value,
        "title": plain(storable(verdict.title)),
        "detail": plain(storable(verdict.detail)),
        "todo": plain(storable(verdict.todo)),
        "url": plain(storable(verdict.url)),
        "dag_id": verdict.dag_id,
        "run_id": run_id,
        "value": verdict.value,
        "reference": verdict.reference,
        "now": now,
    }
    row = connection.execute(queries("alerts/alerts")["open"], parameters).fetchone()
    if row is None or not row["is_new"]:
        return False
    if verdict.notify:
        route = config.routes[verdict.severity]
        not_before = _not_before(verdict.severity, config, now)
        routes = chains(route.send_to, route.fallback)
        _enqueue(connection, row["alert_id"], Kind.FIRING, routes, not_before=not_before, now=now)
    return True


def _resolve(connection: Connection[DictRow], verdict: Verdict, config: AlertsConfig, now: datetime) -> bool:
    parameters = {"cause": plain(storable(verdict.cause)), "now": now, "detail": plain(storable(verdict.detail))}
    row = connection.execute(queries("alerts/alerts")["resolve"], parameters).fetchone()
    if row is None:
        return False
    if config.recovery:
        told = connection.execute(queries("alerts/alerts")["told_channels"], {"alert_id": row["alert_id"]})
        routes = [tuple(one["channels"]) for one in told]
        not_before = _not_before(Severity(row["severity"]), config, now)
        _enqueue(connection, row["alert_id"], Kind.RESOLVED, routes, not_before=not_before, now=now)
    return True


def _not_before(severity: Severity, config: AlertsConfig, now: datetime) -> datetime:
    """Now, or the end of the quiet hours for what may wait."""
    quiet = config.quiet_hours
    if quiet is None or severity in quiet.except_severities:
        return now
    return quiet.ends(now) or now


def _enqueue(
    connection: Connection[DictRow],
    alert_id: int,
    kind: Kind,
    routes: Iterable[tuple[str, ...]],
    *,
    not_before: datetime,
    now: datetime,
    step: int = 0,
) -> None:
    for channels in routes:
        parameters = {
            "alert_id": alert_id,
            "kind": kind.value,
            "step": step,
            "channels": list(channels),
            "not_before": not_before,
            "now": now,
        }
        connection.execute(queries("alerts/alerts")["enqueue"], parameters)


def _ids_allowed(
    connection: Connection[DictRow], channels: tuple[str, ...], config: AlertsConfig, now: datetime
) -> list[int]:
    """Deliveries that go out together through these channels; none, and they are put off, when the limit is reached."""
    sql = queries("alerts/alerts")
    parameters = {"now": now, "channels": list(channels), "most": config.delivery.most_in_message}
    rows = connection.execute(sql["due_the_same_way"], parameters).fetchall()
    ids = [row["delivery_id"] for row in rows]
    limit = config.rate_limit
    if limit is None or any(row["severity"] in limit.except_severities for row in rows):
        return ids
    window = timedelta(minutes=limit.minutes)
    sent = connection.execute(sql["sent_lately"], {"channel": channels[0], "since": now - window}).fetchone()
    if sent is None or sent["messages"] < limit.messages:
        return ids
    frees = sent["first_sent_at"] + window
    connection.execute(sql["hold_back"], {"ids": ids, "not_before": frees, "note": RATE_LIMITED})
    return []


def _claim(
    connection: Connection[DictRow],
    ids: list[int],
    key: str,
    channels: tuple[str, ...],
    config: AlertsConfig,
    now: datetime,
    *,
    repeated: bool = False,
) -> Claim:
    sql = queries("alerts/alerts")
    until = now + timedelta(minutes=config.delivery.claim_minutes)
    connection.execute(sql["claim"], {"ids": ids, "message_key": key, "until": until})
    rows = connection.execute(sql["notices"], {"ids": ids}).fetchall()
    return Claim(
        key=key,
        channels=channels,
        notices=tuple(_notice(row) for row in rows),
        repeated=repeated,
        attempts=max(row["attempts"] for row in rows),
        created_at=min(row["created_at"] for row in rows),
    )


def _notice(row: DictRow) -> Notice:
    kind = Kind(row["kind"])
    return Notice(
        alert_id=row["alert_id"],
        kind=kind,
        severity=Severity(row["severity"]),
        title=row["title"],
        detail=row["detail"],
        todo=row["todo"],
        url=row["url"],
        dag_id=row["dag_id"],
        run_id=row["last_run_id"] if kind is Kind.RESOLVED else row["run_id"],
        occurrences=row["occurrences"],
        opened_at=row["opened_at"],
        resolved_at=row["resolved_at"],
    )
