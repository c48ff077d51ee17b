"""The clock jumps between the tasks of a run; the machine's memory runs out while a page is read."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import psycopg
import pytest

from student_loans.results.store import ResultsDatabase
from student_loans.storage.object_store import open_store
from tests.document_factory import make_pdf
from tests.faults.outcome import Outcome, outcome_of
from tests.faults.part_of_run import RUN
from tests.faults.property import in_one_final_state, no_orphans, rows

pytestmark = [pytest.mark.integration, pytest.mark.timeout(900)]

PROJECT_ROOT = Path(__file__).resolve().parents[2]
SAMPLES = PROJECT_ROOT / "samples" / "documents"
FAKETIME = next(iter(Path("/usr/lib").glob("*/faketime/libfaketime.so.1")), None)
PARTS = ("acquire", "read", "store")
TOO_MUCH = 350 * 2**20
"""Bytes at which the test takes the part of the kernel; a process that reads scans needs more."""


@pytest.fixture
def new_database(database: ResultsDatabase, empty_database: str) -> Callable[[], str]:
    def make() -> str:
        with psycopg.connect(empty_database, autocommit=True) as connection:
            connection.execute("DROP SCHEMA IF EXISTS loan_documents CASCADE")
        return empty_database

    return make


def start(part: str, inbox: Path, store: Path, conninfo: str, clock: str = "") -> subprocess.Popen[bytes]:
    """A part of a run as a process of its own, under a clock that is wrong by so much: ``-3d``, ``+400d``."""
    variables = dict(os.environ)
    if clock:
        # A clock that jumps moves the time of day; what counts seconds since the start does not jump.
        variables |= {"LD_PRELOAD": str(FAKETIME), "FAKETIME": clock, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    command = [
        sys.executable,
        "-m",
        "tests.faults.part_of_run",
        part,
        str(inbox),
        str(store),
        conninfo,
        f"{store}-reports",
    ]
    return subprocess.Popen(command, cwd=PROJECT_ROOT, env=variables)


def whole(inbox: Path, store: Path, conninfo: str) -> None:
    for part in PARTS:
        assert start(part, inbox, store, conninfo).wait(300) == 0


def outcome(conninfo: str, store: Path) -> Outcome:
    return outcome_of(conninfo, open_store(str(store)), Path(f"{store}-reports"), RUN)


@pytest.mark.skipif(FAKETIME is None, reason="needs the Debian package faketime")
def test_a_clock_that_jumps_between_the_tasks_changes_nothing(new_database: Callable[[], str], tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for number in range(4):
        (inbox / f"{number}.pdf").write_bytes(make_pdf([["Payoff letter", f"Payoff amount: $18,250.{number:02d}"]]))
    (inbox / "empty.pdf").write_bytes(b"")
    conninfo = new_database()
    whole(inbox, tmp_path / "undisturbed", conninfo)
    expected = outcome(conninfo, tmp_path / "undisturbed")
    conninfo = new_database()
    for part, clock in zip(PARTS, ("+2d", "-3d", "+400d"), strict=True):
        assert start(part, inbox, tmp_path / "store", conninfo, clock).wait(300) == 0
    assert not outcome(conninfo, tmp_path / "store").differences(expected)
    in_one_final_state(conninfo, RUN, 5)
    # Two days in the past again: every file is still known.
    assert start("acquire", inbox, tmp_path / "store", conninfo, "-2d").wait(300) == 0
    assert rows(conninfo) == expected.rows


@pytest.mark.skipif(os.environ.get("FAULTS") != "long", reason="the long form: make test-faults")
def test_a_reading_process_that_runs_out_of_memory_is_retried(new_database: Callable[[], str], tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for name in ("sample-06.pdf", "sample-07.jpg", "sample-03.pdf"):
        (inbox / name).write_bytes((SAMPLES / name).read_bytes())
    conninfo = new_database()
    whole(inbox, tmp_path / "undisturbed", conninfo)
    expected = outcome(conninfo, tmp_path / "undisturbed")
    conninfo, store = new_database(), tmp_path / "store"
    assert start("acquire", inbox, store, conninfo).wait(300) == 0
    assert kill_at(start("read", inbox, store, conninfo), TOO_MUCH), "it never needed so much"
    for part in ("read", "store"):  # the retry
        assert start(part, inbox, store, conninfo).wait(300) == 0
    assert not outcome(conninfo, store).differences(expected)
    in_one_final_state(conninfo, RUN, 3)
    known = {record.document_id for record in ResultsDatabase(conninfo).records_of_run(RUN)}
    # A process that was killed leaves what it was just writing under a name of its own; nobody takes it for a result.
    kept = [str(path.relative_to(store)) for path in store.rglob("*") if path.is_file() and path.suffix != ".part"]
    no_orphans(kept, RUN, known)


def kill_at(process: subprocess.Popen[bytes], limit: int) -> bool:
    """Do what the kernel does when memory runs out; returns whether it came to that."""
    watched = psutil.Process(process.pid)
    while process.poll() is None:
        try:
            if watched.memory_info().rss > limit:
                os.kill(process.pid, signal.SIGKILL)
        except (psutil.NoSuchProcess, ProcessLookupError):
            break
        time.sleep(0.02)
    return process.wait() == -signal.SIGKILL
