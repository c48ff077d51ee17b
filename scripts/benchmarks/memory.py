"""Memory and file handles of all processes of one local Airflow, sampled while it runs."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import psutil

from scripts.local.environment import LocalAirflow
from scripts.local.postgres import postmaster_pid

INTERVAL_S = 5.0
_ROLES = (
    ("student_loans.sandbox.", "process that opens documents"),
    ("LocalExecutor: <idle>", "waiting worker"),
    ("airflow worker --", "task"),
    ("airflow scheduler", "scheduler"),
    ("airflow dag-processor", "DAG processor"),
    ("airflow triggerer", "triggerer"),
    ("serve-logs", "log server"),
    ("api_server", "API server"),
    ("api-server", "API server"),
    ("tesseract", "tesseract"),
    ("postgres", "PostgreSQL"),
)


@dataclass(slots=True)
class Sample:
    """One sample.

    Attributes:
        at: Seconds since the watch began.
        megabytes: Of all processes: proportional set size, so that shared pages count once.
        handles: Open files and sockets of all processes.
        processes: Number of processes.
        long_lived: Megabytes of the processes that outlive a task.
        long_lived_handles: Their open files and sockets.
    """

    at: float
    megabytes: float
    handles: int
    processes: int
    long_lived: float
    long_lived_handles: int


@dataclass(slots=True)
class MemoryWatch:
    """Samples while its block runs.

    Args:
        local: A local Airflow that runs.
    """

    local: LocalAirflow
    samples: list[Sample] = field(default_factory=list)
    peaks: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._watch, name="memory", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        if self._thread:
            self._thread.join()

    @property
    def peak_megabytes(self) -> float:
        """Highest total of all processes in one sample."""
        return max((sample.megabytes for sample in self.samples), default=0.0)

    def _watch(self) -> None:
        started = time.monotonic()
        while not self._stop.is_set():
            self._sample(time.monotonic() - started)
            self._stop.wait(INTERVAL_S)

    def _sample(self, at: float) -> None:
        one = Sample(at, 0.0, 0, 0, 0.0, 0)
        for process in _processes(self.local):
            try:
                role = role_of(" ".join(process.cmdline()))
                megabytes = process.memory_full_info().pss / 2**20
                handles = process.num_fds()
            except psutil.Error:
                continue
            self.peaks[role] = max(self.peaks[role], megabytes)
            one.megabytes += megabytes
            one.handles += handles
            one.processes += 1
            if role not in ("task", "process that opens documents", "tesseract", "PostgreSQL"):
                one.long_lived += megabytes
                one.long_lived_handles += handles
        self.samples.append(one)


def role_of(command: str) -> str:
    """Kind of a process, by its command."""
    return next((role for mark, role in _ROLES if mark in command), "other")


def _processes(local: LocalAirflow) -> list[psutil.Process]:
    """The components, by the process ids stored at their start, the database, and all child processes."""
    roots = list(json.loads(local.state_file.read_text())["pids"].values())
    if (server := postmaster_pid(local)) is not None:
        roots.append(server)
    found: set[psutil.Process] = set()
    for pid in roots:
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(pid)
            found |= {process, *process.children(recursive=True)}
    return list(found)
