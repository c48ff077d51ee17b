"""Report progress during a call: the time limit counts from the last report, so long documents may take longer."""

from __future__ import annotations

from collections.abc import Callable

_listeners: list[Callable[[], None]] = []


def report_progress() -> None:
    """Report that a page, or another step of limited work, is done. Does nothing outside a sandbox worker."""
    for listener in _listeners:
        listener()


def listen(listener: Callable[[], None]) -> None:
    """Set the function that is called at each step; it replaces the previous one."""
    _listeners[:] = [listener]
