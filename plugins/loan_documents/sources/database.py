"""A query of a PostgreSQL database behind an Airflow connection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loan_documents.sources.http_api import connection_origin, http_options
from loan_documents.sources.s3 import covered_buckets, s3_client

if TYPE_CHECKING:
    from airflow.sdk import Connection

    from loan_documents.hooks.document_source import DocumentSourceHook
    from student_loans.intake.sources import DocumentSource, Fetched, SourceAccess, SourceDocument
    from student_loans.intake.sources.http_api import Download


def open_connected(hook: DocumentSourceHook, access: SourceAccess) -> DocumentSource:
    """The documents that a connection's query lists."""
    from loan_documents.hooks.results_database import ResultsDatabaseHook
    from student_loans.errors import ConfigurationError, ErrorCode
    from student_loans.intake.sources.access import not_allowed
    from student_loans.intake.sources.database import DatabaseSource
    from student_loans.intake.sources.opening import retry_policy

    connection = hook.connection_of("postgres") if hook.conn_id else None
    query = connection.extra_dejson.get("query") if connection else None
    if connection is None or not query:
        raise ConfigurationError(
            ErrorCode.INVALID_SOURCE,
            "A database as the source needs `source_conn_id`: a postgres connection whose extra `query` lists the "
            "documents (docs/sources.md).",
        )
    own = f"{connection.host or 'localhost'}/{connection.schema or ''}"
    if hook.source.partition("://")[2].strip("/") not in ("", own.strip("/")):
        raise not_allowed("a database that is not the one of the connection", "the connection")
    return DatabaseSource(
        f"postgresql://{own}#{hook.conn_id}",
        ResultsDatabaseHook(hook.conn_id).conninfo(),
        str(query),
        _downloads(connection, access, hook),
        retry_policy(access.options),
    )


def _downloads(connection: Connection, access: SourceAccess, hook: DocumentSourceHook) -> dict[str, Download]:
    """Readers of the addresses that the query returns, limited to what the connection allows."""
    from student_loans.intake.sources.folder import open_source
    from student_loans.intake.sources.http_api import HttpDownloader

    extra = connection.extra_dejson
    downloads: dict[str, Download] = {}
    if root := extra.get("files_root"):
        downloads["file"] = open_source(str(root), access.granting(str(root))).fetch
    if conn_id := extra.get("s3_conn_id"):
        downloads["s3"] = _bucket_reader(hook, conn_id, access)
    if conn_id := extra.get("http_conn_id"):
        api = hook.connection_of("http", conn_id)
        reader = HttpDownloader(connection_origin(api), api.password or None, http_options(api, access.options))
        downloads["http"] = downloads["https"] = reader.fetch
    return downloads


def _bucket_reader(hook: DocumentSourceHook, conn_id: str, access: SourceAccess) -> Download:
    """Reads objects of the buckets that the connection covers."""
    from student_loans.errors import ConfigurationError, DocumentError, ErrorCode
    from student_loans.intake.sources.opening import retry_policy
    from student_loans.intake.sources.s3 import bucket_and_key, fetch_object

    covered = covered_buckets(hook.connection_of("aws", conn_id), access)
    client = s3_client(conn_id, access.options)

    def read(document: SourceDocument, max_bytes: int, held: str = "") -> Fetched | None:
        try:
            covered.check_bucket(*bucket_and_key(document.location or document.uri))
        except ConfigurationError as error:
            raise DocumentError(ErrorCode.UNREADABLE_SOURCE, error.message) from None
        return fetch_object(client, document, max_bytes, held, retry_policy(access.options))

    return read
