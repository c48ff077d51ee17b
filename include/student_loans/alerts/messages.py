"""Notices into a message: the same words for every channel, and each channel's own shape."""

from __future__ import annotations

import html
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from student_loans.alerts.model import Kind, Message, Notice, Severity, Verdict
from student_loans.privacy import plain

_MARKS = {
    Severity.CRITICAL: ":red_circle:",
    Severity.WARNING: ":large_orange_circle:",
    Severity.INFO: ":large_blue_circle:",
}
_GOOD_MARK = ":large_green_circle:"
MOST_NOTICES = 20
"""In one message. Slack refuses more than 50 blocks."""
SLACK_TEXT_LIMIT = 2900
"""Slack refuses a section of more than 3,000 characters."""


def build_message(key: str, notices: Sequence[Notice]) -> Message:
    """One message about some alerts.

    Args:
        key: Kept when the same notices are sent again.
        notices: At least one; the gravest first.
    """
    lines = [line for notice in notices for line in [*_lines(notice), ""]]
    return Message(key, subject_of(notices), "\n".join(lines).strip(), tuple(notices))


def unstored_notice(verdict: Verdict, run_id: str, now: datetime) -> Notice:
    """The notice of an alert that the database could not take."""
    return Notice(
        alert_id=0,
        kind=Kind.FIRING,
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
    return "RESOLVED" if notice.kind is Kind.RESOLVED else notice.severity.value.upper()


def slack_blocks(message: Message) -> list[dict[str, Any]]:
    """The message in Slack's Block Kit: a section and a line of context for each notice."""
    blocks: list[dict[str, Any]] = []
    for notice in message.notices:
        mark = _GOOD_MARK if notice.kind is Kind.RESOLVED else _MARKS[notice.severity]
        text = f"{mark} *{label(notice)}*  {_mrkdwn(notice.title)}\n{_mrkdwn(notice.detail)}"
        if todo := _todo(notice):
            text += f"\n*To do:* {_mrkdwn(todo)}"
        blocks.append({"type": "section", "text": {"type": "mrkdwn", "text": text[:SLACK_TEXT_LIMIT]}})
        where = _mrkdwn(_where(notice))
        if link := _link(notice):
            where += f" · <{_mrkdwn(link)}|Open in Airflow>"
        blocks.append({"type": "context", "elements": [{"type": "mrkdwn", "text": where}]})
    return blocks


def html_page(message: Message) -> str:
    """The message as a page for mail."""
    parts = [_html_notice(notice) for notice in message.notices]
    return (
        f'<!doctype html><html lang="en"><body style="font-family:sans-serif">{"".join(parts)}'
        "<p>Values of documents are never part of an alert.</p></body></html>"
    )


def _html_notice(notice: Notice) -> str:
    lines = [f"<b>[{label(notice)}] {html.escape(notice.title)}</b>", html.escape(notice.detail)]
    if todo := _todo(notice):
        lines.append(f"<b>To do:</b> {html.escape(todo)}")
    where = html.escape(_where(notice))
    if link := _link(notice):
        where += f' · <a href="{html.escape(link)}">Open in Airflow</a>'
    return f"<p>{'<br>'.join([*lines, where])}</p>"


def _lines(notice: Notice) -> list[str]:
    lines = [f"[{label(notice)}] {notice.title}", f"  {notice.detail}"]
    if todo := _todo(notice):
        lines.append(f"  To do: {todo}")
    lines.append(f"  {_where(notice)}")
    return [*lines, f"  {notice.url}"] if notice.url else lines


def _todo(notice: Notice) -> str:
    return "" if notice.kind is Kind.RESOLVED else notice.todo


def _where(notice: Notice) -> str:
    """Alert number, run and times, as one line."""
    number = f"alert {notice.alert_id}" if notice.alert_id else "not stored"
    parts = [number, notice.dag_id, notice.run_id, f"since {notice.opened_at:%Y-%m-%d %H:%M %Z}"]
    if notice.resolved_at:
        parts.append(f"until {notice.resolved_at:%Y-%m-%d %H:%M %Z}")
    if notice.occurrences > 1:
        parts.append(f"seen in {notice.occurrences} runs")
    return " · ".join(part for part in parts if part)


def _link(notice: Notice) -> str:
    """The address, unless it could be anything but a link."""
    is_link = notice.url.startswith(("http://", "https://")) and not any(sign in notice.url for sign in "|<>")
    return notice.url if is_link else ""


def _mrkdwn(text: str) -> str:
    """Text as Slack shows it literally: names of files must not become links or mentions."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
