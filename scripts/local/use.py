"""One command's use of the local Airflow: of several at once, the last one to end stops what they had started."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from scripts.local.api import AirflowApi
from scripts.local.components import ALL_COMPONENTS, RUN_COMPONENTS
from scripts.local.environment import LocalAirflow
from scripts.local.patience import Say
from scripts.local.private_files import open_lock, try_lock
from scripts.local.server import start_lock, start_locked, stop_locked
from scripts.local.state import RUN_MODE, read_state


class AirflowUse:
    """Use Airflow within a block; end it with the block, unless ``make up`` started it or another command uses it.

    The locks end with their process: a command that is killed does not keep Airflow running for the next one.

    Args:
        local: The Airflow.
        say: Reports progress.
    """

    def __init__(self, local: LocalAirflow, say: Say) -> None:
        self._local = local
        self._say = say
        self._lock = ExitStack()
        self._began = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self, components: Sequence[str] = RUN_COMPONENTS) -> AirflowApi:
        """Start Airflow, or use the one that runs.

        Raises:
            StartFailed: It does not start.
        """
        with start_lock(self._local, self._say):
            self.begin()
            return start_locked(self._local, self._say, components)

    def begin(self) -> None:
        """Prevent other commands from stopping Airflow or its database."""
        if not self._began:
            descriptor = self._lock.enter_context(open_lock(self._local.use_lock))
            fcntl.flock(descriptor, fcntl.LOCK_SH)  # others hold it exclusively only for an instant
            self._began = True

    def close(self) -> None:
        """End the use; safe to call again after an interruption."""
        if not self._began:
            return
        self._lock.close()
        # While another command uses Airflow, that one stops it.
        if not in_use(self._local):
            with start_lock(self._local, self._say):
                state = read_state(self._local.state_file)
                if not in_use(self._local) and (state is None or state.mode == RUN_MODE):
                    stop_locked(self._local, self._say)
        self._began = False


def start_for_good(local: LocalAirflow, say: Say, finish: Callable[[AirflowApi], None]) -> AirflowApi:
    """Start Airflow with all components, to run until ``make down``.

    Args:
        local: The Airflow.
        say: Reports progress.
        finish: The last step of the start.

    Raises:
        StartFailed: It does not start.
    """
    waiting = False
    while True:
        with start_lock(local, say):
            state = read_state(local.state_file)
            is_of_runs = state is not None and state.mode == RUN_MODE
            if not (is_of_runs and in_use(local)):
                if is_of_runs:  # of a command that was killed
                    stop_locked(local, say)
                return start_locked(local, say, ALL_COMPONENTS, finish)
        if not waiting:
            say("waiting for the end of `make run`, whose Airflow has no triggerer and no schedules")
            waiting = True
        time.sleep(1)


def in_use(local: LocalAirflow) -> bool:
    """Whether a command uses this Airflow."""
    with open_lock(local.use_lock) as descriptor:
        return not try_lock(descriptor, fcntl.LOCK_EX)
