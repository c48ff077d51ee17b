"""What rules, alerts and messages are made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Severity(StrEnum):
    """How much an alert matters, least first."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 for the least."""
        return list(Severity).index(self)


class Kind(StrEnum):
    """Why somebody is told of an alert."""

    FIRING = "firing"
    """It has appeared."""
    RESOLVED = "resolved"
    """Its cause is gone."""
    ESCALATION = "escalation"
    """Nobody has acknowledged it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is the case about one cause: it is there, or it is gone.

    Attributes:
        cause: Tells the same cause again: ``rule``, ``rule:slice``, ``task_failed:dag.task:code``.
        firing: Is the cause there?
        title: One line, without a value read from a document.
        detail: The numbers, in a sentence.
        todo: What to do about it.
        url: Where to look: a task's log, or a run.
        dag_id: The DAG that it is about; empty for the deployment.
        value: What was measured.
        reference: What it was compared with.
        notify: Whether anybody is told; a consequence of another alert is kept in the history only.
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
    notify: bool = True


@dataclass(frozen=True, slots=True)
class Notice:
    """One alert as a message tells it.

    Attributes:
        run_id: The run in which it appeared; for a resolved one, the run in which it was last seen.
        occurrences: Runs or task instances in which it was seen.
    """

    alert_id: int
    kind: Kind
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
    """What one channel is given.

    Attributes:
        key: The same whenever this message is sent again; a channel that can tell uses it to refuse a repetition.
        notices: At least one.
        repeated: Whether an earlier attempt may have arrived: its process died before it could say.
    """

    key: str
    subject: str
    text: str
    notices: tuple[Notice, ...] = field(default=())
    repeated: bool = False

    @property
    def severity(self) -> Severity:
        """The highest of its notices."""
        return max((notice.severity for notice in self.notices), key=lambda one: one.rank, default=Severity.INFO)
