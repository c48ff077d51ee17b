"""``kill -9`` of the worker at random moments: after the retry the rows are those of an undisturbed run."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from random import Random
from typing import Any

import psycopg
import pytest

from student_loans.intake.acquire_stage import ACQUIRED
from student_loans.records import Status
from student_loans.results.store import ResultsDatabase
from student_loans.storage.object_store import open_store
from student_loans.storage.run_folder import DocumentReference, RunFolder
from student_loans.validation.stage import VALIDATED
from tests.faults import workers
from tests.record_factory import make_quarantined, make_record

pytestmark = [pytest.mark.integration, pytest.mark.timeout(900)]

KILLS = 10
FILES = 100
RECORDS = 400
SEED = "2026-11-24"
Work = Callable[[str, str, str], None]


@pytest.fixture(scope="module")
def processes() -> ForkServerContext:
    """Processes that start with everything imported, so that a kill hits the work and not the imports."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.faults.workers", "psycopg", "upath", "orjson", "yaml"])
    first = context.Process(target=time.monotonic)  # pays for the imports, so that the work alone is timed after it
    first.start()
    first.join()
    return context


@pytest.fixture
def new_database(database: ResultsDatabase, empty_database: str) -> Callable[[], str]:
    """Empties the database of this test, which costs less than another one."""

    def make() -> str:
        with psycopg.connect(empty_database) as connection:
            connection.execute(f"TRUNCATE {', '.join(f'loan_documents.{table}' for table in TABLES)} CASCADE".encode())
        return empty_database

    return make


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Small files, one in ten the copy of another."""
    folder = tmp_path_factory.mktemp("inbox")
    for number in range(FILES):
        content = number - 1 if number % 10 == 9 else number
        (folder / f"note {number:03d}.pdf").write_bytes(b"%PDF-1.7 note " * 200 + str(content).encode())
    return folder


TABLES = {
    "sightings": "source_uri, document_id, arrival, run_id",
    "documents": "document_id, name, source_uri, status, document_type, review_reasons, error, schedule, timings, run_id",
    "fields": "document_id, name, value, raw, confidence, page, bbox, checked_by",
    "record_versions": "document_id, version, state, fingerprint, content_hash, record, run_id",
    "ledger": "document_id, stage, fingerprint, state, attempts, error, error_class, run_id",
    "runs": "run_id, dag_id, state, source_uri, settings_fingerprint",
}


def rows(conninfo: str) -> dict[str, list[Any]]:
    """Every row of every table, without the times at which they were written."""
    with psycopg.connect(conninfo) as connection:
        return {
            table: sorted(
                connection.execute(f"SELECT ({columns})::text FROM loan_documents.{table}".encode()).fetchall()
            )
            for table, columns in TABLES.items()
        }


def originals(store: Path) -> dict[str, bytes]:
    """Kept files by name; what a killed writer left under a temporary name does not count."""
    return {
        path.name: path.read_bytes() for path in (store / "raw").rglob("*") if path.suffix != ".part" and path.is_file()
    }


def start(processes: ForkServerContext, work: Work, *arguments: str) -> ForkServerProcess:
    process = processes.Process(target=work, args=arguments)
    process.start()
    return process


def seconds_undisturbed(processes: ForkServerContext, work: Work, *arguments: str) -> float:
    started = time.monotonic()
    process = start(processes, work, *arguments)
    process.join()
    assert process.exitcode == 0
    return time.monotonic() - started


def kill_at(process: ForkServerProcess, seconds: float) -> bool:
    """``kill -9`` after so many seconds; returns whether it was still at work."""
    process.join(seconds)
    if process.is_alive():
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
    process.join()
    return process.exitcode == -signal.SIGKILL


def test_a_killed_acquisition_loses_and_doubles_nothing(
    processes: ForkServerContext, new_database: Callable[[], str], inbox: Path, tmp_path: Path
) -> None:
    database = new_database()
    whole = seconds_undisturbed(processes, workers.acquire, database, str(tmp_path / "whole"), str(inbox))
    expected, kept = rows(database), originals(tmp_path / "whole")
    assert (len(expected["sightings"]), len(kept)) == (FILES, FILES - FILES // 10)
    random = Random(SEED)
    killed = 0
    for number in range(4 * KILLS):
        if killed == KILLS:
            break
        database, store = new_database(), tmp_path / f"store-{number}"
        process = start(processes, workers.acquire, database, str(store), str(inbox))
        killed += kill_at(process, random.uniform(0.02, 0.95) * whole)
        workers.acquire(database, str(store), str(inbox))  # the retry
        assert rows(database) == expected
        assert originals(store) == kept
    assert killed == KILLS, f"only {killed} processes were killed at work"


def test_a_batch_whose_worker_is_killed_is_stored_whole_once(
    processes: ForkServerContext, new_database: Callable[[], str], tmp_path: Path
) -> None:
    store = tmp_path / "store"
    run = RunFolder(open_store(str(store)), workers.RUN)
    records = [
        make_quarantined(n) if n % 5 == 0 else make_record(n, status=Status.REVIEW if n % 3 == 0 else Status.ACCEPTED)
        for n in range(RECORDS)
    ]
    run.write_records(VALIDATED, records)
    run.write_references(ACQUIRED, [DocumentReference(r.document_id, r.source_uri, "a.pdf") for r in records])

    def database_with_a_run() -> str:
        conninfo = new_database()
        ResultsDatabase(conninfo).start_run(
            workers.RUN, dag_id="faults", source_uri="file:///inbox", settings_fingerprint="f1"
        )
        return conninfo

    database = database_with_a_run()
    whole = seconds_undisturbed(processes, workers.store, database, str(store), "")
    expected = rows(database)
    assert (len(expected["documents"]), len(expected["record_versions"])) == (RECORDS, RECORDS)
    random = Random(SEED)
    killed = 0
    for _ in range(4 * KILLS):
        if killed == KILLS:
            break
        database = database_with_a_run()
        process = start(processes, workers.store, database, str(store), "")
        killed += kill_at(process, random.uniform(0.02, 0.95) * whole)
        assert len(rows(database)["documents"]) in (0, RECORDS)  # all of the batch or nothing of it
        workers.store(database, str(store), "")  # the retry
        assert rows(database) == expected
    assert killed == KILLS, f"only {killed} processes were killed at work"
