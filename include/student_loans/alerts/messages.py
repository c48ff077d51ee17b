"""Build messages from notices: the same text for every channel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from student_loans.alerts.model import AlertVerdict, Message, Notice, NoticeKind
from student_loans.privacy import plain
from student_loans.runs import airflow_run_id
from student_loans.severity import Severity

MOST_NOTICES = 20
"""In one message. Slack refuses more than 50 blocks."""


RESOLVED = "RESOLVED"
_ORDER = tuple(reversed(Severity))
"""The worst first."""


def build_message(key: str, notices: Sequence[Notice]) -> Message:
    """One message about some alerts.

    Args:
        key: The same when the same notices are sent again.
        notices: At least one, in the order of the text.
    """
    return Message(key, subject_of(notices), "\n\n".join(map(notice_text, notices)), tuple(notices))


def unstored_notice(verdict: AlertVerdict, run_id: str, now: datetime) -> Notice:
    """The notice of an alert that the database could not store."""
    return Notice(
        alert_id=0,
        kind=NoticeKind.FIRING,
        severity=verdict.severity,
        title=plain(verdict.title),
        detail=plain(verdict.detail),
        todo=plain(verdict.todo),
        url=plain(verdict.url),
        dag_id=verdict.dag_id,
        run_id=run_id,
        occurrences=1,
        opened_at=now,
    )


def subject_of(notices: Sequence[Notice]) -> str:
    """The first line of a message: the worst alert that is open, and how many others are open and resolved.

    An alert that was resolved before anybody heard of it counts as resolved. ``[RESOLVED]`` begins a subject only if no
    alert of the message is open.

    Args:
        notices: In any order; of equal severity, the first gives its title.

    Example:
        ``[CRITICAL] Many documents could not be read and 2 more, 3 resolved``
    """
    resolved = {notice.alert_id: notice for notice in notices if _is_resolved(notice)}
    firing = {notice.alert_id: notice for notice in notices if notice.alert_id not in resolved}
    if not firing:
        first = next(iter(resolved.values()))
        return f"[{RESOLVED}] {first.title}" + _others(len(resolved) - 1)
    worst = min(firing.values(), key=lambda notice: _ORDER.index(notice.severity))
    ended = f", {len(resolved)} resolved" if resolved else ""
    return f"[{label(worst)}] {worst.title}{_others(len(firing) - 1)}{ended}"


def _is_resolved(notice: Notice) -> bool:
    """Whether the cause of the alert is gone, whatever the notice reports."""
    return notice.kind is NoticeKind.RESOLVED or notice.resolved_at is not None


def _others(count: int) -> str:
    return f" and {count} more" if count else ""


def label(notice: Notice) -> str:
    """``RESOLVED``, or the severity."""
    return RESOLVED if notice.kind is NoticeKind.RESOLVED else notice.severity.value.upper()


def notice_text(notice: Notice) -> str:
    """The text about one alert in a message, in a few lines."""
    lines = [f"[{label(notice)}] {notice.title}", notice.detail]
    if notice.todo and notice.kind is not NoticeKind.RESOLVED:
        lines.append(f"To do: {notice.todo}")
    return "\n".join([*lines, _where(notice), *filter(None, [notice.url])])


def _where(notice: Notice) -> str:
    """Alert number, run and times, as one line."""
    number = f"alert {notice.alert_id}" if notice.alert_id else "not stored"
    parts = [
        number,
        notice.dag_id,
        airflow_run_id(notice.run_id, notice.dag_id),
        f"since {notice.opened_at:%Y-%m-%d %H:%M %Z}",
    ]
    if notice.resolved_at:
        parts.append(f"until {notice.resolved_at:%Y-%m-%d %H:%M %Z}")
    if notice.occurrences > 1:
        parts.append(f"seen in {notice.occurrences} runs")
    return " · ".join(part for part in parts if part)
