"""Records kept in the object store by content and fingerprint: work that was done is found again, whoever asks."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from student_loans.records import DocumentRecord
from student_loans.storage.files import store_errors, write_bytes
from student_loans.storage.object_store import ObjectStore, json_line

if TYPE_CHECKING:
    from upath import UPath

log = logging.getLogger(__name__)
_NAME = "record.json"


def keep_record(store: ObjectStore, fingerprint: str, record: DocumentRecord) -> None:
    """Keep a record as extraction made it, whole or not at all.

    Raises:
        ServiceError: ``store_unavailable``.
    """
    if not store.keeps_records:
        return
    with store_errors():
        write_bytes(_path(store, record.document_id, fingerprint), json_line(record.to_json()))


def kept_record(store: ObjectStore, document_id: str, fingerprint: str, source_uri: str) -> DocumentRecord | None:
    """The record that was kept of a document under a fingerprint; None when there is none, or when it is damaged.

    Args:
        store: Where it is kept.
        document_id: SHA-256, hex.
        fingerprint: :func:`student_loans.fingerprints.record_fingerprint`.
        source_uri: Where the bytes came from this time: the same bytes may have had another name before.

    Raises:
        ServiceError: ``store_unavailable``.
    """
    import orjson

    if not store.keeps_records:
        return None
    with store_errors():
        try:
            content = _path(store, document_id, fingerprint).read_bytes()
        except FileNotFoundError:
            return None
    try:
        record = DocumentRecord.from_json(orjson.loads(content))
    except (ValueError, KeyError, TypeError):
        log.warning("The record kept of document %s is damaged: it is read again.", document_id[:12])
        return None
    return replace(record, source_uri=source_uri)


def drop_kept_record(store: ObjectStore, document_id: str, fingerprint: str) -> None:
    """Let a document be read again.

    Raises:
        ServiceError: ``store_unavailable``.
    """
    with store_errors():
        _path(store, document_id, fingerprint).unlink(missing_ok=True)


def _path(store: ObjectStore, document_id: str, fingerprint: str) -> UPath:
    return store.processed_folder(document_id, fingerprint) / _NAME
