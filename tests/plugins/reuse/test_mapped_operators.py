"""Operators mapped, twice in one DAG, and in DAGs that share a run id: nothing is lost, nothing is overwritten."""

from __future__ import annotations

import textwrap
from pathlib import Path

import psycopg
import pytest

from student_loans.results.store import ResultsDatabase
from student_loans.runs import RunCounts, RunState
from tests.document_factory import make_pdf
from tests.own_airflow import OwnAirflow

pytestmark = [pytest.mark.airflow, pytest.mark.integration, pytest.mark.timeout(900)]

HEAD = """
from datetime import datetime
from airflow.sdk import DAG, TriggerRule, task, task_group
from loan_documents.operators.bias_slice import BiasSliceOperator
from loan_documents.operators.document_acquire import DocumentAcquireOperator
from loan_documents.operators.expectations import ExpectationsOperator
from loan_documents.operators.ocr_extract import OcrExtractOperator
from loan_documents.reading_tasks import preprocess_documents, read_documents, store_documents, validate_documents
"""


def write_dag(airflow: OwnAirflow, dag_id: str, body: str) -> None:
    code = f"{HEAD}\nwith DAG('{dag_id}', schedule='@daily', start_date=datetime(2026, 11, 1), catchup=False):\n"
    (airflow.folder / "dags" / f"{dag_id}.py").write_text(code + textwrap.indent(textwrap.dedent(body), "    "))


def write_documents(airflow: OwnAirflow, folder: str, amounts: list[str]) -> Path:
    inbox = airflow.folder / "inbox" / folder
    inbox.mkdir()
    for amount in amounts:
        content = make_pdf([["Promissory note", "Lender: Harbor Fictional Bank", f"Loan amount ${amount}"]])
        (inbox / f"{folder} {amount}.pdf").write_bytes(content)
    return inbox


def counts_of(airflow: OwnAirflow, dag_id: str) -> tuple[RunState, RunCounts]:
    """State and counts of the only run of a DAG."""
    results = ResultsDatabase(airflow.conninfo)
    with psycopg.connect(airflow.conninfo) as connection:
        [(run_id,)] = connection.execute(
            "SELECT run_id FROM loan_documents.runs WHERE dag_id = %s", (dag_id,)
        ).fetchall()
    run = results.run(run_id)
    assert run is not None
    return run.state, results.run_counts(run_id)


def test_every_source_of_a_mapped_acquire_is_processed(airflow: OwnAirflow) -> None:
    first = write_documents(airflow, "a", ["1,000.00", "2,000.00"])
    second = write_documents(airflow, "b", ["3,000.00", "2,000.00"])
    write_dag(
        airflow,
        "two_sources",
        f"""
        acquired = DocumentAcquireOperator.partial(task_id="acquire").expand(source=["{first}", "{second}"])
        groups = validate_documents()
        extracted = read_documents.expand(group=groups)
        acquired >> groups
        ExpectationsOperator(
            task_id="validate", parts=["refused", "quarantined", extracted], trigger_rule=TriggerRule.NONE_FAILED
        ) >> store_documents()
        """,
    )
    airflow.test_dag("two_sources")
    state, counts = counts_of(airflow, "two_sources")
    assert (counts.files, counts.processed, counts.duplicate, counts.unaccounted) == (4, 3, 1, 0)
    assert state is RunState.SUCCESS
    with psycopg.connect(airflow.conninfo) as connection:
        [(run_id, sources)] = connection.execute("SELECT run_id, source_uri FROM loan_documents.runs").fetchall()
    assert run_id.startswith("two_sources:manual__")
    assert sorted(sources.split(", ")) == sorted([first.as_uri(), second.as_uri()])


def test_two_dags_with_one_run_id_keep_their_documents_apart(airflow: OwnAirflow) -> None:
    for dag_id, amount in (("harbor_daily", "1,000.00"), ("summit_daily", "2,000.00")):
        folder = write_documents(airflow, dag_id, [amount])
        write_dag(
            airflow,
            dag_id,
            f"""
            groups = validate_documents()
            extracted = read_documents.expand(group=groups)
            DocumentAcquireOperator(task_id="acquire", source="{folder}") >> groups
            ExpectationsOperator(
                task_id="validate", parts=["quarantined", extracted], trigger_rule=TriggerRule.NONE_FAILED
            ) >> store_documents()
            """,
        )
    for dag_id in ("harbor_daily", "summit_daily"):
        airflow.test_dag(dag_id)
    for dag_id in ("harbor_daily", "summit_daily"):
        state, counts = counts_of(airflow, dag_id)
        assert (state, counts.files, counts.processed) == (RunState.SUCCESS, 1, 1)
    folders = sorted(folder.name.partition(":")[0] for folder in (airflow.folder / "store" / "runs").iterdir())
    assert folders == ["harbor_daily", "summit_daily"]


