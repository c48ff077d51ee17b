"""A query in a real PostgreSQL that lists documents and where their bytes are."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from student_loans.errors import ConfigurationError, DocumentError, ErrorCode, ServiceError
from student_loans.intake.retrying import RetryPolicy
from student_loans.intake.sources import FolderSource
from student_loans.intake.sources.database import DatabaseSource
from tests.connections import postgres_connection

POLICY = RetryPolicy(attempts=2, first_wait_s=0.01, longest_wait_s=0.02)
QUERY = """SELECT uri, name, size, version, modified_at FROM archive
           WHERE %(since)s::timestamptz IS NULL OR modified_at >= %(since)s::timestamptz ORDER BY uri"""


@pytest.fixture
def archive(empty_database: str, tmp_path: Path) -> str:
    """A table of two documents, one of them in a folder."""
    (tmp_path / "note 1.pdf").write_bytes(b"content")
    with psycopg.connect(empty_database) as connection:
        connection.execute(
            "CREATE TABLE archive (uri text, name text, size int, version int, modified_at timestamptz, sha256 text)"
        )
        rows = [
            ((tmp_path / "note 1.pdf").as_uri(), "Note.pdf", 7, 3, datetime(2026, 11, 20, tzinfo=UTC)),
            ("tape://17", None, None, None, datetime(2026, 11, 1, tzinfo=UTC)),
        ]
        connection.cursor().executemany(
            "INSERT INTO archive (uri, name, size, version, modified_at) VALUES (%s, %s, %s, %s, %s)", rows
        )
    return empty_database


def source_of(conninfo: str, folder: Path, query: str = QUERY) -> DatabaseSource:
    return DatabaseSource("postgresql://archive", conninfo, query, {"file": FolderSource(folder).fetch}, POLICY)


def test_rows_are_documents_and_their_bytes_are_read_from_where_they_are(archive: str, tmp_path: Path) -> None:
    source = source_of(archive, tmp_path)
    note, tape = source.list_documents()
    assert (note.name, note.size, note.version) == ("Note.pdf", 7, "3")
    fetched = source.fetch(note, 100)
    assert fetched is not None
    assert fetched.content == b"content"
    with pytest.raises(DocumentError) as caught:
        source.fetch(tape, 100)
    assert caught.value.code is ErrorCode.UNREADABLE_SOURCE


def test_only_what_changed_is_listed_where_the_query_can(archive: str, tmp_path: Path) -> None:
    source = source_of(archive, tmp_path)
    assert source.lists_since
    (document,) = source.list_documents(datetime(2026, 11, 10, tzinfo=UTC))
    assert document.name == "Note.pdf"
    assert not source_of(archive, tmp_path, "SELECT uri FROM archive WHERE uri LIKE 'tape%'").lists_since


def test_a_query_with_a_percent_sign_and_no_parameter_runs(archive: str, tmp_path: Path) -> None:
    source = source_of(archive, tmp_path, "SELECT uri FROM archive WHERE uri LIKE 'tape%'")
    assert [document.uri for document in source.list_documents()] == ["tape://17"]


def test_a_row_without_an_address_is_named_and_the_others_are_listed(archive: str, tmp_path: Path) -> None:
    with psycopg.connect(archive) as connection:
        connection.execute("UPDATE archive SET uri = NULL WHERE name IS NULL")
        connection.execute("INSERT INTO archive (uri, name) VALUES ('', 'Lost.pdf')")
    documents = list(source_of(archive, tmp_path, "SELECT * FROM archive ORDER BY name").list_documents())
    assert [(one.name, one.refusal is None) for one in documents] == [
        ("Lost.pdf", False), ("Note.pdf", True), ("entry 3", False),
    ]  # fmt: skip


def test_a_row_cannot_lead_out_of_the_folder(archive: str, tmp_path: Path) -> None:
    with psycopg.connect(archive) as connection:
        connection.execute("UPDATE archive SET uri = 'file:///etc/passwd'")
    source = source_of(archive, tmp_path)
    for document in source.list_documents():
        with pytest.raises(DocumentError):
            source.fetch(document, 10_000)


@pytest.mark.parametrize(
    "query",
    ["SELECT nothing FROM archive", "no query at all", "SELECT name FROM archive", "DELETE FROM archive RETURNING uri"],
)
def test_a_query_that_is_none_or_writes_is_a_wrong_set_up(archive: str, tmp_path: Path, query: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        list(source_of(archive, tmp_path, query).list_documents())
    assert caught.value.code is ErrorCode.INVALID_SOURCE
    with psycopg.connect(archive) as connection:
        assert connection.execute("SELECT count(*) FROM archive").fetchone() == (2,)


def test_a_database_that_is_away_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(ServiceError) as caught:
        list(source_of("host=/nowhere dbname=archive password=s3cret", tmp_path).list_documents())
    assert caught.value.code is ErrorCode.SOURCE_UNAVAILABLE
    assert "s3cret" not in str(caught.value)


def test_a_connection_of_airflow_brings_query_and_folder(
    archive: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from loan_documents.hooks.document_source import DocumentSourceHook

    connection = postgres_connection(archive, query=QUERY, files_root=str(tmp_path))
    monkeypatch.setenv("AIRFLOW_CONN_ARCHIVE", connection)
    source = DocumentSourceHook("archive", "postgresql://").get_conn()
    assert quote("password") not in source.uri
    note, _ = source.list_documents()
    fetched = source.fetch(note, 100)
    assert fetched is not None
    assert fetched.content == b"content"


def test_a_connection_without_a_query_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    from loan_documents.hooks.document_source import DocumentSourceHook

    monkeypatch.setenv("AIRFLOW_CONN_ARCHIVE", json.dumps({"conn_type": "postgres", "host": "nowhere"}))
    for conn_id in ("archive", ""):
        with pytest.raises(ConfigurationError, match="query"):
            DocumentSourceHook(conn_id, "postgresql://").get_conn()


def test_the_source_names_no_other_database_than_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    from loan_documents.hooks.document_source import DocumentSourceHook

    connection = {"conn_type": "postgres", "host": "archive.example", "schema": "loans", "extra": {"query": QUERY}}
    monkeypatch.setenv("AIRFLOW_CONN_ARCHIVE", json.dumps(connection))
    DocumentSourceHook("archive", "postgresql://archive.example/loans").get_conn()
    for address in ("postgresql://archive.example/payroll", "postgresql://10.0.0.1/loans"):
        with pytest.raises(ConfigurationError) as caught:
            DocumentSourceHook("archive", address).get_conn()
        assert caught.value.code is ErrorCode.SOURCE_NOT_ALLOWED


def test_rows_lead_only_to_buckets_that_the_connection_of_the_bucket_covers(
    archive: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from loan_documents.hooks.document_source import DocumentSourceHook

    with psycopg.connect(archive) as database:
        database.execute("UPDATE archive SET uri = 's3://payroll/2026.pdf'")
    connection = postgres_connection(archive, query="SELECT uri FROM archive", s3_conn_id="bucket")
    bucket = {"conn_type": "aws", "login": "key", "password": "s", "extra": {"buckets": ["loans"], "region_name": "x"}}
    monkeypatch.setenv("AIRFLOW_CONN_ARCHIVE", connection)
    monkeypatch.setenv("AIRFLOW_CONN_BUCKET", json.dumps(bucket))
    source = DocumentSourceHook("archive", "postgresql://").get_conn()
    for document in source.list_documents():
        with pytest.raises(DocumentError, match="bucket payroll is not allowed"):
            source.fetch(document, 100)
