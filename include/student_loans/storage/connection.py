"""Transactions on the results database, the base of every store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from student_loans.storage.database_errors import database_errors
from student_loans.storage.migrate import migrate

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import DictRow

CONNECT_TIMEOUT_S = 10


class Database:
    """The results database. Each subject has a subclass; each method of it is one transaction on its own connection.

    Args:
        conninfo: A libpq connection string or URI: ``postgresql://user@host:5432/name``, ``host=… dbname=…``.
        connect_timeout_s: Seconds to wait for a connection.

    Every method raises:
        ServiceError: ``database_unavailable``, worth a retry.
        ConfigurationError: ``schema_mismatch`` (migrate, or correct the code), ``invalid_settings`` (user, password,
            connection string).
    """

    def __init__(self, conninfo: str, *, connect_timeout_s: int = CONNECT_TIMEOUT_S) -> None:
        self._conninfo = conninfo
        self._connect_timeout_s = connect_timeout_s

    @property
    def conninfo(self) -> str:
        """The connection string, for another subject of the same database; it may hold a password."""
        return self._conninfo

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"  # the connection string may hold a password

    @contextmanager
    def transaction(self) -> Iterator[Connection[DictRow]]:
        """A connection whose block is one transaction: committed at its end, rolled back on any error."""
        import psycopg
        from psycopg.rows import dict_row

        with (
            database_errors(),
            psycopg.connect(
                self._conninfo,
                connect_timeout=self._connect_timeout_s,
                application_name="loan_documents",
                row_factory=dict_row,
            ) as connection,
        ):
            # A day of a query is a day of UTC, independent of the time zone of the server.
            connection.execute("SET TIME ZONE 'UTC'")
            yield connection

    def migrate(self) -> int:
        """Apply the missing migrations.

        Returns:
            How many migrations were applied; 0 when it was up to date.

        Raises:
            ConfigurationError: ``schema_mismatch``: the schema is newer than this code, or a released migration was
                edited.
        """
        with self.transaction() as connection:
            return migrate(connection)