def test_two_branches_of_a_dag_read_their_own_sources(airflow: OwnAirflow) -> None:
    folders = [write_documents(airflow, name, [amount]) for name, amount in (("a", "1,000.00"), ("b", "2,000.00"))]
    write_dag(
        airflow,
        "two_branches",
        f"""
        ends = []
        for number, folder in enumerate({[str(folder) for folder in folders]}):
            groups = validate_documents()
            extracted = read_documents.override(group_id=f"read_{{number}}", prefix_group_id=True).expand(group=groups)
            DocumentAcquireOperator(task_id=f"acquire_{{number}}", source=folder) >> groups
            ends.append(ExpectationsOperator(
                task_id=f"validate_{{number}}", parts=[extracted], trigger_rule=TriggerRule.NONE_FAILED
            ))
        ends >> store_documents()
        """,
    )
    airflow.test_dag("two_branches")
    state, counts = counts_of(airflow, "two_branches")
    assert (state, counts.processed, counts.unaccounted) == (RunState.SUCCESS, 2, 0)
    [run] = (airflow.folder / "store" / "runs").iterdir()
    groups = sorted(path.name for path in run.glob("*@group-?????.jsonl"))
    assert groups == ["validate_documents@group-00000.jsonl", "validate_documents__1@group-00000.jsonl"]
    assert [sum(1 for _ in (run / name).open()) for name in groups] == [1, 1]


def test_a_mapped_task_group_keeps_each_source_to_itself(airflow: OwnAirflow) -> None:
    folders = [write_documents(airflow, name, [amount]) for name, amount in (("a", "1,000.00"), ("b", "2,000.00"))]
    write_dag(
        airflow,
        "mapped_group",
        f"""
        @task
        def first(groups):
            [group] = groups  # one document a source
            return group

        @task_group
        def lender(source):
            groups = validate_documents()
            DocumentAcquireOperator(task_id="acquire", source=source) >> groups
            read = OcrExtractOperator(task_id="read", group=preprocess_documents(first(groups)))
            ExpectationsOperator(task_id="validate", parts=[read.output])

        lender.expand(source={[str(folder) for folder in folders]}) >> store_documents()
        """,
    )
    airflow.test_dag("mapped_group")
    state, counts = counts_of(airflow, "mapped_group")
    assert (state, counts.processed, counts.unaccounted) == (RunState.SUCCESS, 2, 0)
    sites = sorted(site.name for site in (airflow.folder / "reports").glob("*/expectations/*"))
    assert sites == ["lender.validate:0", "lender.validate:1"]


def test_mapped_expectations_and_bias_have_a_report_each(airflow: OwnAirflow) -> None:
    folder = write_documents(airflow, "a", ["1,000.00", "2,000.00"])
    write_dag(
        airflow,
        "two_suites",
        f"""
        suite = lambda name: {{"name": name, "expectations": [{{
            "type": "expect_column_values_to_be_in_set", "kwargs": {{"column": "status", "value_set": [name]}},
            "severity": "critical", "meta": {{"name": f"is_{{name}}"}}}}]}}
        groups = validate_documents()
        extracted = read_documents.expand(group=groups)
        DocumentAcquireOperator(task_id="acquire", source="{folder}") >> groups
        judged = ExpectationsOperator.partial(
            task_id="validate", parts=[extracted], trigger_rule=TriggerRule.NONE_FAILED, on_failure="quarantine"
        ).expand(suite=[suite("accepted"), suite("impossible")])
        sliced = BiasSliceOperator.partial(task_id="bias").expand(parts=[["validated"], ["validate:0@validated"]])
        judged >> sliced >> store_documents()
        """,
    )
    airflow.test_dag("two_suites")
    [reports] = (airflow.folder / "reports").iterdir()
    assert sorted(site.name for site in (reports / "expectations").iterdir()) == ["validate:0", "validate:1"]
    assert sorted(page.parent.name for page in reports.glob("bias/*/bias.html")) == ["bias:0", "bias:1"]
    with psycopg.connect(airflow.conninfo) as connection:
        tasks = connection.execute("SELECT DISTINCT task FROM loan_documents.expectation_results ORDER BY 1").fetchall()
        reasons = connection.execute("SELECT status, review_reasons FROM loan_documents.documents").fetchall()
    assert tasks == [("validate:0",), ("validate:1",)]
    assert [status for status, _ in reasons] == ["review", "review"]
    assert all("expectation is_impossible failed" in why for _, why in reasons)


def test_a_run_that_fails_is_closed_too(airflow: OwnAirflow) -> None:
    folder = write_documents(airflow, "a", ["1,000.00"])
    write_dag(
        airflow,
        "fails",
        f"""
        @task
        def fail():
            raise ValueError("a fault of the DAG's own")

        DocumentAcquireOperator(task_id="acquire", source="{folder}") >> fail()
        """,
    )
    with pytest.raises(AssertionError):
        airflow.test_dag("fails")
    state, counts = counts_of(airflow, "fails")
    assert (state, counts.files, counts.unaccounted) == (RunState.FAILED, 1, 1)
