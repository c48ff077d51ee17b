"""What work took: wall-clock seconds, and CPU seconds of this process and its child processes."""

from __future__ import annotations

import os
import time
from pathlib import Path

_FIELDS_BEFORE_UTIME = 11  # of /proc/<pid>/stat, behind the name: proc(5)


class WorkClock:
    """Time since it was made."""

    def __init__(self) -> None:
        self._started = time.perf_counter()
        self._used = cpu_seconds()

    @property
    def seconds(self) -> float:
        """Wall-clock seconds."""
        return time.perf_counter() - self._started

    @property
    def core_seconds(self) -> float:
        """CPU seconds of all threads and of child processes, whether they still live or have ended."""
        return max(0.0, cpu_seconds() - self._used)


def cpu_seconds() -> float:
    """CPU seconds of this process and its children so far.

    A child counts while it lives, too: the process that opens a group's documents ends after the last of them.
    """
    ended = os.times()
    return time.process_time() + ended.children_user + ended.children_system + _living_children()


def _living_children() -> float:
    """CPU seconds of direct children that run, and of what they have waited for; 0.0 where there is no ``/proc``."""
    ticks = os.sysconf("SC_CLK_TCK")
    total = 0.0
    for listing in Path("/proc/self/task").glob("*/children"):
        try:
            pids = listing.read_text().split()
        except OSError:
            continue  # a thread that has just ended
        total += sum(_ticks(pid) for pid in pids) / ticks
    return total


def _ticks(pid: str) -> int:
    try:
        # The name stands in parentheses and may hold anything.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return sum(int(field) for field in fields[_FIELDS_BEFORE_UTIME : _FIELDS_BEFORE_UTIME + 4])
