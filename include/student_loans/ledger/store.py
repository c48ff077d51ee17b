"""The ledger in the results database: attempts begin before the work and end after it, each in its own transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from student_loans.errors import LoanDocumentError
from student_loans.ledger.model import ErrorClass, LedgerEntry, StageSummary, WorkState, error_class
from student_loans.stages import Stage
from student_loans.storage.connection import Database
from student_loans.storage.database_errors import database_errors
from student_loans.storage.named_sql import queries

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import DictRow


class Ledger(Database):
    """The work done on each document. Every method is one transaction.

    Args:
        conninfo: As for :class:`~student_loans.storage.connection.Database`.
    """

    def __init__(self, conninfo: str) -> None:
        super().__init__(conninfo)
        self._held: Connection[DictRow] | None = None

    @contextmanager
    def held(self) -> Iterator[None]:
        """Use one connection for the calls in the block, because a group of documents makes hundreds of calls."""
        with super().transaction() as connection:
            connection.commit()
            connection.autocommit = True
            self._held = connection
            try:
                yield
            finally:
                self._held = None

    @contextmanager
    def transaction(self) -> Iterator[Connection[DictRow]]:
        """A transaction, on the held connection where there is one."""
        if self._held is None:
            with super().transaction() as connection:
                yield connection
        else:
            with database_errors(), self._held.transaction():
                yield self._held

    def begin(self, run_id: str, stage: Stage, document_id: str, fingerprint: str) -> tuple[int, str | None]:
        """Record that an attempt starts.

        Returns:
            How many attempts have been begun, this one included, and the code of the last error.
        """
        parameters = _key(stage, document_id, fingerprint) | {"run_id": run_id}
        with self.transaction() as connection:
            row = connection.execute(queries("ledger/ledger")["begin"], parameters).fetchone()
        assert row is not None  # noqa: S101 -- an INSERT … ON CONFLICT DO UPDATE … RETURNING gives its row
        return row["attempts"], row["error"]

    def finish(
        self,
        run_id: str,
        stage: Stage,
        document_id: str,
        fingerprint: str,
        *,
        error: LoanDocumentError | None = None,
        seconds: float = 0.0,
        core_seconds: float = 0.0,
    ) -> None:
        """Record how an attempt ended.

        Args:
            run_id: The run that did it.
            stage: Of the work.
            document_id: Of the work.
            fingerprint: Of the work.
            error: What ended it; None means that it is done.
            seconds: Wall-clock.
            core_seconds: CPU time of all threads and child processes.
        """
        parameters = _key(stage, document_id, fingerprint) | _error(error)
        parameters |= {"run_id": run_id, "seconds": seconds, "core_seconds": core_seconds}
        with self.transaction() as connection:
            connection.execute(queries("ledger/ledger")["finish"], parameters)

    def release(self, stage: Stage, document_id: str, fingerprint: str, error: LoanDocumentError) -> None:
        """Do not count an attempt that a failed service ended."""
        parameters = _key(stage, document_id, fingerprint) | _error(error)
        with self.transaction() as connection:
            connection.execute(queries("ledger/ledger")["release"], parameters)

    def note(
        self,
        run_id: str,
        stage: Stage,
        fingerprint: str,
        outcomes: Iterable[tuple[str, str | None]],
        *,
        reused: bool = False,
        core_seconds: float = 0.0,
    ) -> None:
        """Record many outcomes in one transaction.

        Args:
            run_id: The run with these outcomes.
            stage: Of the work.
            fingerprint: Of the work.
            outcomes: Document id and error code; None for work that is done.
            reused: The results existed already.
            core_seconds: CPU seconds of each.
        """
        rows = (
            _key(stage, document_id, fingerprint)
            | {
                "run_id": run_id,
                "state": (WorkState.FAILED if code else WorkState.DONE).value,
                "error": code,
                "error_class": error_class(code).value if code else None,
                "reused": reused,
                "core_seconds": core_seconds,
            }
            # In the order of the key, so that two deliveries of one task wait for each other and do not deadlock.
            for document_id, code in sorted(outcomes, key=lambda outcome: outcome[0])
        )
        with self.transaction() as connection, connection.cursor() as cursor:
            cursor.executemany(queries("ledger/ledger")["note"], rows)

    def forget_attempts(self, document_ids: Collection[str], fingerprint: str) -> None:
        """Reset the attempts at documents that a person asked to process again."""
        parameters = {"document_ids": list(document_ids), "fingerprint": fingerprint}
        with self.transaction() as connection:
            connection.execute(queries("ledger/ledger")["forget"], parameters)

    def entries(self, document_ids: Collection[str]) -> list[LedgerEntry]:
        """All entries of some documents."""
        with self.transaction() as connection:
            rows = connection.execute(
                queries("ledger/ledger")["entries"], {"document_ids": list(document_ids)}
            ).fetchall()
        return [_entry(row) for row in rows]

    def stage_summaries(self, run_id: str) -> tuple[StageSummary, ...]:
        """The work of a run by stage, in the order data flows; stages that it did not reach are absent."""
        with self.transaction() as connection:
            counts = {
                row["stage"]: row for row in connection.execute(queries("ledger/ledger")["stage_counts"], _run(run_id))
            }
            errors: dict[str, dict[str, int]] = {}
            for row in connection.execute(queries("ledger/ledger")["stage_errors"], _run(run_id)):
                errors.setdefault(row["stage"], {})[row["error"]] = row["documents"]
        return tuple(
            StageSummary(**{**counts[stage.value], "stage": stage}, errors=errors.get(stage.value, {}))
            for stage in Stage
            if stage.value in counts
        )

    def prune(self, current_fingerprint: str, days: int) -> int:
        """Delete entries of settings and code without a stored record.

        Args:
            current_fingerprint: Its entries stay.
            days: Entries that changed within so many days stay.

        Returns:
            How many were deleted.
        """
        with self.transaction() as connection:
            return connection.execute(
                queries("ledger/ledger")["prune"], {"current": current_fingerprint, "days": days}
            ).rowcount


def _run(run_id: str) -> dict[str, str]:
    return {"run_id": run_id}


def _key(stage: Stage, document_id: str, fingerprint: str) -> dict[str, Any]:
    return {"stage": stage.value, "document_id": document_id, "fingerprint": fingerprint}


def _error(error: LoanDocumentError | None) -> dict[str, str | None]:
    if error is None:
        return {"error": None, "error_class": None}
    return {"error": error.code.value, "error_class": error_class(error).value}


def _entry(row: Mapping[str, Any]) -> LedgerEntry:
    known = row["error_class"]
    return LedgerEntry(
        **{
            **row,
            "stage": Stage(row["stage"]),
            "state": WorkState(row["state"]),
            "error_class": ErrorClass(known) if known else None,
        }
    )
