"""What retention and storage checks ask the results database."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from student_loans.errors import ErrorCode
from student_loans.storage.connection import Database
from student_loans.storage.named_sql import queries

_CHUNK = 1000
_REFUSED_WITHOUT_COPY = (ErrorCode.FILE_TOO_LARGE.value, ErrorCode.UNREADABLE_SOURCE.value)


class RetentionQueries(Database):
    """Which runs are long over, and which documents should have bytes."""

    def finished_runs(self, days: int) -> list[str]:
        """Runs that ended at least so many days ago."""
        with self.transaction() as connection:
            rows = connection.execute(queries("retention/retention")["finished_runs"], {"days": days})
            return [row["run_id"] for row in rows]

    def tracked(self, document_ids: Collection[str]) -> set[str]:
        """Which of these ids a document or a file seen by a run has."""
        with self.transaction() as connection:
            parameters = {"document_ids": list(document_ids)}
            rows = connection.execute(queries("retention/retention")["tracked_documents"], parameters)
            return {row["document_id"] for row in rows}

    def documents_with_bytes(self) -> Iterator[str]:
        """Ids of documents whose bytes the object store should hold, in order."""
        with self.transaction() as connection, connection.cursor(name="documents_with_bytes") as cursor:
            cursor.itersize = _CHUNK
            cursor.execute(
                queries("retention/retention")["documents_with_bytes"], {"refusals": list(_REFUSED_WITHOUT_COPY)}
            )
            for row in cursor:
                yield row["document_id"]
