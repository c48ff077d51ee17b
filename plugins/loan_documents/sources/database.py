"""A query of a PostgreSQL database behind an Airflow connection."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from airflow.sdk import BaseHook, Connection

    from loan_documents.hooks.document_source import DocumentSourceHook
    from student_loans.intake.sources import DocumentSource
    from student_loans.intake.sources.http_api import Download
    from student_loans.settings import AcquisitionSettings


def open_connected(hook: DocumentSourceHook, options: AcquisitionSettings) -> DocumentSource:
    """The documents that a connection's query lists."""
    from loan_documents.hooks.results_database import ResultsDatabaseHook
    from student_loans.errors import ConfigurationError, ErrorCode
    from student_loans.intake.sources.database import DatabaseSource
    from student_loans.intake.sources.opening import retry_policy

    connection = hook.get_connection(hook.conn_id) if hook.conn_id else None
    query = connection.extra_dejson.get("query") if connection else None
    if connection is None or not query:
        raise ConfigurationError(
            ErrorCode.INVALID_SOURCE,
            "A database as the source needs `source_conn_id`: a postgres connection whose extra `query` lists the "
            "documents (docs/sources.md).",
        )
    return DatabaseSource(
        f"postgresql://{connection.host or 'localhost'}/{connection.schema or ''}#{hook.conn_id}",
        ResultsDatabaseHook(hook.conn_id).conninfo(),
        str(query),
        _downloads(connection, options, hook),
        retry_policy(options),
    )


def _downloads(connection: Connection, options: AcquisitionSettings, hook: BaseHook) -> dict[str, Download]:
    """Readers of the addresses that the query returns, limited to what the connection allows."""
    from functools import partial
    from pathlib import Path

    from loan_documents.sources.http_api import http_options
    from loan_documents.sources.s3 import s3_client
    from student_loans.intake.sources import FolderSource
    from student_loans.intake.sources.http_api import HttpDownloader
    from student_loans.intake.sources.opening import retry_policy
    from student_loans.intake.sources.s3 import fetch_object

    extra = connection.extra_dejson
    downloads: dict[str, Download] = {}
    if root := extra.get("files_root"):
        downloads["file"] = FolderSource(Path(root)).fetch
    if conn_id := extra.get("s3_conn_id"):
        downloads["s3"] = partial(fetch_object, s3_client(conn_id, options), policy=retry_policy(options))
    if conn_id := extra.get("http_conn_id"):
        api = hook.get_connection(conn_id)
        scheme = api.schema or "https"
        origin = f"{scheme}://{api.host}" + (f":{api.port}" if api.port else "")
        reader = HttpDownloader(origin, api.password or None, http_options(api, options))
        downloads["http"] = downloads["https"] = reader.fetch
    return downloads
