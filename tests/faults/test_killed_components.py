"""``kill -9`` of Airflow's own parts at random moments of real runs, in loops. Minutes long: ``make test-faults``.

FAULT_LOOPS says how many runs each part is killed in (default 1).
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from scripts.local.components import RUN_COMPONENTS
from scripts.local.environment import LocalAirflow
from scripts.local.postgres import postmaster_pid, remove_postgres, start_postgres
from scripts.local.server import restart_dead, start, stop
from scripts.local.state import AirflowState, read_state
from student_loans.intake.sources import allow_location
from student_loans.results.store import ResultsDatabase
from student_loans.settings import load_settings
from student_loans.storage.object_store import open_store
from student_loans.storage.run_folder import RunFolder
from tests.faults.mixed_files import write_mixed_files
from tests.faults.property import in_one_final_state, no_orphans, rows
from tests.faults.services import Postgres
from tests.faults.stages import Retries, run_stages

pytestmark = [
    pytest.mark.airflow,
    pytest.mark.timeout(3600),
    pytest.mark.skipif(os.environ.get("FAULTS") != "long", reason="the long form: make test-faults"),
]

DAG_ID = "document_processing_pipeline"
LOOPS = int(os.environ.get("FAULT_LOOPS", "1"))
FILES = 60
DOWN_S = 5.0


class Deployment:
    """A local Airflow whose parts can be killed and come back, and a results database of its own beside it."""

    def __init__(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="parts-"))
        self.results = Postgres(self.home / "results")
        self.results.start()
        self.local = LocalAirflow(self.home, self.home / "data", self.home / "reports")
        self.number = 0
        self._environment = {
            # A part that died is noticed in seconds, not minutes, as deploy/celery.env advises for workers.
            "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "30",
            "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "5",
            "AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "15",
            "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD": "15",
        }
        os.environ.update(self._environment)
        self.api = start(self.local, print, RUN_COMPONENTS)
        self.api.wait_for_dag(DAG_ID)
        for other in ("data_quality_monitoring", "document_review"):
            self.api.wait_for_dag(other)
            self.api.set_paused(other, True)  # they wait for the records of these runs
        self._closed, self._starting = threading.Event(), threading.Lock()
        self._supervisor = threading.Thread(target=self.supervise, name="supervisor")
        self._supervisor.start()

    def close(self) -> None:
        self._closed.set()
        self._supervisor.join()
        for name in self._environment:
            os.environ.pop(name, None)
        stop(self.local)
        self.results.remove()
        remove_postgres(self.local)
        shutil.rmtree(self.home, ignore_errors=True)

    @property
    def conninfo(self) -> str:
        return start_postgres(self.local).conninfo("loan_documents")

    def forget(self) -> None:
        with psycopg.connect(self.conninfo, autocommit=True) as connection:
            connection.execute("DROP SCHEMA IF EXISTS loan_documents CASCADE")
        shutil.rmtree(self.local.data, ignore_errors=True)

    def run(self, inbox: Path) -> str:
        self.number += 1
        run_id = f"parts-{self.number}"
        allow_location(self.local.allowed_sources, str(inbox))
        self.api.trigger(DAG_ID, {"source": str(inbox), "documents_per_task": 6}, run_id=run_id)
        return run_id

    def wait(self, run_id: str, seconds: float = 900) -> str:
        """The state in which the run ends; the API server may be the part that is away."""
        import httpx

        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                state = self.api.run_state(DAG_ID, run_id)
            except (httpx.HTTPError, KeyError):
                state = "unknown"
            if state in ("success", "failed"):
                return state
            time.sleep(1)
        return "timed out"

    def kill(self, part: str) -> None:
        """``kill -9`` of a part with all that it started."""
        os.killpg(self._state().components[part].pid, signal.SIGKILL)

    def supervise(self) -> None:
        """Start parts again that have ended, after a while, as Docker, Kubernetes or systemd do.

        A scheduler or a DAG processor whose database is away for seconds ends by itself.
        """
        while not self._closed.wait(1.0):
            if self._state().dead and not self._closed.wait(DOWN_S):
                with self._starting:
                    restart_dead(self.local, print)

    def _state(self) -> AirflowState:
        state = read_state(self.local.state_file)
        assert state
        return state

    def kill_supervisor(self) -> None:
        """``kill -9`` of the process that watches a task: its task's last process ends with it, or reports to nobody."""
        scheduler = psutil.Process(self._state().components["scheduler"].pid)
        titles = {process: " ".join(process.cmdline()) for process in scheduler.children(recursive=True)}
        busy = [process for process, title in titles.items() if "LocalExecutor: " in title and "<idle>" not in title]
        for process in busy[:1]:
            process.kill()

    def kill_database(self) -> None:
        """``kill -9`` of PostgreSQL, which holds Airflow's own state and the results, and its return."""
        pid = postmaster_pid(self.local)
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        time.sleep(DOWN_S)
        with self._starting:
            start_postgres(self.local)


@pytest.fixture(scope="module")
def deployment() -> Iterator[Deployment]:
    one = Deployment()
    yield one
    one.close()


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("inbox")
    write_mixed_files(folder, FILES, "parts")
    return folder


@pytest.fixture(scope="module")
def expected(deployment: Deployment, inbox: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[object]]:
    """Rows of an undisturbed run of the same stages."""
    folder = tmp_path_factory.mktemp("undisturbed")
    conninfo = deployment.results.create_database("undisturbed")
    settings = load_settings(environment={"LOAN_DOCUMENTS__STORAGE__REPORTS_URI": str(folder / "reports")})
    run = RunFolder(open_store(str(folder / "store")), "undisturbed")
    assert run_stages(Retries(), inbox, run, conninfo, settings).state == "success"
    return rows(conninfo)


@pytest.mark.parametrize("part", ["scheduler", "api-server", "dag-processor", "database", "supervisor"])
def test_a_part_that_dies_costs_time_and_nothing_else(
    part: str,
    deployment: Deployment,
    inbox: Path,
    expected: dict[str, list[object]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    moments = random.Random(part)
    for _ in range(LOOPS):
        deployment.forget()
        started = time.monotonic()
        run_id = deployment.run(inbox)
        moment = moments.uniform(3, 25)
        others = {"database": deployment.kill_database, "supervisor": deployment.kill_supervisor}
        kill = others.get(part, lambda: deployment.kill(part))
        timer = threading.Timer(moment, kill)
        timer.start()
        state = deployment.wait(run_id)
        timer.join()
        with capsys.disabled():
            print(f"\n{part} killed after {moment:.0f} s: {state} after {time.monotonic() - started:.0f} s")
        assert state == "success"
        in_one_final_state(deployment.conninfo, run_id, FILES)
        assert rows(deployment.conninfo) == expected
        known = {record.document_id for record in ResultsDatabase(deployment.conninfo).records_of_run(run_id)}
        store = deployment.local.data
        kept = [
            str(path.relative_to(store)) for path in store.rglob("*")
            if path.is_file() and path.suffix != ".part" and path.relative_to(store).parts[0] != "versioned"
        ]  # fmt: skip
        no_orphans(kept, run_id, known)
