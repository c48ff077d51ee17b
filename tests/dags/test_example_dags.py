"""The example DAGs of the plugin, each run as another team would run it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.parquet
import pytest

from student_loans.results.store import ResultsDatabase
from tests.airflow_environment import PROJECT_ROOT
from tests.own_airflow import EXAMPLES, Team, example_dag, run_dag

pytestmark = [pytest.mark.airflow, pytest.mark.integration, pytest.mark.timeout(600)]

SAMPLES = PROJECT_ROOT / "samples" / "documents"


def run_example(name: str, **conf: Any) -> str:
    return str(run_dag(example_dag(name), conf).state)


def folder_of(team: Team, name: str, *documents: str) -> Path:
    folder = team.inbox / name
    folder.mkdir()
    for document in documents:
        shutil.copy(SAMPLES / document, folder)
    return folder


def test_every_example_is_run_here() -> None:
    names = {path.stem for path in EXAMPLES.glob("example_*.py")}
    here = Path(__file__).read_text(encoding="utf-8")
    assert {name for name in names if f'"{name}"' not in here} == set()


def test_documents_are_read_and_the_run_is_closed_with_its_counts(team: Team) -> None:
    inbox = folder_of(team, "documents", "sample-03.pdf", "sample-08.pdf")
    assert run_example("example_loan_documents", source=str(inbox)) == "success"
    [(state, counts, seconds)] = team.rows("SELECT state, counts, seconds FROM loan_documents.runs")
    assert state == "success"
    assert (counts["files"], counts["accepted"] + counts["review"], counts["unaccounted"]) == (2, 2, 0)
    assert set(seconds) >= {"acquire_documents", "extract_data", "store_documents"}


def test_several_sources_are_one_batch(team: Team) -> None:
    first = folder_of(team, "first", "sample-03.pdf")
    second = folder_of(team, "second", "sample-08.pdf", "sample-03.pdf")
    assert run_example("example_two_sources", sources=[str(first), str(second)]) == "success"
    [(state, counts)] = team.rows("SELECT state, counts FROM loan_documents.runs")
    assert (state, counts["files"], counts["duplicate"], counts["unaccounted"]) == ("success", 3, 1, 0)


def test_an_own_suite_judges_own_files(team: Team) -> None:
    good, bad = team.inbox / "good.parquet", team.inbox / "bad.parquet"
    loans = {"loan": ["L-1", "L-2"], "principal": [5500.0, 7000.0], "rate": [5.5, 6.8]}
    pyarrow.parquet.write_table(pa.table(loans), good)
    pyarrow.parquet.write_table(pa.table({**loans, "principal": [5500.0, -7000.0]}), bad)
    assert run_example("example_own_suite", files=[str(good)]) == "success"
    assert run_example("example_own_suite", files=[str(good), str(bad)]) == "failed"
    judged = team.rows(
        "SELECT task, source, failed FROM loan_documents.expectation_results "
        "WHERE expectation = 'principal_is_positive' ORDER BY validated_at, task"
    )
    assert judged[1:] == [("validate_tape:0", "good.parquet", 0), ("validate_tape:1", "bad.parquet", 1)]


def test_bias_is_measured_on_own_labels(team: Team) -> None:
    inbox = folder_of(team, "documents", "sample-03.pdf", "sample-08.pdf")
    run_example("example_loan_documents", source=str(inbox))
    labels = team.inbox / "labels.jsonl"
    labels.write_text(
        "".join(
            json.dumps({"document_id": document_id, "document_type": kind, "fields": {}}) + "\n"
            for document_id, kind in team.rows("SELECT document_id, document_type FROM loan_documents.documents")
        )
    )
    assert run_example("example_own_labels", labels=str(labels)) == "success"
    [page] = team.reports.glob("*/bias/measure_bias/bias.json")
    assert json.loads(page.read_text())["documents"] == 2
    assert team.rows("SELECT DISTINCT labelled FROM loan_documents.slice_metrics") == [(True,)]


def test_own_files_have_versions_that_come_back(team: Team) -> None:
    extract = team.inbox / "extract.csv"
    extract.write_text("loan,principal\nL-1,5500.00\n")
    assert run_example("example_own_files", file=str(extract)) == "success"
    [pointer] = team.store.parent.rglob("own/extract.csv.dvc")
    assert (pointer.parent / "extract.csv").read_text() == extract.read_text()


def test_records_of_another_pipeline_are_reviewed_on_their_pages(team: Team) -> None:
    inbox = folder_of(team, "documents", "sample-03.pdf")
    run_example("example_loan_documents", source=str(inbox))
    [(run_id,)] = team.rows("SELECT run_id FROM loan_documents.runs")
    theirs = [record.to_json() for record in ResultsDatabase(team.conninfo).records_of_run(run_id)]
    records = team.inbox / "records.jsonl"
    records.write_text("".join(json.dumps(record) + "\n" for record in theirs))
    with psycopg.connect(team.conninfo, autocommit=True) as connection:
        connection.execute("DROP SCHEMA loan_documents CASCADE")
    shutil.rmtree(team.store)
    assert run_example("example_review", source=str(inbox), records=str(records)) == "success"
    [(status, reasons)] = team.rows("SELECT status, review_reasons FROM loan_documents.documents")
    assert status == "review"
    assert "made by another pipeline" in reasons
    assert list((team.store / "processed").rglob("*.json"))
