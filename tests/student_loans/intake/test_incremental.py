"""Only what is new or changed is opened; a late file is not missed; a crash loses nothing and doubles nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from student_loans.errors import DocumentError, ErrorCode, ServiceError
from student_loans.intake.incremental import IngestedFile, Ingestor, ListingNote, listing_start
from student_loans.intake.source_items import SourceItems, Watermark
from student_loans.intake.sources import Fetched, FolderSource, IgnoreReason, SourceDocument
from student_loans.records import DocumentRecord, Status
from student_loans.results.store import ResultsDatabase
from student_loans.settings import settings
from student_loans.storage.object_store import ObjectStore, open_store

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
OPTIONS = settings().acquisition
URI = "https://portal.example/documents"


class ListingSource:
    """A source that lists by time, and counts what it is asked for."""

    lists_since = True
    uri = URI

    def __init__(self) -> None:
        self.documents: dict[str, tuple[bytes, datetime]] = {}
        self.broken: set[str] = set()
        self.fetched: list[str] = []
        self.asked_since: list[datetime | None] = []

    def put(self, name: str, content: bytes, modified: datetime = NOW) -> None:
        self.documents[name] = (content, modified)

    def list_documents(self, since: datetime | None = None) -> Iterator[SourceDocument]:
        self.asked_since.append(since)
        for name, (content, modified) in self.documents.items():
            if since is None or modified >= since:
                yield SourceDocument(f"{URI}/{name}", name, len(content), f"{modified:%s}-{hash(content)}", modified)

    def fetch(self, document: SourceDocument, max_bytes: int, held: str = "") -> Fetched | None:
        self.fetched.append(document.name)
        if document.name in self.broken:
            raise ServiceError(ErrorCode.SOURCE_UNAVAILABLE, "down")
        return Fetched(self.documents[document.name][0], document.version)


@pytest.fixture
def source() -> ListingSource:
    return ListingSource()


@pytest.fixture
def store(tmp_path: Path) -> ObjectStore:
    return open_store(str(tmp_path / "store"))


@pytest.fixture
def items(empty_database: str, database: ResultsDatabase) -> SourceItems:
    database.start_run("run-1", dag_id="test", source_uri=URI, settings_fingerprint="0")
    database.start_run("run-2", dag_id="test", source_uri=URI, settings_fingerprint="0")
    return SourceItems(empty_database)


class Pipeline:
    """Runs of acquisition, with or without the rest of the pipeline after them."""

    def __init__(
        self, source: ListingSource, store: ObjectStore, items: SourceItems, database: ResultsDatabase
    ) -> None:
        self.source, self.store, self.items, self.database = source, store, items, database

    def take(self, run_id: str = "run-1") -> list[IngestedFile]:
        self.source.fetched.clear()
        return list(Ingestor(self.source, self.store, 100, run_id).ingest_all(self.items, OPTIONS))

    def run(self, run_id: str = "run-1") -> list[str]:
        """Take and store a record of each; gives the names of the files that were seen."""
        files = self.take(run_id)
        records = [DocumentRecord(file.document_id, file.uri, Status.REVIEW) for file in files]
        self.database.store_records(run_id, records)
        return [file.name for file in files]


@pytest.fixture
def pipeline(source: ListingSource, store: ObjectStore, items: SourceItems, database: ResultsDatabase) -> Pipeline:
    return Pipeline(source, store, items, database)


def test_an_address_that_is_listed_twice_is_one_document(
    pipeline: Pipeline, source: ListingSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pages of a listing shift while they are read: a document comes on two of them."""
    source.put("a", b"one")
    listed = source.list_documents
    monkeypatch.setattr(source, "list_documents", lambda since=None: [*listed(since), *listed(since)])
    ingestor = Ingestor(source, pipeline.store, 100, "run-1")
    assert [file.name for file in ingestor.ingest_all(pipeline.items, OPTIONS)] == ["a"]
    assert [(one.name, one.ignored) for one in ingestor.ignored] == [("a", IgnoreReason.LISTED_TWICE)]


