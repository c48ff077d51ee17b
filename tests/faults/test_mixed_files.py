"""Mixed files, one in five bad: each ends in exactly one outcome, nothing in the source changes, nothing is done twice.

The long form (``make test-faults``) does it to 500 files through ``python -m scripts.local run``, a real Airflow.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from student_loans.results.store import ResultsDatabase
from student_loans.runs import RunCounts
from student_loans.settings import load_settings
from student_loans.stages import Stage
from student_loans.storage.object_store import open_store
from student_loans.storage.run_folder import RunFolder
from tests.faults.local_runs import new_home, outcome_in, run, start_run
from tests.faults.mixed_files import fingerprint_of, write_mixed_files
from tests.faults.outcome import outcome_of
from tests.faults.stages import Retries, run_stages

pytestmark = [pytest.mark.integration, pytest.mark.timeout(1800)]

SHORT, LONG, TINY = 60, 500, 5000


def outcomes_add_up(counts: RunCounts, made: dict[str, int], files: int) -> None:
    assert counts.files == files
    assert counts.accepted + counts.review + counts.quarantined + counts.duplicate == files
    assert counts.unaccounted == 0
    assert (counts.quarantined, counts.duplicate) == (made["bad"], made["copies"])


def work_done(conninfo: str) -> list[tuple[object, ...]]:
    """What the ledger says was worked on, and when."""
    query = "SELECT document_id, stage, attempts, run_id, updated_at FROM loan_documents.ledger ORDER BY 1, 2"
    with psycopg.connect(conninfo) as connection:
        return connection.execute(query).fetchall()


def test_every_file_has_one_outcome_and_a_second_run_opens_none(
    database: ResultsDatabase, empty_database: str, tmp_path: Path
) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    made = write_mixed_files(inbox, SHORT, "short")
    before = fingerprint_of(inbox)
    settings = load_settings(environment={"LOAN_DOCUMENTS__STORAGE__REPORTS_URI": str(tmp_path / "reports")})
    store = open_store(str(tmp_path / "store"))

    started = time.process_time()
    run_stages(Retries(), inbox, RunFolder(store, "run-1"), empty_database, settings)
    first = time.process_time() - started
    outcomes_add_up(database.run_counts("run-1"), made, SHORT)
    summary = json.loads((tmp_path / "reports" / "run-1" / "summary.json").read_text())
    assert summary["acquisition"]["add_up"]
    assert summary["acquisition"]["copied"] == SHORT - made["copies"]
    passed = {one["stage"]: (one["documents"], one["done"]) for one in summary["work"]}
    assert passed[Stage.CHECK] == (SHORT - made["copies"], made["good"])
    assert passed[Stage.PREPARE] == passed[Stage.EXTRACT] == (made["good"], made["good"])

    done = work_done(empty_database)
    started = time.process_time()
    run_stages(Retries(), inbox, RunFolder(store, "run-2"), empty_database, settings)
    second = time.process_time() - started
    counts = database.run_counts("run-2")
    assert (counts.files, counts.unchanged) == (SHORT, SHORT)
    assert work_done(empty_database) == done
    assert fingerprint_of(inbox) == before
    assert second < 0.5 * first  # CPU seconds; starting the libraries costs what it costs


LONG_FORM = pytest.mark.skipif(os.environ.get("FAULTS") != "long", reason="the long form: make test-faults")


@pytest.fixture
def home() -> Iterator[Path]:
    """An Airflow home of this test alone."""
    with new_home() as folder:
        yield folder


@pytest.mark.airflow
@LONG_FORM
def test_five_hundred_files_through_airflow(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    made = write_mixed_files(inbox, LONG, "long")
    before = fingerprint_of(inbox)
    _, first = run(home, inbox)
    (summary,) = (json.loads(path.read_text()) for path in (home / "reports").glob("*/summary.json"))
    counts = dict(summary["counts"])
    add_up = counts.pop("add_up")
    unaccounted = counts.pop("unaccounted")
    assert (add_up, unaccounted) == (True, 0)
    outcomes_add_up(RunCounts(**counts), made, LONG)
    output, second = run(home, inbox)
    with capsys.disabled():
        told = f"{LONG} mixed files: {counts}; first run {first:.1f} s, second {second:.1f} s ({second / first:.1%})"
        sys.stdout.write(f"\n{told}\n")
    assert f"all {LONG} files" in output
    assert fingerprint_of(inbox) == before
    assert second < 0.05 * first


@pytest.mark.airflow
@LONG_FORM
def test_five_thousand_tiny_files_leave_what_the_stages_alone_leave(
    home: Path, database: ResultsDatabase, empty_database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    write_mixed_files(inbox, SHORT, "tiny")
    for number in range(TINY):
        (inbox / f"note {number:04d}.pdf").write_bytes(b"note %d" % number)
    settings = load_settings(environment={"LOAN_DOCUMENTS__STORAGE__REPORTS_URI": str(tmp_path / "reports")})
    store = open_store(str(tmp_path / "store"))
    run_stages(Retries(), inbox, RunFolder(store, "stages"), empty_database, settings)
    expected = outcome_of(empty_database, store, tmp_path / "reports", "stages")
    _, seconds = run(home, inbox)
    outcome = outcome_in(home)
    with capsys.disabled():
        sys.stdout.write(f"\n{SHORT + TINY} files, {TINY} of them tiny: {seconds:.0f} s\n")
    assert (outcome.rows, outcome.ledger) == (expected.rows, expected.ledger)
    assert outcome.report["summary"]["counts"] == expected.report["summary"]["counts"]


@pytest.mark.airflow
@LONG_FORM
def test_two_commands_at_once_leave_what_one_leaves(home: Path, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    write_mixed_files(inbox, SHORT, "two")
    with new_home() as alone:
        run(alone, inbox)
        expected = outcome_in(alone)
    both = [start_run(home, inbox) for _ in range(2)]
    outputs = [process.communicate(timeout=1700)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], outputs
    assert not outcome_in(home).differences(expected)
