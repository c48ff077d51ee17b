"""Record attempts at documents in the ledger, before they start and after they end."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TypeVar

from student_loans.errors import DocumentError, ErrorCode, ServiceError
from student_loans.fingerprints import record_fingerprint
from student_loans.ledger.store import Ledger
from student_loans.sandbox.work_clock import WorkClock
from student_loans.settings import Settings
from student_loans.stages import Stage

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Attempts:
    """Bounded attempts of one stage of one run.

    Attributes:
        ledger: Where they are counted; None counts none, so every attempt is the first.
        fingerprint: Of the settings and code that work.
        max_attempts: A document whose process ended so often without a result fails.
    """

    ledger: Ledger | None
    run_id: str
    stage: Stage
    fingerprint: str
    max_attempts: int

    @classmethod
    def of(cls, ledger: Ledger | None, run_id: str, stage: Stage, settings: Settings) -> Attempts:
        """Attempts under the settings."""
        return cls(ledger, run_id, stage, record_fingerprint(settings), settings.ledger.max_attempts)

    def held(self) -> AbstractContextManager[None]:
        """Use one connection of the ledger for the attempts in the block."""
        return self.ledger.held() if self.ledger else nullcontext()

    def note_reused(self, document_ids: Iterable[str]) -> None:
        """Record documents whose results existed already."""
        if self.ledger:
            outcomes = [(document_id, None) for document_id in document_ids]
            self.ledger.note(self.run_id, self.stage, self.fingerprint, outcomes, reused=True)

    def do(self, document_id: str, work: Callable[[], T]) -> T:
        """Work on a document, once.

        Args:
            document_id: The document.
            work: The work; its result is returned.

        Raises:
            DocumentError: From the work, noted as failed; or ``attempts_exhausted`` instead of yet another attempt.
            ServiceError: From the work, which then does not count as an attempt; or the ledger does not answer.
        """
        if self.ledger is None:
            return work()
        number, earlier = self.ledger.begin(self.run_id, self.stage, document_id, self.fingerprint)
        started = WorkClock()
        try:
            if number > self.max_attempts:
                raise _exhausted(number - 1, earlier)
            result = work()
        except DocumentError as error:
            self.ledger.finish(
                self.run_id,
                self.stage,
                document_id,
                self.fingerprint,
                error=error,
                seconds=started.seconds,
                core_seconds=started.core_seconds,
            )
            raise
        except ServiceError as error:
            self.ledger.release(self.stage, document_id, self.fingerprint, error)
            raise
        self.ledger.finish(
            self.run_id,
            self.stage,
            document_id,
            self.fingerprint,
            seconds=started.seconds,
            core_seconds=started.core_seconds,
        )
        return result


def _exhausted(attempts: int, earlier: str | None) -> DocumentError:
    after = f" Its last error was {earlier}." if earlier and earlier != ErrorCode.ATTEMPTS_EXHAUSTED else ""
    return DocumentError(
        ErrorCode.ATTEMPTS_EXHAUSTED,
        f"The process that worked on the document ended before it was done, {attempts} times.{after} "
        "Give workers more memory or time, or ask the sender for it in another form; then reprocess it.",
    )
