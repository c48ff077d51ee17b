"""A child process that calls are made in, replaced whenever one of them breaks it."""

from __future__ import annotations

import contextlib
import logging
import os
import pickle
import queue
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any, Self, TypeVar

from student_loans.errors import DocumentError, ErrorCode, LoanDocumentError, ServiceError
from student_loans.sandbox.messages import Call, Kind, Message, pack, unpack
from student_loans.sandbox.starting import Child, start_child
from student_loans.settings import IsolationSettings

_START_TIMEOUT_S = 60.0
_ATTEMPTS = 2
_log = logging.getLogger(__name__)

Result = TypeVar("Result")


class _Broken(Exception):
    """The child is gone, or talks nonsense."""


class IsolatedProcess:
    """One child; one call at a time.

    Args:
        limits: Of memory, and after how many documents it is replaced.
    """

    def __init__(self, limits: IsolationSettings) -> None:
        self._limits = limits
        self._child: Child | None = None
        self._connection: Connection | None = None
        self._calls = 0

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
            limit_s: Longest time it may take, seconds.

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
                if attempt == _ATTEMPTS - 1:
                    raise _crashed(str(broken)) from None

    def _once(self, call: Call) -> Iterator[Any]:
        if self._calls >= self._limits.documents_per_process:
            self.close()
        connection = self._started()
        self._calls += 1
        finished = False
        try:
            try:
                connection.send_bytes(pack(call))
            except OSError as error:
                raise _Broken(self._ending()) from error
            while True:
                message = self._receive(connection, call.limit_s)
                if message.kind is Kind.DONE:
                    finished = True
                    return
                if message.kind is Kind.ITEM:
                    yield message.content
                    continue
                finished = message.kind is Kind.ERROR
                _raise(message)
        finally:
            if not finished:  # half an answer still in the pipe would be taken for the next one's
                self.close()

    def _receive(self, connection: Connection, limit_s: float) -> Message:
        try:
            if not connection.poll(limit_s):
                raise DocumentError(
                    ErrorCode.TIMED_OUT,
                    f"Opening it took longer than {limit_s:g} s: ask the sender for it in another form, "
                    "or raise the limit in the section `isolation` of the settings.",
                )
            return unpack(connection.recv_bytes())
        except (EOFError, OSError) as error:
            raise _Broken(self._ending()) from error
        except pickle.UnpicklingError as error:
            raise _Broken("it gave back what is no data of ours") from error

    def _started(self) -> Connection:
        if self._connection is not None:
            return self._connection
        ours, theirs = socket.socketpair()
        with theirs:
            self._child = start_child(theirs.fileno(), self._limits.memory_bytes)
        self._connection = Connection(ours.detach())
        self._calls = 0
        deadline = time.monotonic() + _START_TIMEOUT_S
        try:
            if (
                self._connection.poll(deadline - time.monotonic())
                and unpack(self._connection.recv_bytes()).kind is Kind.READY
            ):
                return self._connection
        except (EOFError, OSError, pickle.UnpicklingError):
            pass
        self.close()
        raise ServiceError(
            ErrorCode.PARSER_UNAVAILABLE,
            "No process for opening documents could be started: see the log above for its reason, and free memory.",
        )

    def _ending(self) -> str:
        """How the child ended, for a person."""
        if self._child is None:
            return "it was not running"
        try:
            status = self._child.wait(5)
        except subprocess.TimeoutExpired:
            return "it closed its end"
        if status is None:
            return "nobody knows how"
        return f"signal {-status}" if status < 0 else f"status {status}"

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


def _raise(message: Message) -> None:
    if message.kind is Kind.ERROR and isinstance(message.content, LoanDocumentError):
        raise message.content
    raise _Broken("it needed more memory than it may have" if message.kind is Kind.MEMORY else str(message.content))


def _crashed(how: str) -> DocumentError:
    return DocumentError(
        ErrorCode.PARSER_CRASHED,
        f"Opening it broke the process that did it, twice ({how}): ask the sender for it in another form. "
        "The original is kept in quarantine.",
    )


class IsolatedPool:
    """Several children, for threads that each borrow one.

    Args:
        limits: Of each child, and how many there are.
    """

    def __init__(self, limits: IsolationSettings) -> None:
        self.workers = limits.workers or len(os.sched_getaffinity(0))
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

    def call(self, function: Callable[..., Result], *arguments: Any, limit_s: float) -> Result:
        """As :meth:`IsolatedProcess.call`, in whichever child is free."""
        process = self._free.get()
        try:
            return process.call(function, *arguments, limit_s=limit_s)
        finally:
            self._free.put(process)
