"""The embedded PostgreSQL: a real server, reached through a private Unix socket only, by roles with passwords."""

from __future__ import annotations

import psycopg

from scripts.local.environment import METADATA_DATABASE, RESULTS_DATABASE, LocalAirflow
from scripts.local.errors import StartFailed
from scripts.local.patience import Say, say_nothing
from scripts.local.postgres.access import DatabaseAccess
from scripts.local.postgres.place import (
    data_folder,
    existing_server,
    forget_place,
    former_data,
    project_server,
    server_lock,
)
from scripts.local.postgres.postmaster import find_postmaster, stop_postmaster
from scripts.local.postgres.roles import ensure_database

_DATABASES = (METADATA_DATABASE, RESULTS_DATABASE)


def start_postgres(local: LocalAirflow, say: Say = say_nothing) -> DatabaseAccess:
    """Start the server if it is not running, and create both databases and their roles.

    The server outlives this process; :func:`stop_postgres` ends it.

    Args:
        local: The project's Airflow.
        say: Reports progress.

    Raises:
        StartFailed: The server does not start.
    """
    local.home.mkdir(parents=True, exist_ok=True)
    with server_lock(local):
        access = project_server(local).start(_DATABASES, say)
        try:
            new = _create_databases(access)
        except psycopg.OperationalError:
            # It has ended since it was started, or was just ending when it was found running: once more.
            access = project_server(local).start(_DATABASES, say)
            new = _create_databases(access)
        if METADATA_DATABASE in new:
            # It is empty, whatever an earlier database of this Airflow held.
            local.metadata_stamp.unlink(missing_ok=True)
    return access


def _create_databases(access: DatabaseAccess) -> list[str]:
    """Create the databases that are missing, and return them.

    Raises:
        psycopg.OperationalError: The server has ended.
        StartFailed: It refuses.
    """
    try:
        return [database for database in _DATABASES if ensure_database(access, database)]
    except psycopg.OperationalError:
        raise
    except psycopg.Error as error:
        raise StartFailed(f"PostgreSQL runs, but its databases cannot be created: {error}") from error


def stop_postgres(local: LocalAirflow) -> None:
    """Stop the server, if one runs; no other process is touched."""
    if not local.home.exists():
        return
    with server_lock(local):
        if former := former_data(local):
            stop_postmaster(former)
        if server := existing_server(local):
            server.stop()


def remove_postgres(local: LocalAirflow) -> None:
    """Stop the server and delete its files, wherever they are."""
    stop_postgres(local)
    if not local.home.exists():
        return
    with server_lock(local):
        if server := existing_server(local):
            server.remove()
        forget_place(local)


def postmaster_pid(local: LocalAirflow) -> int | None:
    """The server's process id; None if it does not run."""
    return find_postmaster(data_folder(local))
