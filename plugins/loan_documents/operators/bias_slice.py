"""Slice documents and measure whether every slice is served equally well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator

from loan_documents.arguments import check_texts, is_known, naming
from loan_documents.hooks.object_store import ObjectStoreHook
from loan_documents.hooks.results_database import ResultsDatabaseHook
from loan_documents.retry import RETRY_POLICY
from loan_documents.run_context import current_run

if TYPE_CHECKING:
    from airflow.sdk import Context


class BiasSliceOperator(BaseOperator):
    """Divide documents by type, lender, pages, format, rendering and quality, and measure each slice.

    With ``parts``, the records of a batch are sliced. They have no labels, so completeness, confidence, acceptance and review
    are measured, compared and reported at once. Without ``parts``, every labelled document of the results database is
    sliced for the next tasks of ``bias_detection_pipeline``.

    Args:
        parts: Names of the run's parts that hold records, or the results of the tasks that wrote them; None: labelled
            documents. Templated.
        settings_path: A YAML file in place of ``include/student_loans/config/fairness.yaml``; None means that file. Templated.
        store_conn_id: Connection of the object store.
        database_conn_id: Connection of the results database.

    Returns:
        Counts: ``documents``, ``labels``, ``measured``, ``not_enough_evidence``, ``findings``; no names and no values.
    """

    template_fields: Sequence[str] = ("parts", "settings_path")
    ui_color = "#ede9fe"

    def __init__(
        self,
        *,
        parts: Any = None,
        settings_path: str | None = None,
        store_conn_id: str = ObjectStoreHook.default_conn_name,
        database_conn_id: str = ResultsDatabaseHook.default_conn_name,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("retry_policy", RETRY_POLICY)
        super().__init__(**kwargs)
        self.parts = parts
        self.settings_path = settings_path
        self.store_conn_id = store_conn_id
        self.database_conn_id = database_conn_id
        self._check_arguments()
        if is_known(parts):
            self._part_names()

    def execute(self, context: Context) -> dict[str, Any]:
        """Slice, and return the counts."""
        from student_loans.fairness.settings import load_fairness_settings
        from student_loans.fairness.stage import check_batch, report_bias, slice_batch, slice_labelled
        from student_loans.fairness.store import FairnessStore
        from student_loans.labels.store import LabelStore

        self._check_arguments()
        options = load_fairness_settings(Path(self.settings_path) if self.settings_path else None)
        run = current_run(context, store_conn_id=self.store_conn_id, database_conn_id=self.database_conn_id)
        if self.parts is None:
            labels = run.open(LabelStore)
            labels.migrate()
            counts = slice_labelled(run.folder, labels, options)
        else:
            slice_batch(run.folder, self._part_names(), options)
            counts = check_batch(run.folder, run.open(FairnessStore), options)
            report_bias(run.folder, counts, options, run.settings.storage.reports_uri, labelled=False)
        self.log.info("Sliced documents: %s", counts)
        return asdict(counts)

    def _check_arguments(self) -> None:
        """Refuse what is known to be wrong: when the DAG is parsed, and when templates are rendered."""
        from student_loans.fairness.settings import load_fairness_settings

        with naming(self):
            check_texts(self, "store_conn_id", "database_conn_id")
            check_texts(self, "settings_path", optional=True)
            if self.settings_path and is_known(self.settings_path) and Path(self.settings_path).is_file():
                load_fairness_settings(Path(self.settings_path))

    def _part_names(self) -> list[str]:
        from student_loans.validation.source_stage import part_names

        with naming(self):
            return part_names(self.parts)
