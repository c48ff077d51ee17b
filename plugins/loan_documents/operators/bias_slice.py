"""Slice documents and measure whether every slice is served equally well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator

from loan_documents.arguments import check_texts, is_known, naming, wrong_argument
from loan_documents.hooks.object_store import ObjectStoreHook
from loan_documents.hooks.results_database import ResultsDatabaseHook
from loan_documents.mapped_names import address_name
from loan_documents.retry import RETRY_POLICY
from loan_documents.run_context import current_run

if TYPE_CHECKING:
    from airflow.sdk import Context, RetryPolicy

    from loan_documents.run_context import RunContext
    from student_loans.fairness.settings import FairnessSettings
    from student_loans.labels.store import LabelStore


class BiasSliceOperator(BaseOperator):
    """Divide documents by type, lender, pages, format, rendering and quality, and measure each slice.

    With ``parts``, the records of a batch are sliced. They have no labels, so completeness, confidence, acceptance and review
    are measured. Without ``parts``, every labelled document of the results database is sliced, and accuracy is measured too.
    Slices are compared, those that are served worse are named, and the page ``bias/<task>/bias.html`` is written.

    Args:
        parts: Names of the run's parts, or kinds of parts, that hold records, or the results of the tasks that wrote them; None:
            labelled documents. Templated.
        settings_path: A YAML file in place of ``include/student_loans/config/fairness.yaml``; None means that file. Templated.
        slice_only: Slice labelled documents for tasks that measure, compare and report one after another, as those of
            ``bias_detection_pipeline``. Such a task cannot be mapped.
        store_conn_id: Connection of the object store.
        database_conn_id: Connection of the results database.

    Returns:
        Counts: ``documents``, ``labels``, ``measured``, ``not_enough_evidence``, ``findings``; no names and no values.
    """

    template_fields: Sequence[str] = ("parts", "settings_path", "store_conn_id", "database_conn_id")
    ui_color = "#ede9fe"

    def __init__(
        self,
        *,
        parts: Any = None,
        settings_path: str | None = None,
        slice_only: bool = False,
        store_conn_id: str = ObjectStoreHook.default_conn_name,
        database_conn_id: str = ResultsDatabaseHook.default_conn_name,
        # Named here, not set below: Airflow takes the defaults of a mapped task from this signature.
        retry_policy: RetryPolicy | None = RETRY_POLICY,
        map_index_template: str | None = "{{ task.source_label }}",
        **kwargs: Any,
    ) -> None:
        super().__init__(retry_policy=retry_policy, map_index_template=map_index_template, **kwargs)
        self.parts = parts
        self.settings_path = settings_path
        self.slice_only = slice_only
        self.store_conn_id = store_conn_id
        self.database_conn_id = database_conn_id
        self._check_arguments()

    @property
    def source_label(self) -> str:
        """The settings or the sliced parts, which name a mapped task."""
        from student_loans.validation.source_stage import part_names

        return address_name(self.settings_path or ", ".join(part_names(self.parts)))

    def execute(self, context: Context) -> dict[str, Any]:
        """Slice, and return the counts."""
        from student_loans.fairness.settings import load_fairness_settings
        from student_loans.fairness.stage import check_slices, report_bias, slice_labelled
        from student_loans.fairness.store import FairnessStore

        self._check_arguments()
        options = load_fairness_settings(Path(self.settings_path) if self.settings_path else None)
        run = current_run(context, store_conn_id=self.store_conn_id, database_conn_id=self.database_conn_id)
        if self.slice_only:
            self._check_not_mapped(context)
            counts = slice_labelled(run.shared_folder, self._labels(run), options)
        else:
            labels = self._slice(run, options)
            counts = check_slices(run.folder, run.open(FairnessStore), options, labels=labels)
            report_bias(run.folder, counts, options, run.settings.storage.reports_uri, labelled=labels is not None)
        self.log.info("Sliced documents: %s", counts)
        return asdict(counts)

    def _slice(self, run: RunContext, options: FairnessSettings) -> int | None:
        """Slice; returns the number of labels, None for a batch without labels."""
        from student_loans.fairness.stage import slice_batch, slice_labelled
        from student_loans.validation.source_stage import part_names

        if self.parts is None:
            return slice_labelled(run.folder, self._labels(run), options).labels
        with naming(self):
            names = part_names(self.parts)
        slice_batch(run.folder, names, options)
        return None

    def _labels(self, run: RunContext) -> LabelStore:
        from student_loans.labels.store import LabelStore

        labels = run.open(LabelStore)
        labels.migrate()
        return labels

    def _check_arguments(self) -> None:
        """Refuse what is known to be wrong: when the DAG is parsed, and when templates are rendered."""
        from student_loans.fairness.settings import load_fairness_settings
        from student_loans.validation.source_stage import part_names

        with naming(self):
            check_texts(self, "store_conn_id", "database_conn_id")
            check_texts(self, "settings_path", optional=True)
            if self.settings_path and is_known(self.settings_path) and Path(self.settings_path).is_file():
                load_fairness_settings(Path(self.settings_path))
            if is_known(self.parts):
                part_names(self.parts)
            if self.slice_only and self.parts is not None:
                raise wrong_argument("`slice_only` slices labelled documents, so it takes no `parts`.")

    def _check_not_mapped(self, context: Context) -> None:
        with naming(self):
            if context["ti"].map_index not in (None, -1):
                raise wrong_argument("with `slice_only` the task is not mapped, as the tasks after it read one result.")
