"""One PostgreSQL server in one folder: create, start, stop, remove."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import subprocess
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import pq

from scripts.local.errors import StartFailed
from scripts.local.patience import Patience, Say, say_nothing
from scripts.local.postgres.access import SUPERUSER, DatabaseAccess
from scripts.local.postgres.accounts import Account
from scripts.local.postgres.postmaster import find_postmaster, stop_postmaster
from scripts.local.postgres.private import (
    fits_socket,
    is_private_folder,
    make_private_folder,
    make_socket_folder,
    socket_of,
)
from scripts.local.private_files import read_object, replace_private

_ORPHANS_S = 60.0
"""Seconds in which the processes of a killed server end."""
_POLL_S = 0.1
_STATE = "server.json"
_HBA = """\
# Written at each start. Roles log in with a password; the server listens on its Unix socket only.
local all all scram-sha-256
"""
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    # The log names no values: neither statements nor the details of an error, which quote rows.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_destination": "stderr",
    "logging_collector": "off",
    "lc_messages": "C",  # messages are compared below
}


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A server and its files.

    Attributes:
        folder: Everything of this server: ``data``, ``socket``, ``pgpass``, ``server.log``, ``server.json``.
        account: Who the server runs as.
        programs: Folder of ``postgres`` and ``initdb``.
    """

    folder: Path
    account: Account
    programs: Path

    @property
    def data(self) -> Path:
        """PostgreSQL's data folder."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """The server's log."""
        return self.folder / "server.log"

    def start(self, roles: Iterable[str] = (), say: Say = say_nothing) -> DatabaseAccess:
        """Start the server unless it runs, and wait as long as it makes progress.

        Args:
            roles: Roles that get a generated password beside the superuser's; they are not created.
            say: Reports progress.

        Raises:
            StartFailed: The server ended, or made no progress.
        """
        make_server_folder(self.folder, self.account)
        passwords = self._passwords((SUPERUSER, *roles))
        if not (self.data / "PG_VERSION").exists():
            self._create(passwords[SUPERUSER])
        access = DatabaseAccess(str(self._socket_folder()), self._password_file, passwords)
        self._start(access, say)
        if not self._accepts(access):
            # A database of an earlier version, or a lost password file.
            self._set_password(access)
            self._start(access, say)
        return access

    def stop(self) -> None:
        """Stop the server, if it runs, and wait for its end."""
        stop_postmaster(self.data)

    def remove(self) -> None:
        """Stop the server and delete everything of it."""
        self.stop()
        if socket := self._short_socket_folder():
            shutil.rmtree(socket)
        if self.folder.exists():
            shutil.rmtree(self.folder)

    @property
    def _password_file(self) -> Path:
        return self.folder / "pgpass"

    def _passwords(self, roles: Iterable[str]) -> dict[str, str]:
        """Passwords by role; missing ones are generated and stored."""
        try:
            lines = self._password_file.read_text().splitlines()
        except OSError:
            lines = []
        matches = (re.fullmatch(r"\*:\*:\*:(\w+):([\w-]+)", line) for line in lines)
        found = {match[1]: match[2] for match in matches if match}
        passwords = {**found, **{role: secrets.token_urlsafe(24) for role in roles if role not in found}}
        text = "".join(f"*:*:*:{role}:{password}\n" for role, password in passwords.items())
        if text.splitlines() != lines:
            replace_private(self._password_file, text)
        self._password_file.chmod(0o600)
        return passwords

    def _create(self, password: str) -> None:
        """Create the data folder; all of it or nothing."""
        part, password_file = self.folder / "data.new", self.folder / "initdb-password"
        shutil.rmtree(part, ignore_errors=True)
        make_private_folder(part, self.account)
        replace_private(password_file, password)
        self.account.own(password_file)
        try:
            done = self.account.run(
                [str(self.programs / "initdb"), f"--username={SUPERUSER}", "--auth=scram-sha-256",
                 f"--pwfile={password_file}", "--encoding=UTF8", "--locale=C", "--locale-provider=builtin",
                 "--builtin-locale=C.UTF-8", f"--pgdata={part}"]
            )  # fmt: skip
        finally:
            password_file.unlink()
        if done.returncode:
            raise StartFailed(f"PostgreSQL's initdb failed:\n{done.stderr[-2000:].strip()}")
        part.rename(self.data)

    def _socket_folder(self) -> Path:
        """The private folder of the socket: in the server's folder, or at a short path if that one is too long."""
        folder = self.folder / "socket"
        if fits_socket(folder):
            make_private_folder(folder, self.account)
            return folder
        if short := self._short_socket_folder():
            return short
        short = make_socket_folder(self.account)
        change_server_file(self.folder, socket=str(short), socket_of=str(self.folder))
        return short

    def _short_socket_folder(self) -> Path | None:
        """The stored socket folder at a short path, if it can be trusted; a copy of the server's folder has none."""
        state = read_server_file(self.folder)
        folder = Path(state.get("socket", ""))
        if state.get("socket_of") != str(self.folder) or not is_private_folder(folder, self.account):
            return None
        return folder

    def _start(self, access: DatabaseAccess, say: Say) -> None:
        deadline = time.monotonic() + _ORPHANS_S
        while _ping(access) is not pq.Ping.OK:
            log_start = self._log_size()
            process = self._launch(access) if self._needs_launch(access) else None
            try:
                if self._wait_until_ready(access, process, say):
                    return
            except BaseException:
                if process:
                    self.stop()
                raise
            problem = self._last_error(log_start)
            # Processes of a killed server end when they notice that it is gone.
            if process and ("shared memory block" not in problem or time.monotonic() > deadline):
                raise StartFailed(f"PostgreSQL did not start: {problem}. Its log: {self.log}")
            time.sleep(_POLL_S)

    def _needs_launch(self, access: DatabaseAccess) -> bool:
        """Whether no server serves the data folder. One whose socket was deleted is stopped."""
        if find_postmaster(self.data) is None:
            return True
        lines = (self.data / "postmaster.pid").read_text().splitlines()
        if len(lines) > 7 and lines[7].strip() == "ready" and not socket_of(Path(access.host)).exists():
            self.stop()
            return True
        return False

    def _launch(self, access: DatabaseAccess) -> subprocess.Popen[bytes]:
        """Start the server in a session of its own: it outlives this process, and Ctrl-C does not reach it."""
        # Left by a killed server. With the id of a process that runs, PostgreSQL would refuse to start.
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        self._write_hba()
        descriptor = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
        try:
            os.fchmod(descriptor, 0o600)
            process = subprocess.Popen(
                [str(self.programs / "postgres"), "-D", str(self.data), *self._settings(access)],
                stdin=subprocess.DEVNULL, stdout=descriptor, stderr=descriptor, start_new_session=True,
                **self.account.process_options(),
            )  # fmt: skip
        finally:
            os.close(descriptor)
        _STARTED[:] = [one for one in (*_STARTED, process) if one.poll() is None]
        return process

    def _settings(self, access: DatabaseAccess) -> list[str]:
        """Settings of the command line, which no file in the data folder can change."""
        settings = {
            **_SETTINGS,
            "unix_socket_directories": f'"{access.host}"',
            "hba_file": str(self.data / "pg_hba.conf"),
        }
        return [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]

    def _write_hba(self) -> None:
        # By the account: root writes nothing in a folder in which another account can place links.
        script = 'rm -f "$1.new" && cat > "$1.new" && mv -f "$1.new" "$1"'
        done = self.account.run(["sh", "-c", script, "sh", str(self.data / "pg_hba.conf")], _HBA)
        if done.returncode:
            raise StartFailed(f"{self.data / 'pg_hba.conf'} cannot be written: {done.stderr.strip()}")

    def _wait_until_ready(self, access: DatabaseAccess, process: subprocess.Popen[bytes] | None, say: Say) -> bool:
        """Wait until the server accepts connections; returns False when it has ended.

        Raises:
            StartFailed: No progress. A server that recovers after a crash uses CPU time, and writes to its log every ten
                seconds.
        """
        patience = Patience("starting PostgreSQL", say)
        while _ping(access) is not pq.Ping.OK:
            if process and process.poll() is not None:
                return False
            pid = process.pid if process else find_postmaster(self.data)
            if pid is None:
                return False
            patience.observe([pid], [self.log], "its recovery")
            time.sleep(_POLL_S)
        return True

    def _log_size(self) -> int:
        return self.log.stat().st_size if self.log.exists() else 0

    def _last_error(self, start: int) -> str:
        """The last error that the log holds after an offset."""
        with self.log.open("rb") as log:
            log.seek(start)
            lines = log.read().decode(errors="replace").splitlines()
        errors = [line.partition("FATAL:")[2].strip() for line in lines if "FATAL:" in line]
        return next(reversed(errors or lines), "it wrote nothing")

    def _accepts(self, access: DatabaseAccess) -> bool:
        """Whether the superuser's password is the stored one."""
        try:
            psycopg.connect(access.conninfo(SUPERUSER), connect_timeout=60).close()
        except psycopg.OperationalError as error:
            if "password authentication failed" in str(error):
                return False
            raise StartFailed(f"PostgreSQL refuses the connection: {error}. Its log: {self.log}") from error
        return True

    def _set_password(self, access: DatabaseAccess) -> None:
        """Set the superuser's password while nobody can connect."""
        self.stop()
        command = [str(self.programs / "postgres"), "--single", "-D", str(self.data), "-c", "exit_on_error=on"]
        statement = f"ALTER ROLE {SUPERUSER} PASSWORD '{verifier(SUPERUSER, access.passwords[SUPERUSER])}'\n"
        done = self.account.run([*command, *self._settings(access), SUPERUSER], statement)
        if done.returncode:
            raise StartFailed(f"The password of PostgreSQL's superuser cannot be set: {done.stderr[-500:].strip()}")


def make_server_folder(folder: Path, account: Account) -> None:
    """Create a server's folder: of this process's account; the server's can pass through to its data and socket."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if account.is_ours:
        folder.chmod(0o700)
    else:
        os.chown(folder, os.geteuid(), account.gid)
        folder.chmod(0o710)


def read_server_file(folder: Path) -> dict[str, str]:
    """What ``server.json`` in a server's folder holds; nothing if it is broken or absent."""
    return read_object(folder / _STATE) or {}


def change_server_file(folder: Path, **values: str) -> None:
    """Change values of ``server.json`` in a server's folder."""
    replace_private(folder / _STATE, json.dumps({**read_server_file(folder), **values}))


def verifier(role: str, password: str) -> str:
    """What the server stores in place of a password, which it never sees."""
    # No server is needed for a named algorithm.
    connection = pq.PGconn.connect(b"host=/nonexistent")
    return connection.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()


_STARTED: list[subprocess.Popen[bytes]] = []
"""Servers that this process started: an object that is dropped while its process runs warns."""


def _ping(access: DatabaseAccess) -> pq.Ping:
    return pq.Ping(pq.PGconn.ping(f"{access.conninfo(SUPERUSER)} connect_timeout=10".encode()))
