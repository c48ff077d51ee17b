"""Files of the stages when DVC runs them: one folder for each stage, so that each stage has its own outputs.

Below a base folder (``data/pipeline``)::

    <stage>/…           what the stage made, laid out as in the object store; a later stage reads it and never writes there
    <stage>/stage.json  its message to later stages
    timings/<stage>/…   seconds, beside the outputs: the same documents give the same outputs, however long they took
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from student_loans.intake.sources import DocumentSource, Fetched, SourceDocument
from student_loans.private_files import close_root, make_folder, write_private
from student_loans.project import PROJECT_ROOT
from student_loans.records import DocumentRecord
from student_loans.stages import DVC_STAGES
from student_loans.storage.files import open_path
from student_loans.storage.object_store import ObjectStore
from student_loans.storage.run_folder import RunFolder

if TYPE_CHECKING:
    from upath import UPath

STAGES = tuple(DVC_STAGES)
"""In order; the names of the stages in ``dvc.yaml``."""
RUN_ID = "dvc"
_ABOUT = "stage.json"


class LayeredStore(ObjectStore):
    """A stage's own part of the object store over the parts of earlier stages, which it reads only.

    Args:
        root: Of the stage.
        earlier: Roots of earlier stages, nearest first.
    """

    keeps_records = False
    """DVC itself decides what is done again, and what is kept has timings, which would make outputs differ."""

    def __init__(self, root: UPath, earlier: Sequence[UPath]) -> None:
        super().__init__(root)
        self._earlier = tuple(earlier)

    def path(self, key: str) -> UPath:
        """Where a key is; one that no stage has made yet is in this stage's part."""
        own = super().path(key)
        candidates = (own, *(root / key for root in self._earlier))
        return next((candidate for candidate in candidates if candidate.exists()), own)

    def write_jsonl(self, key: str, rows: Iterable[Mapping[str, Any]]) -> int:
        """Write JSON Lines into this stage's part."""
        return ObjectStore(self.root).write_jsonl(key, rows)

    def write_json(self, key: str, data: Any) -> None:
        """Write JSON into this stage's part."""
        ObjectStore(self.root).write_json(key, data)

    def _addressed(self, room: str, document_id: str) -> UPath:
        super()._addressed(room, document_id)  # refuses an invalid id
        return self.path(f"{room}/{document_id[:2]}/{document_id}")


class StageFolder(RunFolder):
    """The run folder of one stage. Seconds go to a place of their own.

    Args:
        base: Folder of all stages.
        stage: One of :data:`STAGES`.
    """

    def __init__(self, base: Path, stage: str) -> None:
        roots = [open_path((base / name).absolute().as_uri()) for name in STAGES[: STAGES.index(stage) + 1]]
        super().__init__(LayeredStore(roots[-1], roots[-2::-1]), RUN_ID)
        self.folder = base / stage
        self._base = base
        self._timings = base / "timings" / stage

    def start(self) -> None:
        """Remove the files of an earlier run."""
        close_root(self._base)
        for folder in (self.folder, self._timings):
            shutil.rmtree(folder, ignore_errors=True)
            make_folder(folder)

    def write_records(self, part: str, records: Iterable[DocumentRecord]) -> None:
        """Write records without their timings, and the timings elsewhere."""
        kept = list(records)
        super().write_records(part, (replace(record, timings={}) for record in kept))
        seconds = {record.document_id: dict(record.timings) for record in kept}
        write_private(self._timings / f"{part}.json", json.dumps(seconds))

    def seconds_of_documents(self) -> dict[str, float]:
        """Document id to the seconds that this stage spent on it."""
        seconds: dict[str, float] = {}
        for path in sorted(self._timings.glob("*.json")):
            for document_id, timings in json.loads(path.read_text(encoding="utf-8")).items():
                seconds[document_id] = seconds.get(document_id, 0.0) + sum(timings.values())
        return seconds

    def leave_message(self, about: Mapping[str, Any]) -> None:
        """Leave a message for later stages."""
        write_private(self.folder / _ABOUT, json.dumps(about, indent=2) + "\n")

    def message_of(self, stage: str) -> dict[str, Any]:
        """The message of an earlier stage."""
        return dict(json.loads((self._base / stage / _ABOUT).read_text(encoding="utf-8")))


class PortableSource:
    """A source whose files in the project have addresses relative to it: every checkout gives the same records.

    ``file:///home/ada/loans/samples/documents/a.pdf`` becomes ``file:samples/documents/a.pdf``.

    Args:
        source: Where the files are.
    """

    def __init__(self, source: DocumentSource) -> None:
        self._source = source
        self._originals: dict[str, SourceDocument] = {}
        self.uri = portable_uri(source.uri)

    def list_documents(self, since: datetime | None = None) -> Iterator[SourceDocument]:
        """Every file of the source."""
        for document in self._source.list_documents(since):
            uri = portable_uri(document.uri)
            self._originals[uri] = document
            yield replace(document, uri=uri)

    def fetch(self, document: SourceDocument, max_bytes: int, held: str = "") -> Fetched | None:
        """The bytes of one file that was listed."""
        return self._source.fetch(self._originals[document.uri], max_bytes, held)


def portable_uri(uri: str) -> str:
    """An address in the project relative to it; others as they are.

    Example:
        >>> portable_uri("s3://inbox/a.pdf")
        's3://inbox/a.pdf'
    """
    root = PROJECT_ROOT.as_uri() + "/"
    return f"file:{uri.removeprefix(root)}" if uri.startswith(root) else uri
