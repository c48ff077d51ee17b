"""Wrong arguments of operators: a sentence when the DAG is parsed, or at the first try, and no retry."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
from airflow.sdk import DAG, BaseOperator, task

from loan_documents.operators.bias_slice import BiasSliceOperator
from loan_documents.operators.document_acquire import DocumentAcquireOperator
from loan_documents.operators.expectations import ExpectationsOperator
from loan_documents.operators.ocr_extract import OcrExtractOperator
from loan_documents.operators.send_alerts import SendAlertsOperator
from loan_documents.retry import RETRY_POLICY
from student_loans.errors import ConfigurationError
from tests.airflow_context import task_context

CHEAP = {
    "type": "expect_column_values_to_be_between",
    "kwargs": {"column": "rate", "max_value": 36},
    "meta": {"name": "cheap"},
}


def suite(**changes: Any) -> dict[str, Any]:
    return {"name": "rates", "expectations": [CHEAP | changes]}


WRONG: list[tuple[type[BaseOperator], dict[str, Any], str]] = [
    (ExpectationsOperator, {}, "exactly one of parts, parquet and table"),
    (ExpectationsOperator, {"table": "a.b", "parquet": "x"}, "exactly one of parts, parquet and table"),
    (ExpectationsOperator, {"table": "a.b.c"}, "must be a name such as schema.table"),
    (ExpectationsOperator, {"table": 5}, "`table` must be a text, not int"),
    (ExpectationsOperator, {"parquet": ["a", "b"]}, "`parquet` must be a text, not list"),
    (ExpectationsOperator, {"parts": 3}, "parts.*not int"),
    (ExpectationsOperator, {"parts": [{"documents": 3}]}, "parts.*documents"),
    (ExpectationsOperator, {"table": "a", "on_failure": "ignore"}, "`on_failure` is one of fail, quarantine, warn, not 'ignore'"),
    (ExpectationsOperator, {"table": "a", "suite": suite(type="expect_nothing")}, "cheap.*no expectation type"),
    (ExpectationsOperator, {"table": "a", "suite": suite(kwargs={})}, "cheap.*lacks the argument `column`"),
    (ExpectationsOperator, {"table": "a", "suite": suite(severity="deadly")}, "cheap.*severity"),
    (ExpectationsOperator, {"table": "a", "suite": {"name": "x", "expectations": [CHEAP, CHEAP]}}, "two expectations"),
    (ExpectationsOperator, {"table": "a", "suite": [CHEAP]}, "`suite` must be.*not list"),
    (ExpectationsOperator, {"table": "a", "database_conn_id": None}, "`database_conn_id` must be a text, not NoneType"),
    (BiasSliceOperator, {"parts": 3}, "parts.*not int"),
    (BiasSliceOperator, {"parts": ["a"], "slice_only": True}, "`slice_only`.*no `parts`"),
    (DocumentAcquireOperator, {"source": ["a", "b"]}, "`source` must be a text, not list"),
    (DocumentAcquireOperator, {"source": "a", "reprocess": "always"}, "`reprocess` is true or false, not 'always'"),
    (DocumentAcquireOperator, {"source": "a", "skipped_without_news": "report"}, "`skipped_without_news`"),
    (BiasSliceOperator, {"settings_path": 3}, "`settings_path` must be a text, not int"),
    (OcrExtractOperator, {}, "exactly one of group and files"),
    (OcrExtractOperator, {"group": {}, "files": ["a"]}, "exactly one of group and files"),
    (OcrExtractOperator, {"group": "12"}, "`group` is"),
    (OcrExtractOperator, {"group": {"part": "a", "number": 1}}, "`group` is.*keys part, number"),
    (OcrExtractOperator, {"files": 3}, "`files` is"),
    (OcrExtractOperator, {"files": [3]}, "`files` is"),
    (SendAlertsOperator, {"scope": "everything"}, "`scope` is one of run, stages, deployment, not 'everything'"),
    (SendAlertsOperator, {"reporting_tasks": "report"}, "`reporting_tasks`"),
]  # fmt: skip


@pytest.mark.parametrize(("operator", "arguments", "why"), WRONG)
def test_a_wrong_argument_is_a_sentence_when_the_dag_is_parsed(
    operator: type[BaseOperator], arguments: dict[str, Any], why: str
) -> None:
    with pytest.raises(ConfigurationError, match=why) as caught:
        operator(task_id="work", **arguments)
    assert "`work`" in str(caught.value)
    assert operator.__name__ in str(caught.value)
    assert RETRY_POLICY.evaluate(caught.value, try_number=1, max_tries=2).action.value == "fail"


@pytest.mark.parametrize(
    ("operator", "arguments", "why"),
    [
        (ExpectationsOperator, {"table": "{{ params.value }}"}, "must be a name"),
        (ExpectationsOperator, {"table": "a", "on_failure": "{{ params.value }}"}, "`on_failure` is one of"),
        (ExpectationsOperator, {"table": "a", "suite": suite(type="{{ params.value }}")}, "no expectation type"),
        (ExpectationsOperator, {"table": "a", "suite": "{{ params.value }}"}, "cannot be read"),
        (OcrExtractOperator, {"group": "{{ params.value }}"}, "`group` is"),
        (BiasSliceOperator, {"settings_path": "{{ params.value }}"}, "cannot be read"),
    ],
)
def test_what_is_known_when_the_task_runs_is_checked_at_the_first_try(
    operator: type[BaseOperator], arguments: dict[str, Any], why: str
) -> None:
    made = operator(task_id="work", **arguments)
    context = task_context("own", "run-1", "work", params={"value": "no such thing"})
    made.render_template_fields(context)
    with pytest.raises(ConfigurationError, match=why):
        made.execute(context)


def test_results_of_other_tasks_and_mapped_arguments_are_not_checked_at_parse_time() -> None:
    with DAG("own"):

        @task
        def made() -> Any:
            return None

        result = made()
        ExpectationsOperator(task_id="parts", parts=["refused", result])
        ExpectationsOperator(task_id="suite", table="a", suite={"name": result, "expectations": []})
        OcrExtractOperator(task_id="files", files=result)
        OcrExtractOperator.partial(task_id="mapped").expand(group=result)
        ExpectationsOperator.partial(task_id="mapped_too", suite=None).expand(table=["a", "b"])


def test_a_suite_that_can_be_read_is_checked_at_parse_time_and_one_that_is_not_there_is_not(tmp_path: Path) -> None:
    path = tmp_path / "suite.json"
    ExpectationsOperator(task_id="later", table="a", suite=str(path))
    path.write_text(json.dumps(suite(type="expect_nothing")))
    with pytest.raises(ConfigurationError, match=r"suite\.json.*no expectation type"):
        ExpectationsOperator(task_id="now", table="a", suite=str(path))


def test_airflow_shows_the_sentence_as_the_import_error_of_the_dag(tmp_path: Path) -> None:
    from airflow.dag_processing.dagbag import DagBag

    code = """
    from airflow.sdk import dag
    from loan_documents.operators.expectations import ExpectationsOperator

    @dag
    def own():
        ExpectationsOperator(
            task_id="validate", parquet="rates.parquet",
            suite={"name": "rates", "expectations": [
                {"type": "expect_column_values_to_be_uniqe", "kwargs": {"column": "id"}, "meta": {"name": "once"}}]},
        )

    own()
    """
    (tmp_path / "own.py").write_text(textwrap.dedent(code))
    (error,) = DagBag(str(tmp_path)).import_errors.values()
    assert "The task `validate` (ExpectationsOperator)" in error
    assert "expectations 'once'" in error
    assert "did you mean `expect_column_values_to_be_unique`" in error


def test_checking_a_suite_loads_neither_the_library_nor_pandas() -> None:
    code = f"""
import sys
from loan_documents.operators.expectations import ExpectationsOperator
from loan_documents.operators.ocr_extract import OcrExtractOperator
ExpectationsOperator(task_id="validate", table="a", suite={suite()!r})
OcrExtractOperator(task_id="extract", files=["a.pdf"])
print(sorted({{"great_expectations", "pandas", "pyarrow", "psycopg"}} & set(sys.modules)))
"""
    assert (
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
        .stdout.strip()
        .endswith("[]")
    )


@pytest.mark.parametrize("group", [{"part": "group-00000"}, "group-00000", ["ab" * 32]])
def test_a_group_that_cannot_be_prepared_is_a_sentence_and_final(group: Any) -> None:
    from loan_documents.reading_tasks import preprocess_documents

    with pytest.raises(ConfigurationError, match="`group` is what validate_documents"):
        preprocess_documents.function(group=group)