def test_what_a_failed_run_took_from_outside_the_folder_is_not_offered(
    pipeline: Pipeline, source: ListingSource, items: SourceItems, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of `s3://inbox/2026` an older version of this code also took what is in `2026-archive/`."""
    source.put("2026/a", b"one")
    source.put("2026-archive/b", b"two")
    pipeline.take("run-1")
    source.documents.clear()
    monkeypatch.setattr(source, "covers", lambda uri: uri.startswith(f"{URI}/2026/"), raising=False)
    assert [file.name for file in pipeline.take("run-2")] == ["2026/a"]
    assert [item.name for item in items.pending(URI, "run-2")] == ["2026/a"]


def test_a_listing_without_changes_is_not_an_empty_source(pipeline: Pipeline, source: ListingSource) -> None:
    source.put("a", b"one")
    pipeline.run()
    source.documents.clear()
    ingestor = Ingestor(source, pipeline.store, 100, "run-2")
    assert list(ingestor.ingest_all(pipeline.items, OPTIONS)) == []
    assert ingestor.note is ListingNote.NOTHING_CHANGED


def test_a_known_version_is_not_opened_again(pipeline: Pipeline, source: ListingSource) -> None:
    source.put("a", b"one")
    pipeline.run()
    assert pipeline.run("run-2") == ["a"]
    assert source.fetched == []


def test_a_changed_file_is_opened(pipeline: Pipeline, source: ListingSource) -> None:
    source.put("a", b"one")
    source.put("b", b"two")
    pipeline.run()
    source.put("a", b"other", NOW + timedelta(hours=1))
    pipeline.run("run-2")
    assert source.fetched == ["a"]


def test_a_late_file_with_an_older_time_is_not_missed(pipeline: Pipeline, source: ListingSource) -> None:
    source.put("a", b"one")
    pipeline.run()
    source.put("late", b"late", NOW - timedelta(days=OPTIONS.late_arrival_days) + timedelta(hours=1))
    assert "late" in pipeline.run("run-2")
    assert source.asked_since == [None, NOW - timedelta(days=OPTIONS.late_arrival_days)]


def test_a_very_late_file_is_found_by_the_next_whole_listing() -> None:
    watermark = Watermark(NOW, NOW)
    assert listing_start(watermark, OPTIONS, NOW + timedelta(hours=1)) is not None
    assert listing_start(watermark, OPTIONS, NOW + timedelta(days=OPTIONS.full_listing_days)) is None
    assert listing_start(Watermark(), OPTIONS, NOW) is None


def test_a_crash_before_the_watermark_loses_and_doubles_nothing(
    pipeline: Pipeline, source: ListingSource, items: SourceItems, store: ObjectStore
) -> None:
    for number in range(120):
        source.put(f"{number:03d}", b"%d" % number, NOW + timedelta(minutes=number))
    half = Ingestor(source, store, 100, "run-1").ingest_all(items, OPTIONS)
    seen = [next(half) for _ in range(70)]
    half.close()  # as a kill leaves it: copied, partly noted, no watermark
    assert items.watermark(URI) == Watermark()
    files = pipeline.take()
    assert len(files) == len({file.document_id for file in files}) == 120
    assert {file.document_id for file in seen} <= {file.document_id for file in files}
    assert len(source.fetched) == 120 - 50  # what had been noted is not copied again


def test_what_a_failed_run_took_is_offered_again(pipeline: Pipeline, source: ListingSource) -> None:
    source.put("a", b"one")
    pipeline.take("run-1")  # and then the run fails: no record
    assert pipeline.run("run-2") == ["a"]
    assert source.asked_since[-1] is None


def test_what_a_failed_run_took_is_offered_even_when_the_source_has_it_no_more(
    pipeline: Pipeline, source: ListingSource
) -> None:
    source.put("a", b"one")
    pipeline.take("run-1")
    source.documents.clear()
    (file,) = pipeline.take("run-2")
    assert (file.name, pipeline.store.get_raw(file.document_id)) == ("a", b"one")


def test_a_file_on_which_the_source_fails_is_refused_and_asked_for_again(
    pipeline: Pipeline, source: ListingSource
) -> None:
    source.put("a", b"one")
    source.put("b", b"two")
    source.broken = {"a"}
    refused, taken = pipeline.take()
    assert refused.refusal is not None
    assert refused.refusal.code is ErrorCode.UNREADABLE_SOURCE
    assert taken.refusal is None
    source.broken = set()
    first, _ = pipeline.take("run-2")
    assert (first.refusal, source.fetched) == (None, ["a"])


def test_a_source_that_fails_on_file_after_file_is_down(pipeline: Pipeline, source: ListingSource) -> None:
    for name in "abcd":
        source.put(name, name.encode())
    source.broken = set("abcd")
    with pytest.raises(ServiceError):
        pipeline.take()
    assert source.fetched == ["a", "b", "c"]
    assert pipeline.items.watermark(URI) == Watermark()


def test_a_file_that_is_too_large_does_not_keep_the_source_listing_everything(
    pipeline: Pipeline, source: ListingSource
) -> None:
    source.put("big", b"x" * 101)
    pipeline.run()
    pipeline.run("run-2")
    assert source.fetched == []
    assert source.asked_since[-1] is not None


def test_bytes_that_the_store_lost_are_read_again(pipeline: Pipeline, source: ListingSource) -> None:
    source.put("a", b"one")
    (file,) = pipeline.take()
    pipeline.store.raw_path(file.document_id).unlink()
    ingestor = Ingestor(source, pipeline.store, 100, "run-1")
    again = ingestor.ingest_again(replace(file, opened=False))
    assert again.opened
    assert pipeline.store.get_raw(file.document_id) == b"one"


def test_a_watermark_never_goes_back(items: SourceItems) -> None:
    items.advance(URI, Watermark(NOW, NOW), "run-1")
    items.advance(URI, Watermark(NOW - timedelta(days=1), None), "run-2")
    assert items.watermark(URI) == Watermark(NOW, NOW)


def test_a_clock_that_runs_ahead_does_not_hide_what_comes_after_it(
    pipeline: Pipeline, source: ListingSource, items: SourceItems
) -> None:
    before = datetime.now(UTC)
    source.put("from the future", b"one", before + timedelta(days=400))
    pipeline.run()
    changed = items.watermark(URI).changed
    assert changed is not None
    assert before <= changed <= datetime.now(UTC)


def test_a_file_in_a_folder_that_is_replaced_by_an_older_one_is_seen(tmp_path: Path) -> None:
    folder = tmp_path / "inbox"
    folder.mkdir()
    path = folder / "a.pdf"
    path.write_bytes(b"new")
    os.utime(path, (1e9, 1e9))
    (before,) = FolderSource(folder).list_documents()
    path.write_bytes(b"old")
    os.utime(path, (1e9, 1e9))
    (after,) = FolderSource(folder).list_documents()
    assert (before.size, before.modified) == (after.size, after.modified)
    assert before.version != after.version


def test_a_named_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "a.pdf").symlink_to(tmp_path / "pipe")
    source = FolderSource(tmp_path)
    documents = list(source.list_documents())
    assert [document.name for document in documents] == ["a.pdf", "pipe"]
    for document in documents:
        with pytest.raises(DocumentError) as caught:
            source.fetch(document, 100)
        assert caught.value.code is ErrorCode.UNREADABLE_SOURCE
