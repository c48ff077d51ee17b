"""A source of documents behind an Airflow connection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from airflow.sdk import BaseHook

from loan_documents.hooks.connections import needed_connection
from student_loans.registrations import Registrations

if TYPE_CHECKING:
    from airflow.sdk import Connection

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
"""Functions by the scheme of an address; each takes the hook and the :class:`SourceAccess`, which it has to ask."""


class DocumentSourceHook(BaseHook):
    """The source at an address, with the credentials and options of a connection.

    ==============================  ===============  ================================================================
    address                         connection       what is used of it
    ==============================  ===============  ================================================================
    a path, ``file://…``            none
    ``s3://bucket/prefix``          ``aws``          all that :class:`S3Hook` reads: keys, role, extra ``endpoint_url``;
                                                     extra ``buckets``: those that may be a source
    ``http(s)://…``                 ``http``         host: the only one that may be a source; password: the bearer token;
                                                     extra: ``items_key``, ``next_key``, ``since_parameter``, ``hosts``,
                                                     ``private_addresses``
    ``postgresql://``               ``postgres``     all of it; extra: ``query``, ``files_root``, ``s3_conn_id``,
                                                     ``http_conn_id`` (host: the origin that gets its token)
    ==============================  ===============  ================================================================

    Who starts a run chooses source and connection. The source must be one that the settings ``sources`` allow or the
    connection covers, and the connection must be of the type above: no password goes to another place.

    Args:
        conn_id: Airflow connection; empty where the source needs none.
        source: The address.
        stores: Places that the pipeline writes to, which are never a source.
    """

    conn_name_attr = "conn_id"
    default_conn_name = ""
    hook_name = "Source of documents"

    def __init__(self, conn_id: str = default_conn_name, source: str = "", stores: Sequence[str] = ()) -> None:
        super().__init__()
        self.conn_id = conn_id
        self.source = source
        self.stores = stores

    def get_conn(self) -> DocumentSource:
        """Open the source.

        Raises:
            ConfigurationError: ``source_not_allowed``, ``source_not_found``, ``missing_connection``: it does not exist
                or has another type, or ``invalid_source``: it lacks a required option.
        """
        from student_loans.intake.sources import SourceAccess, open_source
        from student_loans.settings import settings

        access = SourceAccess.of(settings(), self.stores)
        scheme = urlsplit(self.source).scheme if "://" in self.source else ""
        if not CONNECTED_SOURCES.has(scheme):
            return open_source(self.source, access)
        source: DocumentSource = CONNECTED_SOURCES.load(scheme)(self, access)
        return source

    def connection_of(self, conn_type: str, conn_id: str = "") -> Connection:
        """A connection for the source.

        Args:
            conn_type: The type that it must have: the password of another one is not for this source.
            conn_id: Airflow connection; empty means the hook's own.

        Raises:
            ConfigurationError: ``missing_connection``: it does not exist, or has another type.
        """
        return needed_connection(conn_id or self.conn_id, conn_type)
