"""Child processes that calls are made in, each replaced whenever a call breaks it: the only way to open a file that was sent."""

from __future__ import annotations

import contextlib
import logging
import os
import pickle
import queue
import signal
import socket
import subprocess
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any, Self, TypeVar

from student_loans.errors import DocumentError, ErrorCode, LoanDocumentError, ServiceError
from student_loans.sandbox.limits import ProcessLimits
from student_loans.sandbox.messages import Call, ChildMessage, MessageKind, pack, unpack
from student_loans.sandbox.starting import Child, start_child
from student_loans.settings import IsolationSettings

_START_TIMEOUT_S = 60.0
_ATTEMPTS = 2
_AHEAD = 4
"""Items of :meth:`IsolatedPool.map` in hand for each process, so that none waits and memory stays flat."""
_OUT_OF_TIME = frozenset({-signal.SIGALRM, -signal.SIGXCPU})
"""Exit codes of a child that took too long, or too many CPU seconds."""
_log = logging.getLogger(__name__)

Result = TypeVar("Result")
Item = TypeVar("Item")


class _Broken(Exception):
    """The child is gone, or talks nonsense."""


class IsolatedProcess:
    """One child; one call at a time.

    Args:
        limits: What it may use, and after how many calls it is replaced.
    """

    def __init__(self, limits: IsolationSettings) -> None:
        self._limits = limits
        self._child: Child | None = None
        self._connection: Connection | None = None
        self._calls = 0
        self._stopped = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def call(self, function: Callable[..., Result], *arguments: Any, limit_s: float) -> Result:
        """What a function gives.

        Args:
            function: At the top level of one of this project's modules.
            arguments: Anything that can be pickled.
            limit_s: Longest time it may take, seconds; it counts from the last step that the function reports
                (:mod:`student_loans.sandbox.progress`). All steps together have ``isolation.document_timeout_s``.

        Raises:
            DocumentError: What the function raised; ``timed_out``; or ``parser_crashed``: it ended the process, needed
                too much memory or raised something unforeseen, twice.
            ServiceError: ``parser_unavailable``: no child could be started.
        """
        (result,) = self.stream(function, *arguments, limit_s=limit_s)
        return result  # type: ignore[no-any-return]

    def stream(self, function: Callable[..., Any], *arguments: Any, limit_s: float) -> Iterator[Any]:
        """What a generator function gives, one by one; each has the time limit to itself. Raises as :meth:`call` does.

        A child that breaks may have been worn out by documents before: the call is made once more in a fresh one, and
        goes on where it ended.
        """
        given = 0
        for attempt in range(_ATTEMPTS):
            try:
                for number, item in enumerate(self._once(Call.of(function, arguments, limit_s))):
                    if number >= given:
                        given += 1
                        yield item
                return
            except _Broken as broken:
                self.close()
                _log.warning("A process that opens documents ended (%s)", broken)
                if attempt == _ATTEMPTS - 1 or self._stopped:
                    raise _crashed(str(broken)) from None

    def _once(self, call: Call) -> Iterator[Any]:
        if self._calls >= self._limits.documents_per_process:
            self.close()
        connection = self._started()
        if self._stopped:  # while it started
            raise _Broken("it was stopped")
        self._calls += 1
        deadline = time.monotonic() + self._limits.document_timeout_s
        finished = False
        try:
            try:
                connection.send_bytes(pack(call))
            except OSError as error:
                raise _Broken(_ending(self._exit_code())) from error
            while True:
                message = self._receive(connection, min(call.limit_s, deadline - time.monotonic()))
                if message.kind is MessageKind.DONE:
                    finished = True
                    return
                if message.kind is MessageKind.PROGRESS:
                    continue
                if message.kind is MessageKind.ITEM:
                    yield message.content
                    continue
                finished = message.kind is MessageKind.ERROR
                _raise(message)
        finally:
            if not finished:  # half an answer still in the pipe would be taken for the next one's
                self.close()

    def _receive(self, connection: Connection, limit_s: float) -> ChildMessage:
        try:
            if not connection.poll(max(0.0, limit_s)):
                raise _timed_out()
            return unpack(connection.recv_bytes())
        except (EOFError, OSError) as error:
            status = self._exit_code()
            raise _timed_out() if status in _OUT_OF_TIME else _Broken(_ending(status)) from error
        except pickle.UnpicklingError as error:
            raise _Broken("it gave back what is no data of ours") from error

    def _started(self) -> Connection:
        if self._connection is not None:
            return self._connection
        ours, theirs = socket.socketpair()
        with theirs:
            self._child = start_child(theirs.fileno(), ProcessLimits.of(self._limits))
        self._connection = Connection(ours.detach())
        self._calls = 0
        deadline = time.monotonic() + _START_TIMEOUT_S
        try:
            if (
                self._connection.poll(deadline - time.monotonic())
                and unpack(self._connection.recv_bytes()).kind is MessageKind.READY
            ):
                return self._connection
        except (EOFError, OSError, pickle.UnpicklingError):
            pass
        self.close()
        raise ServiceError(
            ErrorCode.PARSER_UNAVAILABLE,
            "No process for opening documents could be started: see the log above for its reason, and free memory.",
        )

    def _exit_code(self) -> int | None:
        """How the child ended; None where nobody knows."""
        try:
            return self._child.wait(5) if self._child else None
        except subprocess.TimeoutExpired:
            return None

    def stop(self) -> None:
        """End the child from another thread than the one that calls: its call raises, and is not made again."""
        self._stopped = True
        if child := self._child:
            child.kill()

    def close(self) -> None:
        """End the child, whatever it is doing; the next call starts another."""
        connection, child = self._connection, self._child
        self._connection = self._child = None
        if connection is not None:
            with contextlib.suppress(OSError):
                connection.close()
        if child is not None:
            child.kill()
            child.wait()


