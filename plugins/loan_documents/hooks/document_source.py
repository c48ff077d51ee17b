"""A source of documents behind an Airflow connection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from airflow.sdk import BaseHook

if TYPE_CHECKING:
    from airflow.sdk import Connection

    from student_loans.intake.sources import DocumentSource
    from student_loans.intake.sources.http_api import Download, HttpApiOptions
    from student_loans.settings import AcquisitionSettings


class DocumentSourceHook(BaseHook):
    """The source at an address, with what a connection holds.

    ==============================  ===============  ================================================================
    address                         connection       what is used of it
    ==============================  ===============  ================================================================
    a path, ``file://…``            none
    ``s3://bucket/prefix``          ``aws``          all that :class:`S3Hook` reads: keys, role, extra ``endpoint_url``
    ``http(s)://…``                 ``http``         password: the bearer token; extra: ``items_key``, ``next_key``,
                                                     ``since_parameter``, ``hosts``
    ``postgresql://``               ``postgres``     all of it; extra: ``query``, ``files_root``, ``s3_conn_id``,
                                                     ``http_conn_id`` (host: the origin that gets its token)
    ==============================  ===============  ================================================================

    Args:
        conn_id: Airflow connection; empty where the source needs none.
        source: The address; where it is empty the connection's own host is used (``http``, ``postgres``).
    """

    conn_name_attr = "conn_id"
    default_conn_name = ""
    hook_name = "Source of documents"

    def __init__(self, conn_id: str = default_conn_name, source: str = "") -> None:
        super().__init__()
        self.conn_id = conn_id
        self.source = source

    def get_conn(self) -> DocumentSource:
        """Open the source.

        Raises:
            ConfigurationError: ``source_not_found``, or ``invalid_source``: the connection lacks what is needed.
        """
        from student_loans.intake.sources import open_source
        from student_loans.registrations import CONNECTED_SOURCES
        from student_loans.settings import settings

        options = settings().acquisition
        scheme = urlsplit(self.source).scheme if "://" in self.source else ""
        if not CONNECTED_SOURCES.has(scheme):
            return open_source(self.source, options)
        source: DocumentSource = CONNECTED_SOURCES.load(scheme)(self, options)
        return source


def open_bucket(hook: DocumentSourceHook, options: AcquisitionSettings) -> DocumentSource:
    """A bucket, with a connection's keys and endpoint."""
    from student_loans.intake.sources.opening import bucket_and_prefix, retry_policy
    from student_loans.intake.sources.s3 import S3Source

    bucket, prefix = bucket_and_prefix(hook.source)
    return S3Source(_s3_client(hook.conn_id, options), bucket, prefix, retry_policy(options))


def open_api(hook: DocumentSourceHook, options: AcquisitionSettings) -> DocumentSource:
    """An API, with a connection's token and options where there is one."""
    from student_loans.intake.sources import http_api

    if not hook.conn_id:
        return http_api.open_api(hook.source, options)
    connection = hook.get_connection(hook.conn_id)
    return http_api.HttpApiSource(hook.source, connection.password or None, _http_options(connection, options))


def open_database(hook: DocumentSourceHook, options: AcquisitionSettings) -> DocumentSource:
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


def _s3_client(conn_id: str, options: AcquisitionSettings) -> Any:
    """A boto3 client with a connection's keys and endpoint; without one, with what boto3 finds by itself."""
    from airflow.providers.amazon.aws.hooks.s3 import S3Hook
    from botocore.config import Config

    from student_loans.intake.sources.opening import s3_client_config

    return S3Hook(aws_conn_id=conn_id or None, config=Config(**s3_client_config(options))).get_conn()


def _http_options(connection: Connection, options: AcquisitionSettings) -> HttpApiOptions:
    from student_loans.intake.sources.http_api import HttpApiOptions
    from student_loans.intake.sources.opening import network_options

    extra = connection.extra_dejson
    chosen = {name: str(extra[name]) for name in ("items_key", "next_key", "since_parameter") if name in extra}
    hosts = tuple(str(host) for host in extra.get("hosts", ()))
    return HttpApiOptions(hosts=hosts, network=network_options(options), **chosen)


def _downloads(connection: Connection, options: AcquisitionSettings, hook: BaseHook) -> dict[str, Download]:
    """What reads the addresses that the query gives: nothing that the connection does not allow."""
    from functools import partial
    from pathlib import Path

    from student_loans.intake.sources import FolderSource
    from student_loans.intake.sources.http_api import HttpDownloader
    from student_loans.intake.sources.opening import retry_policy
    from student_loans.intake.sources.s3 import fetch_object

    extra = connection.extra_dejson
    downloads: dict[str, Download] = {}
    if root := extra.get("files_root"):
        downloads["file"] = FolderSource(Path(root)).fetch
    if conn_id := extra.get("s3_conn_id"):
        downloads["s3"] = partial(fetch_object, _s3_client(conn_id, options), policy=retry_policy(options))
    if conn_id := extra.get("http_conn_id"):
        api = hook.get_connection(conn_id)
        scheme = api.schema or "https"
        origin = f"{scheme}://{api.host}" + (f":{api.port}" if api.port else "")
        reader = HttpDownloader(origin, api.password or None, _http_options(api, options))
        downloads["http"] = downloads["https"] = reader.fetch
    return downloads
