"""The server that forks sandbox workers: its children have no secrets, share no state, and no caller depends on it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from student_loans.sandbox.fork_server import VARIABLE, address
from student_loans.sandbox.process import IsolatedProcess
from student_loans.settings import secret_variables, settings
from tests import hostile_functions as hostile
from tests.fork_server_factory import fork_server

LIMITS = settings().isolation.model_copy(update={"memory_bytes": 512 * 1024**2})
SECRET = "hunter2-of-the-database"


@pytest.fixture(scope="module")
def server() -> Iterator[subprocess.Popen[bytes]]:
    with fork_server(AIRFLOW_CONN_LOAN_DOCUMENTS_DB=SECRET) as running:
        yield running


def children(server: subprocess.Popen[bytes]) -> set[int]:
    text = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text()
    return {int(pid) for pid in text.split()}


def runs(pid: int) -> bool:
    """Whether a process runs; one that has ended may wait for whoever inherited it."""
    with contextlib.suppress(FileNotFoundError):
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    return False


def eventually(holds: Callable[[], bool], within_s: float = 60.0) -> bool:
    deadline = time.monotonic() + within_s
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.02)
    return holds()


def test_a_child_is_a_fork_of_the_server_and_is_reaped_by_it(server: subprocess.Popen[bytes]) -> None:
    with IsolatedProcess(LIMITS) as process:
        child = process.call(hostile.process_id, limit_s=20)
        assert child in children(server)
    assert eventually(lambda: child not in children(server))


def test_a_child_has_the_models_that_the_server_made(server: subprocess.Popen[bytes]) -> None:
    with IsolatedProcess(LIMITS) as process:
        assert "direction" in process.call(hostile.models_at_hand, limit_s=20)


def test_a_child_ends_when_who_asked_for_it_is_killed(server: subprocess.Popen[bytes]) -> None:
    script = (
        "import os, signal\n"
        "from student_loans.sandbox.process import IsolatedProcess\n"
        "from student_loans.settings import settings\n"
        "from tests import hostile_functions as hostile\n"
        "process = IsolatedProcess(settings().isolation)\n"
        "print(process.call(hostile.process_id, limit_s=20), flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == -signal.SIGKILL
    assert eventually(lambda: int(done.stdout) not in children(server))


def test_no_secret_of_who_started_it_is_within_reach_of_a_hostile_file(server: subprocess.Popen[bytes]) -> None:
    with IsolatedProcess(LIMITS) as process:
        child = process.call(hostile.process_id, limit_s=20)
        for pid in (server.pid, child):
            assert SECRET.encode() not in Path(f"/proc/{pid}/environ").read_bytes()
        assert SECRET not in process.call(hostile.environment, limit_s=20)


def test_a_child_holds_no_descriptor_but_its_own(server: subprocess.Popen[bytes]) -> None:
    with IsolatedProcess(LIMITS) as one, IsolatedProcess(LIMITS) as other:
        one.call(hostile.process_id, limit_s=20)
        child = other.call(hostile.process_id, limit_s=20)
        assert child in children(server)
        assert sorted(int(fd.name) for fd in Path(f"/proc/{child}/fd").iterdir()) == [0, 1, 2, 3]


def test_settings_of_who_asks_reach_the_child(server: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOAN_DOCUMENTS__INTAKE__MAX_PAGES", "7")
    with IsolatedProcess(LIMITS) as process:
        assert '"LOAN_DOCUMENTS__INTAKE__MAX_PAGES": "7"' in process.call(hostile.environment, limit_s=20)


def test_secret_settings_do_not_reach_the_child(
    server: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in secret_variables():
        monkeypatch.setenv(name, SECRET)
    with IsolatedProcess(LIMITS) as process:
        assert SECRET not in process.call(hostile.environment, limit_s=20)


@pytest.mark.parametrize(
    "request_",
    [b"no json", b"{}", json.dumps({"code_root": "/elsewhere", "environment": {}, "limits": {}}).encode()],
)
def test_what_is_no_request_is_closed_without_an_answer(server: subprocess.Popen[bytes], request_: bytes) -> None:
    before = children(server)
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as connection:
        connection.settimeout(20)
        connection.connect(address(os.environ[VARIABLE]))
        socket.send_fds(connection, [request_], [2, 2])
        assert connection.recv(100) == b""
    assert children(server) == before
    with IsolatedProcess(LIMITS) as process:
        assert process.call(hostile.echo, b"on", limit_s=20) == b"on"


def test_the_server_ends_with_who_started_it() -> None:
    with fork_server() as server:
        assert server.stdin is not None
        server.stdin.close()
        assert server.wait(60) == 0


def test_without_the_server_a_process_is_started_from_nothing() -> None:
    with fork_server() as server, IsolatedProcess(LIMITS) as process:
        child = process.call(hostile.process_id, limit_s=20)
        server.kill()
        server.wait()
        assert process.call(hostile.process_id, limit_s=20) == child, "its children work on"
        process.close()
        assert process.call(hostile.echo, b"on", limit_s=20) == b"on"
        assert not runs(child), "its children are ended as ever"
