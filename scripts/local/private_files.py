"""State files and locks of the local Airflow: readable only by the owner, written as a whole or not at all."""

from __future__ import annotations

import fcntl
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_LOCK_INTERVAL_S = 0.2


def replace_private(path: Path, text: str) -> None:
    """Write a file with mode 0600; another process sees the old content or the new one, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def read_object(path: Path) -> dict[str, Any] | None:
    """The JSON object of a file; None if the file is absent, empty, cut off, or holds something else."""
    try:
        value = json.loads(path.read_text())
    except (OSError, ValueError):
        return None
    return value if isinstance(value, dict) else None


@contextmanager
def locked(path: Path, on_wait: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Hold a lock that ends with this process at the latest.

    Args:
        path: File of the lock; it is never removed.
        on_wait: Called once if another process holds the lock.
    """
    with open_lock(path) as file:
        if not try_lock(file, fcntl.LOCK_EX):
            on_wait()
            while not try_lock(file, fcntl.LOCK_EX):
                time.sleep(_LOCK_INTERVAL_S)
        yield


@contextmanager
def open_lock(path: Path) -> Iterator[int]:
    """Descriptor of a lock's file; child processes do not inherit it, and closing it releases the lock."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def try_lock(descriptor: int, kind: int) -> bool:
    """Take a shared or an exclusive lock if no other process prevents it."""
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
