"""``make run`` as a process of its own, in a home of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.local.environment import LocalAirflow
from scripts.local.postgres import start_postgres, stop_postgres
from student_loans.storage.object_store import open_store
from tests.faults.outcome import Outcome, outcome_of
from tests.local_home import delete_home

PROJECT_ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def new_home() -> Iterator[Path]:
    """The home of a local Airflow; it is deleted at the end."""
    folder = Path(tempfile.mkdtemp(prefix="runs-"))
    try:
        yield folder
    finally:
        delete_home(folder)


def start_run(home: Path, inbox: Path) -> subprocess.Popen[str]:
    """Start ``make run DOCS=inbox``."""
    return subprocess.Popen(
        [sys.executable, "-m", "scripts.local", "run", str(inbox)],
        cwd=PROJECT_ROOT,
        env={**os.environ, "LOCAL_AIRFLOW_HOME": str(home)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def run(home: Path, inbox: Path) -> tuple[str, float]:
    """``make run DOCS=inbox``: its output and wall-clock seconds."""
    started = time.monotonic()
    process = start_run(home, inbox)
    output, _ = process.communicate(timeout=1700)
    assert process.returncode == 0, output
    return output, time.monotonic() - started


def outcome_in(home: Path) -> Outcome:
    """What the only run in a home has left; its Airflow does not run."""
    local = LocalAirflow(home, home / "data", home / "reports")
    (report,) = local.reports.iterdir()
    try:
        conninfo = start_postgres(local).conninfo("loan_documents")
        return outcome_of(conninfo, open_store(str(local.data)), local.reports, report.name)
    finally:
        stop_postgres(local)
