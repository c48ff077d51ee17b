"""``python -m student_loans.sandbox.child FD MEMORY``: the process that opens files, call after call until its parent closes."""

from __future__ import annotations

import os
import pickle
import resource
import signal
import sys
from collections.abc import Iterator
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any

from student_loans.errors import LoanDocumentError
from student_loans.sandbox.messages import Call, Kind, Message, pack

_GRACE_S = 10.0
"""A child whose parent is gone must not hang for ever: its own alarm ends it this long after the parent would have."""
_LARGEST_WRITTEN_FILE = 64 * 1024**2
_MOST_OPEN_FILES = 256


def main(descriptor: int, memory_bytes: int) -> None:
    """Answer calls until the other end closes."""
    _protect_the_pipe()
    _limit(memory_bytes)
    connection = Connection(descriptor)
    connection.send_bytes(pack(Message(Kind.READY)))
    while True:
        try:
            # The parent is trusted: it is what started this process.
            call: Call = pickle.loads(connection.recv_bytes())  # noqa: S301
        except (EOFError, OSError):
            return
        for message in _answers(call):
            connection.send_bytes(message)


def _answers(call: Call) -> Iterator[bytes]:
    """The messages that a call comes to, each as bytes: what cannot be sent is a fault like any other."""
    try:
        for item in _results(call):
            yield pack(Message(Kind.ITEM, item))
        yield pack(Message(Kind.DONE))
    except LoanDocumentError as error:
        yield pack(Message(Kind.ERROR, error))
    except MemoryError:
        yield pack(Message(Kind.MEMORY))
    except Exception as error:  # noqa: BLE001 - whatever a library raises over a hostile file is the document's fault
        yield pack(Message(Kind.FAULT, f"{type(error).__name__} in {_place(error.__traceback__)}"))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _results(call: Call) -> Iterator[Any]:
    """What the function gives, one by one where it is a generator; the alarm is set anew for each."""
    signal.setitimer(signal.ITIMER_REAL, call.limit_s + _GRACE_S)
    results = call.resolve()(*call.arguments)
    if not isinstance(results, Iterator):
        yield results
        return
    for item in results:
        yield item
        signal.setitimer(signal.ITIMER_REAL, call.limit_s + _GRACE_S)


def _place(traceback: TracebackType | None) -> str:
    """Module and line where an error was raised."""
    while traceback and traceback.tb_next:
        traceback = traceback.tb_next
    if traceback is None:
        return "an unknown place"
    return f"{traceback.tb_frame.f_globals.get('__name__', 'a module')}:{traceback.tb_lineno}"


def _protect_the_pipe() -> None:
    """Libraries print; nothing they print may reach the parent's own output, and nothing can be typed in."""
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.close(nothing)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)


def _limit(memory_bytes: int) -> None:
    for name, value in (
        # Data, not address space: libraries reserve far more of the latter than they use.
        (resource.RLIMIT_DATA, memory_bytes),
        (resource.RLIMIT_FSIZE, _LARGEST_WRITTEN_FILE),
        (resource.RLIMIT_NOFILE, _MOST_OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(name)
        resource.setrlimit(name, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
