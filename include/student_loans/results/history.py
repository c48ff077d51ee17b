"""Stored records by time: what a batch or a period is compared with."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from student_loans.records import DocumentRecord
from student_loans.results.rows import record_of
from student_loans.storage.connection import Database
from student_loans.storage.named_sql import queries

_CHUNK = 500
"""Rows in memory at once."""


class RecordHistory(Database):
    """Reads stored records and sizes of earlier runs."""

    def records_between(
        self, after: datetime | None, until: datetime | None, *, limit: int, except_run: str | None = None
    ) -> Iterator[DocumentRecord]:
        """Readable records that were stored in a period, newest first, a few hundred in memory.

        Args:
            after: Stored after this time; None means from the beginning.
            until: Stored at this time at the latest; None means now.
            limit: Most records.
            except_run: Records of this run are left out.
        """
        parameters = {"after": after, "until": until, "limit": limit, "except_run": except_run}
        with self.transaction() as connection, connection.cursor(name="records_between") as cursor:
            cursor.itersize = _CHUNK
            cursor.execute(queries("results/history")["records_between"], parameters)
            for row in cursor:
                yield record_of(row)

    def newest_record(self) -> datetime | None:
        """When a record was last stored; None when there is none."""
        with self.transaction() as connection:
            row = connection.execute(queries("results/history")["newest_record"]).fetchone()
        return row["newest"] if row else None

    def run_sizes(self, except_run: str, limit: int) -> list[int]:
        """Readable documents of earlier successful runs that had any, newest run first."""
        parameters = {"except_run": except_run, "limit": limit}
        with self.transaction() as connection:
            return [row["documents"] for row in connection.execute(queries("results/history")["run_sizes"], parameters)]
