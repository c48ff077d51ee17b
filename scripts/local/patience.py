"""Wait as long as progress is made: CPU time of the processes that are waited for, and growth of their logs."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.local.errors import StartFailed
from scripts.local.processes import cpu_seconds, trees

Say = Callable[[str], None]
"""Reports progress."""
SAY_INTERVAL_S = 10.0
_LAST_LINES = 15


def say_nothing(what: str) -> None:
    """Report no progress."""


@dataclass(frozen=True, slots=True)
class WaitLimits:
    """When waiting ends. Environment variables ``LOCAL_AIRFLOW_…_S`` replace the defaults.

    Attributes:
        idle_s: Seconds without any progress. Longer than a minute, for which a laptop or a debugger may stop a process.
        cpu_s: CPU seconds of the processes. A start takes about 60: a process that uses ten times as much spins.
        wall_s: Seconds in all.
    """

    idle_s: float = 120.0
    cpu_s: float = 600.0
    wall_s: float = 1800.0

    @classmethod
    def of_environment(cls) -> WaitLimits:
        """The defaults, or the values of the environment."""
        default = cls()
        return cls(
            _seconds("LOCAL_AIRFLOW_IDLE_LIMIT_S", default.idle_s),
            _seconds("LOCAL_AIRFLOW_CPU_LIMIT_S", default.cpu_s),
            _seconds("LOCAL_AIRFLOW_WAIT_LIMIT_S", default.wall_s),
        )


def _seconds(variable: str, default: float) -> float:
    try:
        return float(os.environ.get(variable, default))
    except ValueError as error:
        raise StartFailed(f"{variable} is not a number of seconds: {os.environ[variable]!r}.") from error


class Patience:
    """One wait: reports it now and then, and ends it when it is useless.

    Args:
        what: What is waited for, as it is printed.
        say: Reports progress.
        limits: None takes those of the environment.
    """

    def __init__(self, what: str, say: Say, limits: WaitLimits | None = None) -> None:
        self._what = what
        self._say = say
        self._limits = limits or WaitLimits.of_environment()
        self._started = self._progressed = self._said = time.monotonic()
        self._watched: tuple[int, ...] = ()
        self._measure: tuple[float, int] = (0.0, 0)
        self._cpu = 0.0

    @property
    def seconds(self) -> float:
        """Seconds since the wait began."""
        return time.monotonic() - self._started

    def observe(self, pids: Iterable[int], logs: Sequence[Path], waiting_for: str = "") -> None:
        """Look for progress since the last call.

        Args:
            pids: Processes that are waited for, with their descendants.
            logs: Their logs; the first is named in the error.
            waiting_for: What is still missing.

        Raises:
            StartFailed: Nothing has progressed for a while, or a limit is reached.
        """
        self._look(tuple(sorted(pids)), logs)
        reason = self._why_useless()
        if reason:
            raise StartFailed(f"{self._what}: {reason}. {log_tail(logs[0])}")
        now = time.monotonic()
        if now - self._said >= SAY_INTERVAL_S:
            self._said = now
            missing = f", waiting for {waiting_for}" if waiting_for else ""
            self._say(f"{self._what}{missing} ({self.seconds:.0f} s)")

    def _look(self, roots: tuple[int, ...], logs: Sequence[Path]) -> None:
        measure = (cpu_seconds(trees(roots)), sum(log.stat().st_size for log in logs if log.exists()))
        if roots == self._watched:
            self._cpu += max(0.0, measure[0] - self._measure[0])
        # Any difference counts: CPU seconds also fall, when a process ends that no parent waits for.
        if roots != self._watched or measure != self._measure:
            self._progressed = time.monotonic()
        self._watched, self._measure = roots, measure

    def _why_useless(self) -> str | None:
        limits = self._limits
        idle = time.monotonic() - self._progressed
        if idle > limits.idle_s:
            return f"nothing has happened for {idle:.0f} s (LOCAL_AIRFLOW_IDLE_LIMIT_S)"
        if self._cpu > limits.cpu_s:
            return f"not done after {self._cpu:.0f} CPU seconds (LOCAL_AIRFLOW_CPU_LIMIT_S)"
        if self.seconds > limits.wall_s:
            return f"not done after {self.seconds:.0f} s (LOCAL_AIRFLOW_WAIT_LIMIT_S)"
        return None


def log_tail(log: Path) -> str:
    """The log's path and its last lines, for a message."""
    try:
        lines = log.read_text(errors="replace").splitlines()[-_LAST_LINES:]
    except OSError:
        lines = []
    return "\n".join([f"Log: {log}", *(f"  {line[:300]}" for line in lines)])
