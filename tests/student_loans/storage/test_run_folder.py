"""The parts of a run: written under its own folder, read back as they were."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from student_loans.errors import ErrorCode, ServiceError
from student_loans.records import FileFormat
from student_loans.storage.object_store import open_store
from student_loans.storage.run_folder import DocumentReference, RunFolder, folder_name
from tests.record_factory import document_id, make_quarantined, make_record, make_statement_of_loans


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    return RunFolder(open_store(str(tmp_path)), "manual__2026-11-23T20:42:36+00:00")


class TestFolderName:
    def test_the_run_ids_that_airflow_makes_are_kept(self) -> None:
        assert folder_name("scheduled__2026-11-23T20:42:36.123+00:00") == "scheduled__2026-11-23T20:42:36.123+00:00"

    @pytest.mark.parametrize(
        ("run_id", "name"),
        [("a/b", "a_b"), ("../../etc", "__.._etc"), ("..", "_"), (".hidden", "_hidden"), ("Ä b\n", "__b_"), ("", "")],
    )
    def test_what_a_path_would_take_for_itself_is_replaced(self, run_id: str, name: str) -> None:
        assert re.fullmatch(f"{re.escape(name)}-[0-9a-f]{{8}}", folder_name(run_id))

    def test_two_run_ids_never_share_a_folder(self) -> None:
        names = {folder_name(run_id) for run_id in ("a_b", "a/b", "a b", "a~b", "", "x" * 250, "x" * 251)}
        assert len(names) == 7
        assert all(len(name) <= 255 for name in names)

    @given(st.text(min_size=1))
    def test_any_text_is_one_plain_folder(self, run_id: str) -> None:
        name = folder_name(run_id)
        assert PurePosixPath(name).parts == (name,)
        assert not name.startswith(".")
        assert folder_name(name) == name


class TestParts:
    def test_references_come_back_in_order_with_their_format(self, folder: RunFolder) -> None:
        checked = DocumentReference(document_id(1), "file:///inbox/a.pdf", "a.pdf", FileFormat.PDF, 3)
        unchecked = DocumentReference(document_id(2), "file:///inbox/b", "b")
        folder.write_references("acquired", [checked, unchecked])
        assert list(folder.read_references("acquired")) == [checked, unchecked]

    def test_records_come_back_part_after_part(self, folder: RunFolder) -> None:
        records = [make_record(1), make_statement_of_loans(2), make_quarantined(3)]
        folder.write_records("one", records[:1])
        folder.write_records("two", records[1:])
        assert list(folder.read_records(["two", "one"])) == [*records[1:], *records[:1]]
        assert list(folder.read_records([])) == []

    def test_writing_a_part_again_replaces_it(self, folder: RunFolder) -> None:
        folder.write_rows("counts", [{"n": 1}, {"n": 2}])
        folder.write_rows("counts", [{"n": 3}])
        assert list(folder.read_rows("counts")) == [{"n": 3}]

    def test_parts_are_listed_in_order_by_how_they_end(self, folder: RunFolder) -> None:
        for part in ("group-00002-records", "group-00001-records", "acquired"):
            folder.write_rows(part, [])
        folder.write_json("group-00003-records", {})  # one document, not lines
        assert folder.parts("-records") == ["group-00001-records", "group-00002-records"]
        assert folder.parts("") == ["acquired", "group-00001-records", "group-00002-records"]

    def test_a_run_that_wrote_nothing_has_no_parts(self, folder: RunFolder) -> None:
        assert folder.parts("") == []

    def test_a_part_that_was_never_written_is_a_fault_of_the_store(self, folder: RunFolder) -> None:
        with pytest.raises(ServiceError) as caught:
            list(folder.read_rows("none"))
        assert caught.value.code is ErrorCode.STORE_UNAVAILABLE

    def test_runs_do_not_see_each_other(self, folder: RunFolder) -> None:
        other = RunFolder(folder.store, "other")
        folder.write_rows("counts", [{"n": 1}])
        other.write_rows("counts", [{"n": 2}])
        assert list(folder.read_rows("counts")) == [{"n": 1}]
        assert folder.key("counts") != other.key("counts")

    def test_a_key_of_a_part_opens_it_in_the_store(self, folder: RunFolder) -> None:
        folder.write_rows("counts", [{"n": 1}])
        assert list(folder.store.read_jsonl(folder.key("counts"))) == [{"n": 1}]


class TestFiles:
    def test_a_file_is_there_once_it_is_written(self, folder: RunFolder) -> None:
        assert not folder.has_file("features.parquet")
        folder.write_file("features.parquet", b"\x00\xff")
        assert folder.has_file("features.parquet")
        assert folder.read_file("features.parquet") == b"\x00\xff"

    def test_a_part_of_one_json_document_comes_back(self, folder: RunFolder) -> None:
        folder.write_json("summary", {"documents": 2, "by_code": {}})
        assert folder.read_json("summary") == {"documents": 2, "by_code": {}}
        assert folder.has_file("summary.json")

    def test_a_file_that_is_absent_is_a_fault_of_the_store(self, folder: RunFolder) -> None:
        with pytest.raises(ServiceError):
            folder.read_file("features.parquet")
