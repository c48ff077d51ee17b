"""Build messages from notices: the same text for every channel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from student_loans.alerts.model import AlertVerdict, Message, Notice, NoticeKind
from student_loans.privacy import plain

MOST_NOTICES = 20
"""In one message. Slack refuses more than 50 blocks."""


def build_message(key: str, notices: Sequence[Notice]) -> Message:
    """One message about some alerts.

    Args:
        key: The same when the same notices are sent again.
        notices: At least one; the most severe first.
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
    """The first line of a message.

    One notice gives its title; several give their number and the first title.
    """
    head = f"[{label(notices[0])}] {notices[0].title}"
    others = len({notice.alert_id for notice in notices} - {notices[0].alert_id})
    return f"{head} and {others} more" if others else head


def label(notice: Notice) -> str:
    """``RESOLVED``, or the severity."""
    return "RESOLVED" if notice.kind is NoticeKind.RESOLVED else notice.severity.value.upper()


def notice_text(notice: Notice) -> str:
    """The text about one alert in a message, in a few lines."""
    lines = [f"[{label(notice)}] {notice.title}", notice.detail]
    if notice.todo and notice.kind is not NoticeKind.RESOLVED:
        lines.append(f"To do: {notice.todo}")
    return "\n".join([*lines, _where(notice), *filter(None, [notice.url])])


def _where(notice: Notice) -> str:
    """Alert number, run and times, as one line."""
    number = f"alert {notice.alert_id}" if notice.alert_id else "not stored"
    parts = [number, notice.dag_id, notice.run_id, f"since {notice.opened_at:%Y-%m-%d %H:%M %Z}"]
    if notice.resolved_at:
        parts.append(f"until {notice.resolved_at:%Y-%m-%d %H:%M %Z}")
    if notice.occurrences > 1:
        parts.append(f"seen in {notice.occurrences} runs")
    return " · ".join(part for part in parts if part)
