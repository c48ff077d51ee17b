"""The operators in DAGs of one's own, run by Airflow: alone, mapped, and with what is wrong."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from airflow.sdk import DAG, task

from loan_documents.operators.expectations import ExpectationsOperator
from loan_documents.operators.ocr_extract import OcrExtractOperator
from loan_documents.run_context import current_run
from student_loans.results.search import Search, SearchStore
from student_loans.results.store import ResultsDatabase
from student_loans.runs import run_name
from tests.document_factory import make_pdf
from tests.own_airflow import Team, run_dag

pytestmark = [pytest.mark.airflow, pytest.mark.integration]

RETRIED: dict[str, Any] = {"retries": 2, "retry_delay": timedelta(0)}
CHEAP = {
    "type": "expect_column_values_to_be_between",
    "kwargs": {"column": "rate", "max_value": 36},
    "meta": {"name": "cheap"},
}


@pytest.fixture
def inbox(team: Team) -> Path:
    """The team's inbox with two documents."""
    for name, amount in (("a.pdf", "18,250.00"), ("b.pdf", "9,100.00")):
        (team.inbox / name).write_bytes(
            make_pdf([["Promissory note", f"Loan amount ${amount}", "Interest rate 7.25%"]])
        )
    return team.inbox


def states(run: Any) -> dict[str, str]:
    return {f"{one.task_id}{one.map_index}": str(one.state) for one in run.get_task_instances()}


def test_a_dag_with_no_other_task_that_acquires_reads_files_into_stored_records(
    inbox: Path, database: ResultsDatabase
) -> None:
    with DAG("own_reading") as dag:

        @task
        def list_files() -> list[str]:
            return sorted(str(path) for path in inbox.iterdir())

        @task
        def store() -> int:
            from student_loans.pipeline.store_stage import store_batch

            run = current_run()
            return store_batch(run.folder, run.results)

        extract = OcrExtractOperator.partial(task_id="extract", **RETRIED).expand(files=list_files())
        ExpectationsOperator(task_id="validate", parts=extract.output, on_failure="warn", **RETRIED) >> store()

    run = run_dag(dag)
    assert set(states(run).values()) == {"success"}
    names = {one["document_id"]: one["name"] for one in SearchStore(database.conninfo).search(Search())}
    amounts = {
        names[one.document_id]: one.fields["loan_amount"].value
        for one in database.records_of_run(run_name(run.dag_id, run.run_id))
    }
    assert amounts == {"a.pdf": "18250.00", "b.pdf": "9100.00"}
    labels = {one.rendered_map_index for one in run.get_task_instances() if one.task_id == "extract"}
    assert labels == {"a.pdf", "b.pdf"}


@pytest.mark.parametrize(
    "arguments",
    [
        {"parquet": "{folder}/renamed.parquet"},
        {"parquet": "{folder}/none.parquet"},
        {"table": "none.rates"},
        {"parts": ["none"]},
        {"parquet": "{folder}/rates.parquet", "on_failure": "{{{{ 'ignore' }}}}"},
        {"parquet": "{folder}/rates.parquet", "results_conn_id": "gone"},
    ],
)
def test_what_is_wrong_fails_at_the_first_try(inbox: Path, tmp_path: Path, arguments: dict[str, Any]) -> None:
    pd.DataFrame({"interest": [7.25]}).to_parquet(tmp_path / "renamed.parquet")
    pd.DataFrame({"rate": [7.25]}).to_parquet(tmp_path / "rates.parquet")
    given = {
        name: value.format(folder=tmp_path) if isinstance(value, str) else value for name, value in arguments.items()
    }
    with DAG("own_validation") as dag:
        ExpectationsOperator(task_id="validate", suite={"name": "rates", "expectations": [CHEAP]}, **given, **RETRIED)
    run = run_dag(dag)
    (instance,) = run.get_task_instances()
    assert (str(instance.state), instance.try_number) == ("failed", 1)


def test_a_mapped_argument_that_is_wrong_fails_at_the_first_try(inbox: Path) -> None:
    with DAG("own_mapping") as dag:
        OcrExtractOperator.partial(task_id="extract", **RETRIED).expand(group=[{"documents": 3}])
    run = run_dag(dag)
    (instance,) = run.get_task_instances()
    assert (str(instance.state), instance.try_number) == ("failed", 1)


def test_an_empty_file_succeeds_with_a_result_that_says_that_nothing_was_checked(inbox: Path, tmp_path: Path) -> None:
    pd.DataFrame({"rate": pd.Series(dtype=float)}).to_parquet(tmp_path / "rates.parquet")
    with DAG("own_empty") as dag:
        ExpectationsOperator(
            task_id="validate",
            parquet=str(tmp_path / "rates.parquet"),
            suite={"name": "rates", "expectations": [CHEAP]},
        )
    run = run_dag(dag)
    (instance,) = run.get_task_instances()
    assert str(instance.state) == "success"
    result = instance.xcom_pull(task_ids="validate")
    assert (result["documents"], result["success"], result["unchecked"]) == (0, None, 1)
