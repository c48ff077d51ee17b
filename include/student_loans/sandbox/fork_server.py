"""``python -m student_loans.sandbox.fork_server NAME PRELOAD``: forks sandbox workers that share loaded libraries and models.

Importing these takes a second of a core; forks of this process share them. ``PRELOAD`` names a function of this project that
imports the libraries and loads the models, as ``module:function``. The server is started beside an executor, once, and listens
on an abstract Unix socket of that name, and answers only processes of its own user. It runs with the clean environment of its
forks, opens no document, and ends when its standard input closes.

One packet asks: JSON with ``code_root``, ``environment`` and ``limits``, and two descriptors, of the new process' pipe and
of its standard error. The answer is a packet with the new process' number and pidfd; when that process has ended, another with
its exit code, as ``subprocess`` counts them, and its CPU seconds. A request that cannot be met is closed without an answer.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import selectors
import socket
import struct
import sys
from typing import TYPE_CHECKING, Any, NoReturn

from student_loans.project import CODE_ROOT

if TYPE_CHECKING:
    from student_loans.library_objects import Made

VARIABLE = "LOAN_DOCUMENTS_FORK_SERVER"
"""Environment variable with the name of the server's socket."""
LARGEST_REQUEST = 2**16
REQUEST_TIMEOUT_S = 5.0
"""How long the server waits for a request of who has connected, and how long who asks waits for the answer."""
_CLEAN = "--clean"
_models: list[Made] = []
"""What the preload function made."""


def main(name: str, preload: str) -> None:
    """Fork when asked, until standard input closes."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener, selectors.DefaultSelector() as selector:
        _preload(preload)
        gc.collect()
        gc.freeze()  # objects that exist now stay shared with the forks
        listener.bind(address(name))
        listener.listen(64)
        selector.register(listener, selectors.EVENT_READ)
        selector.register(sys.stdin, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj is sys.stdin:
                    return
                if key.fileobj is listener:
                    _answer(listener, selector)
                else:
                    _report_end(key, selector)


def address(name: str) -> bytes:
    """Of an abstract socket: it has no file that could be left behind, and it ends with its server."""
    return b"\0" + name.encode()


def _answer(listener: socket.socket, selector: selectors.BaseSelector) -> None:
    """Take one request and fork; the connection stays open until the new process has ended."""
    connection, _ = listener.accept()
    connection.settimeout(REQUEST_TIMEOUT_S)
    descriptors: list[int] = []
    try:
        content, descriptors, _, _ = socket.recv_fds(connection, LARGEST_REQUEST, 2)
        request = json.loads(content)
        if not _is_ours(connection) or request["code_root"] != str(CODE_ROOT) or len(descriptors) != 2:
            raise ValueError
        pid = os.fork()
        if pid == 0:
            _become_child(request, *descriptors)
        pidfd = os.pidfd_open(pid)
        selector.register(pidfd, selectors.EVENT_READ, (pid, connection))
        socket.send_fds(connection, [str(pid).encode()], [pidfd])
    except (OSError, ValueError, KeyError):  # an error of this request only; the client then starts a process itself
        connection.close()
    finally:
        for descriptor in descriptors:
            os.close(descriptor)


def _is_ours(connection: socket.socket) -> bool:
    """Whether the other end runs as the user of this process."""
    layout = struct.Struct("3i")  # pid, uid, gid: unix(7), SO_PEERCRED
    _, user, _ = layout.unpack(connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, layout.size))
    return bool(user == os.getuid())


def _report_end(key: selectors.SelectorKey, selector: selectors.BaseSelector) -> None:
    """Report how a process ended, if the client is still connected."""
    pid, connection = key.data
    selector.unregister(key.fileobj)
    os.close(key.fd)
    _, status, used = os.wait4(pid, 0)
    with connection, contextlib.suppress(OSError):
        connection.send(f"{os.waitstatus_to_exitcode(status)} {used.ru_utime + used.ru_stime:.6f}".encode())


def _become_child(request: dict[str, Any], pipe: int, error: int) -> NoReturn:
    """Close the server's descriptors, those of its other children first, and answer calls."""
    code = 1
    try:
        os.dup2(error, 2)
        os.dup2(pipe, 3)
        os.closerange(4, os.sysconf("SC_OPEN_MAX"))
        os.environ.clear()
        os.environ.update(request["environment"])
        os.chdir(CODE_ROOT)
        from student_loans.library_objects import take_over
        from student_loans.sandbox import child
        from student_loans.sandbox.limits import ProcessLimits

        for made in _models:
            take_over(made)
        child.main(3, ProcessLimits(**request["limits"]))
        code = 0
    except BaseException:  # noqa: BLE001 - a fork must not return into its server's loop; the reason goes to the log
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(code)


def _preload(name: str) -> None:
    """Call the preload function, then unload this project's code: a fork must import the code of its own start."""
    try:
        module, _, function = name.partition(":")
        _models[:] = [getattr(importlib.import_module(module), function)()]
    except Exception:  # noqa: BLE001 - what cannot be loaded here is loaded, or fails, in the forks
        sys.excepthook(*sys.exc_info())
    for loaded in [loaded for loaded in sys.modules if loaded.partition(".")[0] == "student_loans"]:
        del sys.modules[loaded]


def _leave_the_environment(name: str, preload: str) -> NoReturn:
    """Start again without the secrets in the environment: clearing ``os.environ`` would leave them in memory."""
    from student_loans.sandbox.environment import clean_environment

    command = [sys.executable, "-m", "student_loans.sandbox.fork_server", name, preload, _CLEAN]
    os.chdir(CODE_ROOT)
    os.execve(sys.executable, command, clean_environment())  # noqa: S606 - our own interpreter


if __name__ == "__main__":
    if sys.argv[3:] == [_CLEAN]:
        main(sys.argv[1], sys.argv[2])
    else:
        _leave_the_environment(sys.argv[1], sys.argv[2])
