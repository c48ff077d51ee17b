"""The subject of a message names the worst alert that is open, and counts resolved ones apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from student_loans.alerts.messages import build_message
from student_loans.alerts.model import Notice, NoticeKind
from student_loans.severity import Severity

NOW = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)


def notice(number: int, severity: Severity = Severity.CRITICAL, kind: NoticeKind = NoticeKind.FIRING) -> Notice:
    ended = NOW if kind is NoticeKind.RESOLVED else None
    return Notice(number, kind, severity, f"Alert {number}", "0.2", "Look.", "", "dag", "run", 1, NOW, ended)


def resolved(number: int, severity: Severity = Severity.CRITICAL) -> Notice:
    return notice(number, severity, NoticeKind.RESOLVED)


@pytest.mark.parametrize(
    ("notices", "subject"),
    [
        ([notice(1)], "[CRITICAL] Alert 1"),
        ([notice(1), notice(2)], "[CRITICAL] Alert 1 and 1 more"),
        ([resolved(1)], "[RESOLVED] Alert 1"),
        ([resolved(1), resolved(2), resolved(3)], "[RESOLVED] Alert 1 and 2 more"),
        ([resolved(1), resolved(2), resolved(3), resolved(4), notice(5)], "[CRITICAL] Alert 5, 4 resolved"),
        ([resolved(1), notice(2, Severity.WARNING), notice(3)], "[CRITICAL] Alert 3 and 1 more, 1 resolved"),
        ([notice(1, Severity.INFO), notice(2, Severity.WARNING)], "[WARNING] Alert 2 and 1 more"),
        # Alert 1 fired and ended before it could be sent.
        ([replace(notice(1), resolved_at=NOW), resolved(1), notice(2, Severity.INFO)], "[INFO] Alert 2, 1 resolved"),
        ([replace(notice(1), resolved_at=NOW), resolved(1)], "[RESOLVED] Alert 1"),
        ([replace(notice(1), resolved_at=NOW), notice(2, Severity.INFO)], "[INFO] Alert 2, 1 resolved"),
    ],
)
def test_a_subject_is_the_worst_that_fires(notices: list[Notice], subject: str) -> None:
    assert build_message("key", notices).subject == subject
