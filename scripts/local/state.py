"""State of the running Airflow: its port, its mode, and the processes of its components."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

from scripts.local.private_files import read_object, replace_private
from scripts.local.processes import reap, start_ticks

RUN_MODE, UP_MODE = "run", "up"


@dataclass(frozen=True, slots=True)
class Component:
    """One component's process.

    Attributes:
        pid: Process id; also the id of its session.
        ticks: When it started; see :func:`scripts.local.processes.start_ticks`.
        since: The same as seconds since 1970.
    """

    pid: int
    ticks: int
    since: float = field(default_factory=time.time)

    @property
    def is_alive(self) -> bool:
        """Whether this very process runs."""
        reap(self.pid)
        return start_ticks(self.pid) == self.ticks


@dataclass(frozen=True, slots=True)
class AirflowState:
    """A running Airflow.

    Attributes:
        port: Port of the API server.
        mode: ``up`` for an Airflow that runs until ``make down``, ``run`` for one that ends with its last ``make run``.
        components: By name.
    """

    port: int
    mode: str
    components: dict[str, Component]

    @property
    def dead(self) -> list[str]:
        """Names of the components that have ended."""
        return [name for name, component in self.components.items() if not component.is_alive]

    def pids(self, names: list[str] | None = None) -> list[int]:
        """Process ids of some components; None gives those of all."""
        return [component.pid for name, component in self.components.items() if names is None or name in names]

    def with_component(self, name: str, component: Component) -> AirflowState:
        """The state with another process for a component."""
        return replace(self, components={**self.components, name: component})


def read_state(path: Path) -> AirflowState | None:
    """The state; None if the file is absent, or is not a state."""
    values = read_object(path) or {}
    try:
        components = {
            str(name): Component(int(pid), int(values["ticks"][name]), float(values["since"][name]))
            for name, pid in values["pids"].items()
        }
        state = AirflowState(int(values["port"]), str(values["mode"]), components)
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    return state if components else None


def write_state(path: Path, state: AirflowState) -> None:
    """Store the state."""
    parts = state.components.items()
    values = {
        "port": state.port,
        "mode": state.mode,
        "pids": {name: component.pid for name, component in parts},
        "ticks": {name: component.ticks for name, component in parts},
        "since": {name: component.since for name, component in parts},
    }
    replace_private(path, json.dumps(values))
