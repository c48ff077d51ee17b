"""Every file gives a record, in order, whatever it does to the process that reads it, and whatever becomes of it meanwhile."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from student_loans.errors import ErrorCode
from student_loans.records import DocumentRecord, Status
from student_loans.settings import settings
from student_loans.understanding import batch
from tests import hostile_functions
from tests.document_factory import make_pdf

QUICK = settings().model_copy(update={"isolation": settings().isolation.model_copy(update={"page_timeout_s": 60.0})})


def records(folder: Path) -> list[DocumentRecord]:
    return list(batch.extract_files(batch.find_files([folder]), QUICK, workers=2))


def name_of(record: DocumentRecord) -> str:
    return record.source_uri.rpartition("/")[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a.pdf", "odd.pdf", "z1.pdf", "z2.pdf"):
        (tmp_path / name).write_bytes(make_pdf([[f"Promissory note {name}"]]))
    return tmp_path


@pytest.mark.parametrize(
    ("how", "code"),
    [("abort", "parser_crashed"), ("exit", "parser_crashed"), ("unforeseen", "parser_crashed"), ("ocr", "ocr_failed")],
)
def test_a_file_that_breaks_its_reader_costs_its_own_record_and_no_other(
    folder: Path, how: str, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = f"break: {how}".encode()
    (folder / "odd.pdf").write_bytes(content)
    monkeypatch.setattr("student_loans.understanding.document.extract_document", hostile_functions.extract_or_break)
    found = records(folder)
    assert [name_of(record) for record in found] == ["a.pdf", "odd.pdf", "z1.pdf", "z2.pdf"]
    assert [record.error for record in found] == [None, code, None, None]
    assert found[1].document_id == hashlib.sha256(content).hexdigest()


def _delete(path: Path) -> None:
    path.unlink()


def _make_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _lead_in_a_circle(path: Path) -> None:
    path.unlink()
    path.symlink_to(path)


def _lead_to_a_device(path: Path) -> None:
    path.unlink()
    path.symlink_to("/dev/zero")


@pytest.mark.parametrize("change", [_delete, _make_a_folder, _lead_in_a_circle, _lead_to_a_device])
def test_a_file_that_cannot_be_read_any_more_has_a_record_that_says_so(
    folder: Path, change: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("student_loans.understanding.document.extract_document", hostile_functions.extract_or_break)
    files = batch.find_files([folder])
    change(folder / "odd.pdf")
    found = list(batch.extract_files(files, QUICK, workers=2))
    assert [record.error for record in found] == [None, ErrorCode.UNREADABLE_SOURCE, None, None]
    assert found[1].status is Status.QUARANTINED
    assert len({record.document_id for record in found}) == 4


def test_a_file_that_is_too_large_is_not_read_into_memory(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("student_loans.understanding.document.extract_document", hostile_functions.extract_or_break)
    with (folder / "odd.pdf").open("wb") as file:
        file.truncate(2**40)
    assert [record.error for record in records(folder)] == [None, ErrorCode.FILE_TOO_LARGE, None, None]
