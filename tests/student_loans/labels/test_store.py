"""Labels: read from JSON Lines, compared as the contract's normal forms mean."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from student_loans.labels.compare import same_value
from student_loans.labels.files import FileLabel, read_labels
from student_loans.records import DocumentType


@pytest.mark.parametrize(
    ("field", "value", "truth", "same"),
    [
        ("lender_name", "FAIRLOOM  BANK, N.A.", "Fairloom Bank N.A.", True),
        ("lender_name", "Fairloom Bank", "Fairloom Bank N.A.", False),
        ("interest_rate", "7.250", "7.25", True),
        ("interest_rate", "7.2", "7.25", False),
        ("per_diem", "6.0450", "6.045", True),
        ("apr", "n/a", "7.25", False),
        ("loan_amount", "7800.00", "7800.00", True),
        ("loan_amount", "7800", "7800.00", False),
    ],
)
def test_values_are_the_same_when_they_mean_the_same(field: str, value: str, truth: str, same: bool) -> None:
    assert same_value(field, value, truth) is same


def test_labels_are_read_and_files_without_a_type_left_out(tmp_path: Path) -> None:
    lines = [
        {"file": "a.pdf", "document_type": "payoff_letter", "fields": {"per_diem": "6.05"}, "lender_family": "x"},
        {"file": "b.pdf", "expected_status": "quarantined"},
    ]
    path = tmp_path / "truth.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in lines) + "\n")
    assert read_labels(path) == [FileLabel("a.pdf", DocumentType.PAYOFF_LETTER, {"per_diem": "6.05"}, "x")]
