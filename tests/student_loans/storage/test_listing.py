"""What a store holds file by file, and the little that may be removed from it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from student_loans.storage.listing import list_files, remove_tree
from student_loans.storage.object_store import ObjectStore, open_store

NOTE, LETTER = b"%PDF-1.7 a note", b"%PDF-1.7 a letter"


@pytest.fixture
def store(tmp_path: Path) -> ObjectStore:
    return open_store(str(tmp_path / "store"))


def test_every_file_of_a_room_is_listed_under_its_key_in_order(store: ObjectStore) -> None:
    ids = sorted(store.put_raw(content) for content in (NOTE, LETTER))
    store.write_json("runs/r/summary.json", {})
    assert [file.key for file in list_files(store, "raw")] == [f"raw/{one[:2]}/{one}" for one in ids]
    for file in list_files(store, "raw"):
        assert store.exists(file.key)


def test_a_file_tells_when_it_was_written(store: ObjectStore) -> None:
    store.put_raw(NOTE)
    (file,) = list_files(store, "raw")
    assert file.changed_at.tzinfo is not None
    assert abs(datetime.now(UTC) - file.changed_at) < timedelta(minutes=5)


def test_a_room_that_is_not_there_is_empty(store: ObjectStore) -> None:
    assert list(list_files(store, "quarantine")) == []


def test_a_folder_of_one_run_is_removed_and_no_other(store: ObjectStore) -> None:
    store.write_json("runs/old/summary.json", {})
    store.write_json("runs/new/summary.json", {})
    remove_tree(store, "runs/old")
    assert [file.key for file in list_files(store, "runs")] == ["runs/new/summary.json"]


def test_what_a_stage_made_of_a_document_is_removed(store: ObjectStore) -> None:
    document = store.put_raw(NOTE)
    folder = f"processed/{document[:2]}/{document}/0123"
    store.write_json(f"{folder}/record.json", {})
    remove_tree(store, folder)
    assert list(list_files(store, "processed")) == []
    assert store.get_raw(document) == NOTE


def test_removing_what_is_not_there_does_nothing(store: ObjectStore) -> None:
    remove_tree(store, "runs/never")


@pytest.mark.parametrize(
    "key",
    [
        "raw",
        "raw/ab",
        "quarantine/ab",
        "runs",
        "processed",
        "runs/",
        "processed//",
        "runs/.",
        "runs/../raw/ab",
        "",
        "/",
    ],
)
def test_originals_and_whole_rooms_are_never_removed(store: ObjectStore, key: str) -> None:
    document = store.put_raw(NOTE)
    store.write_json("runs/r/summary.json", {})
    store.write_json("processed/ab/record.json", {})
    with pytest.raises(ValueError, match=r"not to be removed|not a key"):
        remove_tree(store, key)
    assert store.get_raw(document) == NOTE
    assert store.exists("runs/r/summary.json")
    assert store.exists("processed/ab/record.json")
