"""Cache of extracted records by document and fingerprint, so that no run repeats finished work."""

from __future__ import annotations

from dataclasses import replace

from student_loans.records import DocumentRecord
from student_loans.storage.content_cache import ContentCache
from student_loans.storage.object_store import ObjectStore, json_line

_NAME = "record.json"


class RecordCache:
    """The records of an object store under one fingerprint.

    Every method raises:
        ServiceError: ``store_unavailable``.

    Args:
        store: Where they are.
        fingerprint: :func:`student_loans.fingerprints.record_fingerprint`.
    """

    def __init__(self, store: ObjectStore, fingerprint: str) -> None:
        self._store = store
        self._fingerprint = fingerprint

    def find(self, document_id: str, source_uri: str) -> DocumentRecord | None:
        """The cached record of a document; None if there is none, or if it is damaged.

        Args:
            document_id: SHA-256, hex.
            source_uri: Where the bytes came from this time: the same bytes may have had another name before.
        """
        if not self._store.keeps_records:
            return None
        record = self._entries(document_id).find(_NAME, _record)
        return None if record is None else replace(record, source_uri=source_uri)

    def keep(self, record: DocumentRecord) -> None:
        """Store a record as extraction made it."""
        if self._store.keeps_records:
            self._entries(record.document_id).keep(_NAME, json_line(record.to_json()))

    def remove(self, document_id: str) -> None:
        """Remove a record, so that the document is read again."""
        self._entries(document_id).remove(_NAME)

    def _entries(self, document_id: str) -> ContentCache:
        return ContentCache(self._store.processed_folder(document_id, self._fingerprint))


def _record(content: bytes) -> DocumentRecord:
    import orjson

    return DocumentRecord.from_json(orjson.loads(content))
