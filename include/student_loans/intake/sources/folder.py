"""An upload folder and its sub-folders."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlparse

from student_loans.errors import ConfigurationError, DocumentError, ErrorCode
from student_loans.intake.refusals import check_size
from student_loans.intake.sources.base import Fetched, SourceDocument, check_sha256, display_name
from student_loans.project import PROJECT_ROOT
from student_loans.settings import AcquisitionSettings

_ATTEMPTS = 3
"""Readings of a file that changes under the reader."""


class FolderSource:
    """A folder and its sub-folders. Hidden files are skipped; links that lead out of the folder are not followed.

    A file's version is its times of modification and change with its size: ``cp -p`` and ``touch`` cannot
    set back the time of change, so a file that is replaced by an older one is noticed.

    Args:
        folder: The folder.

    Raises:
        ConfigurationError: ``source_not_found``.
    """

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise ConfigurationError(
                ErrorCode.SOURCE_NOT_FOUND,
                f"There is no folder {display_name(str(folder))!r}: name an existing folder as the source.",
            )
        self.folder = folder.resolve()
        self.uri = self.folder.as_uri()

    def list_documents(self, since: datetime | None = None) -> Iterator[SourceDocument]:
        """Every regular file and link, sorted by path, so that two runs see the same order."""
        for root, folders, files in os.walk(self.folder):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(files):
                path = Path(root, name)
                if not name.startswith(".") and (path.is_file() or path.is_symlink()):
                    yield _listed(path)

    def fetch(self, document: SourceDocument, max_bytes: int, held: str = "") -> Fetched | None:
        """The bytes of one file of the folder."""
        path = Path(os.fsdecode(unquote_to_path(document.location or document.uri)))
        try:
            real = path.resolve(strict=True)
            if not real.is_relative_to(self.folder):
                raise DocumentError(
                    ErrorCode.UNREADABLE_SOURCE, "The file is a link out of the source folder: copy the file itself in."
                )
            fetched = _read_unchanged(real, max_bytes, held)
        except OSError as error:
            raise _unreadable(error) from error
        if fetched is not None:
            check_sha256(fetched.content, document.sha256)
        return fetched


def _listed(path: Path) -> SourceDocument:
    try:
        status = path.stat()
    except OSError:  # a broken link: reading it gives the reason
        status = path.lstat()
    modified = datetime.fromtimestamp(status.st_mtime, UTC)
    return SourceDocument(path.as_uri(), display_name(path.name), status.st_size, _version(status), modified)


def _version(status: os.stat_result) -> str:
    return f"{status.st_mtime_ns:x}-{status.st_ctime_ns:x}-{status.st_size:x}"


def read_regular_file(path: Path, max_bytes: int) -> Fetched:
    """The bytes of a regular file, or of one that a link leads to.

    Raises:
        DocumentError: ``unreadable_source`` or ``file_too_large``.
    """
    try:
        fetched = _read_unchanged(path.resolve(strict=True), max_bytes)
    except (OSError, RuntimeError) as error:  # RuntimeError: links that form a loop
        raise _unreadable(error) from error
    return fetched or Fetched(b"")


def _unreadable(error: Exception) -> DocumentError:
    reason = getattr(error, "strerror", None) or type(error).__name__
    return DocumentError(
        ErrorCode.UNREADABLE_SOURCE, f"The file cannot be read ({reason}): check that it exists and its rights."
    )


def _read_unchanged(path: Path, max_bytes: int, held: str = "") -> Fetched | None:
    """Read a file, and refuse it if it changes while it is read."""
    for _ in range(_ATTEMPTS):
        # Not blocking: opening a named pipe behind a link would wait forever.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
        with open(descriptor, "rb") as file:  # noqa: PTH123 - a descriptor, not a path
            before = os.fstat(descriptor)
            if not stat.S_ISREG(before.st_mode):
                raise DocumentError(ErrorCode.UNREADABLE_SOURCE, "This is no regular file: put a file in its place.")
            if held and _version(before) == held:
                return None
            content = file.read(max_bytes + 1)
            check_size(len(content), max_bytes)
            if _version(os.fstat(descriptor)) == _version(before):
                return Fetched(content, _version(before))
    raise DocumentError(
        ErrorCode.UNREADABLE_SOURCE, "The file is being written: run again when that is done, it is then taken up."
    )


def unquote_to_path(uri: str) -> str:
    """The local path of a ``file://`` URI, undoing the percent-encoding of :meth:`pathlib.Path.as_uri`."""
    return unquote(urlparse(uri).path, errors="surrogateescape")


def open_source(location: str, options: AcquisitionSettings | None) -> FolderSource:
    """The folder at a path (relative to the project) or a ``file://`` URI; the options do not apply to folders.

    Raises:
        ConfigurationError: ``source_not_found``.
    """
    if "://" not in location:
        return FolderSource(PROJECT_ROOT / location)
    return FolderSource(Path(os.fsdecode(unquote_to_path(location))))
