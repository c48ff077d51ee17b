"""The data classes of alerts and messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from student_loans.severity import Severity


class NoticeKind(StrEnum):
    """Why a message about an alert is sent."""

    FIRING = "firing"
    """The alert has opened."""
    RESOLVED = "resolved"
    """Its cause is gone."""


@dataclass(frozen=True, slots=True)
class AlertVerdict:
    """The state of one cause: present or resolved.

    Attributes:
        cause: Identifies the cause in every run: ``rule``, ``rule:slice``, ``task_failed:dag.task:code``.
        firing: Whether the cause is present.
        title: One line, without a value read from a document.
        detail: The numbers, in a sentence.
        todo: What a person does about it.
        url: The page to open: a task's log, or a run.
        dag_id: The DAG that it is about; empty for the deployment.
        value: The measured value.
        reference: The value that it was compared with.
    """

    cause: str
    rule: str
    severity: Severity
    firing: bool
    title: str
    detail: str = ""
    todo: str = ""
    slice: str = ""
    url: str = ""
    dag_id: str = ""
    value: float | None = None
    reference: float | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """One alert in a message.

    Attributes:
        alert_id: 0 for an alert that could not be stored.
        run_id: The run in which it appeared; for a resolved one, the run in which it was last seen.
        occurrences: Runs or task instances in which it was seen.
    """

    alert_id: int
    kind: NoticeKind
    severity: Severity
    title: str
    detail: str
    todo: str
    url: str
    dag_id: str
    run_id: str
    occurrences: int
    opened_at: datetime
    resolved_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """What a channel sends.

    Attributes:
        key: The same when the same notices are sent again.
        notices: At least one.
    """

    key: str
    subject: str
    text: str
    notices: tuple[Notice, ...]
