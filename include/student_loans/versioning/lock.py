"""A lock for one writer at a time in a workspace: others wait, and the lock of a killed process is released."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from student_loans.errors import ErrorCode, ServiceError
from student_loans.private_files import make_folder, open_to_write

_POLL_S = 0.2


@contextmanager
def exclusive(path: Path, timeout_s: float) -> Iterator[None]:
    """Hold a lock while the block runs.

    The operating system holds the lock, so it is released when its process ends for any reason.

    Args:
        path: File of the lock; it remains as an empty file.
        timeout_s: Longest wait, seconds.

    Raises:
        ServiceError: ``versioning_busy``: another process held it for the whole time.
    """
    make_folder(path.parent)
    deadline = time.monotonic() + timeout_s
    with open_to_write(path, "ab") as file:
        while not _try_lock(file.fileno()):
            if time.monotonic() > deadline:
                raise ServiceError(
                    ErrorCode.VERSIONING_BUSY,
                    f"Another version is being written for more than {timeout_s:.0f} s: try again when it has ended.",
                )
            time.sleep(_POLL_S)
        yield


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
