"""Airflow's own parts are killed or stand still at random moments of real runs. Minutes long: ``make test-faults``.

Afterwards everything is as after an undisturbed run: rows, ledger, object store, report and data version. FAULT_LOOPS says in
how many runs every part is killed once (default 1).
"""

from __future__ import annotations

import contextlib
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
from scripts.local.errors import StartFailed
from scripts.local.postgres import postmaster_pid, start_postgres
from scripts.local.server import restart_dead, start, stop
from scripts.local.state import AirflowState, read_state
from student_loans.intake.sources import allow_location
from student_loans.results.store import ResultsDatabase
from student_loans.runs import run_name
from student_loans.storage.object_store import open_store
from tests.faults.mixed_files import write_mixed_files
from tests.faults.outcome import Outcome, outcome_of
from tests.faults.property import in_one_final_state, no_orphans
from tests.local_home import delete_home

pytestmark = [
    pytest.mark.airflow,
    pytest.mark.timeout(3600),
    pytest.mark.skipif(os.environ.get("FAULTS") != "long", reason="the long form: make test-faults"),
]

DAG_ID = "document_processing_pipeline"
LOOPS = int(os.environ.get("FAULT_LOOPS", "1"))
FILES = 60
DOWN_S = 5.0
BACK_S = 120.0
PARTS = ("scheduler", "api-server", "dag-processor", "database", "supervisor")


class Deployment:
    """A local Airflow whose parts can be killed, or stopped for a while, and come back."""

    def __init__(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="parts-"))
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
        delete_home(self.home)

    @property
    def conninfo(self) -> str:
        return start_postgres(self.local).conninfo("loan_documents")

    def forget(self) -> None:
        with psycopg.connect(self.conninfo, autocommit=True) as connection:
            connection.execute("DROP SCHEMA IF EXISTS loan_documents CASCADE")
        for folder in (self.local.data, self.local.reports):
            shutil.rmtree(folder, ignore_errors=True)

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

    def outcome(self, run_id: str) -> Outcome:
        """What a run has left."""
        return outcome_of(self.conninfo, open_store(str(self.local.data)), self.local.reports, run_name(DAG_ID, run_id))

    def kill(self, part: str) -> None:
        """``kill -9`` of a part with all that it started."""
        if part == "database":
            self._kill_database()
        elif part == "supervisor":
            self._kill_supervisor()
        else:
            os.killpg(self._running(part).pid, signal.SIGKILL)

    def stop_for(self, part: str, seconds: float) -> None:
        """Let a part stand still with all that it started, as a machine does that sleeps or swaps."""
        parent = self._running(part)
        stopped = [parent, *parent.children(recursive=True)]
        _signal(stopped, signal.SIGSTOP)
        time.sleep(seconds)
        _signal(stopped, signal.SIGCONT)

    def supervise(self) -> None:
        """Start parts again that have ended, after a while, as Docker, Kubernetes or systemd do.

        A scheduler or a DAG processor whose database is away for seconds ends by itself.
        """
        while not self._closed.wait(1.0):
            if self._state().dead and not self._closed.wait(DOWN_S):
                # Another part, such as the database, may be killed meanwhile: it is tried again.
                with self._starting, contextlib.suppress(StartFailed):
                    restart_dead(self.local, print)

    def _state(self) -> AirflowState:
        state = read_state(self.local.state_file)
        assert state
        return state

    def _running(self, part: str) -> psutil.Process:
        """The process of a part; one that has just ended, because another part was killed, comes back first."""
        deadline = time.monotonic() + BACK_S
        while time.monotonic() < deadline:
            pid = postmaster_pid(self.local) if part == "database" else self._state().components[part].pid
            with contextlib.suppress(psutil.NoSuchProcess):
                process = psutil.Process(pid)
                if pid is not None and process.status() != psutil.STATUS_ZOMBIE:
                    return process
            time.sleep(0.2)
        raise AssertionError(f"{part} did not come back within {BACK_S:.0f} s")

    def _kill_supervisor(self) -> None:
        """``kill -9`` of the process that watches a task: its task's last process ends with it, or reports to nobody."""
        for process in self._running("scheduler").children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                title = " ".join(process.cmdline())
                if "LocalExecutor: " in title and "<idle>" not in title:
                    process.kill()
                    return

    def _kill_database(self) -> None:
        """``kill -9`` of PostgreSQL, which holds Airflow's own state and the results, and its return."""
        self._running("database").kill()
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
def undisturbed(deployment: Deployment, inbox: Path) -> Outcome:
    """What a run over the same files leaves."""
    deployment.forget()
    run_id = deployment.run(inbox)
    assert deployment.wait(run_id) == "success"
    return deployment.outcome(run_id)


def nothing_but_time_is_lost(deployment: Deployment, run_id: str, undisturbed: Outcome) -> None:
    name = run_name(DAG_ID, run_id)
    in_one_final_state(deployment.conninfo, name, FILES)
    outcome = deployment.outcome(run_id)
    assert not outcome.differences(undisturbed)
    known = {record.document_id for record in ResultsDatabase(deployment.conninfo).records_of_run(name)}
    no_orphans((key.replace("<run>", name) for key in outcome.objects), name, known)


@pytest.mark.parametrize("number", range(LOOPS))
def test_every_part_may_die_once_in_a_run(
    number: int, deployment: Deployment, inbox: Path, undisturbed: Outcome, capsys: pytest.CaptureFixture[str]
) -> None:
    chance = random.Random(number)
    parts = chance.sample(PARTS, len(PARTS))
    deployment.forget()
    started = time.monotonic()
    run_id = deployment.run(inbox)
    moments = []
    for part in parts:
        time.sleep(chance.uniform(2, 15))
        moments.append(f"{part} after {time.monotonic() - started:.0f} s")
        deployment.kill(part)
    state = deployment.wait(run_id)
    with capsys.disabled():
        print(f"\nkilled: {', '.join(moments)}; {state} after {time.monotonic() - started:.0f} s")
    assert state == "success"
    nothing_but_time_is_lost(deployment, run_id, undisturbed)


@pytest.mark.parametrize("part", ["scheduler", "api-server", "dag-processor", "database"])
def test_a_part_may_stand_still_for_a_minute(
    part: str, deployment: Deployment, inbox: Path, undisturbed: Outcome, capsys: pytest.CaptureFixture[str]
) -> None:
    deployment.forget()
    started = time.monotonic()
    run_id = deployment.run(inbox)
    time.sleep(random.Random(part).uniform(3, 15))
    deployment.stop_for(part, 60)
    state = deployment.wait(run_id)
    with capsys.disabled():
        print(f"\n{part} stood still for 60 s: {state} after {time.monotonic() - started:.0f} s")
    assert state == "success"
    nothing_but_time_is_lost(deployment, run_id, undisturbed)


def _signal(processes: list[psutil.Process], number: int) -> None:
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(number)
