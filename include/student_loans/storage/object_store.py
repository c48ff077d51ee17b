"""The object store: the bytes of every document under their SHA-256, and the results of the stages.

Layout below the root::

    raw/<ab>/<sha256>                      the bytes as they came, written once
    processed/<ab>/<sha256>/<fingerprint>/ what a stage made of them under these settings
    quarantine/<ab>/<sha256>               the bytes of a document that cannot be processed, and the reason as .json
    runs/<run>/<part>.jsonl                lists and records of one run

File names of documents are data and never become paths.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from student_loans.errors import ErrorCode, ServiceError
from student_loans.storage.clean_text import storable_data
from student_loans.storage.files import atomic_writer, open_root, store_errors, write_bytes

if TYPE_CHECKING:
    from upath import UPath

_DOCUMENT_ID = re.compile(r"[0-9a-f]{64}")


class ObjectStore:
    """Objects below a root, which may be a folder or a bucket.

    Args:
        root: Any universal path.

    Every method that touches the store raises:
        ServiceError: ``store_unavailable``: it cannot be reached, refuses, lacks the object, or gives back damaged
            bytes.
    """

    keeps_records = True
    """Whether extraction's results are kept beside the pages, to be found by later runs."""

    def __init__(self, root: UPath) -> None:
        self.root = root

    def path(self, key: str) -> UPath:
        """The path of a key such as ``runs/x/part.jsonl``.

        Raises:
            ValueError: The key leads out of the store.
        """
        parts = PurePosixPath(key).parts
        if not parts or key.startswith("/") or ".." in parts:
            raise ValueError(f"{key!r} is not a key of the object store.")
        return self.root.joinpath(*parts)

    def raw_path(self, document_id: str) -> UPath:
        """Where a document's bytes are."""
        return self._addressed("raw", document_id)

    def processed_folder(self, document_id: str, fingerprint: str) -> UPath:
        """The folder of a stage's results for a document under these settings; it may not exist yet."""
        return self._addressed("processed", document_id) / fingerprint

    def word_folder(self) -> UPath:
        """The folder of the OCR cache; it may not exist yet."""
        return self.root / "words"

    def put_raw(self, content: bytes) -> str:
        """Store a document's bytes; bytes that the store already holds completely are not written again.

        Returns:
            The document's id, the SHA-256 of its bytes in hex.
        """
        document_id = hashlib.sha256(content).hexdigest()
        with store_errors():
            path = self.raw_path(document_id)
            if not (path.exists() and path.stat().st_size == len(content)):
                write_bytes(path, content)
        return document_id

    def get_raw(self, document_id: str) -> bytes:
        """The bytes of a document, checked against its id."""
        with store_errors():
            content = self.raw_path(document_id).read_bytes()
        if hashlib.sha256(content).hexdigest() != document_id:
            raise ServiceError(
                ErrorCode.STORE_UNAVAILABLE,
                f"The stored bytes of document {document_id[:12]} are damaged: delete raw/…/{document_id[:12]}… and "
                "acquire the file again.",
            )
        return content

    def has_raw(self, document_id: str) -> bool:
        """Whether the store has the document's bytes."""
        with store_errors():
            return self.raw_path(document_id).exists()

    def raw_size(self, document_id: str) -> int:
        """Size in bytes of a stored document."""
        with store_errors():
            return int(self.raw_path(document_id).stat().st_size)

    def quarantine(self, document_id: str, reason: Mapping[str, Any]) -> UPath:
        """Copy a document to quarantine, with the reason beside it.

        Args:
            document_id: A document whose bytes are in the store.
            reason: Code and message, the file's name: no values.

        Returns:
            The key of the copy; the reason has the same name with ``.json``.
        """
        content = self.get_raw(document_id)
        path = self._addressed("quarantine", document_id)
        with store_errors():
            if not (path.exists() and path.stat().st_size == len(content)):
                write_bytes(path, content)
        self.write_json(f"quarantine/{document_id[:2]}/{document_id}.json", {"document_id": document_id, **reason})
        return path

    def write_json(self, key: str, data: Any) -> None:
        """Write one JSON document, indented for people."""
        import orjson

        content = orjson.dumps(storable_data(data), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
        with store_errors():
            write_bytes(self.path(key), content)

    def read_json(self, key: str) -> Any:
        """Read what :meth:`write_json` wrote."""
        import orjson

        with store_errors():
            return orjson.loads(self.path(key).read_bytes())

    def write_jsonl(self, key: str, rows: Iterable[Mapping[str, Any]]) -> int:
        """Write a JSON Lines file, completely or not at all.

        Returns:
            How many lines.
        """
        with store_errors(), atomic_writer(self.path(key)) as file:
            count = 0
            for row in rows:
                file.write(json_line(row))
                count += 1
        return count

    def read_jsonl(self, key: str) -> Iterator[Any]:
        """Read JSON Lines, one at a time."""
        import orjson

        with store_errors(), self.path(key).open("rb") as file:
            for line in file:
                yield orjson.loads(line)

    def exists(self, key: str) -> bool:
        """Whether an object has this key."""
        with store_errors():
            return self.path(key).exists()

    def check(self) -> None:
        """Write, read and remove a small object, to show that the store works."""
        probe = self.path(f".check-{uuid.uuid4().hex}")
        with store_errors():
            write_bytes(probe, b"ok")
            probe.read_bytes()
            probe.unlink()

    def _addressed(self, room: str, document_id: str) -> UPath:
        """A path by content hash. The first two digits divide a million documents into folders of a few thousand."""
        if not _DOCUMENT_ID.fullmatch(document_id):
            raise ValueError("A document id is the SHA-256 of its bytes: 64 lower-case hex digits.")
        return self.root / room / document_id[:2] / document_id


def json_line(row: Mapping[str, Any]) -> bytes:
    """One line of JSON Lines, UTF-8, with its end."""
    import orjson

    return orjson.dumps(storable_data(dict(row)), option=orjson.OPT_APPEND_NEWLINE)


def open_store(uri: str, storage_options: Mapping[str, Any] | None = None) -> ObjectStore:
    """Open the object store.

    Args:
        uri: A folder, relative ones to the project, or ``s3://bucket/prefix``.
        storage_options: For fsspec: ``key``, ``secret``, ``endpoint_url`` (MinIO) and the like.

    Raises:
        ConfigurationError: ``invalid_settings``: nothing serves the URI's scheme.
    """
    return ObjectStore(open_root(uri, storage_options))
