"""Apply migrations to the results database, one process at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from student_loans.errors import ConfigurationError, ErrorCode
from student_loans.storage.named_sql import Migration, migrations, queries

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import DictRow


def migrate(connection: Connection[DictRow], steps: Sequence[Migration] | None = None) -> int:
    """Apply the migrations that are missing, in order, in the transaction of this connection.

    Args:
        connection: The caller commits.
        steps: Migrations in order; None means those that ship with the product.

    Returns:
        How many were applied.

    Raises:
        ConfigurationError: ``schema_mismatch``, see :func:`missing_steps`.
    """
    sql = queries("storage/migrations")
    connection.execute(sql["lock"])
    connection.execute(sql["create_schema"])
    connection.execute(sql["create_table"])
    applied = {row["version"]: row["checksum"] for row in connection.execute(sql["applied"])}
    missing = missing_steps(migrations() if steps is None else steps, applied)
    for step in missing:
        connection.execute(step.sql)
        connection.execute(sql["record"], {"version": step.version, "name": step.name, "checksum": step.checksum})
    return len(missing)


def missing_steps(steps: Sequence[Migration], applied: dict[int, str]) -> list[Migration]:
    """The migrations that the database does not have.

    Args:
        steps: Migrations of this version of the code, in order.
        applied: Version to checksum of those that the database has.

    Raises:
        ConfigurationError: ``schema_mismatch``: the database has steps that this code does not know, or another text
            of one.
    """
    known = {step.version: step.checksum for step in steps}
    if unknown := sorted(applied.keys() - known.keys()):
        raise ConfigurationError(
            ErrorCode.SCHEMA_MISMATCH,
            f"The results database is newer (migration {unknown[-1]}) than this code: update the code.",
        )
    for version, checksum in applied.items():
        if known[version] != checksum:
            raise ConfigurationError(
                ErrorCode.SCHEMA_MISMATCH,
                f"Migration {version} was changed after it had been applied: restore it and add a new one.",
            )
    return [step for step in steps if step.version not in applied]
