"""Alerts as log lines: the channel that needs no connection."""

from __future__ import annotations

import logging

from student_loans.alerts.config import ChannelConfig
from student_loans.alerts.model import Message, NoticeKind
from student_loans.severity import Severity

log = logging.getLogger("loan_documents.alerts")

_LEVELS = {Severity.CRITICAL: logging.ERROR, Severity.WARNING: logging.WARNING, Severity.INFO: logging.INFO}


class LogChannel:
    """One line for each notice, at the level of its severity; a resolved alert is logged as information."""

    def send(self, message: Message) -> None:
        """Write the lines."""
        from student_loans.alerts.messages import label

        for notice in message.notices:
            level = logging.INFO if notice.kind is NoticeKind.RESOLVED else _LEVELS[notice.severity]
            log.log(level, "ALERT %d [%s] %s: %s", notice.alert_id, label(notice), notice.title, notice.detail)


def open_channel(channel: ChannelConfig, timeout_s: float) -> LogChannel:
    """The log, which needs no connection and never waits."""
    return LogChannel()
