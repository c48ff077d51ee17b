"""The objects of versions, read by this process: bounded, and compared with their hash before anything else reads them.

DVC checks a file out as soon as it has it. So nothing from a remote reaches DVC's cache until it is proved.
"""

from __future__ import annotations

import hashlib
import os
import stat
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from student_loans.errors import ErrorCode, ServiceError
from student_loans.private_files import file_access, make_folder, open_to_write
from student_loans.storage.files import is_local, open_path
from student_loans.versioning.command import remote_errors
from student_loans.versioning.contents import version_damaged
from student_loans.versioning.remote import Remote

if TYPE_CHECKING:
    from upath import UPath

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class FetchedObject:
    """An object on this machine whose MD5 is the expected one.

    Attributes:
        path: Where it is.
        size: Bytes.
        sha256: Of its bytes, hex.
        is_cached: Whether DVC's cache has it too.
    """

    path: Path
    size: int
    sha256: str
    is_cached: bool


class VersionObjects:
    """The objects of versions, on this machine or in the remote.

    Args:
        cache: DVC's cache of the workspace.
        remote: Where objects are that the cache lacks; None for none.
        timeout_s: Longest time of all transfers together, seconds.
        total_bytes: Most bytes of all objects together.
    """

    def __init__(self, cache: Path, remote: Remote | None, timeout_s: float, total_bytes: int) -> None:
        self._cache = cache
        self._remote = remote
        self._timeout_s = timeout_s
        self._deadline = time.monotonic() + timeout_s
        self._bytes_left = total_bytes
        self._counting = threading.Lock()

    def fetch(self, md5: str, target: Path, largest: int) -> FetchedObject:
        """Copy an object from the cache, or from the remote where the cache lacks it or has other bytes.

        Args:
            md5: Its hash, with ``.dir`` for a listing.
            target: A file that does not exist yet; it is removed when it has other bytes.
            largest: Bytes after which no more is read.

        Raises:
            ConfigurationError: ``version_damaged``: it is nowhere, is larger, or has other bytes; ``remote_refused``.
            ServiceError: ``remote_unavailable``; ``versioning_failed``: it takes too long.
        """
        found = False
        for is_cached, source in self._sources(md5):
            with remote_errors():
                try:
                    with _open(source) as file:
                        found = True
                        copied = self._copy(file, target, largest, md5.removesuffix(".dir"))
                except FileNotFoundError:
                    continue
            if copied is not None:
                return FetchedObject(target, *copied, is_cached)
        raise version_damaged(
            "a part of it has other bytes" if found else "a part of it is neither here nor in the remote"
        )

    def _sources(self, md5: str) -> Iterator[tuple[bool, UPath]]:
        name = f"{md5[:2]}/{md5[2:]}"
        yield True, open_path(str(self._cache / name))
        if self._remote:
            yield False, self._remote.path(f"files/md5/{name}")

    def _copy(self, file: IO[bytes], target: Path, largest: int, md5: str) -> tuple[int, str] | None:
        """Copy and hash what is read; its size and SHA-256, None when it is not the object."""
        size, hashed, sha256 = 0, hashlib.md5(usedforsecurity=False), hashlib.sha256()
        try:
            with open_to_write(target, "xb") as copy:
                while size <= largest and (chunk := file.read(_CHUNK)):
                    self._count(len(chunk))
                    size += len(chunk)
                    hashed.update(chunk)
                    sha256.update(chunk)
                    copy.write(chunk)
            if size <= largest and hashed.hexdigest() == md5:
                return size, sha256.hexdigest()
        except BaseException:
            target.unlink(missing_ok=True)
            raise
        self._count(-size)
        target.unlink()
        return None

    def _count(self, size: int) -> None:
        """Count what is copied, by one of the threads that fetch objects."""
        with self._counting:
            self._bytes_left -= size
        if self._bytes_left < 0:
            raise version_damaged("it is larger than its entry says")
        if time.monotonic() > self._deadline:
            raise ServiceError(
                ErrorCode.VERSIONING_FAILED,
                f"Fetching the version took longer than {self._timeout_s:.0f} s and was ended.",
            )


def read_bounded(path: UPath, largest: int) -> bytes:
    """Read a small file of a remote.

    Raises:
        FileNotFoundError: There is none.
        ConfigurationError: ``version_damaged``: it is larger, or no regular file.
    """
    with _open(path) as file:
        content: bytes = file.read(largest + 1)
    if len(content) > largest:
        raise version_damaged(f"{path.name[:120]!r} is larger than any such file")
    return content


@contextmanager
def _open(path: UPath) -> Iterator[IO[bytes]]:
    """Open a file; a pipe or device in a folder is refused, as reading it may never end."""
    if not is_local(path):
        with path.open("rb") as remote_file:
            yield remote_file
        return
    with os.fdopen(os.open(path.path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise version_damaged(f"{path.name[:120]!r} is no regular file")
        yield file


def keep_in_cache(fetched: FetchedObject, cache: Path, md5: str) -> None:
    """Move a proved object into DVC's cache, where DVC's own objects are read-only as well."""
    if fetched.is_cached:
        return
    path = cache / md5[:2] / md5[2:]
    make_folder(path.parent)
    fetched.path.chmod(file_access().file_mode & 0o444)
    fetched.path.replace(path)
