"""Where the files of a project's server are.

They are in ``.airflow/database``. As root, PostgreSQL runs as a system user, which may not reach the project: then they
are in a folder of that server, and ``.airflow`` holds its id.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
from contextlib import AbstractContextManager
from pathlib import Path

from scripts.local.environment import SERVICES, LocalAirflow
from scripts.local.errors import StartFailed
from scripts.local.postgres.accounts import Account, server_account
from scripts.local.postgres.binaries import make_services_folder, programs
from scripts.local.postgres.postmaster import find_postmaster, stop_postmaster
from scripts.local.postgres.server import PostgresServer, change_server_file, make_server_folder, read_server_file
from scripts.local.private_files import locked, replace_private

_ID = re.compile(r"[0-9a-f]{16}")


def server_lock(local: LocalAirflow) -> AbstractContextManager[None]:
    """The project's lock: of several processes, one at a time starts, stops or removes the server."""
    return locked(local.home / "database.lock")


def data_folder(local: LocalAirflow) -> Path:
    """PostgreSQL's data folder of a project, if it has one."""
    return (_existing_folder(local) or local.home / "database") / "data"


def server_in(folder: Path, services: Path = SERVICES) -> PostgresServer:
    """A server with all its files in a folder, whose parents the server's account can pass through.

    Args:
        folder: Of this server alone; created at the first start.
        services: Where the programs are copied to if root starts it.
    """
    account = server_account()
    return PostgresServer(folder, account, programs(account, services))


def project_server(local: LocalAirflow) -> PostgresServer:
    """The project's server, with a folder; data of an earlier version is taken over.

    Raises:
        StartFailed: The database belongs to another account, or the account or folder cannot be created.
    """
    _refuse_another_account(local)
    account = server_account()
    server = PostgresServer(_folder(local, account), account, programs(account, local.services))
    _take_over(local, server)
    return server


def existing_server(local: LocalAirflow) -> PostgresServer | None:
    """The project's server, if it has a folder; nothing is created."""
    folder = _existing_folder(local)
    if folder is None or not folder.exists():
        return None
    data = folder / "data"
    return PostgresServer(folder, Account.owner_of(data if data.exists() else folder), Path())


def former_data(local: LocalAirflow) -> Path | None:
    """The data folder of an earlier version of this project, which had no passwords."""
    data = local.home / "postgres"
    return data if (data / "PG_VERSION").exists() else None


def forget_place(local: LocalAirflow) -> None:
    """Delete the id of a removed server."""
    _pointer(local.home).unlink(missing_ok=True)


def _pointer(home: Path) -> Path:
    return home / "database.json"


def _existing_folder(local: LocalAirflow) -> Path | None:
    """The server's folder; None without one, or if it is that of another project."""
    if os.geteuid() != 0:
        return local.home / "database"
    found = _read_id(local.home)
    folder = local.services / found if found else None
    return folder if folder and read_server_file(folder).get("project") == str(local.home.resolve()) else None


def _read_id(home: Path) -> str:
    """The id of a project's server; empty if there is none."""
    try:
        found = str(json.loads(_pointer(home).read_text())["id"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return ""
    return found if _ID.fullmatch(found) else ""


def _folder(local: LocalAirflow, account: Account) -> Path:
    if account.is_ours:
        return local.home / "database"
    make_services_folder(local.services)
    found, here = _read_id(local.home), str(local.home.resolve())
    folder = local.services / found if found else None
    if folder is None or not folder.exists() or _is_copy(local, folder, found):
        found = secrets.token_hex(8)
        folder = local.services / found
    if read_server_file(folder).get("project") != here:
        make_server_folder(folder, account)
        change_server_file(folder, project=here)
        replace_private(_pointer(local.home), json.dumps({"id": found}))
    return folder


def _is_copy(local: LocalAirflow, folder: Path, found: str) -> bool:
    """Whether the folder belongs to another project, of which this one is a copy. A moved project keeps its folder."""
    project = read_server_file(folder).get("project")
    if not project or Path(project) == local.home.resolve():
        return False
    return _read_id(Path(project)) == found


def _refuse_another_account(local: LocalAirflow) -> None:
    """Stop before a database is started as another account than the one that created it."""
    if os.geteuid() != 0:
        if _pointer(local.home).exists():
            raise StartFailed(f"Root created the database of {local.home}: run as root, or remove it with make clean.")
        return
    owner = Account.owner_of(local.home)
    for data in (local.home / "database" / "data", former_data(local)):
        # Earlier versions, started by root, gave the data to an account that owned nothing else.
        if data is not None and data.exists() and not owner.is_ours and Account.owner_of(data) == owner:
            raise StartFailed(f"The database in {data} belongs to user {owner.uid}: run as that user.")


def _take_over(local: LocalAirflow, server: PostgresServer) -> None:
    """Move the data folder of an earlier version into the server's folder."""
    former, moved = former_data(local), server.folder / "data.moved"
    if server.data.exists():
        return
    if former is not None:
        _stop_former(local, former)
        shutil.rmtree(moved, ignore_errors=True)  # an incomplete copy: what it copies still exists
        server.folder.mkdir(mode=0o700, exist_ok=True)
        _move(former, moved, local.home / "postgres.taken-over")
    if moved.exists():
        for path in (moved, *moved.rglob("*")):
            server.account.own(path)
        moved.chmod(0o700)
        moved.rename(server.data)


def _stop_former(local: LocalAirflow, former: Path) -> None:
    from scripts.local.components import running_port

    if find_postmaster(former) is None:
        return
    if running_port(local) is not None:
        raise StartFailed(
            "Airflow runs with the database of an earlier version: stop it with make down, then start it again."
        )
    stop_postmaster(former)


def _move(former: Path, moved: Path, leftover: Path) -> None:
    """Move a folder, across file systems if need be, so that at any moment one place holds all of it."""
    try:
        former.rename(moved)
    except OSError:
        shutil.copytree(former, moved, symlinks=True, ignore=shutil.ignore_patterns(".s.PGSQL.*"))
        os.sync()
        former.rename(leftover)
        shutil.rmtree(leftover)
