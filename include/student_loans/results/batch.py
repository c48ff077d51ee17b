"""Store a batch in one transaction: staged, stored, published as versions, recorded in the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

from student_loans.error_advice import retried_codes
from student_loans.records import DocumentRecord
from student_loans.results.rows import document_row, field_rows
from student_loans.runs import display_name
from student_loans.storage.named_sql import queries

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import DictRow

_CHUNK = 500
"""Records in memory at once."""


def stage_batch(
    connection: Connection[DictRow], run_id: str, records: Iterable[DocumentRecord], names: Mapping[str, str]
) -> int:
    """Copy a batch into staging tables that last as long as the transaction; returns how many documents."""
    connection.execute(queries("results/documents")["create_staged_documents"])
    connection.execute(queries("results/documents")["create_staged_fields"])
    seen: set[str] = set()
    pending = iter(records)
    while chunk := list(islice(pending, _CHUNK)):
        fresh = {record.document_id: record for record in reversed(chunk) if record.document_id not in seen}
        seen.update(fresh)
        documents = (
            document_row(record, names.get(record.document_id) or display_name(record.source_uri), run_id)
            for record in fresh.values()
        )
        _copy(connection, "copy_documents", documents)
        _copy(connection, "copy_fields", (row for record in fresh.values() for row in field_rows(record)))
    return len(seen)


def hold_back(connection: Connection[DictRow]) -> None:
    """Remove from a staged batch the records that must not be published, after waiting for other batches.

    What a later run has published stays, and so does what a person has decided: the batch's version of such a document
    is kept beside the published one. The ledger records the whole batch except its stale part, because the work was done.
    """
    sql = queries("results/versions")
    for step in ("lock", "drop_stale_documents", "drop_stale_fields", "create_staged_versions"):
        connection.execute(sql[step])
    connection.execute(sql["note_stored"], {"transient": sorted(retried_codes())})
    for step in ("shadow_reviewed_versions", "drop_reviewed_versions", "drop_reviewed_documents", "drop_stale_fields"):
        connection.execute(sql[step])


def publish_batch(connection: Connection[DictRow]) -> None:
    """Make a staged and stored batch the published versions: part of its transaction."""
    sql = queries("results/versions")
    for step in ("supersede_versions", "publish_versions"):
        connection.execute(sql[step])


def _copy(connection: Connection[DictRow], query: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(queries("results/documents")[query]) as copy:
        for row in rows:
            copy.write_row(row)
