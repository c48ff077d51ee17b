"""A small client of Airflow's REST API for the local commands."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from scripts.local.environment import USER


class AirflowApi:
    """Airflow's REST API at one address.

    Args:
        port: Port on 127.0.0.1.
        password: Password of the local user.
    """

    def __init__(self, port: int, password: str) -> None:
        import httpx

        self.address = f"http://127.0.0.1:{port}"
        self._password = password
        self._client = httpx.Client(base_url=self.address, timeout=30)

    def is_healthy(self, components: Collection[str]) -> bool:
        """Whether the database and these components are healthy.

        Args:
            components: As ``airflow`` names their commands.
        """
        import httpx

        try:
            health = self._client.get("/api/v2/monitor/health").json()
        except (httpx.TransportError, ValueError):
            return False
        names = ["metadatabase", *(name.replace("-", "_") for name in components if name != "api-server")]
        return all((health.get(name) or {}).get("status") == "healthy" for name in names)

    def log_in(self) -> None:
        """Get a token for the calls that follow.

        Raises:
            PermissionError: Another Airflow answers, with another password.
        """
        answer = self._client.post("/auth/token", json={"username": USER, "password": self._password})
        if answer.status_code == 401:
            raise PermissionError(f"{self.address} is another Airflow, which does not know this one's password")
        answer.raise_for_status()
        self._client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def set_pool(self, name: str, slots: int, description: str) -> None:
        """Create a pool, or set its number of slots."""
        pool = {"name": name, "slots": slots, "description": description, "include_deferred": False}
        answer = self._client.patch(f"/api/v2/pools/{name}", json=pool)
        if answer.status_code == 404:
            answer = self._client.post("/api/v2/pools", json=pool)
        answer.raise_for_status()

    def wait_for_dag(self, dag_id: str, timeout_s: float = 90.0) -> None:
        """Wait until the DAG processor has parsed a DAG.

        Raises:
            TimeoutError: With the import errors, when there are any.
        """
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            if self._client.get(f"/api/v2/dags/{dag_id}").status_code == 200:
                return
            time.sleep(0.5)
        errors = self._client.get("/api/v2/importErrors").json().get("import_errors", [])
        raise TimeoutError(f"The DAG {dag_id} did not appear. Import errors: {errors or 'none'}")

    def set_paused(self, dag_id: str, paused: bool) -> None:
        """Pause or unpause a DAG; a DAG that was never parsed keeps the state of its file."""
        answer = self._client.patch(f"/api/v2/dags/{dag_id}", json={"is_paused": paused})
        if answer.status_code != 404:
            answer.raise_for_status()

    def trigger(self, dag_id: str, conf: dict[str, Any], *, run_id: str) -> None:
        """Start a run."""
        self._client.patch(f"/api/v2/dags/{dag_id}", json={"is_paused": False}).raise_for_status()
        answer = self._client.post(
            f"/api/v2/dags/{dag_id}/dagRuns", json={"dag_run_id": run_id, "logical_date": None, "conf": conf}
        )
        answer.raise_for_status()

    def run_state(self, dag_id: str, run_id: str) -> str:
        """State of a run."""
        answer = self._client.get(f"/api/v2/dags/{dag_id}/dagRuns/{quote(run_id)}")
        answer.raise_for_status()
        return str(answer.json()["state"])

    def task_counts(self, dag_id: str, run_id: str) -> dict[str, TaskCounts]:
        """How many task instances of each task are done, by task id."""
        counts: dict[str, TaskCounts] = {}
        offset = 0
        while True:
            answer = self._client.get(
                f"/api/v2/dags/{dag_id}/dagRuns/{quote(run_id)}/taskInstances", params={"limit": 100, "offset": offset}
            )
            answer.raise_for_status()
            page = answer.json()
            for instance in page["task_instances"]:
                counts.setdefault(instance["task_id"], TaskCounts()).add(instance["state"])
            offset += len(page["task_instances"])
            if offset >= page["total_entries"] or not page["task_instances"]:
                return counts


@dataclass(slots=True)
class TaskCounts:
    """Task instances of one task by state."""

    total: int = 0
    done: int = 0
    failed: int = 0
    running: int = 0
    skipped: int = 0

    def add(self, state: str | None) -> None:
        """Count one task instance."""
        self.total += 1
        self.done += state == "success"
        self.failed += state in ("failed", "upstream_failed")
        self.running += state == "running"
        self.skipped += state == "skipped"
