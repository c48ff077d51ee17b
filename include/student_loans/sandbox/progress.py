"""A sign of life from the middle of a call: the time limit counts from the last one, so that long documents may take long."""

from __future__ import annotations

from collections.abc import Callable

_listeners: list[Callable[[], None]] = []


def report_progress() -> None:
    """Say that a page, or another step of bounded work, is done. Does nothing outside of a process that opens files."""
    for listener in _listeners:
        listener()


def listen(listener: Callable[[], None]) -> None:
    """Have a function called at each step; it takes the place of any other."""
    _listeners[:] = [listener]
