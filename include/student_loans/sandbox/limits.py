"""Limits of a sandbox worker. The kernel enforces them, for every thread and also for native code."""

from __future__ import annotations

import math
import resource
import signal
from dataclasses import asdict, dataclass
from typing import Any, Self

from student_loans.settings import IsolationSettings

_RESERVED_BYTES = 4 * 1024**3
"""Address space on top of the memory: models and thread pools reserve far more of it than they use."""
_GRACE_S = 10.0
"""The parent ends a call that takes too long. Only where the parent is gone does the child's own clock run out, later."""


@dataclass(frozen=True, slots=True)
class ProcessLimits:
    """Limits of one process.

    Attributes:
        memory_bytes: Private memory (``RLIMIT_DATA``): the heap, anonymous mappings and the stacks of threads.
        file_bytes: Largest file that it may write.
        open_files: Largest number of open descriptors.
        cpu_s: CPU seconds of all its threads for one step of a call.
    """

    memory_bytes: int
    file_bytes: int
    open_files: int
    cpu_s: float

    @classmethod
    def of(cls, settings: IsolationSettings) -> Self:
        """The limits that the settings name."""
        return cls(settings.memory_bytes, settings.written_file_bytes, settings.open_files, settings.page_cpu_s)

    def to_json(self) -> dict[str, Any]:
        """For the command line or a request."""
        return asdict(self)

    def apply(self) -> None:
        """Limit this process and all processes that it starts, permanently.

        The number of processes has no limit: it would count all processes and threads of the user, and Tesseract is a process.
        """
        _never_more(resource.RLIMIT_DATA, self.memory_bytes)
        # RLIMIT_DATA does not count shared memory; this limit does.
        _never_more(resource.RLIMIT_AS, self.memory_bytes + _RESERVED_BYTES)
        _never_more(resource.RLIMIT_FSIZE, self.file_bytes)
        _never_more(resource.RLIMIT_NOFILE, self.open_files)
        _never_more(resource.RLIMIT_CORE, 0)


def _never_more(kind: int, value: int) -> None:
    _, hard = resource.getrlimit(kind)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (value, value))


def start_clock(limit_s: float, cpu_s: float) -> None:
    """End this process after so many seconds (plus a grace period) or CPU seconds from now."""
    signal.setitimer(signal.ITIMER_REAL, limit_s + _GRACE_S)
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    latest = math.ceil(used.ru_utime + used.ru_stime + cpu_s)
    resource.setrlimit(resource.RLIMIT_CPU, (latest if hard == resource.RLIM_INFINITY else min(latest, hard), hard))


def stop_clock() -> None:
    """Remove the time limits while this process waits for its next call."""
    signal.setitimer(signal.ITIMER_REAL, 0)
