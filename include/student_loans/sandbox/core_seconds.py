"""CPU seconds of processes, those included that are not children of this one: forks of a server."""

from __future__ import annotations

import os
import threading
from pathlib import Path

_FIELDS_BEFORE_UTIME = 11  # of /proc/<pid>/stat, behind the name: proc(5)


def of_process(pid: int) -> float:
    """CPU seconds of a process that runs and of what it has waited for; 0.0 where there is no ``/proc``, or it is gone."""
    try:
        # The name stands in parentheses and may hold anything.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    ticks = sum(int(field) for field in fields[_FIELDS_BEFORE_UTIME : _FIELDS_BEFORE_UTIME + 4])
    return ticks / os.sysconf("SC_CLK_TCK")


class ForkedProcesses:
    """What the forks that work for this process have used; the system counts them as their server's."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[int] = set()
        self._ended = 0.0

    def started(self, pid: int) -> None:
        """One has been forked."""
        with self._lock:
            self._running.add(pid)

    def ended(self, pid: int, core_seconds: float) -> None:
        """One has ended, and used so much."""
        with self._lock:
            self._running.discard(pid)
            self._ended += core_seconds

    def core_seconds(self) -> float:
        """CPU seconds of all of them so far."""
        with self._lock:
            return self._ended + sum(map(of_process, self._running))


FORKED = ForkedProcesses()
"""Those of this process."""
