"""Context of a run's tasks: the run's folder, the results database, the settings.

Each part is opened on first use, so that a task which needs only the folder connects to no database.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from airflow.sdk import get_current_context

from loan_documents.hooks.object_store import ObjectStoreHook
from loan_documents.hooks.results_database import ResultsDatabaseHook

if TYPE_CHECKING:
    from student_loans.results.store import ResultsDatabase
    from student_loans.settings import Settings
    from student_loans.storage.connection import Database
    from student_loans.storage.object_store import ObjectStore
    from student_loans.storage.run_folder import RunFolder

Store = TypeVar("Store", bound="Database")


class RunContext:
    """The run that a task belongs to.

    Args:
        run_id: Airflow's run id.
        dag_id: The DAG of the run.
        store_conn_id: Airflow connection of the object store.
        database_conn_id: Airflow connection of the results database.

    Example::

        run = current_run()
        detect_in_run(run.folder, run.open(AnomalyStore), anomaly_settings())
    """

    def __init__(
        self,
        run_id: str,
        dag_id: str = "",
        *,
        store_conn_id: str = ObjectStoreHook.default_conn_name,
        database_conn_id: str = ResultsDatabaseHook.default_conn_name,
    ) -> None:
        self.run_id = run_id
        self.dag_id = dag_id
        self._store_conn_id = store_conn_id
        self._database_conn_id = database_conn_id

    @property
    def settings(self) -> Settings:
        """The settings of the pipeline."""
        from student_loans.settings import settings

        return settings()

    @cached_property
    def store(self) -> ObjectStore:
        """The object store."""
        return ObjectStoreHook(self._store_conn_id).get_conn()

    @cached_property
    def folder(self) -> RunFolder:
        """The run's folder in the object store."""
        from student_loans.storage.run_folder import RunFolder

        return RunFolder(self.store, self.run_id)

    @cached_property
    def conninfo(self) -> str:
        """The connection string of the results database; it may hold a password."""
        return ResultsDatabaseHook(self._database_conn_id).conninfo()

    @cached_property
    def results(self) -> ResultsDatabase:
        """Runs, documents and fields."""
        from student_loans.results.store import ResultsDatabase

        return self.open(ResultsDatabase)

    def open(self, kind: type[Store]) -> Store:
        """The rows of a subject in the results database.

        Args:
            kind: The subject's store, such as ``LabelStore``.
        """
        return kind(self.conninfo)


def current_run(context: Any = None, **conn_ids: str) -> RunContext:
    """The run of the task that is running.

    Args:
        context: Airflow's context; None means that of the running task.
        **conn_ids: ``store_conn_id`` and ``database_conn_id``, where they are not the default ones.
    """
    found = context or get_current_context()
    return RunContext(str(found["run_id"]), found["dag"].dag_id, **conn_ids)
