"""Private folders, and that of PostgreSQL's Unix socket."""

from __future__ import annotations

import os
import re
import stat
import tempfile
from pathlib import Path

from scripts.local.errors import StartFailed
from scripts.local.postgres.accounts import Account

_SOCKET = ".s.PGSQL.5432"
_SOCKET_PATH_BYTES = 107
"""Of ``sockaddr_un``, without the zero at the end."""
_PLAIN_PATH = re.compile(r"[A-Za-z0-9_./-]+")
"""Characters that mean themselves in connection strings and URIs, and to libpq, which splits a host at commas."""
_SHARED_MODE = stat.S_ISVTX | 0o777


def make_private_folder(path: Path, account: Account) -> None:
    """Create a folder that only the account can enter, or set owner and mode of the existing one."""
    path.mkdir(mode=0o700, exist_ok=True)
    account.own(path)
    path.chmod(0o700)


def is_private_folder(path: Path, account: Account) -> bool:
    """Whether the path is a folder, not a link, that belongs to the account and that nobody else can enter."""
    try:
        status = path.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(status.st_mode) and status.st_uid == account.uid and stat.S_IMODE(status.st_mode) == 0o700


def socket_of(folder: Path) -> Path:
    """The socket in its folder."""
    return folder / _SOCKET


def fits_socket(folder: Path) -> bool:
    """Whether a socket in the folder has a path that the system and every client can use."""
    path = str(socket_of(folder))
    return len(os.fsencode(path)) <= _SOCKET_PATH_BYTES and _PLAIN_PATH.fullmatch(path) is not None


def make_socket_folder(account: Account) -> Path:
    """A new private folder of the account, with a short path that others cannot foresee.

    Raises:
        StartFailed: No folder for temporary files can be used.
    """
    for parent in (os.environ.get("XDG_RUNTIME_DIR"), tempfile.gettempdir(), "/tmp", "/var/tmp"):  # noqa: S108
        if parent and _holds_private_folders(Path(parent), account):
            folder = Path(tempfile.mkdtemp(prefix="postgres-", dir=parent))
            if fits_socket(folder):
                account.own(folder)
                return folder
            folder.rmdir()
    raise StartFailed("PostgreSQL's socket needs a folder with a short path: set TMPDIR to one.")


def _holds_private_folders(parent: Path, account: Account) -> bool:
    """Whether nobody else can replace a folder of the account in ``parent``, which the account can reach."""
    try:
        status = parent.stat()
    except OSError:
        return False
    if stat.S_IMODE(status.st_mode) & _SHARED_MODE == _SHARED_MODE:
        return status.st_uid in (0, account.uid)
    return account.is_ours and status.st_uid == account.uid and not status.st_mode & 0o022
