"""Validate records against a suite of Great Expectations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowFailException

from loan_documents.arguments import (
    check_choice,
    check_one_of,
    check_texts,
    is_known,
    naming,
    shown,
    wrong_argument,
)
from loan_documents.hooks.object_store import ObjectStoreHook
from loan_documents.hooks.results_database import ResultsDatabaseHook
from loan_documents.links import DataDocsLink, DocumentsLink, ReportLink
from loan_documents.mapped_names import address_name
from loan_documents.retry import RETRY_POLICY
from loan_documents.run_context import current_run

if TYPE_CHECKING:
    from airflow.sdk import Context, RetryPolicy

    from student_loans.validation.source_stage import Source, SourceValidation


class ExpectationsOperator(BaseOperator):
    """Check records at run time, and hold back the documents that fail.

    Give exactly one of ``parts``, ``parquet`` and ``table``.

    Args:
        parts: Names of the run's parts that hold the records, or the results of the mapped tasks that wrote them (their
            ``parts`` are used). Templated.
        parquet: A Parquet file, or a folder of them. Templated.
        table: A table of ``database_conn_id``, validated inside PostgreSQL: ``schema.table``, or ``records`` for the stored
            documents with their fields, a row a document. Templated.
        suite: Path of a JSON suite, or the suite itself; None means the one that ships with the product. It is checked when
            the DAG is parsed, if it has no template and its file can be read there. Templated.
        on_failure: ``quarantine``: documents that fail a critical expectation go to review with its name, the others
            continue; the task fails only when a critical expectation about the whole batch fails. ``fail``: the task
            fails and nothing is passed on. ``warn``: failures are counted only. Templated.
        id_column: Column with the ids of the rows of a file or table; None without ids.
        store_conn_id: Connection of the object store.
        database_conn_id: Connection of the table.
        results_conn_id: Connection of the results database, which stores the outcomes.

    Returns:
        Counts and names of failed expectations; no ids and no values. ``success`` is None, and the log has a warning, if
        nothing was checked: the data have no rows, and no expectation is about their number. The event of each asset in
        the task's ``outlets`` has the same data, and lineage gets the assertions.

    Raises:
        ConfigurationError: An argument or the suite is wrong, the data do not exist, or they lack a column that the suite
            names; when the DAG is parsed as far as it is known then. Never retried.
    """

    template_fields: Sequence[str] = (
        "parts", "parquet", "table", "suite", "on_failure", "store_conn_id", "database_conn_id", "results_conn_id",
    )  # fmt: skip
    ui_color = "#fef3c7"
    operator_extra_links = (DataDocsLink(), DocumentsLink(), ReportLink())

    def __init__(
        self,
        *,
        parts: Any = None,
        parquet: str | None = None,
        table: str | None = None,
        suite: str | dict[str, Any] | None = None,
        on_failure: str = "quarantine",
        id_column: str | None = "document_id",
        store_conn_id: str = ObjectStoreHook.default_conn_name,
        database_conn_id: str = ResultsDatabaseHook.default_conn_name,
        results_conn_id: str = ResultsDatabaseHook.default_conn_name,
        # Named here, not set below: Airflow takes the defaults of a mapped task from this signature.
        retry_policy: RetryPolicy | None = RETRY_POLICY,
        map_index_template: str | None = "{{ task.source_label }}",
        **kwargs: Any,
    ) -> None:
        super().__init__(retry_policy=retry_policy, map_index_template=map_index_template, **kwargs)
        self.parts = parts
        self.parquet = parquet
        self.table = table
        self.suite = suite
        self.on_failure = on_failure
        self.id_column = id_column
        self.store_conn_id = store_conn_id
        self.database_conn_id = database_conn_id
        self.results_conn_id = results_conn_id
        self._source: Source | None = None
        self._validated: SourceValidation | None = None
        self._check_arguments()
        if is_known(parts):
            self._open_source()

    @property
    def source_label(self) -> str:
        """The validated file, table or parts, which name a mapped task."""
        from student_loans.validation.source_stage import part_names

        return address_name(self.parquet or self.table or ", ".join(part_names(self.parts)))

    def execute(self, context: Context) -> dict[str, Any]:
        """Validate, store the outcomes, hold back failing documents, and return the counts."""
        from student_loans.validation.source_stage import validate_source
        from student_loans.validation.stage import OnFailure
        from student_loans.validation.store import ExpectationStore

        self._check_arguments()
        self._source = self._open_source()
        run = current_run(context, store_conn_id=self.store_conn_id, database_conn_id=self.database_conn_id)
        self._validated = validate_source(
            self._source,
            self._suite(),
            OnFailure(self.on_failure),
            run=run.folder,
            conninfo=run.conninfo,
            results=ExpectationStore(ResultsDatabaseHook(self.results_conn_id).conninfo()),
            reports_uri=run.settings.storage.reports_uri,
            label=run.writer,
        )
        result = asdict(self._validated.result)
        self.log.info("Validated %d rows with %d expectations", result["documents"], result["expectations"])
        for name, count in result["failed_expectations"].items():
            self.log.warning("Expectation %s (%s) failed in %d rows", name, result["severities"][name], count)
        if result["success"] is None:
            self.log.warning(
                "Nothing was checked: there are no rows. An expectation expect_table_row_count_to_be_between in the suite "
                "decides whether that is a failure."
            )
        if self._validated.refusal is not None:
            raise AirflowFailException(self._validated.refusal)
        for outlet in self.outlets:
            context["outlet_events"][outlet].extra = {"run_id": run.run_id, **result}
        return result

    def get_openlineage_facets_on_complete(self, _task_instance: Any) -> Any:
        """Each expectation as an assertion about the data: expected, actual and severity, no value."""
        from loan_documents.assertions import expectation_lineage

        if self._validated is None or self._source is None:
            return None
        return expectation_lineage(self._source.name, self._validated.validation)

    def get_openlineage_facets_on_failure(self, task_instance: Any) -> Any:
        """The same for a refused batch."""
        return self.get_openlineage_facets_on_complete(task_instance)

    def _check_arguments(self) -> None:
        """Refuse what is known to be wrong: when the DAG is parsed, and when templates are rendered."""
        from student_loans.validation.stage import OnFailure
        from student_loans.validation.tables import table_name

        with naming(self):
            check_one_of(self, "parts", "parquet", "table")
            check_texts(self, "store_conn_id", "database_conn_id", "results_conn_id")
            check_texts(self, "parquet", "table", "id_column", optional=True)
            if is_known(self.on_failure):
                check_choice("on_failure", self.on_failure, tuple(OnFailure))
            if self.table is not None and is_known(self.table):
                table_name(self.table)
            self._check_suite()

    def _check_suite(self) -> None:
        """Check a suite that is known. A file that is not there may be on the worker: then the task reads it."""
        suite = self.suite
        if suite is None or not is_known(suite):
            return
        if not isinstance(suite, str | dict):
            raise wrong_argument(f"`suite` must be the path of a JSON file, or the suite itself, not {shown(suite)}.")
        if isinstance(suite, dict) or Path(suite).is_file():
            self._suite()

    def _suite(self) -> dict[str, Any]:
        from student_loans.validation.suite import checked_suite, load_suite

        if isinstance(self.suite, dict):
            return checked_suite(self.suite)
        return load_suite(Path(self.suite) if self.suite else None)

    def _open_source(self) -> Source:
        """The data by their names. The results of mapped tasks are asked for one by one, so this is done once in a task."""
        from student_loans.validation.source_stage import Source, part_names

        with naming(self):
            parts = None if self.parts is None else tuple(part_names(self.parts))
            return Source(parts, self.parquet, self.table, self.id_column)
