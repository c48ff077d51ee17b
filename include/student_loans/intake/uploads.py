"""Uploads as a source: files sent through the API pass through the same stages as all other files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import IO
from urllib.parse import quote

from student_loans.errors import DocumentError, ErrorCode, ServiceError
from student_loans.intake.refusals import check_size
from student_loans.intake.sources import Fetched, SourceDocument
from student_loans.intake.upload_store import UploadStore
from student_loans.storage.files import atomic_writer, store_errors
from student_loans.storage.object_store import ObjectStore

LOCATION = "uploads://inbox"
"""The source's location in the parameter ``source`` of the main DAG."""
_CHUNK = 1024 * 1024


class UploadSource:
    """Uploaded files that have no record yet.

    Args:
        uploads: The table of uploads.
        store: The store that holds their bytes.
    """

    uri = LOCATION

    def __init__(self, uploads: UploadStore, store: ObjectStore) -> None:
        self._uploads = uploads
        self._store = store

    def list_documents(self, since: datetime | None = None) -> Iterator[SourceDocument]:
        """Every upload without a record, in the order of arrival.

        Args:
            since: Ignored: an upload that has a record is never listed.
        """
        for upload in self._uploads.pending():
            uri = f"uploads://inbox/{upload.document_id}/{quote(upload.name, safe='')}"
            yield SourceDocument(uri, upload.name, upload.size, version=upload.document_id)

    def fetch(self, document: SourceDocument, max_bytes: int, held: str = "") -> Fetched | None:
        """The bytes of an upload. Their version is their hash, so an upload never changes.

        Args:
            document: As listed.
            max_bytes: A larger file is refused.
            held: The version that the caller has; the result is None if it is the same.

        Raises:
            DocumentError: ``unreadable_source``: its bytes are missing or damaged; ``file_too_large``.
        """
        if held == document.version:
            return None
        check_size(document.size or 0, max_bytes)
        if not self._store.has_raw(document.version):
            raise DocumentError(ErrorCode.UNREADABLE_SOURCE, "The uploaded bytes are gone: upload the file again.")
        try:
            return Fetched(self._store.get_raw(document.version), document.version)
        except ServiceError as error:
            if "damaged" not in error.message:
                raise
            raise DocumentError(
                ErrorCode.UNREADABLE_SOURCE, "The uploaded bytes are damaged: upload the file again."
            ) from error


def keep_upload(store: ObjectStore, file: IO[bytes]) -> tuple[str, int]:
    """Copy an uploaded file into the object store, a megabyte in memory at a time.

    Args:
        store: The store that receives the file.
        file: Read twice from its start: for its hash, and for the copy if the store does not have it yet.

    Returns:
        The document's id and its size in bytes.

    Raises:
        ServiceError: ``store_unavailable``.
    """
    digest, size = hashlib.sha256(), 0
    file.seek(0)
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
        size += len(chunk)
    document_id = digest.hexdigest()
    with store_errors():
        path = store.raw_path(document_id)
        if not (path.exists() and path.stat().st_size == size):
            file.seek(0)
            with atomic_writer(path) as target:
                while chunk := file.read(_CHUNK):
                    target.write(chunk)
    return document_id, size
