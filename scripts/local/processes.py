"""Processes of the local Airflow: which still run, which belong together, how much CPU time they have used."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import psutil

from student_loans.sandbox.core_seconds import of_process

_START_FIELD = 19  # of /proc/<pid>/stat, behind the name: proc(5)


def start_ticks(pid: int) -> int | None:
    """Clock ticks from the start of the machine to that of the process; None if it does not run.

    With the process id it names one process: ids are reused, and a jump of the clock does not change the ticks.
    """
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else int(fields[_START_FIELD])


def reap(pid: int) -> None:
    """Collect the exit status of a child process that has ended."""
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)


def trees(roots: Iterable[int]) -> set[int]:
    """Ids of processes and all their descendants."""
    children: dict[int, list[int]] = {}
    for process in psutil.process_iter(["ppid"]):
        children.setdefault(process.info["ppid"], []).append(process.pid)
    found: set[int] = set()
    pending = list(roots)
    while pending:
        pid = pending.pop()
        if pid not in found:
            found.add(pid)
            pending += children.get(pid, ())
    return found


def cpu_seconds(pids: Iterable[int]) -> float:
    """CPU seconds of running processes and of their ended children."""
    return sum(map(of_process, pids))


def session_members(leader: int) -> list[int]:
    """Processes of a session, even if its first process has ended."""
    members = []
    for pid in psutil.pids():
        try:
            if os.getsid(pid) == leader:
                members.append(pid)
        except (ProcessLookupError, PermissionError):
            continue
    return members


def kill(pids: Iterable[int]) -> None:
    """Send SIGKILL to each process that still runs."""
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def listens(root: int, port: int) -> bool:
    """Whether a process, or a descendant, listens on a port of 127.0.0.1."""
    for pid in trees([root]):
        try:
            connections = psutil.Process(pid).net_connections("tcp4")
        except psutil.Error:
            continue
        if any(one.status == psutil.CONN_LISTEN and one.laddr.port == port for one in connections):
            return True
    return False
