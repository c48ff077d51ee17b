"""Acquire: every file is accounted for once, known bytes cost nothing, the source stays as it was."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from student_loans.intake.acquire_stage import ACQUIRED, REFUSED, AcquireResult, acquire_documents, find_new_documents
from student_loans.intake.listing import Listing
from student_loans.intake.source_items import SourceItems
from student_loans.intake.sources import FolderSource
from student_loans.records import DocumentRecord, Status
from student_loans.results.store import ResultsDatabase
from student_loans.settings import Settings, settings
from student_loans.storage.run_folder import RunFolder
from tests.number_shapes import survives

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


def test_entries_that_are_not_documents_are_named_in_the_run_and_are_not_files(
    inbox: Path, run: RunFolder, database: ResultsDatabase, items: SourceItems
) -> None:
    (inbox / "sub").mkdir()
    (inbox / "sub" / "note.pdf").write_bytes(b"note")
    (inbox / "again").symlink_to("sub")
    (inbox / ".987-65-4321.pdf").write_bytes(b"x")
    result = acquire_documents(FolderSource(inbox), run, database, items, SETTINGS)
    assert (result.files, result.new, result.ignored) == (1, 1, 2)
    listing = Listing.read(run)
    assert listing.reasons == {"hidden": 1, "linked_folder": 1}
    assert {(one.name, one.reason) for one in listing.ignored} == {
        (".[number].pdf", "hidden"), ("again", "linked_folder"),
    }  # fmt: skip
    assert listing.note == ""
    assert find_new_documents(FolderSource(inbox), database, items, SETTINGS.intake) == (1, 1)


def test_links_that_form_a_loop_are_quarantined_and_the_batch_goes_on(
    inbox: Path, run: RunFolder, database: ResultsDatabase, items: SourceItems
) -> None:
    (inbox / "loop.pdf").symlink_to("loop.pdf")
    (inbox / "note.pdf").write_bytes(b"note")
    result = acquire_documents(FolderSource(inbox), run, database, items, SETTINGS)
    assert (result.files, result.new, result.refused) == (2, 1, 1)
    assert [record.error for record in run.read_records([REFUSED])] == ["unreadable_source"]
    assert find_new_documents(FolderSource(inbox), database, items, SETTINGS.intake) == (2, 2)


def test_a_source_without_documents_says_why(
    inbox: Path, run: RunFolder, database: ResultsDatabase, items: SourceItems
) -> None:
    def note() -> str:
        acquire_documents(FolderSource(inbox), run, database, items, SETTINGS)
        return Listing.read(run).note

    assert note() == "source_never_had_files"
    (inbox / ".hidden").write_bytes(b"x")
    assert note() == "no_documents"
    (inbox / ".hidden").unlink()
    (inbox / "note.pdf").write_bytes(b"note")
    assert note() == ""
    (inbox / "note.pdf").unlink()
    assert note() == "source_empty"


class TestNumbersInNames:
    """The name of a file may be a social security number: it opens the file, and is stored and shown without it."""

    NAMES = ("987-65-4321.pdf", "987654321.pdf", "note 987_65_4321.pdf")

    @pytest.fixture
    def inbox(self, tmp_path: Path) -> Path:
        inbox = tmp_path / "987-65-4322" / "inbox"
        inbox.mkdir(parents=True)
        for name in self.NAMES:
            (inbox / name).write_bytes(name.encode())
        (inbox / "987 65 4321.pdf").write_bytes(b"more than is allowed " * 10)
        return inbox

    def test_every_file_is_taken_and_none_is_named_by_its_number(
        self, inbox: Path, run: RunFolder, database: ResultsDatabase, items: SourceItems, empty_database: str
    ) -> None:
        source = FolderSource(inbox)
        database.start_run("run-1", dag_id="test", source_uri=source.uri, settings_fingerprint="0")
        result = acquire_documents(source, run, database, items, SETTINGS)
        assert (result.files, result.new, result.refused, result.opened) == (4, 3, 1, 3)
        stored = [path.read_text() for path in Path(str(run.store.root)).rglob("*.json*")]
        database.store_records("run-1", run.read_records([REFUSED]))
        with psycopg.connect(empty_database) as connection:
            for table in ("runs", "sightings", "source_items", "watermarks", "documents"):
                stored += [str(row) for row in connection.execute(f"SELECT t::text FROM loan_documents.{table} AS t")]
        assert not [text for text in stored if survives("987654321", text) or survives("987654322", text)]
        assert {reference.name for reference in run.read_references(ACQUIRED)} == {"[number].pdf", "note [number].pdf"}

    def test_files_whose_names_are_stored_alike_stay_apart(
        self, inbox: Path, run: RunFolder, database: ResultsDatabase, items: SourceItems
    ) -> None:
        acquire_documents(FolderSource(inbox), run, database, items, SETTINGS)
        sightings = database.seen_files_of_run("run-1")
        assert len(sightings) == 4
        assert len({sighting.source_uri for sighting in sightings}) == 2

    def test_the_next_run_knows_them_by_their_whole_address(
        self, inbox: Path, run: RunFolder, database: ResultsDatabase, items: SourceItems
    ) -> None:
        acquire_documents(FolderSource(inbox), run, database, items, SETTINGS)
        database.store_records(
            "run-1", [DocumentRecord(sha256(name.encode()), "", Status.ACCEPTED) for name in self.NAMES]
        )
        database.start_run("run-2", dag_id="test", source_uri="file:///inbox", settings_fingerprint="0")
        again = acquire_documents(FolderSource(inbox), RunFolder(run.store, "run-2"), database, items, SETTINGS)
        assert (again.unchanged, again.opened) == (3, 0)

    def test_what_a_failed_run_took_of_them_stays_apart(
        self, inbox: Path, run: RunFolder, database: ResultsDatabase, items: SourceItems
    ) -> None:
        acquire_documents(FolderSource(inbox), run, database, items, SETTINGS)
        for path in inbox.iterdir():
            path.unlink()
        database.start_run("run-2", dag_id="test", source_uri="file:///inbox", settings_fingerprint="0")
        again = acquire_documents(FolderSource(inbox), RunFolder(run.store, "run-2"), database, items, SETTINGS)
        assert again.new == 3
        assert len(database.seen_files_of_run("run-2")) == again.files
