"""A source of documents behind an Airflow connection."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from airflow.sdk import BaseHook

from student_loans.registrations import Registrations

if TYPE_CHECKING:
    from student_loans.intake.sources import DocumentSource


CONNECTED_SOURCES = Registrations(
    "source with a connection",
    "loan_documents.sources",
    "open_connected",
    {
        "s3": "loan_documents.sources.s3",
        "s3a": "loan_documents.sources.s3",
        "http": "loan_documents.sources.http_api",
        "https": "loan_documents.sources.http_api",
        "postgresql": "loan_documents.sources.database",
        "postgres": "loan_documents.sources.database",
    },
)
"""Functions by the scheme of an address; each takes the hook and the settings."""


class DocumentSourceHook(BaseHook):
    """The source at an address, with the credentials and options of a connection.

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
            ConfigurationError: ``source_not_found``, or ``invalid_source``: the connection lacks a required option.
        """
        from student_loans.intake.sources import open_source
        from student_loans.settings import settings

        options = settings().acquisition
        scheme = urlsplit(self.source).scheme if "://" in self.source else ""
        if not CONNECTED_SOURCES.has(scheme):
            return open_source(self.source, options)
        source: DocumentSource = CONNECTED_SOURCES.load(scheme)(self, options)
        return source
