"""Read documents into records: prepared groups, or whatever still has to be acquired, checked and prepared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator

from loan_documents.arguments import check_one_of, check_texts, is_known, naming, shown, wrong_argument
from loan_documents.hooks.document_source import DocumentSourceHook
from loan_documents.hooks.object_store import ObjectStoreHook
from loan_documents.hooks.results_database import ResultsDatabaseHook
from loan_documents.links import DocumentsLink, ReportLink
from loan_documents.metrics import count
from loan_documents.preloading import use_models
from loan_documents.retry import RETRY_POLICY
from loan_documents.run_context import RunContext, current_run

if TYPE_CHECKING:
    from airflow.providers.openlineage.extractors import OperatorLineage
    from airflow.sdk import Context, RetryPolicy

    from student_loans.pipeline.extract_stage import ExtractedGroup


class OcrExtractOperator(BaseOperator):
    """Turn documents into records: text layer or OCR, document type, fields, checks.

    What is not acquired, checked and prepared yet is, so the operator can be the only one of a DAG. Mapped over groups or
    files; each mapped task shows its documents' names instead of an index. A document that cannot be read becomes a
    quarantined record, so the task fails only when a service does.

    Give exactly one of ``group`` and ``files``.

    Args:
        group: What ``preprocess_documents`` or ``validate_documents`` returned for a group, or a list of references or ids of
            acquired documents. Templated.
        files: Paths of files or folders (relative to the project, or ``file://``) or ``s3://…`` addresses, one or a list;
            only what may be a source. All of them are read, also those that an earlier run has read. Templated.
        source_conn_id: Connection with the credentials of ``files``; empty where they need none. Templated.
        store_conn_id: Connection of the object store.
        database_conn_id: Connection of the results database, where the ledger is.

    Returns:
        ``parts`` (names of the run's parts that hold the records), ``statuses`` (counts by status) and ``pages``.

    Raises:
        ConfigurationError: An argument is wrong, a file is not allowed as a source or does not exist, or the run has no such
            group; when the DAG is parsed as far as it is known then. Never retried.
    """

    template_fields: Sequence[str] = ("group", "files", "source_conn_id", "store_conn_id", "database_conn_id")
    ui_color = "#dcfce7"
    operator_extra_links = (DocumentsLink(), ReportLink())

    def __init__(
        self,
        *,
        group: Any = None,
        files: Any = None,
        source_conn_id: str = "",
        store_conn_id: str = ObjectStoreHook.default_conn_name,
        database_conn_id: str = ResultsDatabaseHook.default_conn_name,
        # Named here, not set below: Airflow takes the defaults of a mapped task from this signature.
        retry_policy: RetryPolicy | None = RETRY_POLICY,
        map_index_template: str | None = "{{ task.group_label }}",
        **kwargs: Any,
    ) -> None:
        super().__init__(retry_policy=retry_policy, map_index_template=map_index_template, **kwargs)
        self.group = group
        self.files = files
        self.source_conn_id = source_conn_id
        self.store_conn_id = store_conn_id
        self.database_conn_id = database_conn_id
        self._lineage: tuple[str, str, dict[str, Any]] | None = None
        self._check_arguments()

    @property
    def group_label(self) -> str:
        """The names of the documents, which name a mapped task."""
        from student_loans.intake.check_stage import label_of_names
        from student_loans.preparation.groups import label_of, readable

        if self.group is None:
            return label_of_names([PurePosixPath(file).name for file in _listed(self.files)])
        return label_of(readable(self.group))

    def execute(self, context: Context) -> dict[str, Any]:
        """Extract, and return where the records are."""
        from student_loans.storage.run_folder import folder_name

        self._check_arguments()
        use_models()
        run = current_run(context, store_conn_id=self.store_conn_id, database_conn_id=self.database_conn_id)
        result = self._read(run)
        self.log.info("Extracted %s, %d pages: %s", self.group_label, result.pages, dict(result.statuses))
        self._lineage = (str(run.store.root), folder_name(run.run_id), asdict(result))
        count("extracted", {**result.statuses, "pages": result.pages})
        return asdict(result)

    def get_openlineage_facets_on_complete(self, task_instance: Any) -> OperatorLineage[Any, Any] | None:
        """Prepared pages into records."""
        from loan_documents.lineage import extract_lineage

        return extract_lineage(*self._lineage) if self._lineage else None

    def _read(self, run: RunContext) -> ExtractedGroup:
        from student_loans.pipeline.ready_stage import ReadingTask, read_documents, read_files
        from student_loans.preparation.groups import readable

        reading = ReadingTask(run.folder, run.dag_id, run.results, run.settings)
        if self.group is not None:
            return read_documents(reading, readable(self.group))
        stores = (str(run.store.root),)
        hooks = [DocumentSourceHook(self.source_conn_id, file, stores) for file in _listed(self.files)]
        return read_files(reading, [hook.get_conn() for hook in hooks])

    def _check_arguments(self) -> None:
        """Refuse what is known to be wrong: when the DAG is parsed, and when templates are rendered."""
        from student_loans.preparation.groups import readable

        with naming(self):
            check_one_of(self, "group", "files")
            check_texts(self, "source_conn_id", "store_conn_id", "database_conn_id")
            if self.group is not None and is_known(self.group):
                readable(self.group)
            if self.files is not None and is_known(self.files):
                _listed(self.files)


def _listed(files: Any) -> list[str]:
    """The addresses of files.

    Raises:
        ConfigurationError: ``invalid_argument``: something else is among them.
    """
    listed = [files] if isinstance(files, str | Path) else files
    if not isinstance(listed, Iterable) or not all(isinstance(file, str | Path) for file in listed):
        raise wrong_argument(f"`files` is a path or address, or a list of them, not {shown(files)}.")
    return [str(file) for file in listed]
