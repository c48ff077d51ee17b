"""Errors of PostgreSQL as ours: by what is to be done about them, and without any value."""

from __future__ import annotations

import traceback

import psycopg
import pytest

from student_loans.errors import ConfigurationError, ErrorCode, LoanDocumentError, ServiceError
from student_loans.storage.connection import Database
from student_loans.storage.database_errors import translate

SECRET = "987654.32"


@pytest.fixture
def database(empty_database: str) -> Database:
    one = Database(empty_database)
    with one.transaction() as connection:
        connection.execute(
            "CREATE TABLE kept (id text PRIMARY KEY, amount numeric(4, 2) CONSTRAINT small CHECK (amount < 50))"
        )
    return one


def run(database: Database, *statements: str) -> None:
    with database.transaction() as connection:
        for statement in statements:
            connection.execute(statement.encode())


def raised(database: Database, *statements: str) -> LoanDocumentError:
    """What is raised when statements run in one transaction."""
    with pytest.raises(LoanDocumentError) as caught:
        run(database, *statements)
    shown = "".join(traceback.format_exception(caught.value))
    assert SECRET not in shown, "a value is in the traceback"
    return caught.value


class TestAStatement:
    @pytest.mark.parametrize(
        ("statement", "words"),
        [
            (f"INSERT INTO kept VALUES ('{SECRET}'), ('{SECRET}')", "kept_pkey"),
            ("INSERT INTO kept VALUES (NULL)", "id"),
            ("INSERT INTO kept VALUES ('a', 99)", "small"),
            (f"INSERT INTO kept VALUES ('a', {SECRET})", "22003"),
            (f"INSERT INTO kept VALUES ('a', 'x{SECRET}')", "22P02"),
        ],
    )
    def test_a_refused_row_is_named_by_its_constraint_and_never_by_its_value(
        self, database: Database, statement: str, words: str
    ) -> None:
        error = raised(database, statement)
        assert error.code is ErrorCode.SCHEMA_MISMATCH
        assert words in str(error)

    @pytest.mark.parametrize(
        "statement",
        ["SELECT * FROM no_such_table", "SELECT no_such_column FROM kept", "SELECT no_such_function()",
         "SELECT * FROM no_such_schema.t", "SELECT 1::no_such_type"],
    )  # fmt: skip
    def test_what_the_schema_lacks_asks_for_a_migration(self, database: Database, statement: str) -> None:
        error = raised(database, statement)
        assert error.code is ErrorCode.SCHEMA_MISMATCH
        assert "migrate it" in str(error)

    def test_a_statement_that_is_no_sql_is_a_fault_of_this_version(self, database: Database) -> None:
        error = raised(database, f"SELEKT {SECRET}")
        assert isinstance(error, ConfigurationError)
        assert "42601" in str(error)

    @pytest.mark.parametrize(
        "statements",
        [
            ("SET statement_timeout = 5", "SELECT pg_sleep(5)"),
            ("SET TRANSACTION READ ONLY", "INSERT INTO kept VALUES ('a')"),
            ("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = 'serialization_failure'; END $$",),
            ("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = 'deadlock_detected'; END $$",),
            ("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = 'disk_full'; END $$",),
        ],
    )
    def test_what_time_may_cure_is_worth_a_retry(self, database: Database, statements: tuple[str, ...]) -> None:
        error = raised(database, *statements)
        assert isinstance(error, ServiceError)
        assert error.code is ErrorCode.DATABASE_UNAVAILABLE

    def test_a_user_without_rights_is_for_a_person(self, database: Database) -> None:
        error = raised(database, "SET ROLE pg_monitor", "SELECT * FROM kept")
        assert error.code is ErrorCode.INVALID_SETTINGS

    def test_text_that_cannot_be_sent_is_for_a_person(self, database: Database) -> None:
        with pytest.raises(ConfigurationError, match="cannot be stored"), database.transaction() as connection:
            connection.execute("SELECT %s::text", ["a\x00b"])


class TestAConnection:
    def test_a_server_that_is_not_there_is_worth_a_retry(self) -> None:
        with pytest.raises(ServiceError), Database("postgresql://u@127.0.0.1:1/x").transaction():
            pass

    def test_a_database_that_does_not_exist_is_for_a_person(self, empty_database: str) -> None:
        other = empty_database.replace("/test_", "/none_")
        with pytest.raises(ConfigurationError) as caught, Database(other).transaction():
            pass
        assert caught.value.code is ErrorCode.INVALID_SETTINGS

    @pytest.mark.parametrize("conninfo", [f"postgresql://u:{SECRET}@host:port/x", f"password={SECRET} nonsense"])
    def test_a_connection_string_that_libpq_cannot_read_is_never_quoted(self, conninfo: str) -> None:
        error = raised(Database(conninfo))
        assert isinstance(error, ConfigurationError | ServiceError)
        assert SECRET not in repr(Database(conninfo))


def test_every_error_of_the_library_has_one_of_ours() -> None:
    kinds = [
        kind for kind in vars(psycopg.errors).values() if isinstance(kind, type) and issubclass(kind, psycopg.Error)
    ]
    assert len(kinds) > 200
    for kind in kinds:
        assert isinstance(translate(kind("x")), ServiceError | ConfigurationError), kind
