"""Keep the components of Airflow running while a run is followed."""

from __future__ import annotations

from collections import Counter

from scripts.local.components import component_log
from scripts.local.environment import LocalAirflow
from scripts.local.errors import StartFailed
from scripts.local.patience import Patience, Say, WaitLimits, log_tail
from scripts.local.processes import kill, session_members
from scripts.local.server import restart_dead, start_lock
from scripts.local.state import AirflowState, read_state

MAX_RESTARTS = 3
"""Restarts of one component while one command follows a run; a component that ends more often has a fault of its own."""
_NO_LIMIT = float("inf")


class Tender:
    """Starts components again that have ended.

    This is safe: Airflow's database holds the state of every task. Processes that the component left are killed first, so
    that no task runs twice; the new scheduler queues their tasks again.

    Args:
        local: The Airflow.
        say: Reports what happened.
    """

    def __init__(self, local: LocalAirflow, say: Say) -> None:
        self._local = local
        self._say = say
        self._restarts: Counter[str] = Counter()
        self._patience: Patience | None = None

    def tend(self) -> None:
        """Start components again that have ended.

        Raises:
            StartFailed: Another command stopped Airflow, or a component ends again and again.
        """
        state = self._state()
        if not state.dead:
            return
        for name in state.dead:
            tail = log_tail(component_log(self._local, name))
            if self._restarts[name] >= MAX_RESTARTS:
                raise StartFailed(f"Airflow's {name} has ended {MAX_RESTARTS + 1} times. {tail}")
            self._say(f"Airflow's {name} has ended: starting it again. Log: {component_log(self._local, name)}")
            self._restarts[name] += 1
        with start_lock(self._local, self._say):
            restart_dead(self._local, self._say)

    def on_trouble(self, seconds: float) -> None:
        """The API server does not answer: wait while it makes progress, otherwise start it again.

        Args:
            seconds: Since the first failed try of the request.
        """
        self.tend()
        server = self._state().components["api-server"]
        if self._patience is None or seconds < self._patience.seconds:
            limits = WaitLimits(WaitLimits.of_environment().idle_s, _NO_LIMIT, _NO_LIMIT)
            self._patience = Patience("Airflow's API server does not answer", self._say, limits)
        try:
            self._patience.observe([server.pid], [component_log(self._local, "api-server")])
        except StartFailed:
            self._patience = None
            kill(session_members(server.pid))

    def _state(self) -> AirflowState:
        state = read_state(self._local.state_file)
        if state is None:
            raise StartFailed("Airflow was stopped by another command (make down).")
        return state
