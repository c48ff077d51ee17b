"""Records as bytes that depend only on the documents and the settings: by id, without timings."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from student_loans.private_files import open_to_write
from student_loans.records import DocumentRecord
from student_loans.storage.object_store import json_line


def write_canonical_records(records: Iterable[DocumentRecord], path: Path) -> int:
    """Write records in the order of their ids, timings left out: the same records give the same bytes.

    Returns:
        How many.
    """
    lines = sorted(records, key=lambda record: record.document_id)
    with open_to_write(path, "wb") as file:
        for record in lines:
            file.write(json_line(record.to_json() | {"timings": {}}))
    return len(lines)
