"""Labels in and out of files: JSON Lines (one document a line) and CSV (one value a row)."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from student_loans.errors import ConfigurationError, ErrorCode
from student_loans.labels.label import DocumentLabel
from student_loans.private_files import open_to_write

CSV_COLUMNS = ("document_id", "document_type", "lender", "rendering", "source", "field", "value")


def read_label_file(path: Path, documents: Path | None = None, *, source: str | None = None) -> Iterator[DocumentLabel]:
    """Labels of a ``.jsonl`` or ``.csv`` file, in its order.

    Args:
        path: The file. Its lines carry ``document_id``, or ``file``: the name of a file in ``documents``.
        documents: Folder of the labelled files; their ids are the SHA-256 of their bytes.
        source: Origin of the labels; None takes the source in each line, else the file's name.

    Raises:
        ConfigurationError: ``invalid_labels``, naming the line, or ``source_not_found``.
    """
    if not path.is_file():
        raise ConfigurationError(ErrorCode.SOURCE_NOT_FOUND, f"There is no file {path.name} with labels.")
    lines = _csv_documents(path) if path.suffix.lower() == ".csv" else _json_lines(path)
    for number, data in lines:
        # A truth file also lists files that cannot be read: there is nothing to measure about them.
        if data.get("document_type"):
            found = source or data.get("source") or path.stem
            document_id = data.get("document_id") or _id_of_file(data, documents, number)
            known = {**data, "document_id": document_id, "source": found}
            yield DocumentLabel.from_json(known, where=f"{path.name} line {number}")


def write_labels_jsonl(path: Path, labels: Iterable[DocumentLabel]) -> int:
    """Write labels as JSON Lines; returns how many."""
    count = 0
    with open_to_write(path) as file:
        for label in labels:
            file.write(json.dumps(label.to_json(), ensure_ascii=False) + "\n")
            count += 1
    return count


def write_labels_csv(path: Path, labels: Iterable[DocumentLabel]) -> int:
    """Write labels as CSV, one row a value (a document without any has one row); returns how many documents."""
    count = 0
    with open_to_write(path, newline="") as file:
        writer = csv.writer(file)
        writer.writerow(CSV_COLUMNS)
        for label in labels:
            head = (label.document_id, label.document_type.value, label.lender, label.rendering, label.source)
            writer.writerows((*head, *value) for value in (label.fields or {"": ""}).items())
            count += 1
    return count


def _json_lines(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                data = json.loads(line)
            except ValueError:
                data = None
            if not isinstance(data, dict):
                raise ConfigurationError(ErrorCode.INVALID_LABELS, f"{path.name} line {number}: not a JSON object.")
            yield number, data


def _csv_documents(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Rows that follow each other and have one document are one label."""
    current: dict[str, Any] = {}
    start = 2
    with path.open(encoding="utf-8-sig", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), 2):
            name = row.get("document_id") or row.get("file")
            if not current or name != (current.get("document_id") or current.get("file")):
                if current:
                    yield start, current
                current, start = {**row, "fields": {}}, number
            if row.get("field"):
                current["fields"][row["field"]] = row.get("value") or ""
    if current:
        yield start, current


def _id_of_file(data: Mapping[str, Any], documents: Path | None, number: int) -> str:
    name = Path(str(data.get("file", ""))).name
    path = documents / name if documents and name else None
    if path is None or not path.is_file():
        raise ConfigurationError(
            ErrorCode.INVALID_LABELS,
            f"Line {number} has no document_id and names no file of the documents' folder: give the right folder.",
        )
    return hashlib.sha256(path.read_bytes()).hexdigest()
