"""The example DAGs of the plugin, each run as another team would run it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import psycopg
import pyarrow as pa
import pyarrow.parquet
import pytest

from student_loans.results.store import ResultsDatabase
from student_loans.runs import RunState
from tests.own_airflow import PROJECT_ROOT, OwnAirflow

pytestmark = [pytest.mark.airflow, pytest.mark.integration, pytest.mark.timeout(900)]

EXAMPLES = PROJECT_ROOT / "plugins" / "loan_documents" / "example_dags"
SAMPLES = PROJECT_ROOT / "samples" / "documents"


def run_example(airflow: OwnAirflow, name: str, **conf: object) -> None:
    shutil.copy(EXAMPLES / f"{name}.py", airflow.folder / "dags")
    airflow.test_dag(name, conf)


def folder_of(airflow: OwnAirflow, name: str, *documents: str) -> Path:
    folder = airflow.folder / "inbox" / name
    folder.mkdir()
    for document in documents:
        shutil.copy(SAMPLES / document, folder)
    return folder


def rows(airflow: OwnAirflow, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(airflow.conninfo) as connection:
        return connection.execute(query).fetchall()  # type: ignore[arg-type, no-any-return]


def test_every_example_is_run_here() -> None:
    names = {path.stem for path in EXAMPLES.glob("example_*.py")}
    here = Path(__file__).read_text(encoding="utf-8")
    assert {name for name in names if f'"{name}"' not in here} == set()


def test_documents_are_read_and_the_run_is_closed_with_its_counts(airflow: OwnAirflow) -> None:
    inbox = folder_of(airflow, "documents", "sample-03.pdf", "sample-08.pdf")
    run_example(airflow, "example_loan_documents", source=str(inbox))
    [(state, counts, seconds)] = rows(airflow, "SELECT state, counts, seconds FROM loan_documents.runs")
    assert state == RunState.SUCCESS.value
    assert (counts["files"], counts["accepted"] + counts["review"], counts["unaccounted"]) == (2, 2, 0)  # type: ignore[index]
    assert set(seconds) >= {"acquire_documents", "extract_data", "store_documents"}  # type: ignore[call-overload]


def test_several_sources_are_one_batch(airflow: OwnAirflow) -> None:
    first = folder_of(airflow, "first", "sample-03.pdf")
    second = folder_of(airflow, "second", "sample-08.pdf", "sample-03.pdf")
    run_example(airflow, "example_two_sources", sources=[str(first), str(second)])
    [(state, counts)] = rows(airflow, "SELECT state, counts FROM loan_documents.runs")
    assert (state, counts["files"], counts["duplicate"], counts["unaccounted"]) == ("success", 3, 1, 0)  # type: ignore[index]


def test_an_own_suite_judges_own_files(airflow: OwnAirflow) -> None:
    good = airflow.folder / "inbox" / "good.parquet"
    bad = airflow.folder / "inbox" / "bad.parquet"
    loans = {"loan": ["L-1", "L-2"], "principal": [5500.0, 7000.0], "rate": [5.5, 6.8]}
    pyarrow.parquet.write_table(pa.table(loans), good)
    pyarrow.parquet.write_table(pa.table({**loans, "principal": [5500.0, -7000.0]}), bad)
    run_example(airflow, "example_own_suite", files=[str(good)])
    with pytest.raises(AssertionError, match=r"principal_is_positive \(1\)"):
        run_example(airflow, "example_own_suite", files=[str(good), str(bad)])


def test_bias_is_measured_on_own_labels(airflow: OwnAirflow) -> None:
    inbox = folder_of(airflow, "documents", "sample-03.pdf", "sample-08.pdf")
    run_example(airflow, "example_loan_documents", source=str(inbox))
    stored = rows(airflow, "SELECT document_id, document_type FROM loan_documents.documents")
    labels = airflow.folder / "inbox" / "labels.jsonl"
    labels.write_text(
        "".join(
            json.dumps({"document_id": document_id, "document_type": kind, "fields": {}}) + "\n"
            for document_id, kind in stored
        )
    )
    run_example(airflow, "example_own_labels", labels=str(labels))
    [page] = airflow.folder.glob("reports/*/bias/measure_bias/bias.json")
    assert json.loads(page.read_text())["documents"] == 2
    assert rows(airflow, "SELECT DISTINCT labelled FROM loan_documents.slice_metrics") == [(True,)]


def test_own_files_have_versions_that_come_back(airflow: OwnAirflow) -> None:
    extract = airflow.folder / "inbox" / "extract.csv"
    extract.write_text("loan,principal\nL-1,5500.00\n")
    run_example(airflow, "example_own_files", file=str(extract))
    [pointer] = airflow.folder.rglob("own/extract.csv.dvc")
    assert (pointer.parent / "extract.csv").read_text() == extract.read_text()


def test_records_of_another_pipeline_are_reviewed_on_their_pages(airflow: OwnAirflow) -> None:
    inbox = folder_of(airflow, "documents", "sample-03.pdf")
    run_example(airflow, "example_loan_documents", source=str(inbox))
    results = ResultsDatabase(airflow.conninfo)
    [(run_id,)] = rows(airflow, "SELECT run_id FROM loan_documents.runs")
    theirs = [record.to_json() for record in results.records_of_run(str(run_id))]
    records = airflow.folder / "inbox" / "records.jsonl"
    records.write_text("".join(json.dumps(record) + "\n" for record in theirs))
    with psycopg.connect(airflow.conninfo, autocommit=True) as connection:
        connection.execute("DROP SCHEMA loan_documents CASCADE")
    shutil.rmtree(airflow.folder / "store")
    run_example(airflow, "example_review", source=str(inbox), records=str(records))
    [(status, reasons, queue)] = rows(
        airflow,
        "SELECT status, review_reasons, queue FROM loan_documents.documents "
        "JOIN loan_documents.document_facts USING (document_id)",
    )
    assert (status, queue) == ("review", "review")
    assert "made by another pipeline" in reasons  # type: ignore[operator]
    assert list((airflow.folder / "store" / "processed").rglob("*.webp")) or list(
        (airflow.folder / "store" / "processed").rglob("*.png")
    )
