"""A bucket over real HTTP: moto's server, boto3's client, and Airflow's S3Hook."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from student_loans.errors import ConfigurationError, DocumentError, ErrorCode, ServiceError
from student_loans.intake.retrying import RetryPolicy
from student_loans.intake.sources.base import IgnoreReason, SourceDocument
from student_loans.intake.sources.opening import s3_client_config
from student_loans.intake.sources.s3 import S3Source, bucket_and_key, object_uri

QUICK = RetryPolicy(attempts=3, first_wait_s=0.01, longest_wait_s=0.05)
KEYS = ["a b/100% #1?.pdf", "prêt – März.pdf", "-rf.pdf", "up..%2F.pdf", "+plus&amp;.pdf", "学生ローン.pdf"]


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def client_of(endpoint: str) -> Any:
    import boto3
    from botocore.config import Config

    keys = {"aws_access_key_id": "key", "aws_secret_access_key": "secret", "region_name": "us-east-1"}
    return boto3.client("s3", endpoint_url=endpoint, config=Config(**s3_client_config(None)), **keys)


@pytest.fixture
def client(endpoint: str) -> Iterator[Any]:
    import requests

    requests.post(f"{endpoint}/moto-api/reset", timeout=10)
    made = client_of(endpoint)
    made.create_bucket(Bucket="inbox")
    yield made
    made.close()


def put(client: Any, key: str, content: bytes = b"content") -> None:
    client.put_object(Bucket="inbox", Key=key, Body=content)


def test_more_than_a_thousand_keys_are_listed(client: Any) -> None:
    from moto.core import DEFAULT_ACCOUNT_ID
    from moto.s3.models import s3_backends

    for number in range(1005):  # past the server's door, which would take ten seconds
        s3_backends[DEFAULT_ACCOUNT_ID]["aws"].put_object("inbox", f"in/{number:04d}.pdf", b"x")
    put(client, "elsewhere/other.pdf")
    documents = list(S3Source(client, "inbox", "in/").list_documents())
    assert [document.name for document in documents] == [f"{number:04d}.pdf" for number in range(1005)]
    assert all(document.version and document.modified and document.size == 1 for document in documents)


@pytest.mark.parametrize("key", KEYS)
def test_an_object_is_read_whatever_its_key(client: Any, key: str) -> None:
    put(client, f"in/{key}")
    source = S3Source(client, "inbox", "in/", QUICK)
    (document,) = source.list_documents()
    assert bucket_and_key(document.uri) == ("inbox", f"in/{key}")
    fetched = source.fetch(document, 100)
    assert fetched is not None
    assert (fetched.content, fetched.version) == (b"content", document.version)


def listed(client: Any, prefix: str) -> dict[str, str]:
    """Key to ``document``, or to the reason why it is none."""
    documents = S3Source(client, "inbox", prefix, QUICK).list_documents()
    return {bucket_and_key(one.uri)[1]: one.ignored.value if one.ignored else "document" for one in documents}


def test_an_address_without_a_slash_is_a_folder_and_not_the_beginning_of_a_name(client: Any) -> None:
    for key in ("2026/a.pdf", "2026/may/b.pdf", "2026-archive/c.pdf", "20260101/d.pdf", "2026.pdf"):
        put(client, key)
    assert list(listed(client, "2026")) == list(listed(client, "2026/")) == ["2026/a.pdf", "2026/may/b.pdf"]


@pytest.mark.parametrize("key", ["2026/note.pdf", "note", "a b/100% #1?.pdf"])
def test_an_address_of_one_object_is_this_object(client: Any, key: str) -> None:
    put(client, key)
    put(client, f"{key}.bak")
    put(client, "0.pdf")
    assert listed(client, key) == {key: "document"}


def test_an_address_of_an_object_and_of_a_folder_is_both(client: Any) -> None:
    for key in ("2026", "2026/a.pdf", "2026-archive/b.pdf"):
        put(client, key)
    assert listed(client, "2026") == {"2026": "document", "2026/a.pdf": "document"}


def test_an_address_that_matches_nothing_lists_nothing(client: Any) -> None:
    put(client, "2026/a.pdf")
    assert listed(client, "2026/a") == listed(client, "202") == listed(client, "2027/") == {}


def test_placeholders_of_folders_are_known_by_what_they_are(client: Any) -> None:
    """Whatever they are called: they have no bytes, and their names are those of folders."""
    for key in ("in/", "in/sub/", "in/may", "in/may.pdf", "in/july_$folder$", "in/_SUCCESS"):
        put(client, key, b"")
    for key in ("in/may/a.pdf", "in/may-2/a.pdf", "in/full_$folder$", "in/full/", "in/Thumbs.db"):
        put(client, key)
    assert listed(client, "in/") == {
        "in/": IgnoreReason.FOLDER_MARKER,
        "in/sub/": IgnoreReason.FOLDER_MARKER,
        "in/may": IgnoreReason.FOLDER_MARKER,
        "in/july_$folder$": IgnoreReason.FOLDER_MARKER,
        "in/may.pdf": "document",  # an empty document
        "in/_SUCCESS": "document",
        "in/may/a.pdf": "document",
        "in/may-2/a.pdf": "document",
        "in/full_$folder$": "document",
        "in/full/": "document",
        "in/Thumbs.db": "document",
    }


def test_hidden_objects_are_named(client: Any) -> None:
    for key in ("in/.hidden", "in/.trash/a.pdf"):
        put(client, key)
    assert set(listed(client, "in/").values()) == {IgnoreReason.HIDDEN}


def test_only_recorded_addresses_of_the_folder_belong_to_the_source() -> None:
    for prefix in ("2026", "2026/"):
        source = S3Source(None, "inbox", prefix)
        assert source.covers("s3://inbox/2026/a.pdf")
        assert not source.covers("s3://inbox/2026-archive/a.pdf")
        assert not source.covers("s3://inbox/20260101/a.pdf")
    assert S3Source(None, "inbox", "2026/a.pdf").covers("s3://inbox/2026/a.pdf")
    assert S3Source(None, "inbox").covers("s3://inbox/a.pdf")


def test_a_version_that_is_held_is_not_sent_again(client: Any) -> None:
    put(client, "a.pdf")
    source = S3Source(client, "inbox", "", QUICK)
    (document,) = source.list_documents()
    assert source.fetch(document, 100, held=document.version) is None
    put(client, "a.pdf", b"other")
    fetched = source.fetch(document, 100, held=document.version)
    assert fetched is not None
    assert fetched.content == b"other"


def test_an_object_over_the_limit_is_refused_unread(client: Any) -> None:
    put(client, "a.pdf", b"x" * 11)
    document = SourceDocument(object_uri("inbox", "a.pdf"), "a.pdf")
    with pytest.raises(DocumentError) as caught:
        S3Source(client, "inbox").fetch(document, 10)
    assert caught.value.code is ErrorCode.FILE_TOO_LARGE


def test_an_object_that_vanished_is_unreadable(client: Any) -> None:
    document = SourceDocument(object_uri("inbox", "gone.pdf"), "gone.pdf")
    with pytest.raises(DocumentError) as caught:
        S3Source(client, "inbox", "", QUICK).fetch(document, 10)
    assert caught.value.code is ErrorCode.UNREADABLE_SOURCE


def test_a_wrong_checksum_is_refused(client: Any) -> None:
    put(client, "a.pdf")
    document = SourceDocument(object_uri("inbox", "a.pdf"), "a.pdf", sha256="0" * 64)
    with pytest.raises(DocumentError) as caught:
        S3Source(client, "inbox", "", QUICK).fetch(document, 100)
    assert caught.value.code is ErrorCode.CHECKSUM_MISMATCH


def test_a_missing_bucket_is_a_wrong_set_up(client: Any) -> None:
    with pytest.raises(ConfigurationError) as caught:
        list(S3Source(client, "nowhere", "", QUICK).list_documents())
    assert caught.value.code is ErrorCode.SOURCE_NOT_FOUND


def test_a_server_that_is_away_is_unavailable() -> None:
    with pytest.raises(ServiceError) as caught:
        list(S3Source(client_of("http://127.0.0.1:9"), "inbox", "", QUICK).list_documents())
    assert caught.value.code is ErrorCode.SOURCE_UNAVAILABLE


def test_a_connection_of_airflow_opens_the_bucket(client: Any, endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from loan_documents.hooks.document_source import DocumentSourceHook

    put(client, "in/a.pdf")
    connection = {
        "conn_type": "aws", "login": "key", "password": "secret",
        "extra": {"endpoint_url": endpoint, "region_name": "us-east-1", "buckets": ["inbox/in"]},
    }  # fmt: skip
    monkeypatch.setenv("AIRFLOW_CONN_INBOX", json.dumps(connection))
    source = DocumentSourceHook("inbox", "s3://inbox/in/").get_conn()
    (document,) = source.list_documents(datetime.now(UTC))
    fetched = source.fetch(document, 100)
    assert fetched is not None
    assert fetched.content == b"content"


@pytest.mark.parametrize("address", ["s3://inbox/", "s3://inbox/in-secret/", "s3://other/in/", "s3://inbox/i"])
def test_a_connection_covers_the_buckets_that_it_names_and_no_others(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    from loan_documents.hooks.document_source import DocumentSourceHook

    monkeypatch.setenv(
        "AIRFLOW_CONN_INBOX", json.dumps({"conn_type": "aws", "extra": {"buckets": ["inbox/in"], "region_name": "x"}})
    )
    with pytest.raises(ConfigurationError) as caught:
        DocumentSourceHook("inbox", address).get_conn()
    assert caught.value.code is ErrorCode.SOURCE_NOT_ALLOWED


def test_the_object_store_is_never_a_source(monkeypatch: pytest.MonkeyPatch) -> None:
    from loan_documents.hooks.document_source import DocumentSourceHook

    connection = {"conn_type": "aws", "extra": {"buckets": ["loans"], "region_name": "x"}}
    monkeypatch.setenv("AIRFLOW_CONN_INBOX", json.dumps(connection))
    for address in ("s3://loans/store/raw/", "s3://loans/store", "s3://loans/"):
        with pytest.raises(ConfigurationError) as caught:
            DocumentSourceHook("inbox", address, ["s3://loans/store"]).get_conn()
        assert caught.value.code is ErrorCode.SOURCE_NOT_ALLOWED
    DocumentSourceHook("inbox", "s3://loans/inbox/", ["s3://loans/store"]).get_conn()
