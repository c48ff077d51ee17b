"""A server that forks sandbox workers, for the duration of a test."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator

import pytest

from student_loans.project import CODE_ROOT
from student_loans.sandbox.fork_server import VARIABLE, address

PRELOAD = "student_loans.understanding.warm_up:warm_up_sandbox_worker"
_START_TIMEOUT_S = 30.0


@contextlib.contextmanager
def fork_server(preload: str = PRELOAD, **variables: str) -> Iterator[subprocess.Popen[bytes]]:
    """Start one, have this process use it, and end it as its starter would: by closing its input.

    Args:
        preload: What it calls first.
        variables: Of the environment in which it is started.
    """
    name = f"test-{uuid.uuid4().hex}"
    with pytest.MonkeyPatch.context() as patch:
        for variable, value in variables.items():
            patch.setenv(variable, value)
        command = [sys.executable, "-m", "student_loans.sandbox.fork_server", name, preload]
        with subprocess.Popen(command, cwd=CODE_ROOT, stdin=subprocess.PIPE) as server:
            wait_for(name)
            patch.setenv(VARIABLE, name)
            yield server
        assert server.returncode is not None


def wait_for(name: str) -> None:
    """Until a server listens.

    Raises:
        TimeoutError: None does.
    """
    deadline = time.monotonic() + _START_TIMEOUT_S
    while time.monotonic() < deadline:
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as connection, contextlib.suppress(OSError):
            connection.connect(address(name))
            return
        time.sleep(0.05)
    raise TimeoutError(f"No server listens at {name}.")
