"""What a task can be given to read."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest

from student_loans.errors import ConfigurationError
from student_loans.intake.check_stage import DocumentGroup
from student_loans.preparation.groups import label_of, readable
from student_loans.preparation.stage import PreparedGroup
from student_loans.records import FileFormat
from student_loans.storage.run_folder import DocumentReference

ID = "ab" * 32
CHECKED = DocumentGroup("group-00000", 2, "a.pdf and 1 more")
PREPARED = PreparedGroup("group-00001", 1, 0, "c.pdf")
REFERENCE = DocumentReference(ID, "file:///inbox/a.pdf", "a.pdf", FileFormat.PDF, 1)


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (asdict(CHECKED), (CHECKED,)),
        (asdict(PREPARED), (PREPARED,)),
        ([asdict(CHECKED), PREPARED], (CHECKED, PREPARED)),
        (asdict(REFERENCE), (REFERENCE,)),
        ([REFERENCE, ID], (REFERENCE, DocumentReference(ID, "", ""))),
        ({"document_id": ID}, (DocumentReference(ID, "", ""),)),
        ([], ()),
    ],
)
def test_groups_references_and_ids_are_found(given: Any, found: tuple[Any, ...]) -> None:
    assert readable(given) == found


@pytest.mark.parametrize("given", [None, 3, "a.pdf", ID.upper(), {}, {"part": "x"}, [3], {"document_id": 3}])
def test_anything_else_is_refused_without_its_value(given: Any) -> None:
    with pytest.raises(ConfigurationError, match="`group` is what") as caught:
        readable(given)
    assert "a.pdf" not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "label"),
    [
        ((CHECKED,), "a.pdf and 1 more"),
        ((REFERENCE, CHECKED), "a.pdf and 1 more"),
        ((DocumentReference(ID, "", ""),), "abababababab"),
        ((), "no documents"),
    ],
)
def test_the_label_is_a_name(given: tuple[Any, ...], label: str) -> None:
    assert label_of(given) == label
