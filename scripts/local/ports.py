"""The port of the API server, chosen when the server starts."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager

DEFAULT_PORT = 8080


@contextmanager
def claimed_port(preferred: int = DEFAULT_PORT) -> Iterator[int]:
    """The preferred port if it is free, otherwise one that the system chooses.

    No other project of this machine gets the same port until the block ends: of several that start at the same moment only
    one takes 8080. Other programs can still take it first.
    """
    while True:
        port = free_port(preferred)
        claim = _claim(port)
        if claim is not None:
            break
        preferred = 0
    with claim:
        yield port


def free_port(preferred: int = DEFAULT_PORT) -> int:
    """The preferred port if it is free, otherwise one that the system chooses."""
    for candidate in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", candidate))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise RuntimeError("No port is free on 127.0.0.1.")


def is_taken(port: int) -> bool:
    """Whether a process listens on the port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _claim(port: int) -> socket.socket | None:
    """A socket whose name stands for the port: abstract names have one owner per machine, and end with their process."""
    claim = socket.socket(socket.AF_UNIX)
    try:
        claim.bind(f"\0loan-documents-port-{port}")
    except OSError:
        claim.close()
        return None
    return claim
