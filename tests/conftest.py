"""Real services for every test that wants one; they start on first use and stop with the session."""

from __future__ import annotations

import os
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.local.postgres.access import SUPERUSER
from scripts.local.postgres.place import server_in
from student_loans.results.store import ResultsDatabase
from tests.airflow_environment import use_test_airflow

use_test_airflow()
# For the functions of tests that are called in processes of their own.
os.environ["PYTHONPATH"] = os.pathsep.join([str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")])


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A real PostgreSQL; gives the connection URI of its superuser."""
    # Not in pytest's folder, which is closed to the account that the server has when the tests run as root.
    server = server_in(Path(tempfile.mkdtemp(prefix="pg-")))
    try:
        yield server.start().uri(SUPERUSER)
    finally:
        server.remove()


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
