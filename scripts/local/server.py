"""Start and stop the local Airflow."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

from scripts.local.api import AirflowApi
from scripts.local.components import (
    ALL_COMPONENTS,
    RUN_COMPONENTS,
    RUN_VARIABLES,
    component_log,
    forget_missed_ticks,
    migrate_metadata,
    restart_component,
    start_components,
    stop_components,
)
from scripts.local.environment import LocalAirflow
from scripts.local.errors import StartFailed
from scripts.local.interrupts import deferred
from scripts.local.patience import Patience, Say, log_tail, say_nothing
from scripts.local.ports import claimed_port, is_taken
from scripts.local.postgres import start_postgres, stop_postgres
from scripts.local.postgres.access import DatabaseAccess
from scripts.local.private_files import locked
from scripts.local.processes import listens
from scripts.local.state import RUN_MODE, AirflowState, read_state

OCR_POOL = "ocr"
DVC_POOL = "dvc"
_PORT_TRIES = 5
_API_SERVER = "api-server"
_WAIT_INTERVAL_S = 0.5


class PortLost(Exception):
    """Another program took the port before the API server listened on it."""


def start(local: LocalAirflow, say: Say, components: Sequence[str] = ALL_COMPONENTS) -> AirflowApi:
    """Start missing components, and wait until every component is healthy.

    Args:
        local: The Airflow to start.
        say: Reports progress.
        components: Components to start; a running Airflow is not changed. With ``RUN_COMPONENTS`` it runs only triggered
            runs and no scheduled ones.

    Raises:
        StartFailed: A component ended, or makes no progress. Whatever this call has started is stopped.
    """
    with start_lock(local, say):
        return start_locked(local, say, components)


def start_lock(local: LocalAirflow, say: Say) -> AbstractContextManager[None]:
    """The lock of commands that start or stop this Airflow."""
    return locked(local.start_lock, lambda: say("waiting for another command that starts or stops this Airflow"))


def start_locked(
    local: LocalAirflow, say: Say, components: Sequence[str], finish: Callable[[AirflowApi], None] = lambda _: None
) -> AirflowApi:
    """As :func:`start`; the caller holds the lock.

    Args:
        local: The Airflow to start.
        say: Reports progress.
        components: Components to start.
        finish: The last step of the start.
    """
    state = read_state(local.state_file)
    if state and _can_be_used(state):
        api = _use_running(local, state, say)
        _prepare(api)
        finish(api)
        return api
    # An Airflow of `make up` that runs in part comes back as a whole.
    as_before = state is not None and state.mode != RUN_MODE and len(state.dead) < len(state.components)
    try:
        api = _start_afresh(local, say, tuple(state.components) if state and as_before else tuple(components))
        _prepare(api)
        finish(api)
    except BaseException:
        stop_locked(local, say)
        raise
    return api


def _use_running(local: LocalAirflow, state: AirflowState, say: Say) -> AirflowApi:
    if dead := state.dead:
        say(f"starting Airflow's {' and '.join(dead)} again")
        restart_dead(local, say)
        state = read_state(local.state_file) or state
    api = _api(local, state)
    _wait_until_healthy(local, state, api, say)
    return api


def _prepare(api: AirflowApi) -> None:
    _log_in(api)
    api.set_pool(OCR_POOL, os.cpu_count() or 1, "Mapped tasks that render and read pages: one per core")
    api.set_pool(DVC_POOL, 1, "Making data versions: DVC has a single writer")


def _can_be_used(state: AirflowState) -> bool:
    """Whether some components run, and the port of the API server is its own or free."""
    if len(state.dead) == len(state.components):
        return False
    server = state.components.get(_API_SERVER)
    return server is not None and (server.is_alive or not is_taken(state.port))


def _start_afresh(local: LocalAirflow, say: Say, components: Sequence[str]) -> AirflowApi:
    stop_components(local, say)
    say("starting PostgreSQL")
    with deferred():
        database = start_postgres(local, say)
    say("preparing Airflow's database")
    if not forget_missed_ticks(database):
        local.metadata_stamp.unlink(missing_ok=True)
    migrate_metadata(local, local.variables(database, 0), say)
    say("starting Airflow")
    for _ in range(_PORT_TRIES):
        with claimed_port() as port:
            try:
                return _start_on(local, say, components, database, port)
            except PortLost:
                say(f"port {port} was taken meanwhile: starting again on another")
                stop_components(local, say)
    raise StartFailed(f"The port of the API server was taken by other programs {_PORT_TRIES} times: try again.")


def _start_on(
    local: LocalAirflow, say: Say, components: Sequence[str], database: DatabaseAccess, port: int
) -> AirflowApi:
    variables = component_variables(local, database, port, components)
    state = start_components(local, components, variables, port)
    api = _api(local, state)
    _wait_until_healthy(local, state, api, say)
    return api


def component_variables(
    local: LocalAirflow, database: DatabaseAccess, port: int, components: Sequence[str]
) -> dict[str, str]:
    """Environment of components that start together."""
    run_only = RUN_VARIABLES if tuple(components) == RUN_COMPONENTS else {}
    return {**local.variables(database, port), **run_only}


def _api(local: LocalAirflow, state: AirflowState) -> AirflowApi:
    def check_server() -> None:
        current = read_state(local.state_file) or state
        server = current.components.get(_API_SERVER)
        if server is None or not listens(server.pid, current.port):
            raise StartFailed(f"Port {current.port} does not belong to this project's Airflow (any more).")

    return AirflowApi(state.port, local.secrets()["password"], check_server=check_server)


def _log_in(api: AirflowApi) -> None:
    try:
        api.log_in()
    except PermissionError as error:
        raise StartFailed(f"{error}. Stop this Airflow (make down) and start it again.") from error


def _wait_until_healthy(local: LocalAirflow, state: AirflowState, api: AirflowApi, say: Say) -> None:
    """Wait for all components.

    Raises:
        StartFailed: A component ended, or makes no progress.
        PortLost: Another program listens on the port.
    """
    patience = Patience("starting Airflow", say)
    server = state.components[_API_SERVER]
    names = list(state.components)
    while True:
        listening = listens(server.pid, state.port)
        # Only this Airflow's server is asked: another program could answer that everything is healthy.
        awaited = api.unhealthy(names) if listening else names
        if not awaited:
            return
        _refuse_dead(local, state)
        if not listening and is_taken(state.port) and not listens(server.pid, state.port):
            raise PortLost
        patience.observe(state.pids(awaited), [component_log(local, name) for name in awaited], ", ".join(awaited))
        time.sleep(_WAIT_INTERVAL_S)


def _refuse_dead(local: LocalAirflow, state: AirflowState) -> None:
    for name in state.dead:
        log = component_log(local, name)
        if name == _API_SERVER and "address already in use" in log_tail(log):
            raise PortLost
        raise StartFailed(f"Airflow's {name} ended. {log_tail(log)}")


def wait_for_dag(local: LocalAirflow, api: AirflowApi, dag_id: str, say: Say) -> None:
    """Wait until a DAG is parsed, as long as the DAG processor makes progress.

    Raises:
        StartFailed: The DAG cannot be imported, or the DAG processor makes no progress.
    """
    name = "dag-processor"
    state = read_state(local.state_file)
    if state is None or name not in state.components:
        raise StartFailed("Airflow was stopped by another command.")
    patience, component = Patience(f"waiting for the DAG {dag_id}", say), state.components[name]

    def observe() -> None:
        if not component.is_alive:
            raise StartFailed(f"Airflow's {name} ended. {log_tail(component_log(local, name))}")
        patience.observe([component.pid], [component_log(local, name)])

    try:
        api.wait_for_dag(dag_id, observe, component.since)
    except TimeoutError as error:
        raise StartFailed(str(error)) from error


def restart_dead(local: LocalAirflow, say: Say) -> None:
    """Start components again that have ended, and PostgreSQL if it has ended; the caller holds the lock."""
    state = read_state(local.state_file)
    if state is None or not state.dead:
        return
    if _API_SERVER in state.dead and is_taken(state.port):
        raise StartFailed(f"Airflow's {_API_SERVER} has ended, and another program has taken its port {state.port}.")
    with deferred():
        database = start_postgres(local, say)
    variables = component_variables(local, database, state.port, tuple(state.components))
    for name in state.dead:
        restart_component(local, name, variables, read_state(local.state_file) or state)


def stop(local: LocalAirflow, say: Say = say_nothing) -> None:
    """Stop the components, then the database."""
    with start_lock(local, say):
        stop_locked(local, say)


def stop_locked(local: LocalAirflow, say: Say = say_nothing) -> None:
    """As :func:`stop`; the caller holds the lock."""
    stop_components(local, say)
    stop_postgres(local)
