"""Run calls in child processes, which are replaced after a crash. Received files are opened only this way."""

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
    """The child has ended, or its message is not valid."""


class IsolatedProcess:
    """One child; one call at a time.

    Args:
        limits: Limits of the child, and the number of calls after which it is replaced.
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
        """Return the result of a function.

        Args:
            function: At the top level of one of this project's modules.
            arguments: Anything that can be pickled.
            limit_s: Longest time it may take, seconds; it counts from the last step that the function reports
                (:mod:`student_loans.sandbox.progress`). All steps together have ``isolation.document_timeout_s``.

        Raises:
            DocumentError: What the function raised; ``timed_out``; or ``parser_crashed``: twice it
                ended the process, needed too much memory or raised an unexpected exception.
            ServiceError: ``parser_unavailable``: no child could be started.
        """
        (result,) = self.stream(function, *arguments, limit_s=limit_s)
        return result  # type: ignore[no-any-return]

    def stream(self, function: Callable[..., Any], *arguments: Any, limit_s: float) -> Iterator[Any]:
        """Yield the results of a generator function; each has the full time limit. Raises as :meth:`call` does.

        Earlier documents may have damaged a child that breaks, so the call is repeated once in a new child and
        continues after the last result.
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
            if not finished:  # half an answer left in the pipe would be read as the answer to the next call
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
        """The exit code of the child; None if it is unknown."""
        try:
            return self._child.wait(5) if self._child else None
        except subprocess.TimeoutExpired:
            return None

    def stop(self) -> None:
        """End the child from another thread: the call that runs raises an error and is not repeated."""
        self._stopped = True
        if child := self._child:
            child.kill()

    def close(self) -> None:
        """End the child, even during a call; the next call starts a new one."""
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
    """Describe to a person how a child ended."""
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
    """Several children, shared by threads.

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
        """Do the same as :meth:`IsolatedProcess.call`, in a free child.

        Args:
            function: See there.
            arguments: See there.
            limit_s: See there.
            wait_s: Longest time to wait for a free child, seconds; None waits for ever.

        Raises:
            ServiceError: ``parser_unavailable``: also if no child is free in time.
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
        """Yield the result of some work for each item, in order. The work runs in threads and opens files through this pool.

        Running calls are ended if the caller stops early or the work raises an error.
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
