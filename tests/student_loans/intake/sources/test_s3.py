"""A bucket over real HTTP: moto's server, boto3's client, and Airflow's S3Hook."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from student_loans.errors import ConfigurationError, DocumentError, ErrorCode, ServiceError
from student_loans.intake.retrying import RetryPolicy
from student_loans.intake.sources.base import SourceDocument
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


def test_folder_markers_and_hidden_objects_are_left_alone(client: Any) -> None:
    for key in ("in/", "in/sub/", "in/.hidden", "in/.trash/a.pdf"):
        put(client, key, b"")
    assert list(S3Source(client, "inbox", "in/").list_documents()) == []


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
        "extra": {"endpoint_url": endpoint, "region_name": "us-east-1"},
    }  # fmt: skip
    monkeypatch.setenv("AIRFLOW_CONN_INBOX", json.dumps(connection))
    source = DocumentSourceHook("inbox", "s3://inbox/in/").get_conn()
    (document,) = source.list_documents(datetime.now(UTC))
    fetched = source.fetch(document, 100)
    assert fetched is not None
    assert fetched.content == b"content"
