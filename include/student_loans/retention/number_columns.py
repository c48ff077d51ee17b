"""Social security numbers in the results database: every column of text is searched, in all tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from student_loans.privacy import redact_address, redact_name, redact_ssn
from student_loans.retention.stored_files import redact_json
from student_loans.storage.connection import Database
from student_loans.storage.named_sql import queries

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import DictRow

_CHUNK = 500
_MAY_HOLD = r"[0-9](?:[^0-9]{0,9}[0-9]){5}"
"""Six digits not far apart, as :mod:`student_loans.privacy` asks first: spares reading the rows that hold no number."""
_SCHEMA = "loan_documents"
_ADDRESSES = frozenset({"source_uri", "item_uri", "report_uri", "remote_url", "url"})
_NAMED = frozenset({("documents", "name"), ("source_items", "name"), ("uploads", "name")})
_KEYS = ("_id", "_key", "fingerprint", "_hash", "version", "pointer")
"""Endings of columns that are made by the program and lead from one row to another."""


class NumberColumns(Database):
    """Texts of the results database in which a social security number may stand."""

    def redact(self, *, scan_only: bool = False) -> tuple[int, int]:
        """Take numbers out of every column of text, a table a transaction.

        Args:
            scan_only: Count and change nothing.

        Returns:
            Rows that held a number, and how many of them had to stay as they are: another row would have become the same.
        """
        with self.transaction() as connection:
            found = connection.execute(queries("retention/retention")["text_columns"]).fetchall()
        tables: dict[str, dict[str, str]] = defaultdict(dict)
        for column in found:
            if not column["column_name"].endswith(_KEYS):
                tables[column["table_name"]][column["column_name"]] = column["data_type"]
        counts = [self._redact_table(table, columns, scan_only=scan_only) for table, columns in tables.items()]
        return sum(held for held, _ in counts), sum(stayed for _, stayed in counts)

    def _redact_table(self, table: str, columns: Mapping[str, str], *, scan_only: bool) -> tuple[int, int]:
        # Names of tables and columns come from the schema itself, quoted: no constant query can name them.
        from psycopg import sql

        names = sql.SQL(", ").join(map(sql.Identifier, columns))
        may_hold = sql.SQL(" OR ").join(
            sql.SQL("{}::text ~ {}").format(sql.Identifier(name), sql.Literal(_MAY_HOLD)) for name in columns
        )
        source = sql.Identifier(_SCHEMA, table)
        held = stayed = 0
        with self.transaction() as connection:
            select = sql.SQL("SELECT ctid::text AS row_place, {} FROM {} WHERE {}").format(names, source, may_hold)
            if not scan_only:
                connection.execute(sql.SQL("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE").format(source))
            with connection.cursor(name="rows_with_digits") as cursor:
                cursor.itersize = _CHUNK
                cursor.execute(select)
                for row in cursor:
                    changed = {name: new for name in columns if (new := _without(table, name, row[name])) != row[name]}
                    held += bool(changed)
                    if changed and not scan_only:
                        stayed += not _update(connection, source, columns, row["row_place"], changed)
        return held, stayed


def _without(table: str, column: str, value: Any) -> Any:
    """A value of a column without social security numbers."""
    if isinstance(value, str):
        if column in _ADDRESSES:
            return redact_address(value)
        return redact_name(value) if (table, column) in _NAMED else redact_ssn(value)
    return redact_json(value)


def _update(
    connection: Connection[DictRow], table: Any, types: Mapping[str, str], place: str, changed: Mapping[str, Any]
) -> bool:
    """Change one row; no where a key of the table forbids it."""
    from psycopg import IntegrityError, sql
    from psycopg.types.json import Jsonb

    values = {name: Jsonb(value) if types[name] == "jsonb" else value for name, value in changed.items()}
    assignments = sql.SQL(", ").join(
        sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder(name)) for name in values
    )
    update = sql.SQL("UPDATE {} SET {} WHERE ctid = {}::tid").format(table, assignments, sql.Placeholder("row_place"))
    try:
        with connection.transaction():
            connection.execute(update, {**values, "row_place": place})
    except IntegrityError:
        return False
    return True
