"""Uploaded files that wait for a run."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from student_loans.storage.clean_text import storable, storable_name
from student_loans.storage.connection import Database
from student_loans.storage.named_sql import queries


@dataclass(frozen=True, slots=True)
class Upload:
    """One uploaded file, whose bytes are in the object store.

    Attributes:
        document_id: SHA-256 of the bytes, hex.
        name: As the sender named it: data, never a path.
        size: Bytes.
    """

    document_id: str
    name: str
    size: int


class UploadStore(Database):
    """The table of uploads, one row for each content."""

    def add(self, uploads: Collection[Upload], uploaded_by: str) -> set[str]:
        """Record uploads; return the ids of the new ones."""
        new = set()
        with self.transaction() as connection:
            for upload in uploads:
                parameters = {
                    "document_id": upload.document_id,
                    "name": storable_name(upload.name)[:255] or "unnamed",
                    "bytes": upload.size,
                    "uploaded_by": storable(uploaded_by),
                }
                if connection.execute(queries("intake/uploads")["add"], parameters).fetchone():
                    new.add(upload.document_id)
        return new

    def statuses(self, document_ids: Collection[str]) -> dict[str, dict[str, Any]]:
        """The status of uploads, by id; ``status`` is None while an upload has no record."""
        with self.transaction() as connection:
            rows = connection.execute(queries("intake/uploads")["statuses"], {"document_ids": list(document_ids)})
            return {row["document_id"]: row for row in rows}

    def pending(self) -> list[Upload]:
        """Uploads that have no record yet, in the order of arrival."""
        with self.transaction() as connection:
            rows = connection.execute(queries("intake/uploads")["pending"])
            return [Upload(row["document_id"], row["name"], row["bytes"]) for row in rows]

    def assign_run(self, document_ids: Collection[str], ask_for_run: Callable[[], str]) -> str:
        """Assign uploads to a run.

        Args:
            document_ids: Uploads that are recorded.
            ask_for_run: Starts a run, or returns one that has not begun; only one request at a time calls it.

        Returns:
            The run's id.
        """
        with self.transaction() as connection:
            connection.execute(queries("intake/uploads")["lock_runs"])
            run_id = ask_for_run()
            parameters = {"run_id": run_id, "document_ids": list(document_ids)}
            connection.execute(queries("intake/uploads")["assign_run"], parameters)
        return run_id
