"""Retention and storage checks, on a real folder, a real S3 server and a real PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from student_loans.fingerprints import page_fingerprint
from student_loans.results.store import ResultsDatabase
from student_loans.retention.stage import PruneResult, StorageCheck, check_storage, prune
from student_loans.settings import load_settings
from student_loans.storage.listing import list_files, remove_tree
from student_loans.storage.object_store import ObjectStore, open_store
from student_loans.storage.run_folder import RunFolder
from tests.record_factory import make_quarantined, make_record

pytestmark = pytest.mark.integration

SETTINGS = load_settings(environment={})
NOW = datetime.now(UTC)
LATER = NOW + timedelta(days=SETTINGS.retention.days + 1)
OTHER = "0123456789ab"


@pytest.fixture
def store(run: RunFolder, database: ResultsDatabase) -> ObjectStore:
    """A store after a run: an original, its pages under these settings and under others, the run's lists."""
    document_id = run.store.put_raw(b"note")
    for fingerprint in (page_fingerprint(SETTINGS), OTHER):
        run.store.write_json(f"processed/{document_id[:2]}/{document_id}/{fingerprint}/pages.json", [])
    run.store.quarantine(document_id, {"error": "corrupt_file"})
    run.write_references("acquired", [])
    database.store_records("run-1", [make_record(1, document_id=document_id)])
    return run.store


def keys(store: ObjectStore) -> set[str]:
    return {file.key.split("/")[0] for room in ("raw", "quarantine", "runs") for file in list_files(store, room)}


def make_the_run_old(conninfo: str) -> None:
    with psycopg.connect(conninfo) as connection:
        connection.execute("UPDATE loan_documents.runs SET state = 'success', finished_at = '2026-01-01'")


def test_what_is_old_and_of_no_use_is_deleted_and_nothing_else(store: ObjectStore, empty_database: str) -> None:
    make_the_run_old(empty_database)
    assert prune(store, empty_database, SETTINGS, LATER) == PruneResult(0, 0, run_folders=1, processed_folders=1)
    assert keys(store) == {"raw", "quarantine"}
    (pages,) = list_files(store, "processed")
    assert page_fingerprint(SETTINGS) in pages.key
    assert prune(store, empty_database, SETTINGS, LATER) == PruneResult(0, 0, 0, 0)


def test_what_is_young_stays(store: ObjectStore, empty_database: str) -> None:
    assert prune(store, empty_database, SETTINGS) == PruneResult(0, 0, 0, 0)
    assert keys(store) == {"raw", "quarantine", "runs"}


def test_a_run_that_is_under_way_keeps_its_lists(store: ObjectStore, empty_database: str) -> None:
    assert prune(store, empty_database, SETTINGS, LATER).run_folders == 0


@pytest.mark.parametrize("key", ["raw/ab/abcd", "quarantine/ab", "processed", "runs", "../raw/ab"])
def test_originals_and_whole_rooms_cannot_be_removed(store: ObjectStore, key: str) -> None:
    with pytest.raises(ValueError, match="not"):
        remove_tree(store, key)


def test_a_store_that_holds_every_original_is_sound(store: ObjectStore, empty_database: str) -> None:
    assert check_storage(store, empty_database) == StorageCheck(1, 0, 0, ())


def test_bytes_that_no_run_knows_of_and_documents_without_bytes_are_found(
    store: ObjectStore, database: ResultsDatabase, empty_database: str
) -> None:
    store.put_raw(b"copied, then the worker was killed")
    lost = make_record(2)
    database.store_records("run-1", [lost, make_quarantined(3, "file_too_large")])
    result = check_storage(store, empty_database)
    assert result == StorageCheck(2, 1, 1, (lost.document_id,))
    assert not result.sound


def test_a_leftover_of_a_killed_writer_is_no_original(store: ObjectStore, empty_database: str) -> None:
    original = next(list_files(store, "raw"))
    Path(store.path(original.key).path).with_name(".0123.part").write_bytes(b"half")
    assert check_storage(store, empty_database).originals == 1


def test_a_bucket_is_listed_and_pruned_as_a_folder_is() -> None:
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    try:
        host, port = server.get_host_and_port()
        options = {"key": "test", "secret": "test", "endpoint_url": f"http://{host}:{port}"}
        store = open_store("s3://documents/loans", options)
        store.root.fs.mkdir("documents")
        document_id = store.put_raw(b"note")
        store.write_json("runs/one/part.json", [])
        (original,) = list_files(store, "raw")
        assert original.key == f"raw/{document_id[:2]}/{document_id}"
        assert abs(original.changed_at - datetime.now(UTC)) < timedelta(minutes=5)
        remove_tree(store, "runs/one")
        assert list(list_files(store, "runs")) == []
        assert store.get_raw(document_id) == b"note"
    finally:
        server.stop()
