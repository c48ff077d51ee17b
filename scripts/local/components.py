"""Start and stop Airflow's four components, each in its own session, so that a signal reaches all its processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from scripts.local.environment import METADATA_DATABASE, LocalAirflow

if TYPE_CHECKING:
    from scripts.local.postgres.access import DatabaseAccess

RUN_COMPONENTS = ("api-server", "scheduler", "dag-processor")
"""Components for one run: no task of the pipeline defers, and a triggerer would slow the start and the stop."""
RUN_VARIABLES = {"AIRFLOW__SCHEDULER__USE_JOB_SCHEDULE": "False"}
"""Settings for one run: no DAG starts by schedule or by the run's records, as it would be stopped at the end of the run.

A DAG that the records trigger starts when Airflow is up the next time.
"""
ALL_COMPONENTS = (*RUN_COMPONENTS, "triggerer")
STOP_TIMEOUT_S = 30.0


def migrate_metadata(local: LocalAirflow, variables: dict[str, str]) -> None:
    """Migrate Airflow's own database; skipped if that was done for the installed version.

    Raises:
        RuntimeError: The migration failed; its last lines are in the message.
    """
    from importlib.metadata import version

    stamp = local.metadata_stamp
    if stamp.exists() and stamp.read_text() == version("apache-airflow"):
        return
    done = subprocess.run(
        [_airflow(), "db", "migrate"], env=variables, capture_output=True, text=True, check=False, timeout=300
    )
    if done.returncode:
        raise RuntimeError(f"airflow db migrate failed:\n{done.stderr[-2000:]}")
    stamp.write_text(version("apache-airflow"))


def forget_missed_ticks(database: DatabaseAccess) -> None:
    """Prevent a first scheduled run of a DAG whose time passed while Airflow was down.

    Airflow's database stores the time of a DAG's next run. A new scheduler reads it before the DAG processor
    updates it. A DAG with an earlier scheduled run keeps its time: Airflow catches up on the last missed run.

    Args:
        database: How to connect to PostgreSQL. Airflow must not run.
    """
    import psycopg

    with psycopg.connect(database.conninfo(METADATA_DATABASE)) as connection:
        connection.execute(
            "UPDATE dag SET next_dagrun_create_after = NULL"
            " WHERE NOT EXISTS (SELECT FROM dag_run WHERE dag_run.dag_id = dag.dag_id AND dag_run.run_type = 'scheduled')"
        )


def start_components(local: LocalAirflow, components: Iterable[str], variables: dict[str, str], port: int) -> None:
    """Start components in the background and store their process ids."""
    local.logs.mkdir(parents=True, exist_ok=True)
    pids = {}
    for component in components:
        with (local.logs / f"{component}.log").open("wb") as log:
            process = subprocess.Popen(
                [_airflow(), component],
                env=variables,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        pids[component] = process.pid
    local.state_file.write_text(json.dumps({"port": port, "pids": pids}))


def running_port(local: LocalAirflow) -> int | None:
    """Port of the running Airflow; None unless all components run."""
    if not local.state_file.exists():
        return None
    state = json.loads(local.state_file.read_text())
    return int(state["port"]) if all(_is_component(pid) for pid in state["pids"].values()) else None


def stop_components(local: LocalAirflow) -> None:
    """Ask each component to stop; kill it after ``STOP_TIMEOUT_S`` seconds."""
    if not local.state_file.exists():
        return
    pids = [pid for pid in json.loads(local.state_file.read_text())["pids"].values() if _is_component(pid)]
    for pid in pids:
        os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_TIMEOUT_S
    while any(_is_alive(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.1)
    for pid in pids:
        if _is_alive(pid):
            os.killpg(pid, signal.SIGKILL)
    local.state_file.unlink(missing_ok=True)


def running_components(local: LocalAirflow) -> tuple[str, ...]:
    """Names of the components that were started."""
    return tuple(json.loads(local.state_file.read_text())["pids"])


def dead_component(local: LocalAirflow) -> str | None:
    """Name of a component that has ended, None when all run."""
    pids = json.loads(local.state_file.read_text())["pids"]
    return next((component for component, pid in pids.items() if not _is_alive(pid)), None)


def _airflow() -> str:
    return str(Path(sys.executable).with_name("airflow"))


def _is_alive(pid: int) -> bool:
    try:
        # An ended child process stays visible until it is reaped.
        if os.waitpid(pid, os.WNOHANG)[0] == pid:
            return False
    except ChildProcessError:
        pass
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _is_component(pid: int) -> bool:
    """Whether the process id still belongs to a component: ids are reused after a restart of the machine."""
    if not _is_alive(pid):
        return False
    try:
        return b"airflow" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
