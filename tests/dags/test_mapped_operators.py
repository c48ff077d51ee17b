"""Operators mapped, twice in one DAG, and in DAGs that share a run id: nothing is lost, nothing is overwritten."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from airflow.sdk import DAG, TriggerRule, task, task_group

from loan_documents.operators.bias_slice import BiasSliceOperator
from loan_documents.operators.document_acquire import DocumentAcquireOperator
from loan_documents.operators.expectations import ExpectationsOperator
from loan_documents.operators.ocr_extract import OcrExtractOperator
from loan_documents.operators.send_alerts import SendAlertsOperator
from loan_documents.reading_tasks import preprocess_documents, read_documents, store_documents, validate_documents
from loan_documents.retry import RETRY_POLICY
from student_loans.results.store import ResultsDatabase
from student_loans.runs import RunCounts
from tests.airflow_context import task_context
from tests.document_factory import make_pdf
from tests.own_airflow import Team, run_dag

pytestmark = [pytest.mark.airflow, pytest.mark.integration, pytest.mark.timeout(600)]

LATE = TriggerRule.NONE_FAILED


def documents(team: Team, folder: str, *amounts: str) -> str:
    inbox = team.inbox / folder
    inbox.mkdir()
    for amount in amounts:
        content = make_pdf([["Promissory note", "Lender: Harbor Fictional Bank", f"Loan amount ${amount}"]])
        (inbox / f"{folder} {amount}.pdf").write_bytes(content)
    return str(inbox)


def outcome(team: Team) -> tuple[str, RunCounts]:
    """State and counts of the only run."""
    [(run_id, state)] = team.rows("SELECT run_id, state FROM loan_documents.runs")
    return state, ResultsDatabase(team.conninfo).run_counts(run_id)


def parts(team: Team, ending: str) -> list[str]:
    [run] = (team.store / "runs").iterdir()
    return sorted(path.name for path in run.glob(f"*{ending}"))


def test_every_source_of_a_mapped_acquire_is_processed(team: Team) -> None:
    sources = [documents(team, "a", "1,000.00", "2,000.00"), documents(team, "b", "3,000.00", "2,000.00")]
    with DAG("two_sources") as dag:
        groups = validate_documents()
        DocumentAcquireOperator.partial(task_id="acquire").expand(source=sources) >> groups
        extracted = read_documents.expand(group=groups)
        validated = ExpectationsOperator(task_id="validate", parts=["refused", extracted], trigger_rule=LATE)
        validated >> store_documents()
    run = run_dag(dag)
    assert str(run.state) == "success"
    state, counts = outcome(team)
    assert (state, counts.files, counts.processed, counts.duplicate, counts.unaccounted) == ("success", 4, 3, 1, 0)
    [(named,)] = team.rows("SELECT source_uri FROM loan_documents.runs")
    assert sorted(named.split(", ")) == sorted(Path(source).as_uri() for source in sources)
    assert parts(team, "@acquired.jsonl") == ["acquire:0@acquired.jsonl", "acquire:1@acquired.jsonl"]
    labels = {one.rendered_map_index for one in run.get_task_instances() if one.task_id == "acquire"}
    assert labels == set(sources)


def test_two_branches_of_a_dag_read_their_own_sources(team: Team) -> None:
    sources = [documents(team, "a", "1,000.00"), documents(team, "b", "2,000.00")]
    with DAG("two_branches") as dag:
        stored = store_documents()
        for number, source in enumerate(sources):
            groups = validate_documents()
            DocumentAcquireOperator(task_id=f"acquire_{number}", source=source) >> groups
            read = OcrExtractOperator.partial(task_id=f"read_{number}").expand(group=groups)
            validated = ExpectationsOperator(task_id=f"validate_{number}", parts=[read.output], trigger_rule=LATE)
            validated >> stored
    assert str(run_dag(dag).state) == "success"
    state, counts = outcome(team)
    assert (state, counts.processed, counts.unaccounted) == ("success", 2, 0)
    groups_written = parts(team, "@group-00000.jsonl")
    assert groups_written == ["validate_documents@group-00000.jsonl", "validate_documents__1@group-00000.jsonl"]
    [run_folder] = (team.store / "runs").iterdir()
    assert [len((run_folder / name).read_text().splitlines()) for name in groups_written] == [1, 1]


def test_a_mapped_task_group_keeps_each_source_to_itself(team: Team) -> None:
    sources = [documents(team, "a", "1,000.00"), documents(team, "b", "2,000.00")]
    with DAG("mapped_group") as dag:

        @task_group
        def lender(source: str) -> None:
            groups = validate_documents()
            DocumentAcquireOperator(task_id="acquire", source=source) >> groups
            read = OcrExtractOperator(task_id="read", group=groups)
            ExpectationsOperator(task_id="validate", parts=[read.output])

        lender.expand(source=sources) >> store_documents()
    assert str(run_dag(dag).state) == "success"
    state, counts = outcome(team)
    assert (state, counts.processed, counts.unaccounted) == ("success", 2, 0)
    sites = sorted(site.name for site in team.reports.glob("*/expectations/*"))
    assert sites == ["lender.validate:0", "lender.validate:1"]
    assert len(parts(team, "@group-00000.jsonl")) == 2


def suite(name: str) -> dict[str, Any]:
    allowed = {"column": "status", "value_set": [name]}
    named = {"severity": "critical", "meta": {"name": f"is_{name}"}}
    return {"name": name, "expectations": [{"type": "expect_column_values_to_be_in_set", "kwargs": allowed, **named}]}


def test_mapped_expectations_and_bias_have_a_report_each_and_the_strictest_verdict_counts(team: Team) -> None:
    source = documents(team, "a", "1,000.00", "2,000.00")
    with DAG("two_suites") as dag:
        groups = validate_documents()
        DocumentAcquireOperator(task_id="acquire", source=source) >> groups
        extracted = read_documents.expand(group=groups)
        judged = ExpectationsOperator.partial(task_id="validate", parts=[extracted], trigger_rule=LATE).expand(
            suite=[suite("accepted"), suite("impossible")]
        )
        sliced = BiasSliceOperator.partial(task_id="bias").expand(parts=[["validated"], ["validate:0@validated"]])
        judged >> sliced >> store_documents()
    assert str(run_dag(dag).state) == "success"
    [reports] = team.reports.iterdir()
    assert sorted(site.name for site in (reports / "expectations").iterdir()) == ["validate:0", "validate:1"]
    assert sorted(page.parent.name for page in reports.glob("bias/*/bias.html")) == ["bias:0", "bias:1"]
    tasks = team.rows("SELECT DISTINCT task FROM loan_documents.expectation_results ORDER BY 1")
    assert tasks == [("validate:0",), ("validate:1",)]
    stored = team.rows("SELECT status, review_reasons FROM loan_documents.documents")
    assert [status for status, _ in stored] == ["review", "review"]
    assert all("expectation is_impossible failed" in reasons for _, reasons in stored)


def test_two_dags_with_one_run_id_keep_their_documents_apart(team: Team) -> None:
    run_id = "scheduled__2026-12-01T00:00:00+00:00"
    for dag_id, amount in (("harbor_daily", "1,000.00"), ("summit_daily", "2,000.00")):
        operator = DocumentAcquireOperator(task_id="acquire", source=documents(team, dag_id, amount))
        operator.execute(task_context(dag_id, run_id, "acquire"))
    runs = team.rows("SELECT run_id, dag_id FROM loan_documents.runs ORDER BY 2")
    assert runs == [(f"harbor_daily:{run_id}", "harbor_daily"), (f"summit_daily:{run_id}", "summit_daily")]
    for name, _ in runs:
        assert ResultsDatabase(team.conninfo).run_counts(name).files == 1
        listed = (team.store / "runs" / name / "acquire@acquired.jsonl").read_text().splitlines()
        assert len(listed) == 1


def test_a_run_that_fails_is_closed_with_what_it_saw(team: Team) -> None:
    with DAG("fails") as dag:

        @task
        def fail() -> None:
            raise ValueError("a fault of the DAG's own")

        DocumentAcquireOperator(task_id="acquire", source=documents(team, "a", "1,000.00")) >> fail()
    assert str(run_dag(dag).state) == "failed"
    state, counts = outcome(team)
    assert (state, counts.files, counts.unaccounted) == ("failed", 1, 1)


def test_a_cleared_map_index_writes_its_own_parts_again_and_no_others(team: Team) -> None:
    sources = [documents(team, "a", "1,000.00"), documents(team, "b", "2,000.00")]
    for index in (0, 1, 1):
        operator = DocumentAcquireOperator(task_id="acquire", source=sources[index])
        operator.execute(task_context("own", "run-1", "acquire", map_index=index))
    written = {path.name: path.read_text() for path in (team.store / "runs").rglob("*@acquired.jsonl")}
    assert [name for name, text in sorted(written.items()) if len(text.splitlines()) == 1] == [
        "acquire:0@acquired.jsonl",
        "acquire:1@acquired.jsonl",
    ]


@pytest.mark.parametrize(
    ("operator", "arguments", "label"),
    [
        (DocumentAcquireOperator, {"source": ["a"]}, "{{ task.source_label }}"),
        (OcrExtractOperator, {"files": ["a"]}, "{{ task.group_label }}"),
        (ExpectationsOperator, {"parquet": ["a"]}, "{{ task.source_label }}"),
        (BiasSliceOperator, {"parts": [["a"]]}, "{{ task.source_label }}"),
        (SendAlertsOperator, {"scope": ["run"]}, None),
    ],
)
def test_defaults_survive_partial(operator: Any, arguments: dict[str, Any], label: str | None) -> None:
    with DAG("own", default_args={"retry_delay": timedelta(seconds=1)}):
        mapped = operator.partial(task_id="work").expand(**arguments)
    assert mapped.retry_policy is RETRY_POLICY
    assert mapped.map_index_template == label
    assert mapped.retry_delay == timedelta(seconds=1)


def test_preparing_names_its_document_however_it_is_called() -> None:
    template = preprocess_documents.kwargs["map_index_template"]
    assert "op_kwargs" in template
    assert "op_args" in template