def _raise(message: ChildMessage) -> None:
    if message.kind is MessageKind.ERROR and isinstance(message.content, LoanDocumentError):
        raise message.content
    raise _Broken(
        "it needed more memory than it may have" if message.kind is MessageKind.MEMORY else str(message.content)
    )


def _ending(exit_code: int | None) -> str:
    """How a child ended, for a person."""
    if exit_code is None:
        return "it closed its end"
    return f"signal {-exit_code}" if exit_code < 0 else f"status {exit_code}"


def _timed_out() -> DocumentError:
    return DocumentError(
        ErrorCode.TIMED_OUT,
        "Opening or reading it, or one of its pages, took longer than it may: ask the sender for it in another form, "
        "or raise the limit in the section `isolation` of the settings.",
    )


def _crashed(how: str) -> DocumentError:
    return DocumentError(
        ErrorCode.PARSER_CRASHED,
        f"Opening it broke the process that did it, twice ({how}): ask the sender for it in another form. "
        "The original is kept in quarantine.",
    )


class IsolatedPool:
    """Several children, for threads that each borrow one.

    Args:
        limits: Of each child.
        workers: How many there are; None takes ``isolation.workers``.
    """

    def __init__(self, limits: IsolationSettings, workers: int | None = None) -> None:
        self.workers = workers or limits.workers or len(os.sched_getaffinity(0))
        self._free: queue.SimpleQueue[IsolatedProcess] = queue.SimpleQueue()
        self._all = [IsolatedProcess(limits) for _ in range(self.workers)]
        for process in self._all:
            self._free.put(process)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self._all:
            process.close()

    def call(
        self, function: Callable[..., Result], *arguments: Any, limit_s: float, wait_s: float | None = None
    ) -> Result:
        """As :meth:`IsolatedProcess.call`, in whichever child is free.

        Args:
            function: See there.
            arguments: See there.
            limit_s: See there.
            wait_s: Longest time to wait for a free child, seconds; None waits for ever.

        Raises:
            ServiceError: ``parser_unavailable``: also where none is free in time.
        """
        try:
            process = self._free.get(timeout=wait_s)
        except queue.Empty:
            raise ServiceError(
                ErrorCode.PARSER_UNAVAILABLE, "Too many documents are being opened: try again in a minute."
            ) from None
        try:
            return process.call(function, *arguments, limit_s=limit_s)
        finally:
            self._free.put(process)

    def map(self, work: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """What some work gives for each item, in their order; it runs in threads, and calls this pool for what opens files.

        When the caller stops early, or the work raises, calls that run are ended.
        """
        waiting: deque[Future[Result]] = deque()
        with ThreadPoolExecutor(self.workers) as threads:
            try:
                for item in items:
                    waiting.append(threads.submit(work, item))
                    if len(waiting) >= self.workers * _AHEAD:
                        yield waiting.popleft().result()
                while waiting:
                    yield waiting.popleft().result()
            finally:
                if waiting:
                    self._stop(waiting)

    def _stop(self, waiting: Iterable[Future[Any]]) -> None:
        for future in waiting:
            future.cancel()
        for process in self._all:
            process.stop()
