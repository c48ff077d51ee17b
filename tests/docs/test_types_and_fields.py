"""The table of types and fields is the catalogue's. ``UPDATE_DOCS=1 pytest`` on this file writes it."""

from __future__ import annotations

import os
from pathlib import Path

from student_loans.records import UNKNOWN_TYPE, DocumentType, field_catalog

PAGE = Path(__file__).resolve().parents[2] / "docs" / "types-and-fields.md"
MARK = "<!-- catalogue: made by tests/docs/test_types_and_fields.py -->\n"
TYPES = [kind for kind in DocumentType if kind is not UNKNOWN_TYPE]


def sign(document_type: DocumentType, field: str) -> str:
    """How a type prints a field."""
    catalog = field_catalog()
    if field in catalog.required[document_type]:
        return "R"
    groups = [str(place) for place, group in enumerate(catalog.one_of[document_type], 1) if field in group]
    until_known = "u" if field in catalog.expected_until_known[document_type] else ""
    expected = "e" if field in catalog.expected[document_type] and not until_known else ""
    return " ".join(filter(None, (*groups, until_known, expected)))


def table() -> str:
    """The table as it stands on the page."""
    lines = [
        "| field | kind | " + " | ".join(f"`{kind.value}`" for kind in TYPES) + " |",
        "| --- | --- |" + " --- |" * len(TYPES),
    ]
    for name, kind in field_catalog().kinds.items():
        signs = " | ".join(sign(document_type, name) for document_type in TYPES)
        lines.append(f"| `{name}` | {kind.value.replace('_', ' ')} | {signs} |")
    return "\n".join(lines) + "\n"


def test_the_table_is_that_of_the_catalogue() -> None:
    before, mark, written = PAGE.read_text(encoding="utf-8").partition(MARK)
    if os.environ.get("UPDATE_DOCS"):
        PAGE.write_text(f"{before}{mark}\n{table()}", encoding="utf-8")
        return
    assert written == f"\n{table()}"
