"""The results database behind an Airflow connection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.sdk import BaseHook

from loan_documents.hooks.connections import needed_connection

if TYPE_CHECKING:
    from student_loans.results.store import ResultsDatabase

_LIBPQ_EXTRAS = ("sslmode", "sslrootcert", "sslcert", "sslkey", "options", "target_session_attrs")


class ResultsDatabaseHook(BaseHook):
    """The PostgreSQL database that holds documents, fields and runs.

    Args:
        conn_id: A ``postgres`` connection: host (or the folder of a Unix socket), port, login, password, schema (the
            database), and in extra libpq's TLS parameters.
    """

    conn_name_attr = "conn_id"
    default_conn_name = "loan_documents_db"
    hook_name = "Loan documents results database"

    def __init__(self, conn_id: str = default_conn_name) -> None:
        super().__init__()
        self.conn_id = conn_id

    def get_conn(self) -> ResultsDatabase:
        """Runs, documents and fields; connections are opened by its methods."""
        from student_loans.results.store import ResultsDatabase

        return ResultsDatabase(self.conninfo())

    def conninfo(self) -> str:
        """The libpq connection string, for any other :class:`~student_loans.storage.connection.Database`; may hold a password.

        Raises:
            ConfigurationError: ``missing_connection``.
        """
        from psycopg.conninfo import make_conninfo

        connection = needed_connection(self.conn_id, "postgres")
        extras = {name: connection.extra_dejson[name] for name in _LIBPQ_EXTRAS if name in connection.extra_dejson}
        return make_conninfo(
            host=connection.host,
            port=connection.port,
            user=connection.login,
            password=connection.password,
            dbname=connection.schema,
            **extras,
        )

    def test_connection(self) -> tuple[bool, str]:
        """Ask the database for its schema version."""
        from student_loans.errors import LoanDocumentError

        try:
            self.get_conn().known_documents([])
        except LoanDocumentError as error:
            return False, str(error)
        return True, "The results database answers."
