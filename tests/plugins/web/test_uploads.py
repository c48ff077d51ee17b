"""Uploads: once by content, within limits, through the same stages as every other source."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from fastapi.testclient import TestClient

from loan_documents.operators.document_acquire import DocumentAcquireOperator
from loan_documents.web import runs
from student_loans.intake.uploads import LOCATION
from student_loans.results.store import ResultsDatabase
from student_loans.settings import settings
from tests.airflow_context import task_context
from tests.document_factory import make_pdf

PDF = make_pdf([["Promissory note", "Loan amount $18,250.00"]])
ID = hashlib.sha256(PDF).hexdigest()


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Runs that were asked for: Airflow has read no DAG here, so the question is answered in its place."""
    asked: list[str] = []

    def ask(user: str) -> str:
        asked.append(user)
        return f"upload-{len(asked)}"

    monkeypatch.setattr(runs, "ask_for_run", ask)
    return asked


def files(*contents: bytes) -> list[tuple[str, Any]]:
    return [("files", (f"note {place}.pdf", content, "application/pdf")) for place, content in enumerate(contents)]


def test_an_upload_is_received_under_its_hash(editor: TestClient, started: list[str]) -> None:
    answer = editor.post("documents", files=files(PDF))
    assert answer.status_code == 202, answer.text
    assert answer.json() == {
        "documents": [
            {"document_id": ID, "name": "note 0.pdf", "bytes": len(PDF), "known": False, "status": "received"}
        ],
        "run_id": "upload-1",
    }
    status = editor.get(f"documents/{ID}/status").json()
    assert (status["status"], status["run_id"]) == ("received", "upload-1")
    assert started == ["edna"]


def test_the_same_content_is_one_document(editor: TestClient, other_editor: TestClient, started: list[str]) -> None:
    first = editor.post("documents", files=files(PDF, PDF)).json()
    assert len(first["documents"]) == 1
    again = other_editor.post("documents", files=files(PDF)).json()
    assert again["documents"][0]["known"] is True
    assert len(started) == 2  # it has no record yet, so a run is asked for once more: queued ones are joined


def test_what_has_a_record_is_not_processed_again(
    editor: TestClient, database: ResultsDatabase, started: list[str]
) -> None:
    from tests.record_factory import make_record

    database.start_run("run-1", dag_id="d", source_uri="file:///inbox", settings_fingerprint="f")
    database.store_records("run-1", [make_record(1, document_id=ID)])
    answer = editor.post("documents", files=files(PDF)).json()
    assert (answer["documents"][0]["status"], answer["documents"][0]["known"]) == ("accepted", True)
    assert (answer["run_id"], started) == (None, [])


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        ({"json": {"files": []}}, 415),
        ({"files": [("other", ("a.pdf", b"x"))]}, 422),
        ({"data": {"files": "text"}, "files": [("other", ("a.pdf", b"x"))]}, 422),
        ({"content": b"--nonsense", "headers": {"Content-Type": "multipart/form-data; boundary=b"}}, 400),
        ({"content": b"x", "headers": {"Content-Type": "multipart/form-data"}}, 400),
    ],
)
def test_what_is_no_upload_is_a_problem(
    editor: TestClient, started: list[str], request_: dict[str, Any], status: int
) -> None:
    answer = editor.post("documents", **request_)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert started == []


def test_a_file_or_an_upload_that_is_too_large_is_refused(
    editor: TestClient, started: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from loan_documents.web.routers import uploads

    small = settings().model_copy(
        update={
            "intake": settings().intake.model_copy(update={"max_bytes": 100}),
            "review": settings().review.model_copy(update={"max_upload_bytes": 3000, "max_upload_files": 2}),
        }
    )
    monkeypatch.setattr(uploads, "settings", lambda: small)
    assert editor.post("documents", files=files(b"x" * 101)).status_code == 413
    assert editor.post("documents", files=files(b"x" * 5000)).status_code == 413
    assert editor.post("documents", files=files(b"1", b"2", b"3")).status_code == 400
    assert editor.post("documents", files=files(b"1", b"2")).status_code == 202
    assert started == ["edna"]


def test_names_are_data(editor: TestClient, started: list[str]) -> None:
    for filename, name in (
        ("../../etc/passwd", "passwd"),
        ("C:\\scans\\note.pdf", "note.pdf"),
        ("<b>.pdf", "<b>.pdf"),
        ("987_65_4321.pdf", "[number].pdf"),
    ):
        content = filename.encode()
        answer = editor.post("documents", files=[("files", (filename, content))])
        assert answer.json()["documents"][0]["name"] == name


def test_an_empty_file_is_a_document_too(editor: TestClient, started: list[str]) -> None:
    answer = editor.post("documents", files=files(b""))
    assert answer.json()["documents"][0]["bytes"] == 0


def test_a_run_takes_uploads_in_and_accounts_for_them(
    editor: TestClient, started: list[str], database: ResultsDatabase
) -> None:
    editor.post("documents", files=files(PDF, b""))
    operator = DocumentAcquireOperator(task_id="acquire", source=LOCATION)
    counts = operator.execute(task_context("document_processing_pipeline", "upload-1", "acquire"))
    assert (counts["files"], counts["new"], counts["refused"]) == (2, 2, 0)
    sightings = database.seen_files_of_run("document_processing_pipeline:upload-1")
    assert {sighting.document_id for sighting in sightings} == {ID, hashlib.sha256(b"").hexdigest()}
