"""Time that work takes: wall-clock seconds, and CPU seconds of this process and of its sandbox workers."""

from __future__ import annotations

import os
import time
from pathlib import Path

from student_loans.sandbox.core_seconds import FORKED, of_process


class WorkClock:
    """Time since this object was created."""

    def __init__(self) -> None:
        self._started = time.perf_counter()
        self._used = cpu_seconds()

    @property
    def seconds(self) -> float:
        """Wall-clock seconds."""
        return time.perf_counter() - self._started

    @property
    def core_seconds(self) -> float:
        """CPU seconds of all threads and of child processes, running or ended."""
        return max(0.0, cpu_seconds() - self._used)


def cpu_seconds() -> float:
    """CPU seconds of this process and its children so far.

    Running children count too, because the process that opens a group's documents ends after the last of them. Forks of
    the server for this process count as well.
    """
    ended = os.times()
    return (
        time.process_time() + ended.children_user + ended.children_system + _living_children() + FORKED.core_seconds()
    )


def _living_children() -> float:
    """CPU seconds of running direct children and of their ended children; 0.0 without ``/proc``."""
    total = 0.0
    for listing in Path("/proc/self/task").glob("*/children"):
        try:
            pids = listing.read_text().split()
        except OSError:
            continue  # a thread that has just ended
        total += sum(of_process(int(pid)) for pid in pids)
    return total
