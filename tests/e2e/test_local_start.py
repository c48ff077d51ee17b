"""The local Airflow starts, is shared, survives dead and stopped parts, and leaves nothing behind: real components.

The tests share one home and run in their order, because a start takes half a minute.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from scripts.local.api import AirflowApi
from scripts.local.environment import LocalAirflow
from scripts.local.pipeline import DAG_ID
from scripts.local.postgres import postmaster_pid
from scripts.local.processes import session_members
from scripts.local.state import AirflowState, read_state
from student_loans.runs import run_name
from tests.local_home import delete_home

PROJECT_ROOT = Path(__file__).resolve().parents[2]
SAMPLES = PROJECT_ROOT / "samples" / "documents"
FILES = 3
LIMIT_S = 1500

pytestmark = [pytest.mark.airflow, pytest.mark.timeout(2 * LIMIT_S)]


@pytest.fixture(scope="module")
def local() -> Iterator[LocalAirflow]:
    folder = Path(tempfile.mkdtemp(prefix="start-"))
    yield LocalAirflow(folder, folder / "data", folder / "reports")
    command(LocalAirflow(folder, folder / "data", folder / "reports"), "down").finish()
    delete_home(folder)


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("inbox")
    for path in sorted(SAMPLES.glob("*.pdf"))[:FILES]:
        shutil.copy(path, folder)
    return folder


class Command:
    """A running ``python -m scripts.local``; its output is read while it runs."""

    def __init__(self, local: LocalAirflow, *arguments: str, **variables: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-u", "-m", "scripts.local", *arguments],
            cwd=PROJECT_ROOT,
            env={**os.environ, "LOCAL_AIRFLOW_HOME": str(local.home), **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.output = ""
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            self.output += line
        self._process.stdout.close()

    def wait_for(self, text: str, seconds: float = LIMIT_S) -> None:
        """Wait until the output has a text."""
        wait_until(lambda: text in self.output or self._process.poll() is not None, seconds)
        time.sleep(0.2)
        assert text in self.output, self.output

    def send(self, number: int) -> None:
        self._process.send_signal(number)

    def finish(self, seconds: float = LIMIT_S) -> int:
        status = self._process.wait(seconds)
        self._reader.join()
        assert "Traceback" not in self.output, self.output
        return status


command = Command


def wait_until(condition: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)


def running_state(local: LocalAirflow) -> AirflowState:
    state = read_state(local.state_file)
    assert state
    return state


def processes_of(home: Path) -> list[str]:
    """Processes whose command, environment or output belongs to an Airflow home."""
    found = []
    for pid in psutil.pids():
        folder = Path(f"/proc/{pid}")
        try:
            text = (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes()
            text += os.fsencode((folder / "fd" / "1").readlink())
        except OSError:
            continue
        if pid != os.getpid() and f"{home}/".encode() in text + b"/":
            found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode())
    return found


class PortThief:
    """Takes the port that a starting Airflow has chosen, before its API server listens, and keeps what it receives."""

    def __init__(self, local: LocalAirflow) -> None:
        self.port = 0
        self.received = b""
        self._local = local
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> PortThief:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closed.set()
        self._thread.join()

    def _run(self) -> None:
        while (state := read_state(self._local.state_file)) is None:
            if self._closed.wait(0.02):
                return
        self.port = state.port
        with socket.create_server(("127.0.0.1", self.port)) as server:
            server.settimeout(0.2)
            while not self._closed.is_set():
                try:
                    connection, _ = server.accept()
                except TimeoutError:
                    continue
                with connection:
                    connection.settimeout(0.5)
                    try:
                        self.received += connection.recv(65536)
                    except OSError:
                        continue


def test_a_signal_during_the_first_start_leaves_nothing(local: LocalAirflow) -> None:
    """The first start also makes the database and migrates it."""
    starting = command(local, "up")
    starting.wait_for("preparing Airflow's database")
    time.sleep(2)
    starting.send(signal.SIGTERM)
    assert starting.finish() == 143
    assert "Interrupted by SIGTERM" in starting.output
    assert processes_of(local.home) == []


def test_a_port_that_is_taken_after_it_was_chosen_costs_a_second_try_and_no_secret(local: LocalAirflow) -> None:
    with PortThief(local) as thief:
        starting = command(local, "up")
        assert starting.finish() == 0, starting.output
        assert f"port {thief.port} was taken meanwhile" in starting.output
        assert running_state(local).port != thief.port
    assert thief.received == b""


def test_nothing_listens_beyond_loopback(local: LocalAirflow) -> None:
    pids = [member for pid in running_state(local).pids() for member in session_members(pid)]
    postmaster = postmaster_pid(local)
    assert postmaster is not None
    pids.append(postmaster)
    listening = [
        (psutil.Process(pid).cmdline(), one.laddr.ip)
        for pid in pids
        for one in psutil.Process(pid).net_connections("inet")
        if one.status == psutil.CONN_LISTEN or one.type == socket.SOCK_DGRAM
    ]
    assert listening
    assert all(address in ("127.0.0.1", "::1") for _, address in listening), listening


def test_two_commands_share_a_run_that_survives_a_dead_scheduler_and_a_stopped_server(
    local: LocalAirflow, inbox: Path
) -> None:
    """The scheduler is killed, and the API server stands still for 40 s; no document is lost or processed twice."""
    first = command(local, "run", str(inbox))
    first.wait_for("Run local-")
    second = command(local, "run", str(inbox))
    second.wait_for("which another command began")
    state = running_state(local)
    os.kill(state.components["scheduler"].pid, signal.SIGKILL)
    killed, noticed = time.monotonic(), "Airflow's scheduler has ended: starting it again"
    wait_until(lambda: noticed in first.output + second.output, 60)  # whichever looks first
    assert time.monotonic() - killed < 30
    server = state.components["api-server"].pid
    os.kill(server, signal.SIGSTOP)
    time.sleep(40)
    os.kill(server, signal.SIGCONT)
    assert first.finish() == 0, first.output
    assert second.finish() == 0, second.output
    runs = set(re.findall(r"local-\d{8}-\d{6}", first.output + second.output))
    assert len(runs) == 1
    summary = json.loads((local.reports / run_name(DAG_ID, runs.pop()) / "summary.json").read_text())
    assert (summary["counts"]["files"], summary["counts"]["unaccounted"]) == (FILES, 0)
    # Airflow was started by `up`: it is still there.
    assert running_state(local).dead == []


def test_logs_of_tasks_are_shown_without_log_servers(local: LocalAirflow) -> None:
    api = AirflowApi(running_state(local).port, local.secrets()["password"])
    api.log_in()
    runs = api._client.get(f"/api/v2/dags/{DAG_ID}/dagRuns").json()["dag_runs"]
    path = f"/api/v2/dags/{DAG_ID}/dagRuns/{runs[-1]['dag_run_id']}/taskInstances/generate_reports"
    task = api._client.get(path).json()
    log = api._client.get(f"{path}/logs/{task['try_number']}", headers={"Accept": "application/json"}).json()
    assert any("Returned value was" in str(line) for line in log["content"]), log


def test_an_interrupted_run_is_left_unfinished_and_the_next_command_ends_it(local: LocalAirflow, inbox: Path) -> None:
    assert command(local, "down").finish() == 0
    assert processes_of(local.home) == []
    interrupted = command(local, "run", "--reprocess", str(inbox))
    interrupted.wait_for("Acquire")
    interrupted.send(signal.SIGINT)
    assert interrupted.finish() == 130
    assert "the next `make run` or `make up` continues it" in " ".join(interrupted.output.split())
    assert processes_of(local.home) == []
    local.state_file.write_text('{"port": 80')  # as an interrupted write of an earlier version left it
    # Two at once: the first to end does not stop the Airflow of the other.
    both = [command(local, "run", "--reprocess", str(inbox)) for _ in range(2)]
    [run_id] = set(re.findall(r"local-\d{8}-\d{6}", interrupted.output))
    for one in both:
        assert one.finish() == 0, one.output
        assert "is not finished: it is continued first" in one.output
        assert set(re.findall(r"local-\d{8}-\d{6}", one.output)) == {run_id}
    assert sum("starting PostgreSQL" in one.output for one in both) == 1
    assert processes_of(local.home) == []


def test_a_component_that_ends_during_the_start_is_named_with_its_last_lines(local: LocalAirflow) -> None:
    failed = command(local, "run", "--reprocess", str(SAMPLES), AIRFLOW__SCHEDULER__PARSING_CLEANUP_INTERVAL="soon")
    assert failed.finish() == 1
    ended = re.search(r"Airflow's (scheduler|dag-processor) ended", failed.output)  # both read the option
    assert ended, failed.output
    assert str(local.logs / f"{ended[1]}.log") in failed.output
    assert "parsing_cleanup_interval" in failed.output.lower()
    assert processes_of(local.home) == []


@pytest.mark.parametrize("seconds", [0.5, 4, 12])
def test_a_signal_at_any_moment_of_a_start_leaves_nothing(seconds: float, local: LocalAirflow) -> None:
    starting = command(local, "up")
    time.sleep(seconds)
    starting.send(signal.SIGTERM)
    # A busy machine may not have reached the first line of the command: then the signal ends Python itself.
    assert starting.finish() in (143, -signal.SIGTERM)
    assert processes_of(local.home) == []
