"""Start and stop the local Airflow."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence

from scripts.local.api import AirflowApi
from scripts.local.components import (
    ALL_COMPONENTS,
    RUN_COMPONENTS,
    RUN_VARIABLES,
    dead_component,
    forget_missed_ticks,
    migrate_metadata,
    running_components,
    running_port,
    start_components,
    stop_components,
)
from scripts.local.environment import LocalAirflow, free_port
from scripts.local.errors import StartFailed
from scripts.local.postgres import start_postgres, stop_postgres

START_TIMEOUT_S = 180.0
OCR_POOL = "ocr"
DVC_POOL = "dvc"


def start(local: LocalAirflow, say: Callable[[str], None], components: Sequence[str] = ALL_COMPONENTS) -> AirflowApi:
    """Start missing components, and wait until every component is healthy.

    Args:
        local: The Airflow to start.
        say: Reports progress.
        components: Components to start; a running Airflow is not changed. With ``RUN_COMPONENTS`` it runs only triggered
            runs and no scheduled ones.

    Raises:
        StartFailed: A component ended, or Airflow was not healthy within ``START_TIMEOUT_S`` seconds,
            or another Airflow answers on its port.
    """
    port = running_port(local)
    if port is None:
        stop_components(local)
        say("starting PostgreSQL")
        database = start_postgres(local, say)
        port = free_port()
        variables = local.variables(database, port)
        if tuple(components) == RUN_COMPONENTS:
            variables |= RUN_VARIABLES
        say("preparing Airflow's database")
        migrate_metadata(local, variables)
        forget_missed_ticks(database)
        say("starting Airflow")
        start_components(local, components, variables, port)
    api = AirflowApi(port, local.secrets()["password"])
    _wait_until_healthy(local, api)
    try:
        api.log_in()
    except PermissionError as error:
        # A port is free until a process listens on it: of two that start at the same moment, one finds it taken.
        raise StartFailed(f"{error}. Both were started at the same moment: start this one again.") from error
    api.set_pool(OCR_POOL, os.cpu_count() or 1, "Mapped tasks that render and read pages: one per core")
    api.set_pool(DVC_POOL, 1, "Making data versions: DVC has a single writer")
    return api


def stop(local: LocalAirflow) -> None:
    """Stop the components, then the database."""
    stop_components(local)
    stop_postgres(local)


def _wait_until_healthy(local: LocalAirflow, api: AirflowApi) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    components = running_components(local)
    while not api.is_healthy(components):
        if component := dead_component(local):
            raise StartFailed(f"Airflow's {component} ended: see {local.logs / component}.log")
        if time.monotonic() > deadline:
            raise StartFailed(f"Airflow was not healthy after {START_TIMEOUT_S:.0f} s: see the logs in {local.logs}")
        time.sleep(0.5)
