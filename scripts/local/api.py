"""A small client of Airflow's REST API for the local commands."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from scripts.local.environment import USER

if TYPE_CHECKING:
    import httpx


REQUEST_TIMEOUT_S = 10.0
"""Seconds for one try of a request; a request is tried again, see :class:`AirflowApi`."""
HEALTH_TIMEOUT_S = 3.0
RETRY_S = 120.0
DAG_S = 180.0
_RETRY_INTERVAL_S = 1.0
_TOO_MANY_REQUESTS = 429


class AirflowApi:
    """Airflow's REST API at one address.

    A request is tried again while the server does not answer, resets the connection or answers with a status of 500 or more.

    Args:
        port: Port on 127.0.0.1.
        password: Password of the local user.
        on_trouble: Called after each failed try with the seconds since the first; raises when it is useless to try again.
            None gives up after ``RETRY_S`` seconds.
        check_server: Called before the password is sent; raises if another program listens on the port.
    """

    def __init__(
        self,
        port: int,
        password: str,
        *,
        on_trouble: Callable[[float], None] | None = None,
        check_server: Callable[[], None] = lambda: None,
    ) -> None:
        import httpx

        self.address = f"http://127.0.0.1:{port}"
        self.on_trouble = on_trouble
        self._password = password
        self._check_server = check_server
        # A proxy of the environment is not for this machine's own server, and must not see the password.
        self._client = httpx.Client(base_url=self.address, timeout=REQUEST_TIMEOUT_S, trust_env=False)

    def unhealthy(self, components: Collection[str]) -> list[str]:
        """Which components are not healthy; all of them if the API server does not answer.

        Args:
            components: As ``airflow`` names their commands.
        """
        import httpx

        try:
            health = self._client.get("/api/v2/monitor/health", timeout=HEALTH_TIMEOUT_S).json()
        except (httpx.TransportError, ValueError):
            return list(components)
        if (health.get("metadatabase") or {}).get("status") != "healthy":
            return list(components)
        parts = {name: name.replace("-", "_") for name in components if name != "api-server"}
        return [name for name, part in parts.items() if (health.get(part) or {}).get("status") != "healthy"]

    def is_healthy(self, components: Collection[str]) -> bool:
        """Whether the database and these components are healthy."""
        return not self.unhealthy(components)

    def log_in(self) -> None:
        """Get a token for the calls that follow.

        Raises:
            PermissionError: Another Airflow answers, with another password.
        """
        self._check_server()
        self._client.headers.pop("Authorization", None)
        answer = self._try_until_answered("POST", "/auth/token", json={"username": USER, "password": self._password})
        if answer.status_code == 401:
            raise PermissionError(f"{self.address} is another Airflow, which does not know this one's password")
        answer.raise_for_status()
        self._client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def _request(self, method: str, path: str, **options: Any) -> httpx.Response:
        answer = self._try_until_answered(method, path, **options)
        if answer.status_code == 401:  # the token of a long run has expired
            self.log_in()
            answer = self._try_until_answered(method, path, **options)
        return answer

    def _try_until_answered(self, method: str, path: str, **options: Any) -> httpx.Response:
        import httpx

        started = time.monotonic()
        while True:
            try:
                answer = self._client.request(method, path, **options)
                if answer.status_code < 500 and answer.status_code != _TOO_MANY_REQUESTS:
                    return answer
                answer.raise_for_status()
            except httpx.HTTPError as error:
                self._wait_or_give_up(time.monotonic() - started, error)

    def _wait_or_give_up(self, seconds: float, error: Exception) -> None:
        if self.on_trouble:
            self.on_trouble(seconds)
            self._check_server()
        elif seconds > RETRY_S:
            raise error
        time.sleep(_RETRY_INTERVAL_S)

    def set_pool(self, name: str, slots: int, description: str) -> None:
        """Create a pool, or set its number of slots."""
        pool = {"name": name, "slots": slots, "description": description, "include_deferred": False}
        answer = self._request("PATCH", f"/api/v2/pools/{name}", json=pool)
        if answer.status_code == 404:
            answer = self._request("POST", "/api/v2/pools", json=pool)
        # A try whose answer was lost has already created it.
        if answer.status_code != 409:
            answer.raise_for_status()

    def wait_for_dag(self, dag_id: str, observe: Callable[[], None] | None = None, since: float = 0.0) -> None:
        """Wait until the DAG processor has parsed a DAG.

        Args:
            dag_id: The DAG.
            observe: Called between two looks; raises when waiting is useless. None waits for ``DAG_S`` seconds.
            since: Start of the DAG processor in seconds since 1970; errors of an earlier one are ignored.

        Raises:
            TimeoutError: The DAG cannot be imported, or does not appear; with the import errors.
        """
        started = time.monotonic()
        while self._request("GET", f"/api/v2/dags/{dag_id}").status_code != 200:
            errors = self._import_errors(since)
            if errors and observe:
                raise TimeoutError(f"The DAG {dag_id} cannot be imported:\n{errors}")
            if observe:
                observe()
            elif time.monotonic() - started > DAG_S:
                raise TimeoutError(f"The DAG {dag_id} did not appear. Import errors: {errors or 'none'}")
            time.sleep(0.5)

    def _import_errors(self, since: float) -> str:
        answer = self._request("GET", "/api/v2/importErrors").json()
        return "\n".join(
            f"{error['filename']}: {error['stack_trace']}"
            for error in answer.get("import_errors", [])
            if datetime.fromisoformat(error["timestamp"]).timestamp() >= since
        )

    def set_paused(self, dag_id: str, paused: bool) -> None:
        """Pause or unpause a DAG; a DAG that was never parsed keeps the state of its file."""
        answer = self._request("PATCH", f"/api/v2/dags/{dag_id}", json={"is_paused": paused})
        if answer.status_code != 404:
            answer.raise_for_status()

    def trigger(self, dag_id: str, conf: dict[str, Any], *, run_id: str) -> None:
        """Start a run; a run of this id that exists counts as started, because the answer of a try may be lost."""
        self._request("PATCH", f"/api/v2/dags/{dag_id}", json={"is_paused": False}).raise_for_status()
        run = {"dag_run_id": run_id, "logical_date": None, "conf": conf}
        answer = self._request("POST", f"/api/v2/dags/{dag_id}/dagRuns", json=run)
        if answer.status_code != 409:
            answer.raise_for_status()

    def run_state(self, dag_id: str, run_id: str) -> str:
        """State of a run."""
        answer = self._request("GET", f"/api/v2/dags/{dag_id}/dagRuns/{quote(run_id)}")
        answer.raise_for_status()
        return str(answer.json()["state"])

    def task_counts(self, dag_id: str, run_id: str) -> dict[str, TaskCounts]:
        """How many task instances of each task are done, by task id."""
        counts: dict[str, TaskCounts] = {}
        path = f"/api/v2/dags/{dag_id}/dagRuns/{quote(run_id)}/taskInstances"
        offset = 0
        while True:
            answer = self._request("GET", path, params={"limit": 100, "offset": offset})
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
