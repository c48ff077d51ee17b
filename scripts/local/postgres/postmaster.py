"""The process of a PostgreSQL server: find it, and stop it."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

from scripts.local.errors import StartFailed
from scripts.local.postgres.accounts import Account

_FAST_STOP_S = 120.0
"""Seconds to wait for a stop that ends all connections and writes a checkpoint."""
_IMMEDIATE_STOP_S = 30.0
_POLL_S = 0.05


def find_postmaster(data: Path) -> int | None:
    """The id of the process that serves a data folder; None if there is none.

    ``postmaster.pid`` alone does not prove that a server runs: the file of a killed server stays, and the system gives
    its process id to another process.

    Args:
        data: The data folder.
    """
    try:
        # A server that PostgreSQL runs in single-user mode writes its id with a minus sign.
        pid = abs(int((data / "postmaster.pid").read_text().splitlines()[0]))
    except (OSError, ValueError, IndexError):
        return None
    return pid if pid > 1 and _serves(pid, data) else None


def stop_postmaster(data: Path) -> None:
    """Stop the server of a data folder, if one runs, and wait for its end. No other process is touched.

    Raises:
        StartFailed: It does not stop.
    """
    for how, seconds in ((signal.SIGINT, _FAST_STOP_S), (signal.SIGQUIT, _IMMEDIATE_STOP_S)):
        pid = find_postmaster(data)
        if pid is None:
            return
        with suppress(ProcessLookupError):
            os.kill(pid, how)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if find_postmaster(data) != pid:
                return
            time.sleep(_POLL_S)
    raise StartFailed(f"PostgreSQL (process {pid}) does not stop: see its log beside {data}.")


def _serves(pid: int, data: Path) -> bool:
    """Whether a process is a PostgreSQL server that works in the data folder."""
    try:
        if Path(f"/proc/{pid}/comm").read_text().strip() != "postgres":
            return False
        # An ended process that nobody has waited for yet has no working folder.
        return _working_folder(pid, Account.owner_of(data)) == str(data.resolve())
    except OSError:
        return False


def _working_folder(pid: int, account: Account) -> str:
    """The working folder of a process of the account; it follows a folder that is moved."""
    link = f"/proc/{pid}/cwd"
    try:
        return str(Path(link).readlink())
    except PermissionError:
        # In a container, root may not look at processes of others; the account may.
        return account.run(["readlink", link]).stdout.strip()
