"""Notices into a message: the same words for every channel, and each channel's own shape."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

from student_loans.alerts.model import Kind, Message, Notice, Severity

_MARKS = {
    Severity.CRITICAL: ":red_circle:",
    Severity.WARNING: ":large_orange_circle:",
    Severity.INFO: ":large_blue_circle:",
}
_COLORS = {Severity.CRITICAL: "#b91c1c", Severity.WARNING: "#b45309", Severity.INFO: "#1d4ed8"}
_GOOD_MARK, _GOOD_COLOR = ":large_green_circle:", "#15803d"
SLACK_TEXT_LIMIT = 2900
"""Slack refuses a section of more than 3,000 characters."""
SLACK_NOTICES = 20
"""Slack refuses a message of more than 50 blocks."""


def build_message(key: str, notices: Sequence[Notice], *, repeated: bool = False) -> Message:
    """One message about some alerts.

    Args:
        key: Kept when the message is sent again.
        notices: At least one; the gravest first.
        repeated: Whether an earlier attempt may have arrived.
    """
    lines = [line for notice in notices for line in [*_lines(notice), ""]]
    if repeated:
        lines.append("This may be a repetition: the first attempt ended without an answer.")
    return Message(key, subject_of(notices), "\n".join(lines).strip(), tuple(notices), repeated)


def subject_of(notices: Sequence[Notice]) -> str:
    """The first line of a message.

    One notice gives its title; several give their number and the first title.
    """
    head = f"[{label(notices[0])}] {notices[0].title}"
    others = len({notice.alert_id for notice in notices} - {notices[0].alert_id})
    return f"{head} and {others} more" if others else head


def label(notice: Notice) -> str:
    """The severity, or what became of it.

    ``RESOLVED`` and ``UNACKNOWLEDGED`` say why the notice is sent.
    """
    if notice.kind is Kind.RESOLVED:
        return "RESOLVED"
    suffix = ", UNACKNOWLEDGED" if notice.kind is Kind.ESCALATION else ""
    return f"{notice.severity.value.upper()}{suffix}"


def slack_blocks(message: Message) -> list[dict[str, Any]]:
    """The message in Slack's Block Kit: a heading, a section a notice, and its key for receivers that look for it."""
    blocks: list[dict[str, Any]] = []
    for notice in message.notices[:SLACK_NOTICES]:
        good = notice.kind is Kind.RESOLVED
        mark = _GOOD_MARK if good else _MARKS[notice.severity]
        text = f"{mark} *{_mrkdwn(label(notice))}*  {_mrkdwn(notice.title)}\n{_mrkdwn(notice.detail)}"
        if notice.todo and not good:
            text += f"\n*To do:* {_mrkdwn(notice.todo)}"
        blocks.append({"type": "section", "text": {"type": "mrkdwn", "text": text[:SLACK_TEXT_LIMIT]}})
        where = " · ".join(part for part in (_mrkdwn(_where(notice)), _slack_link(notice)) if part)
        blocks.append({"type": "context", "elements": [{"type": "mrkdwn", "text": where}]})
    if (hidden := len(message.notices) - SLACK_NOTICES) > 0:
        blocks.append({"type": "section", "text": {"type": "mrkdwn", "text": f"… and {hidden} more in the history."}})
    if message.repeated:
        words = "This may be a repetition: the first attempt ended without an answer."
        blocks.append({"type": "context", "elements": [{"type": "mrkdwn", "text": words}]})
    return blocks


def html_page(message: Message) -> str:
    """The message as a page for mail."""
    parts = [_html_notice(notice) for notice in message.notices]
    if message.repeated:
        parts.append("<p>This may be a repetition: the first attempt ended without an answer.</p>")
    font = "font:15px/1.45 -apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
    return (
        f'<!doctype html><html lang="en"><body style="margin:0;padding:24px;background:#f8fafc;color:#0f172a;{font}">'
        f'<div style="max-width:640px;margin:auto">{"".join(parts)}'
        '<p style="color:#64748b;font-size:12px">Student-loan documents. Values of documents are never part of an '
        "alert.</p></div></body></html>"
    )


def _html_notice(notice: Notice) -> str:
    good = notice.kind is Kind.RESOLVED
    color = _GOOD_COLOR if good else _COLORS[notice.severity]
    rows = [
        f'<div style="color:{color};font-size:12px;font-weight:700;letter-spacing:.04em">{html.escape(label(notice))}</div>',
        f'<div style="font-size:17px;font-weight:600;margin:2px 0 6px">{html.escape(notice.title)}</div>',
        f"<div>{html.escape(notice.detail)}</div>",
    ]
    if notice.todo and not good:
        rows.append(f'<div style="margin-top:6px"><b>To do:</b> {html.escape(notice.todo)}</div>')
    where = html.escape(_where(notice))
    if notice.url.startswith(("http://", "https://")):
        where += f' · <a style="color:#1d4ed8" href="{html.escape(notice.url, quote=True)}">Open in Airflow</a>'
    rows.append(f'<div style="margin-top:8px;color:#64748b;font-size:12px">{where}</div>')
    box = f"background:#fff;border:1px solid #e2e8f0;border-left:4px solid {color};border-radius:6px"
    return f'<div style="{box};padding:14px 16px;margin-bottom:12px">{"".join(rows)}</div>'


def _lines(notice: Notice) -> list[str]:
    lines = [f"[{label(notice)}] {notice.title}", f"  {notice.detail}"]
    if notice.todo and notice.kind is not Kind.RESOLVED:
        lines.append(f"  To do: {notice.todo}")
    lines.append(f"  {_where(notice)}")
    if notice.url:
        lines.append(f"  {notice.url}")
    return lines


def _where(notice: Notice) -> str:
    """Alert number, run and times, as one line."""
    parts = [f"alert {notice.alert_id}", notice.dag_id, notice.run_id, f"since {notice.opened_at:%Y-%m-%d %H:%M %Z}"]
    if notice.resolved_at:
        parts.append(f"until {notice.resolved_at:%Y-%m-%d %H:%M %Z}")
    if notice.occurrences > 1:
        parts.append(f"seen in {notice.occurrences} runs")
    return " · ".join(part for part in parts if part)


def _slack_link(notice: Notice) -> str:
    if not notice.url.startswith(("http://", "https://")) or any(sign in notice.url for sign in "|<>"):
        return ""
    return f"<{notice.url.replace('&', '&amp;')}|Open in Airflow>"


def _mrkdwn(text: str) -> str:
    """Text as Slack shows it literally: names of files must not become links or mentions."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
