"""The object store, in a folder and over the S3 protocol: the same behaviour."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from student_loans.errors import ConfigurationError, ErrorCode, ServiceError
from student_loans.storage.object_store import ObjectStore, open_store

CONTENT = b"%PDF-1.7 a fictional note"
ID = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    """A server that speaks S3 over HTTP, with the bucket ``loans``."""
    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(port=0)
    server.start()
    _, port = server.get_host_and_port()
    endpoint = f"http://127.0.0.1:{port}"
    boto3.client("s3", region_name="us-east-1", **credentials(endpoint)).create_bucket(Bucket="loans")
    yield endpoint
    server.stop()


def credentials(endpoint: str) -> dict[str, str]:
    return {"endpoint_url": endpoint, "aws_access_key_id": "test", "aws_secret_access_key": "test"}


def options(endpoint: str) -> dict[str, Any]:
    return {"key": "test", "secret": "test", "endpoint_url": endpoint}


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    if request.param == "folder":
        return open_store(str(tmp_path / "data"))
    endpoint = request.getfixturevalue("s3_endpoint")
    return open_store(f"s3://loans/{tmp_path.name}", options(endpoint))


class TestDocuments:
    def test_bytes_are_kept_under_their_hash_and_come_back(self, store: ObjectStore) -> None:
        assert not store.has_raw(ID)
        assert store.put_raw(CONTENT) == ID
        assert store.has_raw(ID)
        assert store.get_raw(ID) == CONTENT
        assert str(store.raw_path(ID)).endswith(f"/raw/{ID[:2]}/{ID}")

    def test_bytes_that_are_there_are_not_written_again(self, store: ObjectStore) -> None:
        store.put_raw(CONTENT)
        before = store.raw_path(ID).stat()
        store.put_raw(CONTENT)
        assert store.raw_path(ID).stat() == before

    def test_a_cut_object_is_written_anew(self, store: ObjectStore) -> None:
        store.put_raw(CONTENT)
        store.raw_path(ID).write_bytes(CONTENT[:5])
        store.put_raw(CONTENT)
        assert store.get_raw(ID) == CONTENT

    def test_damaged_bytes_are_never_given_out(self, store: ObjectStore) -> None:
        store.put_raw(CONTENT)
        store.raw_path(ID).write_bytes(CONTENT[::-1])
        with pytest.raises(ServiceError, match="damaged"):
            store.get_raw(ID)

    def test_an_absent_document_is_a_fault_of_the_store(self, store: ObjectStore) -> None:
        with pytest.raises(ServiceError) as caught:
            store.get_raw(ID)
        assert caught.value.code is ErrorCode.STORE_UNAVAILABLE

    def test_quarantine_keeps_the_bytes_and_the_reason(self, store: ObjectStore) -> None:
        store.put_raw(CONTENT)
        for _ in range(2):
            copy = store.quarantine(ID, {"name": "../a\udc80.pdf", "error": ErrorCode.ENCRYPTED_PDF, "message": "Ask."})
        assert copy.read_bytes() == CONTENT
        assert store.get_raw(ID) == CONTENT
        assert store.read_json(f"quarantine/{ID[:2]}/{ID}.json") == {
            "document_id": ID,
            "name": "../a\ufffd.pdf",
            "error": "encrypted_pdf",
            "message": "Ask.",
        }

    @pytest.mark.parametrize("wrong", ["../../etc/passwd", ID.upper(), ID[:-1], ""])
    def test_only_a_hash_is_an_address(self, store: ObjectStore, wrong: str) -> None:
        with pytest.raises(ValueError, match="64"):
            store.raw_path(wrong)


class TestKeys:
    def test_lines_come_back_in_order(self, store: ObjectStore) -> None:
        key = "runs/manual__2026-11-23T20:42:36.123+00:00/group-00001.jsonl"
        rows = [{"n": 1, "text": "Zoë \x00 \n — %20"}, {"n": 2, "text": ""}]
        assert not store.exists(key)
        assert store.write_jsonl(key, rows) == 2
        assert store.exists(key)
        assert list(store.read_jsonl(key)) == [{"n": 1, "text": "Zoë \ufffd \n — %20"}, rows[1]]
        assert store.write_jsonl(key, []) == 0
        assert list(store.read_jsonl(key)) == []

    def test_a_list_that_fails_half_way_leaves_nothing(self, store: ObjectStore) -> None:
        def broken() -> Iterator[dict[str, int]]:
            yield {"n": 1}
            raise RuntimeError("the stage crashed")

        with pytest.raises(RuntimeError, match="crashed"):
            store.write_jsonl("runs/r/a.jsonl", broken())
        assert not store.exists("runs/r/a.jsonl")
        assert [path.name for path in store.root.rglob("*") if path.is_file()] == []

    def test_a_list_that_fails_half_way_leaves_the_older_one(self, store: ObjectStore) -> None:
        store.write_jsonl("runs/r/a.jsonl", [{"n": 1}])
        with pytest.raises(ZeroDivisionError):
            store.write_jsonl("runs/r/a.jsonl", ({"n": 1 / n} for n in (1, 0)))
        assert list(store.read_jsonl("runs/r/a.jsonl")) == [{"n": 1}]

    @pytest.mark.parametrize("key", ["../outside", "/etc/passwd", "runs/../../x", ""])
    def test_no_key_leads_out_of_the_store(self, store: ObjectStore, key: str) -> None:
        with pytest.raises(ValueError, match="not a key"):
            store.path(key)

    def test_a_check_leaves_no_trace(self, store: ObjectStore) -> None:
        store.check()
        assert [path for path in store.root.rglob("*") if path.is_file()] == []


class TestFaults:
    def test_a_folder_that_cannot_be_written_is_a_fault_of_the_store(self, tmp_path: Path) -> None:
        (tmp_path / "data").write_text("a file where the folder should be")
        with pytest.raises(ServiceError) as caught:
            open_store(str(tmp_path / "data")).put_raw(CONTENT)
        assert caught.value.code is ErrorCode.STORE_UNAVAILABLE

    def test_a_bucket_that_does_not_exist_is_a_fault_of_the_store(self, s3_endpoint: str) -> None:
        with pytest.raises(ServiceError) as caught:
            open_store("s3://no-such-bucket/x", options(s3_endpoint)).put_raw(CONTENT)
        assert caught.value.code is ErrorCode.STORE_UNAVAILABLE

    def test_a_server_that_does_not_answer_is_a_fault_of_the_store(self) -> None:
        store = open_store(
            "s3://loans/x",
            options("http://127.0.0.1:1") | {"config_kwargs": {"connect_timeout": 1, "retries": {"max_attempts": 0}}},
        )
        with pytest.raises(ServiceError) as caught:
            store.check()
        assert caught.value.code is ErrorCode.STORE_UNAVAILABLE

    def test_a_scheme_that_nothing_serves_is_for_a_person(self) -> None:
        with pytest.raises(ConfigurationError) as caught:
            open_store("carrier-pigeon://loft")
        assert caught.value.code is ErrorCode.INVALID_SETTINGS

    def test_a_relative_folder_is_relative_to_the_project(self) -> None:
        assert open_store("data").root.name == "data"
        assert (open_store("data").root.parent / "pyproject.toml").exists()
