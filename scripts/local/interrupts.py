"""SIGINT, SIGTERM and SIGHUP end a command with a sentence, after everything that the command started has been stopped.

The first signal raises :class:`Interrupted`. Later signals never raise: they only make the clean-up hurry.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(BaseException):
    """A signal asked this command to end.

    Args:
        number: The signal's number.
    """

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number

    @property
    def status(self) -> int:
        """Exit status, as shells give it: 130 for SIGINT, 143 for SIGTERM."""
        return 128 + self.number


class _Signals:
    """What signals have come, and whether one may raise now."""

    def __init__(self) -> None:
        self.deferrals = 0
        self.pending: int | None = None
        self.raised = False
        self.hurry = False

    def handle(self, number: int, _frame: FrameType | None) -> None:
        if self.raised:
            self.hurry = True
            return
        again, self.pending = self.pending is not None, number
        # A second signal does not wait for the end of a step that takes too long.
        if self.deferrals and not again:
            return
        self.raise_pending()

    def raise_pending(self) -> None:
        if self.pending is not None and not self.raised:
            self.raised = True
            raise Interrupted(self.pending)


_signals = _Signals()


def handle_signals() -> None:
    """Let the signals raise :class:`Interrupted` in this process from now on."""
    for number in SIGNALS:
        signal.signal(number, _signals.handle)


@contextmanager
def deferred() -> Iterator[None]:
    """Let a step end before a signal raises: a process that was started is also recorded, and therefore stopped."""
    _signals.deferrals += 1
    try:
        yield
    finally:
        _signals.deferrals -= 1
        if not _signals.deferrals:
            # On a terminal, Ctrl-C also reaches the programs of the step: the signal is the cause of their failure.
            _signals.raise_pending()


def in_a_hurry() -> bool:
    """Whether another signal came after the first."""
    return _signals.hurry
