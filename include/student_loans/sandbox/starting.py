"""Start a sandbox worker: as a fork of the fork server if one runs, otherwise as a new process."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import select
import signal
import socket
import subprocess
import sys
from typing import Protocol

from student_loans.project import CODE_ROOT
from student_loans.sandbox.core_seconds import FORKED
from student_loans.sandbox.environment import clean_environment
from student_loans.sandbox.fork_server import LARGEST_REQUEST, REQUEST_TIMEOUT_S, VARIABLE, address
from student_loans.sandbox.limits import ProcessLimits

_log = logging.getLogger(__name__)


class Child(Protocol):
    """The operations on a sandbox worker."""

    def kill(self) -> None:
        """End it, even during a call."""

    def wait(self, timeout: float | None = None) -> int | None:
        """The exit code, negative for a signal; None if it cannot be known.

        Raises:
            subprocess.TimeoutExpired: It still runs after ``timeout`` seconds.
        """


def start_child(pipe: int, limits: ProcessLimits) -> Child:
    """Start a process that answers calls: :func:`student_loans.sandbox.child.main`.

    Args:
        pipe: Descriptor of the child's end of the connection; the caller's end stays open.
        limits: Limits of the process.
    """
    return _forked(pipe, limits) or subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", "student_loans.sandbox.child", str(pipe), json.dumps(limits.to_json())],
        cwd=CODE_ROOT,
        env=clean_environment(),
        pass_fds=(pipe,),
        stdin=subprocess.DEVNULL,
    )


def _forked(pipe: int, limits: ProcessLimits) -> _ForkedChild | None:
    """A fork of the server, or None if no server answers: the server only saves time, so it is not required."""
    name = os.environ.get(VARIABLE)
    if not name:
        return None
    request = {"code_root": str(CODE_ROOT), "environment": clean_environment(), "limits": limits.to_json()}
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    try:
        connection.settimeout(REQUEST_TIMEOUT_S)
        connection.connect(address(name))
        socket.send_fds(connection, [json.dumps(request).encode()], [pipe, 2])
        pid, (pidfd,), _, _ = socket.recv_fds(connection, LARGEST_REQUEST, 1)
    except (OSError, ValueError) as error:
        connection.close()
        _log.info("No process could be forked (%s): one is started from nothing", type(error).__name__)
        return None
    return _ForkedChild(connection, int(pid), pidfd)


class _ForkedChild:
    """A child that the server forked, identified by its pidfd: its process id may belong to another process later.

    Args:
        connection: To the server, which reports how the child ended.
        pid: Process id, under which its CPU time is counted.
        pidfd: See pidfd_open(2).
    """

    def __init__(self, connection: socket.socket, pid: int, pidfd: int) -> None:
        self._connection = connection
        self._pid = pid
        self._pidfd = pidfd
        self._exit_code: int | None = None
        self._has_ended = False
        FORKED.started(pid)

    def __del__(self) -> None:
        self._connection.close()
        os.close(self._pidfd)

    def kill(self) -> None:
        """See :class:`Child`."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)

    def wait(self, timeout: float | None = None) -> int | None:
        """See :class:`Child`."""
        if not self._has_ended:
            ended, _, _ = select.select([self._pidfd], [], [], timeout)
            if not ended:
                raise subprocess.TimeoutExpired("student_loans.sandbox.child", timeout or 0.0)
            self._has_ended = True
            core_seconds = 0.0
            with contextlib.suppress(OSError, ValueError):  # the server has ended and cannot report the exit code
                exit_code, used = self._connection.recv(LARGEST_REQUEST).split()
                self._exit_code, core_seconds = int(exit_code), float(used)
            FORKED.ended(self._pid, core_seconds)
        return self._exit_code
