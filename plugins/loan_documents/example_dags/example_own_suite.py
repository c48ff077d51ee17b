"""A suite of your own over Parquet files of your own: the operator needs no document and no object of this product.

Connections: ``loan_documents_db`` stores the outcomes, ``loan_documents_store`` lists the rows that fail.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import Param, dag, task

from loan_documents.operators.expectations import ExpectationsOperator


def expectation(kind: str, name: str, **arguments: Any) -> dict[str, Any]:
    """One expectation of Great Expectations, as its JSON has it."""
    return {"type": kind, "kwargs": arguments, "severity": "critical", "meta": {"name": name}}


SUITE = {
    "name": "loan_tape",
    "expectations": [
        expectation("expect_table_row_count_to_be_between", "tape_has_loans", min_value=1),
        expectation("expect_column_values_to_be_unique", "loans_are_listed_once", column="loan"),
        expectation("expect_column_values_to_be_between", "principal_is_positive", column="principal", min_value=0.01),
        expectation(
            "expect_column_values_to_be_between", "rate_is_plausible", column="rate", min_value=0, max_value=25
        ),
    ],
}


@dag(
    dag_display_name="Example: own suite on own files",
    schedule=None,
    catchup=False,
    tags=["loan-documents", "example"],
    doc_md=__doc__,
    params={
        "files": Param(
            ["/srv/tapes/loans.parquet"],
            type="array",
            items={"type": "string"},
            description="Parquet files with the columns loan, principal and rate.",
        )
    },
    default_args={"owner": "loan-documents", "retries": 2},
)
def example_own_suite() -> None:
    """Validate each file in a mapped task, with a report of its own."""

    @task(doc_md="The files to validate.")
    def list_files(params: dict[str, Any] | None = None) -> list[str]:
        return list((params or {})["files"])

    ExpectationsOperator.partial(
        task_id="validate_tape",
        suite=SUITE,
        on_failure="fail",
        id_column="loan",
        doc_md="Fails if a row breaks a critical expectation; the report names the rows.",
    ).expand(parquet=list_files())


example_own_suite()
