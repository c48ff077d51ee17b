"""The main job as a user runs it: a folder goes through a real Airflow, with a real database and real OCR.

What `make run` calls is started as a process of its own, with an Airflow home of its own, and is gone afterwards.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from scripts.local.components import forget_missed_ticks
from scripts.local.environment import METADATA_DATABASE, RESULTS_DATABASE, LocalAirflow
from scripts.local.pipeline import DAG_ID
from scripts.local.postgres import start_postgres, stop_postgres
from student_loans.records import DocumentType
from student_loans.runs import run_name
from student_loans.storage.run_folder import folder_name
from tests.file_modes import modes, open_to_others
from tests.local_home import delete_home

PROJECT_ROOT = Path(__file__).resolve().parents[2]
SAMPLES = PROJECT_ROOT / "samples" / "documents"

pytestmark = [pytest.mark.airflow, pytest.mark.timeout(900)]


@dataclass(frozen=True)
class Outcome:
    """What a command printed and how it ended."""

    output: str
    status: int


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """An Airflow home of this test alone."""
    import tempfile

    folder = Path(tempfile.mkdtemp(prefix="e2e-"))
    yield folder
    delete_home(folder)


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled samples, an encrypted and an empty one among them, a copy of one and a text file by another name."""
    folder = tmp_path_factory.mktemp("inbox")
    for path in SAMPLES.iterdir():
        shutil.copy(path, folder)
    (folder / "copy-of-the-first.pdf").write_bytes(min(SAMPLES.glob("*.pdf")).read_bytes())
    (folder / "letter.pdf").write_text("This is plain text, whatever its name says. SSN 987-65-4321.")
    return folder


def pipeline(home: Path, *arguments: str) -> Outcome:
    """Run ``python -m scripts.local`` with a home of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "scripts.local", *arguments],
        cwd=PROJECT_ROOT,
        env={**os.environ, "LOCAL_AIRFLOW_HOME": str(home)},
        umask=0o022,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=800,
        check=False,
    )
    return Outcome(done.stdout + done.stderr, done.returncode)


@pytest.fixture(scope="module")
def first_run(home: Path, inbox: Path) -> Outcome:
    return pipeline(home, "run", str(inbox))


@pytest.fixture(scope="module")
def run_id(first_run: Outcome) -> str:
    """The run that the command started, as it says itself."""
    assert first_run.status == 0, first_run.output
    named = re.search(r"^Run (\S+) over ", first_run.output, re.MULTILINE)
    assert named, first_run.output
    return named[1]


@pytest.fixture(scope="module")
def report_folder(run_id: str, home: Path) -> Path:
    return home / "reports" / folder_name(run_name(DAG_ID, run_id))


@pytest.fixture(scope="module")
def records(report_folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (report_folder / "records.jsonl").read_text().splitlines()]


def test_the_run_ends_green_and_its_counts_add_up(report_folder: Path, first_run: Outcome, inbox: Path) -> None:
    counts = json.loads((report_folder / "summary.json").read_text())["counts"]
    assert counts["files"] == len(list(inbox.iterdir()))
    assert counts["unaccounted"] == 0
    outcomes = ("accepted", "review", "quarantined", "duplicate", "unchanged")
    assert counts["files"] == sum(counts[name] for name in outcomes)
    assert (counts["duplicate"] >= 1, counts["unchanged"]) == (True, 0)
    for stage in ("Acquire", "Extract", "Store", "Version", "Report"):
        assert stage in first_run.output


def test_nothing_that_the_run_left_is_open_to_other_users(first_run: Outcome, home: Path) -> None:
    assert first_run.status == 0
    left = {path.relative_to(home).parts[0] for path, _, _ in modes(home)}
    assert left >= {"data", "reports", "logs", "components", "secrets.json"}
    assert open_to_others(home) == {}


def test_a_document_of_every_type_is_read(records: list[dict[str, object]]) -> None:
    read = {str(record["document_type"]) for record in records if record["status"] != "quarantined"}
    assert read >= set(DocumentType) - {DocumentType.UNKNOWN}


def test_bad_files_are_quarantined_with_their_codes(records: list[dict[str, object]]) -> None:
    codes = {str(record["source_uri"]).rpartition("/")[2]: record.get("error") for record in records}
    assert codes["sample-15.pdf"] == "encrypted_pdf"
    assert codes["sample-16.pdf"] == "empty_file"
    assert codes["letter.pdf"] == "unsupported_format"


@contextmanager
def database(home: Path, name: str) -> Iterator[psycopg.Connection]:
    """A connection to a database of the local Airflow, which does not run meanwhile."""
    local = LocalAirflow(home, home / "data", home / "reports")
    access = start_postgres(local)
    try:
        with psycopg.connect(access.conninfo(name)) as connection:
            yield connection
    finally:
        stop_postgres(local)


def test_the_database_holds_what_the_report_lists(home: Path, run_id: str, records: list[dict[str, object]]) -> None:
    with database(home, RESULTS_DATABASE) as connection:
        query = "SELECT document_id, status FROM loan_documents.documents WHERE run_id = %s"
        rows = dict(connection.execute(query, [run_name(DAG_ID, run_id)]).fetchall())
    assert rows == {record["document_id"]: record["status"] for record in records}


def test_the_command_starts_its_own_run_and_no_other(home: Path, run_id: str) -> None:
    """Neither the clock nor the records of the run start another one, on any day."""
    with database(home, METADATA_DATABASE) as connection:
        runs = connection.execute("SELECT dag_id, run_id FROM dag_run").fetchall()
    assert runs == [(DAG_ID, run_id)]


def test_an_hour_that_came_while_airflow_was_down_is_forgotten_by_what_never_ran(home: Path, run_id: str) -> None:
    """The bias pipeline stands for a DAG that never ran by the clock, the main one, for this test, for one that has."""
    never, before = "bias_detection_pipeline", DAG_ID
    past = datetime(2026, 1, 5, 5, tzinfo=UTC)
    with database(home, METADATA_DATABASE) as connection:
        connection.execute(
            "UPDATE dag SET next_dagrun_create_after = %s WHERE dag_id = ANY(%s)", [past, [never, before]]
        )
        connection.execute("UPDATE dag_run SET run_type = 'scheduled' WHERE run_id = %s", [run_id])
        connection.commit()
        # The server runs: this only says how to connect to it.
        forget_missed_ticks(start_postgres(LocalAirflow(home, home / "data", home / "reports")))
        hours = dict(
            connection.execute(
                "SELECT dag_id, next_dagrun_create_after FROM dag WHERE dag_id = ANY(%s)", [[never, before]]
            ).fetchall()
        )
        connection.execute("UPDATE dag SET next_dagrun_create_after = NULL WHERE dag_id = %s", [before])
        connection.execute("UPDATE dag_run SET run_type = 'manual' WHERE run_id = %s", [run_id])
    assert hours == {never: None, before: past}


def test_no_full_ssn_is_kept_or_logged(home: Path, records: list[dict[str, object]]) -> None:
    """The text file's number, and every nine-digit number in SSN form, appear in nothing that was written."""
    ssn = re.compile(rb"(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])")
    assert records
    for folder in ("logs", "reports", "components", "data/runs"):
        for path in (home / folder).rglob("*"):
            if path.is_file():
                assert not ssn.search(path.read_bytes()), path.relative_to(home)


