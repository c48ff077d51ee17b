"""``python -m student_loans.sandbox.child FD LIMITS``: a sandbox worker that answers calls until its parent closes."""

from __future__ import annotations

import json
import os
import pickle
import signal
import sys
from collections.abc import Callable, Iterator
from functools import partial
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any

from student_loans.errors import LoanDocumentError
from student_loans.private_files import OWNER
from student_loans.sandbox.limits import ProcessLimits, start_clock, stop_clock
from student_loans.sandbox.messages import Call, ChildMessage, MessageKind, pack
from student_loans.sandbox.progress import listen


def main(descriptor: int, limits: ProcessLimits) -> None:
    """Answer calls until the other end closes."""
    _protect_the_pipe()
    os.umask(OWNER.umask)  # Tesseract's image and words are files in the folder for temporary ones
    limits.apply()
    connection = Connection(descriptor)
    connection.send_bytes(pack(ChildMessage(MessageKind.READY)))
    while True:
        try:
            # The parent is trusted, because it started this process.
            call: Call = pickle.loads(connection.recv_bytes())  # noqa: S301
        except (EOFError, OSError):
            return
        start = partial(start_clock, call.limit_s, limits.cpu_s)
        listen(partial(_report_progress, connection, start))
        for message in _answers(call, start):
            connection.send_bytes(message)


def _report_progress(connection: Connection, start: Callable[[], None]) -> None:
    start()
    connection.send_bytes(pack(ChildMessage(MessageKind.PROGRESS)))


def _answers(call: Call, start: Callable[[], None]) -> Iterator[bytes]:
    """The messages that answer a call, each as bytes. A result that cannot be pickled is reported as a fault."""
    try:
        for item in _results(call, start):
            yield pack(ChildMessage(MessageKind.ITEM, item))
        yield pack(ChildMessage(MessageKind.DONE))
    except LoanDocumentError as error:
        yield pack(ChildMessage(MessageKind.ERROR, error))
    except MemoryError:
        yield pack(ChildMessage(MessageKind.MEMORY))
    except Exception as error:  # noqa: BLE001 - any exception of a library on a hostile file counts as a fault of the document
        yield pack(ChildMessage(MessageKind.FAULT, f"{type(error).__name__} in {_place(error.__traceback__)}"))
    finally:
        stop_clock()


def _results(call: Call, start: Callable[[], None]) -> Iterator[Any]:
    """The results of the function, one by one for a generator; the time limit starts again for each."""
    start()
    results = call.resolve()(*call.arguments)
    if not isinstance(results, Iterator):
        yield results
        return
    for item in results:
        yield item
        start()


def _place(traceback: TracebackType | None) -> str:
    """Module and line where an error was raised."""
    while traceback and traceback.tb_next:
        traceback = traceback.tb_next
    if traceback is None:
        return "an unknown place"
    return f"{traceback.tb_frame.f_globals.get('__name__', 'a module')}:{traceback.tb_lineno}"


def _protect_the_pipe() -> None:
    """Redirect standard input and output: libraries print, and their output must not reach the parent's own output."""
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.close(nothing)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends its children


if __name__ == "__main__":
    main(int(sys.argv[1]), ProcessLimits(**json.loads(sys.argv[2])))
