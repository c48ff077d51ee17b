"""Acquire new documents from a source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator
from airflow.sdk.bases.skipmixin import SkipMixin

from loan_documents.arguments import check_list_of_texts, check_texts, is_known, naming, shown, wrong_argument
from loan_documents.hooks.document_source import DocumentSourceHook
from loan_documents.hooks.object_store import ObjectStoreHook
from loan_documents.hooks.results_database import ResultsDatabaseHook
from loan_documents.links import DocumentsLink, ReportLink
from loan_documents.mapped_names import address_name
from loan_documents.metrics import count
from loan_documents.retry import RETRY_POLICY
from loan_documents.run_context import RunContext, current_run

if TYPE_CHECKING:
    from airflow.providers.openlineage.extractors import OperatorLineage
    from airflow.sdk import Context, RetryPolicy

    from student_loans.intake.sources import DocumentSource
    from student_loans.intake.uploads import UploadSource


class DocumentAcquireOperator(BaseOperator, SkipMixin):
    """Copy new documents of a source into the object store, and account for every file.

    Bytes are stored under their SHA-256: a known document is not copied again, even under another name. The source is
    not changed. The documents are listed in the run's folder of the object store, in a part of each task and map index; only
    counts travel by XCom.

    Args:
        source: Where the documents are: a folder (a path relative to the project, or ``file://``), ``s3://bucket/prefix``,
            ``http(s)://…`` (an API) or ``postgresql://…`` (a query), see :class:`DocumentSourceHook`; ``uploads://inbox`` for
            files uploaded through the web pages or the API. Templated.
        source_conn_id: Connection with the credentials and options of the source; empty where it needs none. Templated.
        reprocess: Process documents again that an earlier run has processed. Templated: ``"True"`` means yes.
        skipped_without_news: Ids of the tasks to skip when no file is new and none was refused. Each would otherwise take
            a second to find that out. A mapped task skips none: another source may have news.
        store_conn_id: Connection of the object store.
        database_conn_id: Connection of the results database.

    Returns:
        Counts of files by outcome: ``files``, ``new``, ``unchanged``, ``duplicate``, ``refused``; the
        number of files ``opened``; and of entries ``ignored``, which are not documents.
    """

    template_fields: Sequence[str] = ("source", "source_conn_id", "reprocess", "store_conn_id", "database_conn_id")
    ui_color = "#dbeafe"
    operator_extra_links = (DocumentsLink(), ReportLink())

    def __init__(
        self,
        *,
        source: str,
        source_conn_id: str = "",
        reprocess: bool | str = False,
        skipped_without_news: Sequence[str] = (),
        store_conn_id: str = ObjectStoreHook.default_conn_name,
        database_conn_id: str = ResultsDatabaseHook.default_conn_name,
        # Named here, not set below: Airflow takes the defaults of a mapped task from this signature.
        retry_policy: RetryPolicy | None = RETRY_POLICY,
        map_index_template: str | None = "{{ task.source_label }}",
        **kwargs: Any,
    ) -> None:
        super().__init__(retry_policy=retry_policy, map_index_template=map_index_template, **kwargs)
        self.source = source
        self.source_conn_id = source_conn_id
        self.reprocess = reprocess
        self.skipped_without_news = skipped_without_news
        self.store_conn_id = store_conn_id
        self.database_conn_id = database_conn_id
        self._lineage: tuple[str, str, str, dict[str, int]] | None = None
        self._check_arguments()

    @property
    def source_label(self) -> str:
        """The source, which names a mapped task."""
        return address_name(self.source)

    def execute(self, context: Context) -> dict[str, int]:
        """Acquire, and return the counts."""
        from student_loans.fingerprints import record_fingerprint
        from student_loans.intake.acquire_stage import acquire_documents
        from student_loans.intake.ledger_notes import note_acquired
        from student_loans.intake.source_items import SourceItems
        from student_loans.intake.uploads import LOCATION
        from student_loans.ledger.model import RetryRule
        from student_loans.ledger.store import Ledger

        self._check_arguments()
        run = current_run(context, store_conn_id=self.store_conn_id, database_conn_id=self.database_conn_id)
        is_inbox = self.source == LOCATION
        source = self._uploads(run) if is_inbox else self._source(run)
        reprocess = str(self.reprocess).lower() == "true"
        run.results.migrate()
        fingerprint = record_fingerprint(run.settings)
        run.results.start_run(run.run_id, dag_id=run.dag_id, source_uri=source.uri, settings_fingerprint=fingerprint)
        items, rule = run.open(SourceItems), RetryRule.of(run.settings)
        result = acquire_documents(
            source, run.folder, run.results, items, run.settings, reprocess=reprocess, retry=rule
        )
        note_acquired(run.folder, run.open(Ledger), run.settings, reprocess=reprocess)
        self.log.info("Acquired documents: %s", result)
        self._lineage = (source.uri, str(run.store.root), run.run_id, asdict(result))
        count("acquired", asdict(result))
        alone = context["ti"].map_index in (None, -1)
        if self.skipped_without_news and alone and not (result.new or result.refused):
            self._skip(context, asdict(result))
        return asdict(result)

    def get_openlineage_facets_on_complete(self, task_instance: Any) -> OperatorLineage[Any, Any] | None:
        """The source's files into the object store."""
        from loan_documents.lineage import acquire_lineage

        return acquire_lineage(*self._lineage) if self._lineage else None

    def _check_arguments(self) -> None:
        """Refuse what is known to be wrong: when the DAG is parsed, and when templates are rendered."""
        with naming(self):
            check_texts(self, "source", "source_conn_id", "store_conn_id", "database_conn_id")
            check_list_of_texts("skipped_without_news", self.skipped_without_news)
            if is_known(self.reprocess) and str(self.reprocess).lower() not in ("true", "false"):
                raise wrong_argument(f"`reprocess` is true or false, not {shown(self.reprocess)}.")

    def _skip(self, context: Context, counts: dict[str, int]) -> None:
        """Skip tasks without work. Airflow skips them by an exception, so the counts are pushed first."""
        from airflow.sdk.bases.xcom import BaseXCom

        self.log.info("Nothing is new: %s are skipped", ", ".join(self.skipped_without_news))
        context["ti"].xcom_push(BaseXCom.XCOM_RETURN_KEY, counts)
        self.skip(context["ti"], [context["dag"].get_task(task_id) for task_id in self.skipped_without_news])

    def _source(self, run: RunContext) -> DocumentSource:
        """The source that the parameters name, if it is allowed."""
        stores = (str(run.store.root),)
        return DocumentSourceHook(self.source_conn_id, self.source, stores).get_conn()

    def _uploads(self, run: RunContext) -> UploadSource:
        """Uploaded files that no run has acquired yet."""
        from student_loans.intake.upload_store import UploadStore
        from student_loans.intake.uploads import UploadSource

        uploads = run.open(UploadStore)
        uploads.migrate()
        return UploadSource(uploads, run.store)
