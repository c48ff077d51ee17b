"""Show the messages that would be sent, without writing or sending anything."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from student_loans.alerts.config import AlertsConfig
from student_loans.alerts.evaluate import evaluate
from student_loans.alerts.messages import build_message
from student_loans.alerts.model import Message
from student_loans.alerts.rules import Rule
from student_loans.alerts.stage import judge_run
from student_loans.alerts.store import AlertStore, due_for, mark_sent, record_verdicts, waiting_channels
from student_loans.metrics.store import measure_now


class _UndoneOnPurpose(Exception):
    pass


def would_send(
    store: AlertStore, rules: Iterable[Rule], config: AlertsConfig, *, now: datetime, run_id: str | None = None
) -> list[tuple[str, Message]]:
    """The messages that would go out now.

    Everything runs as usual in one transaction, which is rolled back.

    Args:
        store: The outbox.
        rules: The rules to try, those of a draft as well.
        config: The routes to try.
        now: With a time zone.
        run_id: Judge this run as if it had just ended; None judges freshness and queues.

    Returns:
        Each message with its channel.
    """
    messages: list[tuple[str, Message]] = []
    try:
        with store.transaction() as connection:
            if run_id is None:
                verdicts = evaluate(rules, measure_now(connection, now), {})
            else:
                verdicts = judge_run(connection, run_id, rules)
            record_verdicts(connection, verdicts, config, run_id=run_id or "", now=now)
            for channel in waiting_channels(connection):
                while (due := due_for(connection, channel)).notices:
                    messages.append((channel, build_message("dry-run", due.notices)))
                    mark_sent(connection, due, now)
            raise _UndoneOnPurpose
    except _UndoneOnPurpose:
        return messages
