"""Map psycopg's errors to errors of this project.

Two questions decide: can a retry succeed (:class:`~student_loans.errors.ServiceError`) or must a person act
(:class:`~student_loans.errors.ConfigurationError`)? And may the cause be shown? PostgreSQL quotes the failing row in its
details and libpq quotes a connection string it cannot read, so those causes are cut off: values and passwords stay out
of logs.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from student_loans.errors import ConfigurationError, ErrorCode, LoanDocumentError, ServiceError

if TYPE_CHECKING:
    import psycopg

# SQLSTATE classes and codes after which a retry may succeed (PostgreSQL documentation, appendix A).
_TRANSIENT = ("08", "53", "57", "58", "25006", "40001", "40P01", "55P03")
# The database does not have the tables, columns or functions that this version of the code expects.
_SCHEMA = ("3F000", "42P01", "42703", "42883", "42704")
# libpq gives no SQLSTATE for a refused connection, only the server's message.
_REFUSED = (
    "password authentication failed",
    "no password supplied",
    "authentication failed",
    "no pg_hba.conf entry",
    "does not exist",
    "permission denied for database",
)


def translate(error: psycopg.Error) -> LoanDocumentError:
    """Translate an error of psycopg to the error that says what to do about it.

    Returns:
        ``database_unavailable`` (a retry may succeed), ``schema_mismatch`` or ``invalid_settings`` (a person must act).
        The message names constraints and tables, never values.
    """
    import psycopg

    state = error.sqlstate
    if state is None:
        return _translate_without_state(error)
    if state.startswith(_TRANSIENT):
        return _unavailable(f"SQLSTATE {state}")
    if state in _SCHEMA:
        return ConfigurationError(
            ErrorCode.SCHEMA_MISMATCH, f"The results database lacks what this version expects ({state}): migrate it."
        )
    if state.startswith(("28", "42501")):
        return _access_refused()
    if isinstance(error, psycopg.IntegrityError | psycopg.DataError):
        where = error.diag.constraint_name or error.diag.column_name or error.diag.table_name or "unnamed"
        return ConfigurationError(
            ErrorCode.SCHEMA_MISMATCH, f"The results database refused a row ({state}, {where}): nothing was stored."
        )
    return ConfigurationError(ErrorCode.SCHEMA_MISMATCH, f"The results database refused a statement ({state}).")


def _translate_without_state(error: psycopg.Error) -> LoanDocumentError:
    """Errors that libpq or psycopg itself raises: mostly about connecting."""
    import psycopg

    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        if any(words in str(error) for words in _REFUSED):
            return _access_refused()
        return _unavailable(type(error).__name__)
    if isinstance(error, psycopg.DataError):
        return ConfigurationError(ErrorCode.SCHEMA_MISMATCH, "A value cannot be stored as it is: nothing was stored.")
    return ConfigurationError(
        ErrorCode.INVALID_SETTINGS,
        "The connection string of the results database is not one that libpq reads: "
        "give postgresql://user@host:5432/name or host=… dbname=….",
    )


def _unavailable(detail: str) -> ServiceError:
    return ServiceError(
        ErrorCode.DATABASE_UNAVAILABLE,
        f"The results database did not answer ({detail}): check that it runs and can be reached.",
    )


def _access_refused() -> ConfigurationError:
    return ConfigurationError(
        ErrorCode.INVALID_SETTINGS,
        "The results database refused this user: check user, password, database name and rights of the connection.",
    )


@contextmanager
def database_errors() -> Iterator[None]:
    """Raise errors of this project in place of psycopg's."""
    import psycopg

    try:
        yield
    except psycopg.Error as error:
        ours = translate(error)
        if isinstance(ours, ServiceError):
            raise ours from error
        raise ours from None