def test_the_stages_without_airflow_give_the_same_records(
    inbox: Path, records: list[dict[str, object]], tmp_path: Path
) -> None:
    from student_loans.cli import main
    from student_loans.pipeline.files import STAGES

    places = ["--folder", str(tmp_path / "pipeline"), "--metrics", str(tmp_path / "metrics")]
    for stage in STAGES:
        source = ["--source", str(inbox)] if stage == "data_acquisition" else []
        assert main(["stage", stage, *places, *source]) == 0
    lines = (tmp_path / "pipeline" / "validation" / "records.jsonl").read_text().splitlines()
    of_airflow = {str(record["document_id"]): record | {"timings": {}} for record in records}
    assert {record["document_id"]: record for record in map(json.loads, lines)} == of_airflow


def test_the_run_has_a_data_version_that_brings_its_bytes_back(home: Path, report_folder: Path) -> None:
    summary = json.loads((report_folder / "summary.json").read_text())
    assert summary["data_version"].endswith(".dir")
    assert summary["data_version"] in (report_folder / "report.html").read_text()
    rooms = [home / "data" / room for room in ("raw", "processed", "runs")]
    before = {path: path.read_bytes() for room in rooms for path in room.rglob("*") if path.is_file()}
    shutil.rmtree(home / "data" / "raw")
    shutil.rmtree(home / "data" / "processed")
    done = subprocess.run(
        [sys.executable, "-m", "scripts.local", "exec", "student-loans", "versions", "restore", summary["run_id"]],
        cwd=PROJECT_ROOT,
        env={**os.environ, "LOCAL_AIRFLOW_HOME": str(home), "AIRFLOW_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    after = {path: path.read_bytes() for room in rooms for path in room.rglob("*") if path.is_file()}
    assert after == before


def test_a_second_run_finds_nothing_new_and_starts_no_airflow(first_run: Outcome, home: Path, inbox: Path) -> None:
    assert first_run.status == 0
    second = pipeline(home, "run", str(inbox))
    assert second.status == 0, second.output
    assert "Nothing new" in second.output
    assert "starting Airflow" in first_run.output
    assert "starting Airflow" not in second.output  # which is what takes its time


def test_an_empty_inbox_ends_green_and_says_so(home: Path, tmp_path: Path) -> None:
    empty = pipeline(home, "run", str(tmp_path))
    assert empty.status == 0, empty.output
    assert "no files" in empty.output.lower()


def test_a_missing_folder_is_refused(home: Path, tmp_path: Path) -> None:
    missing = pipeline(home, "run", str(tmp_path / "nowhere"))
    assert missing.status == 2
    assert "source_not_found" in missing.output


def test_nothing_is_left_running(home: Path, first_run: Outcome) -> None:
    assert first_run.status == 0
    ours = str(home).encode()
    for environ in Path("/proc").glob("[0-9]*/environ"):
        try:
            content = environ.read_bytes()
        except OSError:
            continue
        assert b"AIRFLOW_HOME=" + ours not in content, environ.parent.name
