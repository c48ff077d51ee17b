"""One transaction a block, and a password that is shown nowhere."""

from __future__ import annotations

import pytest

from student_loans.storage.connection import Database


@pytest.fixture
def database(empty_database: str) -> Database:
    one = Database(empty_database)
    with one.transaction() as connection:
        connection.execute("CREATE TABLE kept (n integer)")
    return one


def count(database: Database) -> int:
    with database.transaction() as connection:
        return len(connection.execute("SELECT n FROM kept").fetchall())


def test_a_block_that_ends_is_committed(database: Database) -> None:
    with database.transaction() as connection:
        connection.execute("INSERT INTO kept VALUES (1), (2)")
    assert count(database) == 2


def test_a_block_that_raises_is_rolled_back_and_its_error_passes(database: Database) -> None:
    rows: dict[str, int] = {}
    with pytest.raises(KeyError), database.transaction() as connection:
        connection.execute("INSERT INTO kept VALUES (1)").scroll(rows["a fault of the caller"])
    assert count(database) == 0


def test_rows_have_names_and_days_are_days_of_utc(database: Database) -> None:
    with database.transaction() as connection:
        row = connection.execute("SELECT current_setting('TimeZone') AS zone, 1 AS n").fetchone()
    assert row == {"zone": "UTC", "n": 1}


def test_the_connection_string_is_not_in_the_representation() -> None:
    database = Database("postgresql://u:secret@host/x")
    assert repr(database) == "Database()"
    assert database.conninfo == "postgresql://u:secret@host/x"
