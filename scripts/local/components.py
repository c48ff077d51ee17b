"""Start and stop Airflow's four components, each in its own session, so that a signal reaches all its processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from scripts.local.environment import METADATA_DATABASE, LocalAirflow
from scripts.local.errors import StartFailed
from scripts.local.interrupts import deferred, in_a_hurry
from scripts.local.patience import Patience, Say, WaitLimits, log_tail, say_nothing
from scripts.local.private_files import replace_private
from scripts.local.processes import kill, session_members, start_ticks
from scripts.local.state import RUN_MODE, UP_MODE, AirflowState, Component, read_state, write_state

if TYPE_CHECKING:
    from scripts.local.postgres.access import DatabaseAccess

RUN_COMPONENTS = ("api-server", "scheduler", "dag-processor")
"""Components for one run: no task of the pipeline defers, and a triggerer would slow the start and the stop."""
RUN_VARIABLES = {"AIRFLOW__SCHEDULER__USE_JOB_SCHEDULE": "False"}
"""Settings for one run: no DAG starts by schedule or by the run's records, as it would be stopped at the end of the run.

A DAG that the records trigger starts when Airflow is up the next time.
"""
ALL_COMPONENTS = (*RUN_COMPONENTS, "triggerer")
# The log servers listen on all interfaces; the API server reads the logs of this machine from their folder.
_ARGUMENTS = {"scheduler": ("--skip-serve-logs",), "triggerer": ("--skip-serve-logs",)}
STOP_LIMITS = WaitLimits(idle_s=15, cpu_s=30, wall_s=60)
"""Until components are killed after they were asked to stop. This loses nothing: a task that is killed is queued again."""
_ASK_AGAIN_S = 10.0


def migrate_metadata(local: LocalAirflow, variables: dict[str, str], say: Say = say_nothing) -> None:
    """Migrate Airflow's own database; skipped if that was done for the installed version.

    Raises:
        StartFailed: The migration failed, or it makes no progress; the message has its last lines.
    """
    from importlib.metadata import version

    stamp = local.metadata_stamp
    if stamp.exists() and stamp.read_text(errors="replace") == version("apache-airflow"):
        return
    log = local.logs / "db-migrate.log"
    process = None
    try:
        with deferred():
            process = _start([_airflow(), "db", "migrate"], variables, log, "wb")
        _wait_for_end(process, Patience("preparing Airflow's database", say), local, log)
    finally:
        if process:
            kill(session_members(process.pid))
            process.wait()
    if process.returncode:
        raise StartFailed(f"Airflow's database was not migrated (status {process.returncode}). {log_tail(log)}")
    replace_private(stamp, version("apache-airflow"))


def _wait_for_end(process: subprocess.Popen[bytes], patience: Patience, local: LocalAirflow, log: Path) -> None:
    from scripts.local.postgres import postmaster_pid

    while process.poll() is None:
        # A statement that takes long uses the CPU time of PostgreSQL.
        postmaster = postmaster_pid(local)
        patience.observe([process.pid, *([postmaster] if postmaster else [])], [log])
        time.sleep(0.5)


def forget_missed_ticks(database: DatabaseAccess) -> bool:
    """Prevent a first scheduled run of a DAG whose time passed while Airflow was down.

    Airflow's database stores the time of a DAG's next run. A new scheduler reads it before the DAG processor
    updates it. A DAG with an earlier scheduled run keeps its time: Airflow catches up on the last missed run.

    Args:
        database: How to connect to PostgreSQL. Airflow must not run.

    Returns:
        Whether the database has Airflow's tables.
    """
    rows = query_metadata(
        database,
        "UPDATE dag SET next_dagrun_create_after = NULL"
        " WHERE NOT EXISTS (SELECT FROM dag_run WHERE dag_run.dag_id = dag.dag_id AND dag_run.run_type = 'scheduled')"
        " RETURNING dag_id",
    )
    return rows is not None


def query_metadata(database: DatabaseAccess, statement: str, *arguments: object) -> list[tuple[Any, ...]] | None:
    """Rows of a statement in Airflow's own database; None if Airflow's tables are not there yet."""
    import psycopg

    with psycopg.connect(database.conninfo(METADATA_DATABASE)) as connection:
        try:
            return connection.execute(statement.encode(), arguments or None).fetchall()
        except psycopg.errors.UndefinedTable:
            return None


def start_components(
    local: LocalAirflow, components: Sequence[str], variables: dict[str, str], port: int
) -> AirflowState:
    """Start components in the background and store their processes."""
    mode = RUN_MODE if tuple(components) == RUN_COMPONENTS else UP_MODE
    state = AirflowState(port, mode, {})
    for component in components:
        with deferred():
            state = state.with_component(component, _start_component(local, component, variables, "wb"))
            write_state(local.state_file, state)
    return state


def restart_component(local: LocalAirflow, component: str, variables: dict[str, str], state: AirflowState) -> None:
    """Start a component that has ended again; processes that it left end first, so that no task runs twice."""
    kill(session_members(state.components[component].pid))
    with deferred():
        process = _start_component(local, component, variables, "ab")
        write_state(local.state_file, state.with_component(component, process))


def component_log(local: LocalAirflow, component: str) -> Path:
    """Log of a component."""
    return local.logs / f"{component}.log"


def running_port(local: LocalAirflow) -> int | None:
    """Port of the running Airflow; None unless all components run."""
    state = read_state(local.state_file)
    return state.port if state and not state.dead else None


def stop_components(local: LocalAirflow, say: Say = say_nothing) -> None:
    """Ask each component to stop; kill what does not stop, and what a component has left."""
    state = read_state(local.state_file)
    components = list(state.components.values()) if state else []
    pids = [component.pid for component in components if component.is_alive]
    pids += [pid for pid in find_components(local) if pid not in pids]
    started = {pid: start_ticks(pid) for pid in pids}
    _ask_to_stop(started, say)
    kill({member for pid in {*pids, *(one.pid for one in components)} for member in session_members(pid)})
    for pid, ticks in started.items():
        _wait_until_gone(Component(pid, ticks or 0))
    local.state_file.unlink(missing_ok=True)


def _terminate(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)


def _ask_to_stop(started: dict[int, int | None], say: Say) -> None:
    patience, asked = Patience("stopping Airflow", say, STOP_LIMITS), -_ASK_AGAIN_S
    while not in_a_hurry():
        alive = [pid for pid, ticks in started.items() if Component(pid, ticks or 0).is_alive]
        if not alive:
            return
        # Airflow ends by an exception of its signal handler; raised at some moments, it is lost.
        if patience.seconds - asked >= _ASK_AGAIN_S:
            asked = patience.seconds
            for pid in alive:
                _terminate(pid)
        try:
            patience.observe(alive, [Path(os.devnull)])
        except StartFailed:
            return
        time.sleep(0.1)


def _wait_until_gone(component: Component) -> None:
    """Wait for the end of a killed process, so that its port and its files are free."""
    deadline = time.monotonic() + 10
    while component.is_alive and time.monotonic() < deadline:
        time.sleep(0.05)


def find_components(local: LocalAirflow) -> list[int]:
    """Components of this home, also those that no state file names: each writes to its log and leads its session.

    Their environment does not show it: Airflow overwrites it with the title of the process.
    """
    logs = local.logs.resolve()
    found = []
    for pid in psutil.pids():
        try:
            if Path(f"/proc/{pid}/fd/1").readlink().parent == logs and os.getsid(pid) == pid:
                found.append(pid)
        except OSError:
            continue
    return found


def _start_component(local: LocalAirflow, component: str, variables: dict[str, str], mode: str) -> Component:
    arguments = [_airflow(), component, *_ARGUMENTS.get(component, ())]
    process = _start(arguments, variables, component_log(local, component), mode)
    return Component(process.pid, start_ticks(process.pid) or 0)


def _start(arguments: list[str], variables: dict[str, str], log: Path, mode: str) -> subprocess.Popen[bytes]:
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open(mode) as output:
        return subprocess.Popen(
            arguments,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _airflow() -> str:
    return str(Path(sys.executable).with_name("airflow"))
