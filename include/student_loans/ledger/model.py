"""The work done on each document, recorded outside Airflow; a run, retry, clear or second delivery checks it first.

There is one entry for each document, stage and fingerprint of settings and code. Errors have classes:
*final* ones hold for these bytes under this fingerprint, *transient* ones are worth another attempt, up to a limit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from student_loans.error_advice import retried_codes
from student_loans.errors import LoanDocumentError, ServiceError
from student_loans.fingerprints import record_fingerprint
from student_loans.settings import Settings
from student_loans.stages import Stage


class WorkState(StrEnum):
    """The state of the work. ``running`` after its process has ended means that the process was killed."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class ErrorClass(StrEnum):
    """Whether another attempt may succeed with nothing changed."""

    TRANSIENT = "transient"
    FINAL = "final"


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One document, stage and fingerprint.

    Attributes:
        attempts: Begun so far; work that a failed service interrupted does not count.
        error: Code of the last error; None when there was none.
        reused: The result of an earlier attempt was used.
        seconds: Wall-clock seconds of the last attempt.
        core_seconds: CPU seconds of the last attempt, over all its threads and child processes.
        run_id: The run that worked on it last.
    """

    document_id: str
    stage: Stage
    fingerprint: str
    state: WorkState
    attempts: int
    error: str | None
    error_class: ErrorClass | None
    reused: bool
    seconds: float
    core_seconds: float
    run_id: str


@dataclass(frozen=True, slots=True)
class RetryRule:
    """Whether a failed document is processed again by another run.

    It is if settings or code have changed since, or if the error was transient and attempts are left.

    Attributes:
        fingerprint: Of the settings and code that would do the work now.
        max_attempts: Attempts under one fingerprint.
    """

    fingerprint: str
    max_attempts: int

    @classmethod
    def of(cls, settings: Settings) -> RetryRule:
        """The rule that the settings give."""
        return cls(record_fingerprint(settings), settings.ledger.max_attempts)


@dataclass(frozen=True, slots=True)
class StageSummary:
    """Counts of one run in one stage; ``done + failed + running`` are all its documents.

    Attributes:
        reused: Of those done, how many an earlier attempt had done already.
        retried: How many needed more than one attempt.
        errors: Code to failed documents.
        seconds: Wall-clock seconds over all documents, several at a time.
        core_seconds: CPU seconds over all documents.
        median_seconds: Of one document; None when nothing was timed.
        longest_seconds: Of one document; None when nothing was timed.
    """

    stage: Stage
    done: int
    failed: int
    running: int
    reused: int
    retried: int
    errors: Mapping[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    core_seconds: float = 0.0
    median_seconds: float | None = None
    longest_seconds: float | None = None

    @property
    def documents(self) -> int:
        """All documents of the stage."""
        return self.done + self.failed + self.running


def error_class(error: LoanDocumentError | str) -> ErrorClass:
    """Whether an error, or an error code, is transient or final.

    Example:
        >>> error_class("encrypted_pdf"), error_class("ocr_timed_out")
        (<ErrorClass.FINAL: 'final'>, <ErrorClass.TRANSIENT: 'transient'>)
    """
    if isinstance(error, ServiceError):
        return ErrorClass.TRANSIENT
    code = error.code.value if isinstance(error, LoanDocumentError) else error
    return ErrorClass.TRANSIENT if code in retried_codes() else ErrorClass.FINAL
