"""Reading as one task: files, references, and groups that nothing has prepared."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from loan_documents.operators.bias_slice import BiasSliceOperator
from loan_documents.operators.expectations import ExpectationsOperator
from loan_documents.operators.ocr_extract import OcrExtractOperator
from loan_documents.run_context import RunContext
from student_loans.errors import ConfigurationError
from student_loans.intake.check_stage import DocumentGroup
from student_loans.records import DocumentRecord, Status
from student_loans.results.store import ResultsDatabase
from student_loans.settings import settings
from student_loans.storage.run_folder import DocumentReference
from tests.airflow_context import task_context
from tests.connections import postgres_connection
from tests.document_factory import make_pdf

pytestmark = pytest.mark.integration

LINES = ["Promissory note", "Lender: Meadow Federal Bank", "Loan amount $18,250.00", "Interest rate 7.25%"]


@pytest.fixture
def inbox(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, database: ResultsDatabase, empty_database: str
) -> Iterator[Path]:
    """An allowed folder with two documents, one of them broken; connections to a store and a database of this test."""
    monkeypatch.setenv("AIRFLOW_CONN_LOAN_DOCUMENTS_DB", postgres_connection(empty_database))
    store = {"conn_type": "fs", "extra": {"path": str(tmp_path / "store")}}
    monkeypatch.setenv("AIRFLOW_CONN_LOAN_DOCUMENTS_STORE", json.dumps(store))
    monkeypatch.setenv("LOAN_DOCUMENTS__STORAGE__REPORTS_URI", str(tmp_path / "reports"))
    folder = tmp_path / "inbox"
    folder.mkdir()
    monkeypatch.setenv("LOAN_DOCUMENTS__SOURCES__FOLDERS", str(folder))
    settings.cache_clear()
    (folder / "note.pdf").write_bytes(make_pdf([LINES]))
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 nothing else")
    (folder / "other.pdf").write_bytes(make_pdf([[*LINES, "Another page of the bank"]]))
    yield folder
    settings.cache_clear()


@pytest.fixture
def run(inbox: Path) -> RunContext:
    return RunContext("own:run-1", "own")


def read(task_id: str = "extract", map_index: int = -1, **arguments: Any) -> dict[str, Any]:
    return OcrExtractOperator(task_id=task_id, **arguments).execute(task_context("own", "run-1", task_id, map_index))


def records(run: RunContext, result: dict[str, Any]) -> list[DocumentRecord]:
    return list(run.folder.read_records(result["parts"]))


def test_files_are_acquired_checked_prepared_and_read(inbox: Path, run: RunContext, database: ResultsDatabase) -> None:
    result = read(files=[str(inbox / "note.pdf"), (inbox / "broken.pdf").as_uri()])
    made = {Path(one.source_uri).name: one for one in records(run, result)}
    assert set(made) == {"note.pdf", "broken.pdf"}
    assert made["broken.pdf"].status is Status.QUARANTINED
    assert made["note.pdf"].fields["loan_amount"].value == "18250.00"
    assert sum(result["statuses"].values()) == 2
    assert result["pages"] == 1
    started = database.run("own:run-1")
    assert started is not None
    assert started.dag_id == "own"
    assert len(database.seen_files_of_run("own:run-1")) == 2


def test_a_folder_among_the_files_is_all_of_its_documents(inbox: Path, run: RunContext) -> None:
    assert len(records(run, read(files=[str(inbox)]))) == 3


def test_a_file_that_is_not_there_is_a_refused_document_or_a_sentence(inbox: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"none\.pdf"):
        read(files=[str(inbox / "none.pdf")])


@pytest.mark.parametrize("place", ["/etc/passwd", "s3://payroll/note.pdf", "http://169.254.169.254/note.pdf"])
def test_a_file_that_is_not_allowed_as_a_source_is_not_read(place: str, inbox: Path, database: ResultsDatabase) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read(files=[str(inbox / "note.pdf"), place])
    assert caught.value.code == "source_not_allowed"
    assert database.run("own:run-1") is None


def test_two_tasks_and_the_copies_of_a_mapped_one_lose_nothing(inbox: Path, run: RunContext) -> None:
    results = [
        read("first", files=[str(inbox / "note.pdf")]),
        read("mapped", map_index=0, files=[str(inbox / "other.pdf")]),
        read("mapped", map_index=1, files=[str(inbox / "broken.pdf")]),
    ]
    made = {Path(one.source_uri).name for result in results for one in records(run, result)}
    assert made == {"note.pdf", "other.pdf", "broken.pdf"}


def test_a_second_try_gives_the_same_records(inbox: Path, run: RunContext) -> None:
    first = read(files=[str(inbox / "note.pdf")])
    before = records(run, first)
    assert records(run, read(files=[str(inbox / "note.pdf")])) == before


def test_no_files_are_no_records(inbox: Path, run: RunContext) -> None:
    result = read(files=[])
    assert (records(run, result), result["pages"]) == ([], 0)


def acquire(run: RunContext, path: Path) -> DocumentReference:
    return DocumentReference(run.store.put_raw(path.read_bytes()), path.as_uri(), path.name)


def test_a_group_that_was_only_checked_is_prepared(inbox: Path, run: RunContext) -> None:
    from student_loans.intake.acquire_stage import ACQUIRED
    from student_loans.intake.check_stage import check_documents

    run.folder.write_references(ACQUIRED, [acquire(run, inbox / "note.pdf")])
    (group,) = check_documents(run.folder, run.settings).groups
    result = read(group=asdict(group))
    assert [one.fields["loan_amount"].value for one in records(run, result)] == ["18250.00"]
    assert read(group=[asdict(group)]) == result


@pytest.mark.parametrize("form", ["ids", "references", "plain"])
def test_ids_and_references_are_checked_and_prepared(form: str, inbox: Path, run: RunContext) -> None:
    references = [acquire(run, inbox / name) for name in ("note.pdf", "broken.pdf")]
    group: Any = {
        "ids": [one.document_id for one in references],
        "references": references,
        "plain": [asdict(one) for one in references],
    }[form]
    made = records(run, read(group=group))
    assert {one.document_id for one in made} == {one.document_id for one in references}
    assert sorted(one.status is Status.QUARANTINED for one in made) == [False, True]


def test_an_id_without_bytes_is_named(inbox: Path) -> None:
    with pytest.raises(ConfigurationError, match="no document aaaaaaaaaaaa") as caught:
        read(group=["a" * 64])
    assert caught.value.code == "unknown_document"


def test_a_group_that_the_run_does_not_have_is_named(inbox: Path) -> None:
    with pytest.raises(ConfigurationError, match="no part `group-00007`"):
        read(group=asdict(DocumentGroup("group-00007", 1, "x.pdf")))


def test_the_result_is_what_the_next_operators_take(inbox: Path, run: RunContext) -> None:
    result = read(files=[str(inbox)])
    validated = ExpectationsOperator(task_id="validate", parts=result).execute(
        task_context("own", "run-1", "validate", outlet_events={})
    )
    assert validated["documents"] == 2
    sliced = BiasSliceOperator(task_id="slice", parts=[result]).execute(task_context("own", "run-1", "slice"))
    assert sliced["documents"] == 2
    with pytest.raises(ConfigurationError, match="no part `nothing`"):
        BiasSliceOperator(task_id="slice", parts=["nothing"]).execute(task_context("own", "run-1", "slice"))
