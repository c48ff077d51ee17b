"""The schema of the results database: brought up to date once, refused when the code does not know it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from student_loans.errors import ConfigurationError, ErrorCode, LoanDocumentError
from student_loans.storage.connection import Database
from student_loans.storage.migrate import migrate, missing_steps
from student_loans.storage.named_sql import Migration, migrations


def step(version: int, sql: bytes = b"SELECT 1", checksum: str = "") -> Migration:
    return Migration(version, f"step_{version}", sql, checksum or f"sum{version}")


class TestMissingSteps:
    def test_a_step_between_applied_ones_is_still_to_be_applied(self) -> None:
        steps = [step(1), step(2), step(10)]
        assert missing_steps(steps, {1: "sum1", 10: "sum10"}) == [steps[1]]

    def test_a_database_that_is_newer_than_the_code_is_refused(self) -> None:
        with pytest.raises(ConfigurationError, match=r"migration 12.*update the code") as caught:
            missing_steps([step(1)], {1: "sum1", 11: "x", 12: "y"})
        assert caught.value.code is ErrorCode.SCHEMA_MISMATCH

    def test_an_applied_step_that_was_edited_since_is_refused(self) -> None:
        with pytest.raises(ConfigurationError, match="Migration 2 was changed"):
            missing_steps([step(1), step(2)], {1: "sum1", 2: "another"})


class TestMigrate:
    def test_all_that_ships_is_applied_once(self, empty_database: str) -> None:
        database = Database(empty_database)
        assert database.migrate() == len(migrations())
        assert database.migrate() == 0

    def test_two_processes_at_once_apply_each_step_once(self, empty_database: str) -> None:
        with ThreadPoolExecutor(2) as pool:
            counts = list(pool.map(lambda _: Database(empty_database).migrate(), range(2)))
        assert sorted(counts) == [0, len(migrations())]

    def test_a_step_that_fails_takes_back_the_steps_before_it(self, empty_database: str) -> None:
        database = Database(empty_database)
        steps = [step(1, b"CREATE TABLE loan_documents.kept (n integer)"), step(2, b"SELECT no_such_column")]
        with pytest.raises(LoanDocumentError), database.transaction() as connection:
            migrate(connection, steps)
        with database.transaction() as connection:
            assert migrate(connection, steps[:1]) == 1

    def test_steps_are_recorded_with_their_checksums(self, empty_database: str) -> None:
        database = Database(empty_database)
        database.migrate()
        with database.transaction() as connection:
            kept = connection.execute("SELECT version, name, checksum FROM loan_documents.schema_migrations")
            assert {(row["version"], row["name"], row["checksum"]) for row in kept} == {
                (one.version, one.name, one.checksum) for one in migrations()
            }
