"""Acquire: every file is accounted for once, known bytes cost nothing, the source stays as it was."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from student_loans.intake.acquire_stage import ACQUIRED, REFUSED, AcquireResult, acquire_documents, find_new_documents
from student_loans.intake.source_items import SourceItems
from student_loans.intake.sources import FolderSource
from student_loans.records import DocumentRecord, Status
from student_loans.results.store import ResultsDatabase
from student_loans.settings import Settings, settings
from student_loans.storage.run_folder import RunFolder

SETTINGS: Settings = settings().model_copy(update={"intake": settings().intake.model_copy(update={"max_bytes": 100})})


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_new_bytes_are_kept_under_their_hash(
    inbox: Path, run: RunFolder, database: ResultsDatabase, items: SourceItems
) -> None:
    (inbox / "note.pdf").write_bytes(b"note")
    result = acquire_documents(FolderSource(inbox), run, database, items, SETTINGS)
    assert result == AcquireResult(files=1, new=1, unchanged=0, duplicate=0, refused=0, opened=1)
    (reference,) = run.read_references(ACQUIRED)
    assert (reference.document_id, reference.name) == (sha256(b"note"), "note.pdf")
    assert run.store.get_raw(reference.document_id) == b"note"


def test_the_same_bytes_twice_are_one_document_and_a_duplicate(
    inbox: Path, run: RunFolder, database: ResultsDatabase, items: SourceItems
) -> None:
    (inbox / "a.pdf").write_bytes(b"note")
    (inbox / "b.pdf").write_bytes(b"note")
    result = acquire_documents(FolderSource(inbox), run, database, items, SETTINGS)
    assert (result.files, result.new, result.duplicate) == (2, 1, 1)
    assert database.run_counts("run-1").duplicate == 1


def test_what_an_earlier_run_processed_is_unchanged(
    inbox: Path, run: RunFolder, database: ResultsDatabase, items: SourceItems
) -> None:
    (inbox / "old.pdf").write_bytes(b"old")
    (inbox / "new.pdf").write_bytes(b"new")
    database.start_run("run-0", dag_id="test", source_uri="file:///inbox", settings_fingerprint="0")
    database.store_records("run-0", [DocumentRecord(sha256(b"old"), "file:///inbox/old.pdf", Status.ACCEPTED)])
    assert find_new_documents(FolderSource(inbox), database, items, SETTINGS.intake) == (2, 1)
    result = acquire_documents(FolderSource(inbox), run, database, items, SETTINGS)
    assert (result.new, result.unchanged) == (1, 1)


def test_reprocessing_takes_known_documents_again(
    inbox: Path, run: RunFolder, database: ResultsDatabase, items: SourceItems
) -> None:
    (inbox / "old.pdf").write_bytes(b"old")
    database.start_run("run-0", dag_id="test", source_uri="file:///inbox", settings_fingerprint="0")
    database.store_records("run-0", [DocumentRecord(sha256(b"old"), "file:///inbox/old.pdf", Status.ACCEPTED)])
    result = acquire_documents(FolderSource(inbox), run, database, items, SETTINGS, reprocess=True)
    assert (result.new, result.unchanged) == (1, 0)


def test_a_repeated_run_sees_its_own_documents_as_new(
    inbox: Path, run: RunFolder, database: ResultsDatabase, items: SourceItems
) -> None:
    """A task that is cleared after the batch was stored does its work again, it does not find itself done."""
    (inbox / "note.pdf").write_bytes(b"note")
    first = acquire_documents(FolderSource(inbox), run, database, items, SETTINGS)
    database.store_records("run-1", [DocumentRecord(sha256(b"note"), "file:///inbox/note.pdf", Status.ACCEPTED)])
    again = acquire_documents(FolderSource(inbox), run, database, items, SETTINGS)
    assert again == replace(first, opened=0)
    assert database.run_counts("run-1").files == 1


@pytest.mark.parametrize("kind", ["too large", "unreadable"])
def test_a_file_that_cannot_be_taken_is_a_quarantined_record(
    inbox: Path, run: RunFolder, database: ResultsDatabase, items: SourceItems, kind: str
) -> None:
    if kind == "too large":
        (inbox / "big.pdf").write_bytes(b"x" * 101)
    else:
        (inbox / "gone.pdf").symlink_to(inbox / "nowhere")
    result = acquire_documents(FolderSource(inbox), run, database, items, SETTINGS)
    assert (result.files, result.new, result.refused) == (1, 0, 1)
    (record,) = run.read_records([REFUSED])
    assert record.status is Status.QUARANTINED
    assert record.error == ("file_too_large" if kind == "too large" else "unreadable_source")


def test_nothing_in_the_source_changes(
    inbox: Path, run: RunFolder, database: ResultsDatabase, items: SourceItems
) -> None:
    (inbox / "note.pdf").write_bytes(b"note")
    before = [(path.name, path.read_bytes(), path.stat().st_mtime_ns) for path in inbox.iterdir()]
    acquire_documents(FolderSource(inbox), run, database, items, SETTINGS)
    assert [(path.name, path.read_bytes(), path.stat().st_mtime_ns) for path in inbox.iterdir()] == before


def test_an_empty_folder_is_no_error(
    inbox: Path, run: RunFolder, database: ResultsDatabase, items: SourceItems
) -> None:
    assert acquire_documents(FolderSource(inbox), run, database, items, SETTINGS).files == 0
    assert list(run.read_references(ACQUIRED)) == []
