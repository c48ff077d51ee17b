"""A real Airflow whose results database and object store are not its own, so that they can be taken away from it."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from scripts.local.api import AirflowApi
from scripts.local.components import RUN_COMPONENTS
from scripts.local.environment import LocalAirflow
from scripts.local.postgres import remove_postgres
from scripts.local.postgres.access import DatabaseAccess
from scripts.local.server import start, stop
from student_loans.intake.sources import allow_location
from student_loans.runs import run_name
from tests.faults.services import S3, Postgres

_TIMEOUT_S = 600.0
_READING = ("preprocess_documents", "extract_data")


class _WithServices(LocalAirflow):
    """The local Airflow, with connections to services of the test."""

    connections: dict[str, str]

    def variables(self, database: DatabaseAccess, port: int) -> dict[str, str]:
        return {**LocalAirflow.variables(self, database, port), **_WithServices.connections}


class AirflowRun:
    """One run of one DAG.

    Args:
        postgres: Server of the results database.
        database: Its name there.
        s3: Server of the object store.
        root: The store's ``s3://…``.
    """

    def __init__(self, postgres: Postgres, database: str, s3: S3, root: str) -> None:
        self._home = Path(tempfile.mkdtemp(prefix="faults-"))
        self._local = _WithServices(self._home, self._home / "data", self._home / "reports")
        options = s3.options
        results = postgres.access.connection(database)
        store = {
            "conn_type": "aws",
            "login": options["key"],
            "password": options["secret"],
            "extra": {"root": root, "endpoint_url": options["endpoint_url"], "region_name": "us-east-1"},
        }
        _WithServices.connections = {
            "AIRFLOW_CONN_LOAN_DOCUMENTS_DB": json.dumps(results),
            "AIRFLOW_CONN_LOAN_DOCUMENTS_STORE": json.dumps(store),
        }
        self._api: AirflowApi | None = None
        self._dag_id = ""
        self.run_id = "faults-1"

    def __enter__(self) -> Self:
        self._api = start(self._local, lambda what: None, RUN_COMPONENTS)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        stop(self._local)
        remove_postgres(self._local)
        shutil.rmtree(self._home, ignore_errors=True)

    @property
    def api(self) -> AirflowApi:
        assert self._api is not None
        return self._api

    def trigger(self, dag_id: str, conf: dict[str, Any]) -> None:
        self._dag_id = dag_id
        allow_location(self._local.allowed_sources, conf["source"])
        self.api.wait_for_dag(dag_id)
        self.api.trigger(dag_id, conf, run_id=self.run_id)

    @property
    def name(self) -> str:
        """The run in the results database."""
        return run_name(self._dag_id, self.run_id)

    def is_reading(self) -> bool:
        """Has a mapped task begun?"""
        counts = self.api.task_counts(self._dag_id, self.run_id)
        return any(counts[task].running or counts[task].done for task in _READING if task in counts)

    def wait(self) -> str:
        """The state in which the run ends."""
        deadline = time.monotonic() + _TIMEOUT_S
        while time.monotonic() < deadline:
            state = self.api.run_state(self._dag_id, self.run_id)
            if state in ("success", "failed"):
                return state
            time.sleep(1)
        return "timed out"

    def retried(self) -> bool:
        """Did a task need more than one try?"""
        path = f"/api/v2/dags/{self._dag_id}/dagRuns/{self.run_id}/taskInstances"
        answer = self.api._client.get(path, params={"limit": 100}).json()
        return any(instance["try_number"] > 1 for instance in answer["task_instances"])
