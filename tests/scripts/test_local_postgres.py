"""The embedded PostgreSQL of the local Airflow."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from scripts.local.environment import DATABASE_USER, RESULTS_DATABASE, LocalAirflow
from scripts.local.postgres import start_postgres, stop_postgres

pytestmark = pytest.mark.integration


@pytest.fixture
def local() -> Iterator[LocalAirflow]:
    home = Path(tempfile.mkdtemp(prefix="pg-"))  # short: a Unix socket's path is limited to 107 bytes
    home.chmod(0o755)  # the server runs as a user of its own when the tests run as root
    one = LocalAirflow(home, home / "data", home / "reports")
    yield one
    stop_postgres(one)
    shutil.rmtree(home, ignore_errors=True)


def answer(local: LocalAirflow) -> int:
    where = {"host": start_postgres(local), "user": DATABASE_USER, "dbname": RESULTS_DATABASE}
    with psycopg.connect(**where) as connection:
        row = connection.execute("SELECT 42").fetchone()
    assert row
    return int(row[0])


def test_a_server_that_was_killed_is_started_again_by_the_process_that_had_started_it(local: LocalAirflow) -> None:
    assert answer(local) == 42
    postmaster = int((local.database_folder / "postmaster.pid").read_text().splitlines()[0])
    process = psutil.Process(postmaster)
    os.kill(postmaster, signal.SIGKILL)
    psutil.wait_procs([process], timeout=20)
    assert answer(local) == 42


def test_a_server_that_was_stopped_is_started_again_by_the_process_that_had_started_it(local: LocalAirflow) -> None:
    """At once: that the process of the one before has not been waited for yet is no reason to think that it runs."""
    for _ in range(2):
        assert answer(local) == 42
        stop_postgres(local)
