"""The object store behind an Airflow connection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseHook

from loan_documents.hooks.connections import find_connection, needed_connection

if TYPE_CHECKING:
    from student_loans.storage.object_store import ObjectStore


_TYPES = ("fs", "aws")


class ObjectStoreHook(BaseHook):
    """The documents' object store: a folder, or a bucket that speaks S3.

    The connection's type decides: ``fs`` with extra ``path`` (a folder), or ``aws`` with extra ``root``
    (``s3://bucket/prefix``), ``endpoint_url`` for MinIO, login and password as the keys. Where the default connection
    does not exist, the setting ``storage.data_uri`` is used; another one must exist, so that no document goes elsewhere.

    Args:
        conn_id: Airflow connection.
    """

    conn_name_attr = "conn_id"
    default_conn_name = "loan_documents_store"
    hook_name = "Loan documents object store"

    def __init__(self, conn_id: str = default_conn_name) -> None:
        super().__init__()
        self.conn_id = conn_id

    def get_conn(self) -> ObjectStore:
        """Open the store.

        Raises:
            ServiceError: ``store_unavailable``.
            ConfigurationError: ``missing_connection``: it does not exist, or has another type.
        """
        from student_loans.storage.object_store import open_store

        root, options = self._root()
        return open_store(root, options)

    def test_connection(self) -> tuple[bool, str]:
        """Write, read and remove a small object."""
        from student_loans.errors import LoanDocumentError

        try:
            self.get_conn().check()
        except LoanDocumentError as error:
            return False, str(error)
        return True, "An object was written to the object store and read back."

    def _root(self) -> tuple[str, dict[str, Any]]:
        from student_loans.settings import settings

        find = find_connection if self.conn_id == self.default_conn_name else needed_connection
        connection = find(self.conn_id, *_TYPES)
        if connection is None:
            return settings().storage.data_uri, {}
        extra = connection.extra_dejson
        if connection.conn_type != "aws":
            return extra.get("path") or settings().storage.data_uri, {}
        options = {"key": connection.login, "secret": connection.password, "endpoint_url": extra.get("endpoint_url")}
        if region := extra.get("region_name"):
            options["client_kwargs"] = {"region_name": region}
        return extra.get("root") or settings().storage.data_uri, {k: v for k, v in options.items() if v}
