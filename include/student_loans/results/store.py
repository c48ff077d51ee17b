"""The results database: what the pipeline found, in PostgreSQL.

Doing anything twice gives the same rows once, so a task may be retried, cleared or delivered twice. A batch becomes
visible all at once or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from student_loans.errors import ConfigurationError, ErrorCode
from student_loans.ledger.model import RetryRule
from student_loans.records import DocumentRecord
from student_loans.results.batch import hold_back, publish_batch, stage_batch
from student_loans.results.rows import record_of
from student_loans.runs import Arrival, Run, RunCounts, RunState, SeenFile
from student_loans.storage.clean_text import storable_address, storable_data
from student_loans.storage.connection import Database
from student_loans.storage.named_sql import queries

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import DictRow

_CHUNK = 500
"""Records in memory at once while a run is read."""


class ResultsDatabase(Database):
    """Runs, files seen, documents and fields."""

    def known_documents(
        self, document_ids: Collection[str], *, except_run: str | None = None, retry: RetryRule | None = None
    ) -> set[str]:
        """Which of these documents have a record already.

        Args:
            document_ids: SHA-256, hex.
            except_run: Records that this run made do not count: a run that is started again sees its files as new.
            retry: Failed documents that are worth another run do not count; None means that none is.
        """
        parameters = {
            "document_ids": list(document_ids),
            "except_run": except_run,
            "fingerprint": retry.fingerprint if retry else None,
            "max_attempts": retry.max_attempts if retry else None,
        }
        with self.transaction() as connection:
            rows = connection.execute(queries("results/documents")["known_documents"], parameters)
            return {row["document_id"] for row in rows}

    def start_run(
        self,
        run_id: str,
        *,
        dag_id: str,
        source_uri: str,
        settings_fingerprint: str,
        started_at: datetime | None = None,
    ) -> None:
        """Record that a run has started; a run that is started again keeps its first start.

        Args:
            run_id: As the scheduler names it.
            dag_id: The DAG that runs, or the command.
            source_uri: Where the files come from.
            settings_fingerprint: :meth:`student_loans.settings.Settings.fingerprint`.
            started_at: With a time zone; None means now.
        """
        parameters = {
            "run_id": run_id,
            "dag_id": dag_id,
            "source_uri": storable_address(source_uri),
            "settings_fingerprint": settings_fingerprint,
            "started_at": started_at,
        }
        with self.transaction() as connection:
            connection.execute(queries("results/runs")["start_run"], parameters)

    def record_seen_files(self, run_id: str, files: Iterable[SeenFile]) -> None:
        """Record every file that the run saw, so that its counts can be added up."""
        rows = (
            {
                "run_id": run_id,
                "source_key": file.key,
                "source_uri": storable_address(file.source_uri),
                "document_id": file.document_id,
                "arrival": file.arrival.value,
            }
            for file in files
        )
        with self.transaction() as connection, connection.cursor() as cursor:
            cursor.executemany(queries("results/runs")["record_sighting"], rows)

    def seen_files_of_run(self, run_id: str) -> list[SeenFile]:
        """Every file that the run saw, in the order of their addresses."""
        with self.transaction() as connection:
            rows = connection.execute(queries("results/runs")["sightings_of_run"], {"run_id": run_id})
            return [SeenFile(row["source_uri"], row["document_id"], Arrival(row["arrival"])) for row in rows]

    def store_records(
        self,
        run_id: str,
        records: Iterable[DocumentRecord],
        names: Mapping[str, str] | None = None,
        *,
        within: Callable[[Connection[DictRow]], None] | None = None,
    ) -> int:
        """Store a batch, all of it or nothing; a document's older record stays as a version, the new one is published.

        A record that a later run has published, or that a person has decided, is left alone; beside the latter the new
        one is kept as a version. The ledger records the batch in the same transaction.

        Args:
            run_id: The run that made the records; it must have been started.
            records: Consumed once, a few hundred in memory at a time. Of two with the same id the first is stored.
            names: Document id to the file's name for people; where absent it comes from the source's address.
            within: Called with the connection once the batch is stored, before it is committed.

        Returns:
            How many documents were stored, those that were left alone among them.
        """
        with self.transaction() as connection:
            stored = stage_batch(connection, run_id, records, names or {})
            hold_back(connection)
            for step in ("upsert_documents", "touch_changed_values", "delete_fields", "insert_fields"):
                connection.execute(queries("results/documents")[step])
            publish_batch(connection)
            if within is not None:
                within(connection)
        return stored

    def finish_run(
        self,
        run_id: str,
        state: RunState,
        *,
        seconds: Mapping[str, float] | None = None,
        report_uri: str | None = None,
        finished_at: datetime | None = None,
    ) -> RunCounts:
        """Close a run with its counts.

        Args:
            run_id: A run that was started.
            state: How it ended.
            seconds: Wall-clock seconds by stage.
            report_uri: Where its report is.
            finished_at: With a time zone; None means now.

        Raises:
            ConfigurationError: ``unknown_run``: it was never started.
        """
        from psycopg.types.json import Jsonb

        with self.transaction() as connection:
            counts = _run_counts(connection, run_id)
            parameters = {
                "run_id": run_id,
                "state": state.value,
                "finished_at": finished_at,
                "counts": Jsonb(counts.to_json()),
                "seconds": Jsonb(storable_data(dict(seconds or {}))),
                "report_uri": report_uri,
            }
            if connection.execute(queries("results/runs")["finish_run"], parameters).fetchone() is None:
                raise ConfigurationError(ErrorCode.UNKNOWN_RUN, f"Run {run_id} was never started: start it first.")
        return counts

    def close_run(self, run_id: str, *, succeeded: bool, seconds: Mapping[str, float]) -> bool:
        """Close a run that nothing has closed yet.

        Args:
            run_id: Of any DAG; one that has acquired no documents is not in the database.
            succeeded: How the DAG ended. A run with files that have no outcome has failed, whatever its DAG says.
            seconds: Wall-clock seconds by task.

        Returns:
            Whether it was open.
        """
        run = self.run(run_id)
        if run is None or run.state is not RunState.RUNNING:
            return False
        complete = succeeded and self.run_counts(run_id).add_up
        self.finish_run(run_id, RunState.SUCCESS if complete else RunState.FAILED, seconds=seconds)
        return True

    def open_runs(self) -> list[Run]:
        """Runs that nothing has closed yet, the oldest first."""
        with self.transaction() as connection:
            rows = connection.execute(queries("results/runs")["open_runs"]).fetchall()
        return [_run_of(row) for row in rows]

    def run_counts(self, run_id: str) -> RunCounts:
        """Files of a run by outcome, as they stand now; all zero for a run that saw none."""
        with self.transaction() as connection:
            return _run_counts(connection, run_id)

    def records_of_run(self, run_id: str) -> Iterator[DocumentRecord]:
        """The records that a run made, in the order of their ids.

        Read through a server-side cursor: a few hundred in memory, however large the run.
        """
        with self.transaction() as connection, connection.cursor(name="records_of_run") as cursor:
            cursor.itersize = _CHUNK
            cursor.execute(queries("results/documents")["records_of_run"], {"run_id": run_id})
            for row in cursor:
                yield record_of(row)

    def run(self, run_id: str) -> Run | None:
        """One run; None when it was never started."""
        with self.transaction() as connection:
            row = connection.execute(queries("results/runs")["run"], {"run_id": run_id}).fetchone()
        return None if row is None else _run_of(row)


def _run_of(row: DictRow) -> Run:
    return Run(**{**row, "state": RunState(row["state"])})


def _run_counts(connection: Connection[DictRow], run_id: str) -> RunCounts:
    row = connection.execute(queries("results/runs")["run_counts"], {"run_id": run_id}).fetchone()
    return RunCounts(**row) if row else RunCounts()
