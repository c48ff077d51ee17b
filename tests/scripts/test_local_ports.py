"""The port of the local API server: chosen when it is used, and its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from contextlib import ExitStack

from scripts.local.ports import claimed_port, free_port, is_taken
from scripts.local.processes import listens

LISTEN = "import socket, time; s = socket.create_server(('127.0.0.1', 0)); print(s.getsockname()[1], flush=True); time.sleep(60)"


def test_projects_that_start_at_the_same_moment_get_different_ports() -> None:
    preferred = free_port(0)
    with ExitStack() as stack:
        ports = [stack.enter_context(claimed_port(preferred)) for _ in range(5)]
        assert ports[0] == preferred
        assert len(set(ports)) == 5
    with claimed_port(preferred) as port:
        assert port == preferred


def test_a_taken_port_is_not_chosen() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken = server.getsockname()[1]
        assert is_taken(taken)
        assert free_port(taken) != taken
    assert not is_taken(taken)


def test_a_listening_port_belongs_to_the_tree_of_its_process() -> None:
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {LISTEN!r}])"
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, start_new_session=True)
    try:
        assert process.stdout
        port = int(process.stdout.readline())
        assert listens(process.pid, port)
        assert not listens(process.pid, port + 1)
        with socket.create_server(("127.0.0.1", 0)) as server:
            assert not listens(process.pid, server.getsockname()[1])
    finally:
        os.killpg(process.pid, 9)
        process.wait()
        process.stdout.close()
