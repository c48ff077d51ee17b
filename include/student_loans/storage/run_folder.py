"""The folder of one run in the object store, and references to its documents.

Each task writes parts of its own, ``<task>@<kind>``, so that mapped tasks and several operators of one DAG never write the same
part. Who reads a kind reads the parts of all tasks: a document that several of them have is read once.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from student_loans.plain_data import from_plain, to_plain
from student_loans.records import DocumentRecord, FileFormat, Status
from student_loans.storage.files import store_errors, write_bytes
from student_loans.storage.object_store import ObjectStore

_UNSAFE = re.compile(r"[^A-Za-z0-9_.:+=-]|^\.+")
_LONGEST_NAME = 240
"""Characters; a file system takes 255 bytes."""
_LONGEST_WRITER = 160
"""Characters; the kind and the ending of a part follow."""
_STRICTEST = (Status.QUARANTINED, Status.REVIEW, Status.ACCEPTED)


def folder_name(run_id: str, longest: int = _LONGEST_NAME) -> str:
    """A run id as a folder name: Airflow accepts any text as a run id, a path does not.

    Two run ids never share a folder: a name that had to be changed ends with a hash of the run id.
    """
    name = _UNSAFE.sub("_", run_id)
    if name == run_id and 0 < len(name) <= longest:
        return name
    return f"{name[:longest]}-{hashlib.sha256(run_id.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"


def writer_name(task_id: str, map_index: int = -1) -> str:
    """The name of a task in the names of the parts and reports that it writes.

    Args:
        task_id: With the ids of its groups, as Airflow names it.
        map_index: Of a mapped task; -1 for others. A task's id has no colon.

    Example:
        >>> writer_name("acquire"), writer_name("acquire", 2)
        ('acquire', 'acquire:2')
    """
    return folder_name(task_id if map_index < 0 else f"{task_id}:{map_index}", _LONGEST_WRITER)


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


@dataclass(frozen=True, slots=True)
class _Judged:
    """What the parts of a kind say about a document."""

    part: str
    rank: int
    reasons: tuple[str, ...]


class RunFolder:
    """Parts of one run, as JSON Lines in the object store.

    Args:
        store: The object store.
        run_id: As :func:`student_loans.runs.run_name` makes it, or any other name of a run.
        writer: The task that works in it, as :func:`writer_name` names it; empty for work that no other shares a run with.
    """

    def __init__(self, store: ObjectStore, run_id: str, writer: str = "") -> None:
        self.store = store
        self.run_id = run_id
        self.writer = writer
        self._prefix = f"runs/{folder_name(run_id)}"

    def key(self, part: str) -> str:
        """The key of a part in the object store."""
        return f"{self._prefix}/{part}.jsonl"

    def own(self, kind: str) -> str:
        """The name of the part, or file, of a kind that this task writes.

        Example:
            >>> RunFolder(store, "monthly:manual__1", writer_name("acquire", 2)).own("acquired")  # doctest: +SKIP
            'acquire:2@acquired'
        """
        return f"{self.writer}@{kind}" if self.writer else kind

    def parts_of(self, kind: str) -> list[str]:
        """Names of the parts of a kind, of all tasks; none if nothing has written one.

        Args:
            kind: Such as ``acquired``; the name of a part of one task means that part.
        """
        return [name.removesuffix(".jsonl") for name in self.files_of(f"{kind}.jsonl")]

    def files_of(self, kind: str) -> list[str]:
        """Names of the files of a kind, of all tasks, in order."""
        # One that names its task is the only one: no listing, which costs a request in a bucket.
        shared = [kind] if self.has_file(kind) else []
        return shared if "@" in kind else shared + [name for name in self._names() if name.endswith(f"@{kind}")]

    def write_references(self, part: str, references: Iterable[DocumentReference]) -> None:
        """Write a list of documents."""
        self.store.write_jsonl(f"{self._prefix}/{part}.jsonl", (to_plain(reference) for reference in references))

    def read_references(self, part: str) -> Iterator[DocumentReference]:
        """Read the documents of a part, or of all parts of a kind."""
        seen: set[str] = set()
        for line in self.read_rows(part):
            reference = from_plain(DocumentReference, line)
            if reference.document_id not in seen:
                seen.add(reference.document_id)
                yield reference

    def write_records(self, part: str, records: Iterable[DocumentRecord]) -> None:
        """Write document records."""
        self.store.write_jsonl(f"{self._prefix}/{part}.jsonl", (record.to_json() for record in records))

    def read_records(self, parts: Iterable[str], *, without: str = "") -> Iterator[DocumentRecord]:
        """Read document records, part after part.

        A document that several parts of a kind have, because several tasks have judged it, is read once: with the
        strictest of its states and the reasons of all.

        Args:
            parts: Names of parts, or of kinds.
            without: A part that is not read.
        """
        for part in parts:
            names = [name for name in self._existing(part) if name != without]
            merged = self._strictest(names) if len(names) > 1 else None
            for name in names:
                for line in self.store.read_jsonl(self.key(name)):
                    record = DocumentRecord.from_json(line)
                    if merged is None:
                        yield record
                    elif (judged := merged[record.document_id]).part == name:
                        yield record if record.error else replace(record, review_reasons=judged.reasons)

    def write_rows(self, part: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Write any plain data, one object a line."""
        self.store.write_jsonl(f"{self._prefix}/{part}.jsonl", rows)

    def read_rows(self, part: str) -> Iterator[dict[str, Any]]:
        """Read what :meth:`write_rows` wrote, of a part or of all parts of a kind."""
        for name in self._existing(part):
            yield from self.store.read_jsonl(self.key(name))

    def parts(self, ending: str) -> list[str]:
        """Names of the run's parts with this ending, in order; none if the run has no folder yet."""
        return [name.removesuffix(".jsonl") for name in self._names() if name.endswith(f"{ending}.jsonl")]

    def _names(self) -> list[str]:
        with store_errors():
            folder = self.store.path(self._prefix)
            return sorted(path.name for path in folder.iterdir()) if folder.exists() else []

    def _existing(self, part: str) -> list[str]:
        """A part by its name, which must be there, or those of a kind; a kind that no task has written must be there too."""
        return [part] if "@" in part else self.parts_of(part) or [part]

    def _strictest(self, parts: Iterable[str]) -> dict[str, _Judged]:
        """Document id to the part with its strictest state, and the reasons of all parts."""
        found: dict[str, _Judged] = {}
        for part in parts:
            for record in self.read_records([part]):
                judged = found.get(record.document_id)
                rank = _STRICTEST.index(record.status)
                reasons = dict.fromkeys((*(judged.reasons if judged else ()), *record.review_reasons))
                strictest = judged if judged and judged.rank <= rank else _Judged(part, rank, ())
                found[record.document_id] = replace(strictest, reasons=tuple(reasons))
        return found

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
