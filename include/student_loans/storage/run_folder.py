"""The folder of one run in the object store, and references to its documents."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from student_loans.plain_data import from_plain, to_plain
from student_loans.records import DocumentRecord, FileFormat
from student_loans.storage.files import store_errors, write_bytes
from student_loans.storage.object_store import ObjectStore

_UNSAFE = re.compile(r"[^A-Za-z0-9_.:+=-]|^\.+")
_LONGEST_NAME = 240
"""Characters; a file system takes 255 bytes."""


def folder_name(run_id: str) -> str:
    """A run id as a folder name: Airflow accepts any text as a run id, a path does not.

    Two run ids never share a folder: a name that had to be changed ends with a hash of the run id.
    """
    name = _UNSAFE.sub("_", run_id)
    if name == run_id and 0 < len(name) <= _LONGEST_NAME:
        return name
    return f"{name[:_LONGEST_NAME]}-{hashlib.sha256(run_id.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"


@dataclass(frozen=True, slots=True)
class DocumentReference:
    """One acquired document: enough to find its bytes and to name it to a person.

    Attributes:
        document_id: SHA-256 of the bytes, hex: their address in the object store.
        source_uri: The address of the source file.
        name: File name for people.
        file_format: By content, known after the intake checks.
        page_count: Known after the intake checks.
    """

    document_id: str
    source_uri: str
    name: str
    file_format: FileFormat | None = None
    page_count: int | None = None


class RunFolder:
    """Parts of one run, as JSON Lines in the object store.

    Args:
        store: The object store.
        run_id: Airflow's run id, or any other name of a run.
    """

    def __init__(self, store: ObjectStore, run_id: str) -> None:
        self.store = store
        self.run_id = run_id
        self._prefix = f"runs/{folder_name(run_id)}"

    def key(self, part: str) -> str:
        """The key of a part in the object store."""
        return f"{self._prefix}/{part}.jsonl"

    def write_references(self, part: str, references: Iterable[DocumentReference]) -> None:
        """Write a list of documents."""
        self.store.write_jsonl(f"{self._prefix}/{part}.jsonl", (to_plain(reference) for reference in references))

    def read_references(self, part: str) -> Iterator[DocumentReference]:
        """Read a list of documents."""
        return (from_plain(DocumentReference, line) for line in self.store.read_jsonl(f"{self._prefix}/{part}.jsonl"))

    def write_records(self, part: str, records: Iterable[DocumentRecord]) -> None:
        """Write document records."""
        self.store.write_jsonl(f"{self._prefix}/{part}.jsonl", (record.to_json() for record in records))

    def read_records(self, parts: Iterable[str]) -> Iterator[DocumentRecord]:
        """Read document records, part after part."""
        for part in parts:
            for line in self.store.read_jsonl(f"{self._prefix}/{part}.jsonl"):
                yield DocumentRecord.from_json(line)

    def write_rows(self, part: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Write any plain data, one object a line."""
        self.store.write_jsonl(f"{self._prefix}/{part}.jsonl", rows)

    def read_rows(self, part: str) -> Iterator[dict[str, Any]]:
        """Read what :meth:`write_rows` wrote."""
        yield from self.store.read_jsonl(f"{self._prefix}/{part}.jsonl")

    def parts(self, ending: str) -> list[str]:
        """Names of the run's parts with this ending, in order; none if the run has no folder yet."""
        with store_errors():
            folder = self.store.path(self._prefix)
            names = [path.name for path in folder.iterdir()] if folder.exists() else []
        return sorted(name.removesuffix(".jsonl") for name in names if name.endswith(f"{ending}.jsonl"))

    def write_file(self, name: str, content: bytes) -> None:
        """Write a file of the run, whole or not at all."""
        with store_errors():
            write_bytes(self.store.path(f"{self._prefix}/{name}"), content)

    def has_file(self, name: str) -> bool:
        """Whether a file of the run is there."""
        return self.store.exists(f"{self._prefix}/{name}")

    def read_file(self, name: str) -> bytes:
        """Read a file of the run."""
        with store_errors():
            content: bytes = self.store.path(f"{self._prefix}/{name}").read_bytes()
        return content

    def write_json(self, part: str, data: Any) -> None:
        """Write a part that is one JSON document."""
        self.store.write_json(f"{self._prefix}/{part}.json", data)

    def read_json(self, part: str) -> Any:
        """Read what :meth:`write_json` wrote."""
        return self.store.read_json(f"{self._prefix}/{part}.json")
