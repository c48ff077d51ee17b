"""CPU seconds of processes, including forks of a server, which are not children of this process."""

from __future__ import annotations

import os
import threading
from pathlib import Path

_FIELDS_BEFORE_UTIME = 11  # of /proc/<pid>/stat, behind the name: proc(5)


def of_process(pid: int) -> float:
    """CPU seconds of a running process and of its ended children; 0.0 without ``/proc``, or if the process has ended."""
    try:
        # The name is in parentheses and may hold any character.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    ticks = sum(int(field) for field in fields[_FIELDS_BEFORE_UTIME : _FIELDS_BEFORE_UTIME + 4])
    return ticks / os.sysconf("SC_CLK_TCK")


class ForkedProcesses:
    """CPU seconds of the forks that work for this process; the system counts them for their server."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[int] = set()
        self._ended = 0.0

    def started(self, pid: int) -> None:
        """Record that a process was forked."""
        with self._lock:
            self._running.add(pid)

    def ended(self, pid: int, core_seconds: float) -> None:
        """Record that a process ended, with its CPU seconds."""
        with self._lock:
            self._running.discard(pid)
            self._ended += core_seconds

    def core_seconds(self) -> float:
        """CPU seconds of all forks so far."""
        with self._lock:
            return self._ended + sum(map(of_process, self._running))


FORKED = ForkedProcesses()
"""Those of this process."""
