"""Labels as JSON Lines: one object a document, with its file, type, lender and the true value of each printed field."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from student_loans.errors import ConfigurationError, ErrorCode
from student_loans.records import DocumentType
from student_loans.storage.files import is_confined


@dataclass(frozen=True, slots=True)
class FileLabel:
    """The truth about one file.

    Attributes:
        file: Its name in the documents' folder.
        document_type: Its type.
        fields: Field name to the normal form of what is printed.
        lender_family: Whose document it is, for grouping; empty when not known.
        rendering: How it came to be (``born_digital``, ``clean_scan``, ``degraded`` …); empty when not known.
        expected_status: ``review`` where the document leaves a required field blank; empty when not known.
    """

    file: str
    document_type: DocumentType
    fields: Mapping[str, str] = field(default_factory=dict)
    lender_family: str = ""
    rendering: str = ""
    expected_status: str = ""


def read_labels(path: Path) -> list[FileLabel]:
    """Read a truth file; lines about files that cannot be read, which have no document type, are left out.

    Raises:
        ConfigurationError: ``invalid_labels``: a line is not a label.
    """
    labels = []
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            line = json.loads(text) if text.strip() else {}
            if "document_type" in line:
                labels.append(_label(line))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            message = f"{path.name}: line {number} is not a label with file and document_type."
            raise ConfigurationError(ErrorCode.INVALID_LABELS, message) from error
    return labels


def _label(line: Mapping[str, Any]) -> FileLabel:
    if not is_confined(line["file"]):  # it is joined to the folder of the documents
        raise ValueError(line["file"])
    return FileLabel(
        line["file"],
        DocumentType(line["document_type"]),
        line.get("fields", {}),
        line.get("lender_family", ""),
        line.get("rendering", ""),
        line.get("expected_status", ""),
    )
