"""The account of the operating system that PostgreSQL runs as."""

from __future__ import annotations

import os
import pwd
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.local.errors import StartFailed

SYSTEM_USER = "student-loans-db"
_ATTEMPTS = 20
"""Another process may hold the lock of the user database for a moment."""


@dataclass(frozen=True, slots=True)
class Account:
    """A user of the operating system."""

    uid: int
    gid: int

    @classmethod
    def owner_of(cls, path: Path) -> Account:
        """The account that owns a file or folder."""
        status = path.lstat()
        return cls(status.st_uid, status.st_gid)

    @property
    def is_ours(self) -> bool:
        """Whether this process runs as the account."""
        return self.uid == os.geteuid()

    def own(self, path: Path) -> None:
        """Make the account the owner of a file or folder that this process has created."""
        if not self.is_ours:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def process_options(self) -> dict[str, Any]:
        """Options of :mod:`subprocess` for a program that runs as the account, with files of its own only."""
        # Connections and keys of Airflow, which may be in this process's environment, do not concern the server.
        kept = {name: os.environ[name] for name in ("PATH", "TZ") if name in os.environ}
        options: dict[str, Any] = {"env": kept, "umask": 0o077, "cwd": "/"}
        if self.is_ours:
            return options
        return {**options, "user": self.uid, "group": self.gid, "extra_groups": []}

    def run(self, command: Sequence[str], text: str = "") -> subprocess.CompletedProcess[str]:
        """Run a program as the account until it ends.

        Args:
            command: The program and its arguments.
            text: What it reads from its standard input.
        """
        return subprocess.run(
            command, input=text, capture_output=True, text=True, check=False, **self.process_options()
        )


def server_account() -> Account:
    """The account for the server: this process's; as root, which PostgreSQL refuses, a system user for this purpose.

    Raises:
        StartFailed: The system user cannot be created.
    """
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    why = ""
    for _ in range(_ATTEMPTS):
        try:
            entry = pwd.getpwnam(SYSTEM_USER)
        except KeyError:
            why = _create_system_user()
            time.sleep(0.2 if why else 0)
        else:
            return Account(entry.pw_uid, entry.pw_gid)
    raise StartFailed(
        f"PostgreSQL does not run as root, and the system user {SYSTEM_USER} cannot be created: {why}. "
        "Create it, or run as an ordinary user."
    )


def _create_system_user() -> str:
    """Create the system user; returns why that was not possible."""
    command = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    try:
        done = subprocess.run(
            [*command, "--shell", "/usr/sbin/nologin", SYSTEM_USER], capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        return "the program useradd is missing"
    return done.stderr.strip() if done.returncode else ""
