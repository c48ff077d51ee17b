"""Real services for every test that wants one; they start on first use and stop with the session."""

from __future__ import annotations

import os
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.local.postgres.access import SUPERUSER, DatabaseAccess
from scripts.local.postgres.place import server_in
from student_loans.results.store import ResultsDatabase
from tests.airflow_environment import use_test_airflow

use_test_airflow()
# For the functions of tests that are called in processes of their own.
os.environ["PYTHONPATH"] = os.pathsep.join([str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")])


ORDINARY_ROLE = "ordinary"


@pytest.fixture(scope="session")
def postgres_access() -> Iterator[DatabaseAccess]:
    """A real PostgreSQL with an ordinary role beside the superuser."""
    import psycopg
    from psycopg import sql

    # Not in pytest's folder, which is closed to the account that the server has when the tests run as root.
    server = server_in(Path(tempfile.mkdtemp(prefix="pg-")))
    try:
        access = server.start([ORDINARY_ROLE])
        with psycopg.connect(access.uri(SUPERUSER), autocommit=True) as connection:
            password = sql.Literal(access.passwords[ORDINARY_ROLE])
            connection.execute(
                sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(ORDINARY_ROLE), password)
            )
        yield access
    finally:
        server.remove()


@pytest.fixture(scope="session")
def postgres_server(postgres_access: DatabaseAccess) -> str:
    """The connection URI of the superuser of a real PostgreSQL."""
    return postgres_access.uri(SUPERUSER)


@pytest.fixture
def empty_database(postgres_access: DatabaseAccess) -> Iterator[str]:
    """The connection URI of a database of this test alone, with nothing in it; its owner is no superuser."""
    import psycopg
    from psycopg import sql

    name = f"test_{uuid.uuid4().hex}"
    names = {"database": sql.Identifier(name), "role": sql.Identifier(ORDINARY_ROLE)}
    with psycopg.connect(postgres_access.uri(SUPERUSER), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {database} OWNER {role}").format(**names))
        yield postgres_access.uri(name, role=ORDINARY_ROLE)
        connection.execute(sql.SQL("DROP DATABASE {database} WITH (FORCE)").format(**names))


@pytest.fixture
def database(empty_database: str) -> ResultsDatabase:
    """A results database of this test alone, migrated."""
    results = ResultsDatabase(empty_database)
    results.migrate()
    return results
