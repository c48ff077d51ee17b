"""Document metadata in PostgreSQL: a query lists documents and where their bytes are.

The query's columns, by name; only ``uri`` is needed:

=============  ========================================================================================
``uri``        where the bytes are: ``s3://…``, ``http(s)://…`` or ``file://…``
``name``       file name for people
``size``       bytes
``version``    anything that changes when the bytes do
``modified_at``  a time
``sha256``     checksum, hex
=============  ========================================================================================

A query may use the parameter ``%(since)s`` to list only what changed since the last watermark; the parameter is NULL
when everything is listed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from student_loans.errors import ConfigurationError, DocumentError, ErrorCode
from student_loans.intake.retrying import RetryPolicy, TransientError, call_with_retries
from student_loans.intake.sources.base import Fetched, SourceDocument, unreadable_row
from student_loans.intake.sources.http_api import Download

_SINCE = "%(since)s"
_AT_ONCE = 1000
_TRANSIENT = ("08", "53", "57", "58", "40001", "40P01", "55P03")
_REFUSED = ("28", "42501", "3D000")


class DatabaseSource:
    """The documents that a query lists; the query runs in a transaction that cannot write.

    Args:
        uri: Names the source: ``postgresql://host/database``, without credentials.
        conninfo: A libpq connection string.
        query: See the top of this file.
        downloads: Scheme of an address to the class that reads it; documents with other schemes are refused.
        policy: Retries of the query if the database does not answer.
        timeout_s: Timeout of the query in seconds.
    """

    def __init__(
        self,
        uri: str,
        conninfo: str,
        query: str,
        downloads: Mapping[str, Download],
        policy: RetryPolicy | None = None,
        timeout_s: float = 300.0,
    ) -> None:
        self.uri = uri
        self._conninfo = conninfo
        self._query = query
        self._downloads = dict(downloads)
        self._policy = policy or RetryPolicy()
        self._timeout_s = timeout_s
        self.lists_since = _SINCE in query

    def list_documents(self, since: datetime | None = None) -> Iterator[SourceDocument]:
        """Every row of the query, in its order."""
        rows = call_with_retries(lambda: self._rows(since), self._policy, "The source's database")
        for position, row in enumerate(rows, 1):
            if position == 1 and "uri" not in row:
                raise ConfigurationError(
                    ErrorCode.INVALID_SOURCE, "The source's query gives no column `uri`: correct it."
                )
            yield _listed(row) if row["uri"] else unreadable_row(self.uri, position, str(row.get("name") or ""))

    def fetch(self, document: SourceDocument, max_bytes: int, held: str = "") -> Fetched | None:
        """The bytes at the document's address."""
        download = self._downloads.get(urlsplit(document.location).scheme)
        if download is None:
            raise DocumentError(
                ErrorCode.UNREADABLE_SOURCE,
                "The connection does not say how to read addresses of this kind: see its extras `files_root`, "
                "`s3_conn_id` and `http_conn_id`.",
            )
        return download(document, max_bytes, held)

    def _rows(self, since: datetime | None) -> list[dict[str, Any]]:
        import psycopg
        from psycopg.rows import dict_row

        options = f"-c default_transaction_read_only=on -c statement_timeout={int(self._timeout_s * 1000)}"
        with (
            _source_errors(),
            psycopg.connect(self._conninfo, connect_timeout=10, row_factory=dict_row, options=options) as connection,
            connection.cursor(name="documents") as cursor,
        ):
            cursor.itersize = _AT_ONCE
            # The owner of the connection writes the query; no text of a document becomes part of it.
            cursor.execute(self._query.encode(), {"since": since} if self.lists_since else None)
            return list(cursor)


@contextmanager
def _source_errors() -> Iterator[None]:
    """Replace psycopg's errors by the project's: psycopg's messages quote rows and connection strings."""
    import psycopg

    try:
        yield
    except psycopg.Error as error:
        state = error.sqlstate or ""
        if state.startswith(_REFUSED) or (not state and "authentication failed" in str(error)):
            raise ConfigurationError(
                ErrorCode.SOURCE_REFUSED,
                "The source's database refused this user: check the connection and its rights.",
            ) from None
        if state.startswith(_TRANSIENT) or (not state and isinstance(error, psycopg.OperationalError)):
            raise TransientError(state or type(error).__name__) from None
        raise ConfigurationError(
            ErrorCode.INVALID_SOURCE, f"The source's query cannot be run ({state or type(error).__name__}): correct it."
        ) from None


def _listed(row: Mapping[str, Any]) -> SourceDocument:
    uri = row["uri"]
    modified = row.get("modified_at")
    if isinstance(modified, datetime) and modified.tzinfo is None:
        modified = modified.replace(tzinfo=UTC)
    size, version, sha256 = row.get("size"), row.get("version"), row.get("sha256")
    return SourceDocument(
        uri=str(uri),
        name=str(row.get("name") or unquote(urlsplit(str(uri)).path.rpartition("/")[2]) or "document"),
        size=size if isinstance(size, int) and size >= 0 else None,
        version="" if version is None else str(version),
        modified=modified if isinstance(modified, datetime) else None,
        sha256=str(sha256) if sha256 else None,
        location=str(uri),
    )
