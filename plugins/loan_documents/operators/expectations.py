"""Validate records against a suite of Great Expectations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowFailException

from loan_documents.hooks.object_store import ObjectStoreHook
from loan_documents.links import DocumentsLink, ReportLink
from loan_documents.retry import RETRY_POLICY

if TYPE_CHECKING:
    from airflow.sdk import Context


class ExpectationsOperator(BaseOperator):
    """Check a batch of document records at run time, and hold back the documents that fail.

    Args:
        parts: Names of the run's parts that hold the records, or the results of the mapped tasks that wrote them (their
            ``parts`` are used). Templated.
        suite: Path of a JSON suite, or the suite itself; None means the one that ships with the product. Templated.
        on_failure: ``quarantine``: documents that fail a critical expectation go to review with its name, the others
            continue. ``fail``: the task fails and nothing is passed on. ``warn``: failures are counted only.
        store_conn_id: Connection of the object store.

    Returns:
        Counts and names of failed expectations; no ids and no values.
    """

    template_fields: Sequence[str] = ("parts", "suite", "on_failure")
    ui_color = "#fef3c7"
    operator_extra_links = (DocumentsLink(), ReportLink())

    def __init__(
        self,
        *,
        parts: Any,
        suite: str | dict[str, Any] | None = None,
        on_failure: str = "quarantine",
        store_conn_id: str = ObjectStoreHook.default_conn_name,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("retry_policy", RETRY_POLICY)
        super().__init__(**kwargs)
        self.parts = parts
        self.suite = suite
        self.on_failure = on_failure
        self.store_conn_id = store_conn_id

    def execute(self, context: Context) -> dict[str, Any]:
        """Validate, write the validated records, and return the counts."""
        from include.stages.run_folder import RunFolder
        from include.stages.validate import OnFailure, validate_batch
        from include.validation.expectations import load_suite

        suite = self.suite if isinstance(self.suite, dict) else load_suite(Path(self.suite) if self.suite else None)
        run = RunFolder(ObjectStoreHook(self.store_conn_id).get_conn(), context["run_id"])
        on_failure = OnFailure(self.on_failure)
        result = validate_batch(run, _part_names(self.parts), suite, on_failure)
        self.log.info("Validated %d documents with %d expectations", result.documents, result.expectations)
        if on_failure is OnFailure.FAIL and not result.success:
            failed = ", ".join(f"{name} ({count})" for name, count in result.failed_expectations.items())
            raise AirflowFailException(f"Critical expectations failed for some documents: {failed}.")
        return asdict(result)


def _part_names(parts: Any) -> list[str]:
    """Part names out of a mix of names and results of tasks; a mapped task that never ran gives None."""
    names: list[str] = []
    for part in parts or ():
        if isinstance(part, str):
            names.append(part)
        elif isinstance(part, dict):
            names.extend(part["parts"])
        elif part is not None:
            names.extend(_part_names(part))
    return names
