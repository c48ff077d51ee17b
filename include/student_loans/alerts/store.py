"""Alerts and their outbox, in PostgreSQL: an alert and the messages about it are written in one transaction.

Code that writes results may write alerts in the same transaction (the functions that take a connection), so that
neither is stored without the other. Any process sends the messages later: a process that dies loses nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from student_loans.alerts.config import AlertsConfig
from student_loans.alerts.messages import MOST_NOTICES
from student_loans.alerts.model import AlertVerdict, Notice, NoticeKind
from student_loans.privacy import plain
from student_loans.severity import Severity
from student_loans.storage.clean_text import storable
from student_loans.storage.connection import Database
from student_loans.storage.named_sql import queries

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import DictRow


_TEXTS = ("cause", "rule", "slice", "title", "detail", "todo", "url", "dag_id")
"""Texts of a verdict that are stored, without what PostgreSQL refuses and without a social security number."""


@dataclass(frozen=True, slots=True)
class AlertChanges:
    """Alerts that were opened and resolved by some verdicts."""

    opened: int = 0
    resolved: int = 0


@dataclass(frozen=True, slots=True)
class Due:
    """The waiting deliveries of one channel that form one message, with their notices in the same order."""

    delivery_ids: tuple[int, ...]
    notices: tuple[Notice, ...]


class AlertStore(Database):
    """Alerts and the outbox."""

    def record(
        self, verdicts: Iterable[AlertVerdict], config: AlertsConfig, *, run_id: str, now: datetime
    ) -> AlertChanges:
        """Open and resolve alerts by some verdicts, with the messages about them."""
        with self.transaction() as connection:
            return record_verdicts(connection, verdicts, config, run_id=run_id, now=now)

    def history(self, *, limit: int = 100, open_only: bool = False) -> list[dict[str, Any]]:
        """Alerts, newest first, each with its deliveries."""
        with self.transaction() as connection:
            sql = queries("alerts/alerts")["history"]
            return connection.execute(sql, {"limit": limit, "open_only": open_only}).fetchall()

    def delete_older(self, before: datetime) -> None:
        """Delete alerts that were resolved before a time, and their deliveries."""
        with self.transaction() as connection:
            connection.execute(queries("alerts/alerts")["delete_older"], {"before": before})


def record_verdicts(
    connection: Connection[DictRow],
    verdicts: Iterable[AlertVerdict],
    config: AlertsConfig,
    *,
    run_id: str,
    now: datetime,
) -> AlertChanges:
    """Open and resolve alerts in a transaction of the caller, with the messages about them.

    Args:
        connection: The caller commits.
        verdicts: A present cause opens an alert, or adds to the count of the open one; a resolved cause closes it.
        config: The channels of each severity.
        run_id: The run that is judged; empty for the deployment.
        now: With a time zone.
    """
    opened = resolved = 0
    # Sorted by cause, so that two processes that record at once wait for each other instead of a deadlock.
    for verdict in sorted(verdicts, key=lambda one: one.cause):
        if verdict.firing:
            opened += _open(connection, verdict, config, run_id, now)
        else:
            resolved += _resolve(connection, verdict, config, now)
    return AlertChanges(opened, resolved)


def open_alerts(connection: Connection[DictRow], rules: Iterable[str], dag_id: str) -> list[DictRow]:
    """Open alerts of some rules about a DAG."""
    parameters = {"rules": list(rules), "dag_id": dag_id}
    return connection.execute(queries("alerts/alerts")["open_alerts"], parameters).fetchall()


def waiting_channels(connection: Connection[DictRow]) -> list[str]:
    """Names of the channels that a message waits for."""
    return [row["channel"] for row in connection.execute(queries("alerts/alerts")["waiting_channels"])]


def reserve_channel(connection: Connection[DictRow], channel: str) -> bool:
    """Reserve the outbox of a channel until this transaction ends; False if another process has reserved it."""
    row = connection.execute(queries("alerts/alerts")["reserve_channel"], {"channel": channel}).fetchone()
    return row is not None and bool(row["reserved"])


def due_for(connection: Connection[DictRow], channel: str) -> Due:
    """The next message that waits for a channel: open alerts first, the most severe at the top."""
    parameters = {"channel": channel, "most": MOST_NOTICES}
    rows = connection.execute(queries("alerts/alerts")["due"], parameters).fetchall()
    return Due(tuple(row["delivery_id"] for row in rows), tuple(_notice(row) for row in rows))


def mark_sent(connection: Connection[DictRow], due: Due, now: datetime) -> None:
    """Record that a message was sent."""
    connection.execute(queries("alerts/alerts")["mark_sent"], {"ids": list(due.delivery_ids), "now": now})


def mark_failed(connection: Connection[DictRow], due: Due, code: str, give_up_before: datetime) -> bool:
    """Record that a message was not sent: it waits for the next attempt, or its delivery ends.

    Args:
        connection: The caller commits.
        due: The message.
        code: The reason, for the history.
        give_up_before: Messages written at or before this time are not tried again.

    Returns:
        Whether any delivery of the message still waits.
    """
    parameters = {"ids": list(due.delivery_ids), "note": code, "give_up_before": give_up_before}
    rows = connection.execute(queries("alerts/alerts")["mark_failed"], parameters).fetchall()
    return any(row["state"] == "waiting" for row in rows)


def _open(
    connection: Connection[DictRow], verdict: AlertVerdict, config: AlertsConfig, run_id: str, now: datetime
) -> bool:
    texts = {name: plain(storable(getattr(verdict, name))) for name in _TEXTS}
    numbers = {"value": verdict.value, "reference": verdict.reference}
    parameters = texts | numbers | {"severity": verdict.severity.value, "run_id": run_id, "now": now}
    row = connection.execute(queries("alerts/alerts")["open"], parameters).fetchone()
    if row is None or not row["is_new"]:
        return False
    route = list(config.routes[verdict.severity])
    connection.execute(
        queries("alerts/alerts")["enqueue"], {"alert_id": row["alert_id"], "channels": route, "now": now}
    )
    return True


def _resolve(connection: Connection[DictRow], verdict: AlertVerdict, config: AlertsConfig, now: datetime) -> bool:
    parameters = {"cause": plain(storable(verdict.cause)), "now": now, "detail": plain(storable(verdict.detail))}
    row = connection.execute(queries("alerts/alerts")["resolve"], parameters).fetchone()
    if row is None:
        return False
    if config.recovery:
        connection.execute(queries("alerts/alerts")["enqueue_resolved"], {"alert_id": row["alert_id"], "now": now})
    return True


def _notice(row: DictRow) -> Notice:
    kind = NoticeKind(row["kind"])
    return Notice(
        alert_id=row["alert_id"],
        kind=kind,
        severity=Severity(row["severity"]),
        title=row["title"],
        detail=row["detail"],
        todo=row["todo"],
        url=row["url"],
        dag_id=row["dag_id"],
        run_id=row["last_run_id"] if kind is NoticeKind.RESOLVED else row["run_id"],
        occurrences=row["occurrences"],
        opened_at=row["opened_at"],
        resolved_at=row["resolved_at"],
    )
