"""DAGs of another team: in a folder that is not the project's, run by Airflow in this process."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.airflow_environment import PROJECT_ROOT

if TYPE_CHECKING:
    from airflow.sdk import DAG

EXAMPLES = PROJECT_ROOT / "plugins" / "loan_documents" / "example_dags"


@dataclass(frozen=True)
class Team:
    """Folders and database of a team; the connections of this process lead to them.

    Attributes:
        inbox: Documents; an allowed source.
        store: The object store.
        reports: Folder of reports.
        conninfo: Of the results database.
    """

    inbox: Path
    store: Path
    reports: Path
    conninfo: str

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of the results database."""
        import psycopg

        with psycopg.connect(self.conninfo) as connection:
            return connection.execute(query).fetchall()  # type: ignore[arg-type]


def run_dag(dag: DAG, conf: dict[str, Any] | None = None) -> Any:
    """A run of a DAG, as ``airflow dags test`` makes it. Airflow is given the DAG first: it is in no file of the DAG folder."""
    from airflow.dag_processing.bundles.manager import DagBundlesManager
    from airflow.dag_processing.collection import update_dag_parsing_results_in_db
    from airflow.serialization.serialized_objects import LazyDeserializedDAG
    from airflow.utils.session import create_session

    DagBundlesManager().sync_bundles_to_db()
    with create_session() as session:
        update_dag_parsing_results_in_db(
            "dags-folder", None, [LazyDeserializedDAG.from_dag(dag)], {}, None, set(), session=session
        )
    return dag.test(run_conf=conf)


def example_dag(name: str) -> Any:
    """An example DAG of the plugin, parsed from its file."""
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(str(EXAMPLES / f"{name}.py"))
    assert bag.import_errors == {}
    return bag.dags[name]
