"""Acquiring as a task: what is skipped when nothing is new, and what is not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from airflow.sdk import DAG
from airflow.sdk.exceptions import DownstreamTasksSkipped

from loan_documents.operators.document_acquire import DocumentAcquireOperator
from student_loans.errors import ConfigurationError
from student_loans.results.store import ResultsDatabase
from student_loans.settings import settings
from tests.connections import postgres_connection
from tests.document_factory import make_pdf
from tests.record_factory import make_record

pytestmark = pytest.mark.integration


class TaskInstance:
    """The part of Airflow's that is asked: it keeps what is pushed."""

    map_index = -1
    task_id = "acquire"

    def __init__(self) -> None:
        self.pushed: dict[str, Any] = {}

    def xcom_push(self, key: str, value: Any) -> None:
        self.pushed[key] = value


@pytest.fixture
def inbox(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, database: ResultsDatabase, empty_database: str
) -> Iterator[Path]:
    """An allowed folder with one document; the connections lead to a store and a database of this test."""
    monkeypatch.setenv("AIRFLOW_CONN_LOAN_DOCUMENTS_DB", postgres_connection(empty_database))
    store = {"conn_type": "fs", "extra": {"path": str(tmp_path / "store")}}
    monkeypatch.setenv("AIRFLOW_CONN_LOAN_DOCUMENTS_STORE", json.dumps(store))
    folder = tmp_path / "inbox"
    folder.mkdir()
    monkeypatch.setenv("LOAN_DOCUMENTS__SOURCES__FOLDERS", str(folder))
    settings.cache_clear()
    (folder / "note.pdf").write_bytes(make_pdf([["Promissory note", "Loan amount $18,250.00"]]))
    yield folder
    settings.cache_clear()


def acquire(inbox: Path | str, run_id: str, task_instance: TaskInstance) -> dict[str, int]:
    with DAG("test") as dag:
        operator = DocumentAcquireOperator(task_id="acquire", source=str(inbox), skipped_without_news=["acquire_more"])
        DocumentAcquireOperator(task_id="acquire_more", source=str(inbox))
    context: Any = {"run_id": run_id, "dag": dag, "ti": task_instance}
    return operator.execute(context)


def test_what_has_nothing_to_do_is_skipped_when_every_file_is_known(inbox: Path, database: ResultsDatabase) -> None:
    assert acquire(inbox, "run-1", TaskInstance())["new"] == 1
    (sighting,) = database.seen_files_of_run("test:run-1")
    database.store_records("test:run-1", [make_record(1, document_id=sighting.document_id)])
    again = TaskInstance()
    with pytest.raises(DownstreamTasksSkipped) as skipped:
        acquire(inbox, "run-2", again)
    assert skipped.value.tasks == ["acquire_more"]
    assert (again.pushed["return_value"]["unchanged"], again.pushed["return_value"]["new"]) == (1, 0)


def test_an_empty_source_has_nothing_new_either(inbox: Path) -> None:
    (inbox / "note.pdf").unlink()
    with pytest.raises(DownstreamTasksSkipped):
        acquire(inbox, "run-1", TaskInstance())


def test_a_refused_file_is_news(inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOAN_DOCUMENTS__INTAKE__MAX_BYTES", "100")
    settings.cache_clear()
    counts = acquire(inbox, "run-1", TaskInstance())
    assert (counts["new"], counts["refused"]) == (0, 1)


@pytest.mark.parametrize("source", ["/etc", "..", "store", "link", "http://169.254.169.254/", "s3://payroll/"])
def test_who_starts_a_run_cannot_choose_a_source_that_is_not_allowed(
    inbox: Path, database: ResultsDatabase, source: str
) -> None:
    (inbox / "link").symlink_to("/etc")
    places = {"store": str(inbox.parent / "store"), "..": str(inbox / ".."), "link": str(inbox / "link")}
    with pytest.raises(ConfigurationError) as caught:
        acquire(places.get(source, source), "run-1", TaskInstance())
    assert caught.value.code == "source_not_allowed"
    assert database.run("test:run-1") is None
