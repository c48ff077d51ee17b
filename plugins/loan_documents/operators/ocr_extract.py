"""Read prepared documents into records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator

from loan_documents.hooks.object_store import ObjectStoreHook
from loan_documents.hooks.results_database import ResultsDatabaseHook
from loan_documents.links import DocumentsLink, ReportLink
from loan_documents.metrics import count
from loan_documents.preloading import use_models
from loan_documents.retry import RETRY_POLICY
from loan_documents.run_context import current_run

if TYPE_CHECKING:
    from airflow.providers.openlineage.extractors import OperatorLineage
    from airflow.sdk import Context, RetryPolicy


class OcrExtractOperator(BaseOperator):
    """Turn a group of prepared documents into records: text layer or OCR, document type, fields, checks.

    Mapped over groups; each mapped task shows its documents' names instead of an index. A document that cannot be read
    becomes a quarantined record, so the task fails only when a service does.

    Args:
        group: What ``preprocess_documents`` returned for the group. Templated.
        store_conn_id: Connection of the object store.
        database_conn_id: Connection of the results database, where the ledger is.

    Returns:
        ``parts`` (names of the run's parts that hold the records), ``statuses`` (counts by status) and ``pages``.
    """

    template_fields: Sequence[str] = ("group", "store_conn_id", "database_conn_id")
    ui_color = "#dcfce7"
    operator_extra_links = (DocumentsLink(), ReportLink())

    def __init__(
        self,
        *,
        group: Any,
        store_conn_id: str = ObjectStoreHook.default_conn_name,
        database_conn_id: str = ResultsDatabaseHook.default_conn_name,
        # Named here, not set below: Airflow takes the defaults of a mapped task from this signature.
        retry_policy: RetryPolicy | None = RETRY_POLICY,
        map_index_template: str | None = "{{ task.group_label }}",
        **kwargs: Any,
    ) -> None:
        super().__init__(retry_policy=retry_policy, map_index_template=map_index_template, **kwargs)
        self.group = group
        self.store_conn_id = store_conn_id
        self.database_conn_id = database_conn_id
        self._lineage: tuple[str, str, dict[str, Any]] | None = None

    @property
    def group_label(self) -> str:
        """The names of the group's documents, which name a mapped task."""
        return str(self.group.get("label", "")) if isinstance(self.group, Mapping) else ""

    def execute(self, context: Context) -> dict[str, Any]:
        """Extract, and return where the records are."""
        from student_loans.ledger.store import Ledger
        from student_loans.pipeline.extract_stage import extract_group
        from student_loans.preparation.stage import PreparedGroup
        from student_loans.storage.run_folder import folder_name

        use_models()
        group = PreparedGroup(**self.group)
        run = current_run(context, store_conn_id=self.store_conn_id, database_conn_id=self.database_conn_id)
        result = extract_group(run.folder, group, run.settings, run.open(Ledger))
        self.log.info("Extracted %d documents, %d pages: %s", group.documents, result.pages, dict(result.statuses))
        self._lineage = (str(run.store.root), folder_name(run.run_id), asdict(result))
        count("extracted", {**result.statuses, "pages": result.pages})
        return asdict(result)

    def get_openlineage_facets_on_complete(self, task_instance: Any) -> OperatorLineage[Any, Any] | None:
        """Prepared pages into records."""
        from loan_documents.lineage import extract_lineage

        return extract_lineage(*self._lineage) if self._lineage else None
