"""Context of a run's tasks: the run's folder, the results database, the settings.

Each part is opened on first use, so that a task which needs only the folder connects to no database.
"""

from __future__ import annotations

from collections.abc import Mapping
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
        run_id: The run, as :func:`student_loans.runs.run_name` names it.
        dag_id: The DAG of the run.
        writer: The task, as :func:`student_loans.storage.run_folder.writer_name` names it.
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
        writer: str = "",
        *,
        store_conn_id: str = ObjectStoreHook.default_conn_name,
        database_conn_id: str = ResultsDatabaseHook.default_conn_name,
    ) -> None:
        self.run_id = run_id
        self.dag_id = dag_id
        self.writer = writer
        self._store_conn_id = store_conn_id
        self._database_conn_id = database_conn_id

    @property
    def airflow_run_id(self) -> str:
        """Airflow's id of the run, unique within its DAG."""
        from student_loans.runs import airflow_run_id

        return airflow_run_id(self.run_id, self.dag_id)

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
        """The run's folder in the object store, in which this task writes parts of its own."""
        from student_loans.storage.run_folder import RunFolder

        return RunFolder(self.store, self.run_id, self.writer)

    @cached_property
    def shared_folder(self) -> RunFolder:
        """The same folder for tasks that hand each other files under fixed names: only one of them may write each."""
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
    from student_loans.runs import run_name
    from student_loans.storage.run_folder import writer_name

    found = context or get_current_context()
    dag_id, ti = found["dag"].dag_id, found["ti"]
    writer = writer_name(ti.task_id, ti.map_index if ti.map_index is not None else -1)
    return RunContext(run_name(dag_id, str(found["run_id"])), dag_id, writer, **conn_ids)


def upstream_parts(run: RunContext, kind: str, context: Any = None) -> list[str]:
    """Names of the parts of a kind that tasks before this one have written: what another branch of the DAG wrote is not its.

    Args:
        run: The run of the task.
        kind: Such as ``acquired``.
        context: Airflow's context; None means that of the running task.

    Returns:
        In a mapped task group only the parts of the same map index. All parts of the kind for a task that no task before it has
        written one for, as in a DAG whose tasks are not connected.
    """
    from student_loans.storage.run_folder import writer_name

    found = context or get_current_context()
    task, map_index = found["task"], found["ti"].map_index
    groups = {group.group_id for group in task.iter_mapped_task_groups()}
    writers: dict[str, int | None] = {}
    for other in task.get_flat_relatives(upstream=True):
        same_group = groups & {group.group_id for group in other.iter_mapped_task_groups()}
        writers[writer_name(other.task_id)] = map_index if same_group else None
    parts = run.folder.parts_of(kind)
    return [part for part in parts if _is_from(part, writers)] or parts


def _is_from(part: str, writers: Mapping[str, int | None]) -> bool:
    """Whether one of these tasks wrote a part: of a task in the same mapped group the instance of the map index only."""
    writer, _, index = part.partition("@")[0].partition(":")
    wanted = writers.get(writer, -1)
    return wanted is None or (wanted >= 0 and index == str(wanted))
