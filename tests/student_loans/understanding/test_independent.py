"""Layouts and wordings of other hands (``samples/independent``): the vocabulary and the generator know none of them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from student_loans.labels.compare import same_value
from student_loans.labels.files import FileLabel, read_labels
from student_loans.records import DocumentRecord
from student_loans.settings import settings
from student_loans.understanding.document import extract_document

FOLDER = Path(__file__).resolve().parents[3] / "samples" / "independent"


@pytest.fixture(scope="module")
def read() -> list[tuple[FileLabel, DocumentRecord]]:
    options = settings()
    labels = read_labels(FOLDER / "truth.jsonl")
    return [
        (label, extract_document((FOLDER / "documents" / label.file).read_bytes(), label.file, options))
        for label in labels
    ]


def test_every_type_is_told_and_no_other_paper_is_taken_for_a_loan(
    read: list[tuple[FileLabel, DocumentRecord]],
) -> None:
    assert [label.file for label, record in read if record.document_type != label.document_type] == []


def test_fields_are_found_in_layouts_that_nobody_had_in_mind(read: list[tuple[FileLabel, DocumentRecord]]) -> None:
    counts: Counter[str] = Counter()
    for label, record in read:
        found = {name: field.value for name, field in record.fields.items()}
        right = sum(
            name in label.fields and same_value(name, value, label.fields[name]) for name, value in found.items()
        )
        counts.update(right=right, found=len(found), printed=len(label.fields))
    assert counts["right"] / counts["found"] > 0.985
    assert counts["right"] / counts["printed"] > 0.96
