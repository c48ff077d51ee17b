"""An upload folder and its sub-folders, or one file."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from student_loans.errors import ConfigurationError, DocumentError, ErrorCode, LoanDocumentError, ServiceError
from student_loans.intake.refusals import check_size
from student_loans.intake.sources.access import SourceAccess, local_path, not_allowed
from student_loans.intake.sources.base import Fetched, IgnoreReason, SourceDocument, check_sha256, display_name

_ATTEMPTS = 3
"""Readings of a file that changes under the reader."""
_NO_FOLDER = (None, errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG)
"""Errors of a path that leads to no folder; None is that of :class:`NotADirectoryError` as it is raised here."""


class FolderSource:
    """A folder and its sub-folders. Nothing outside of it is read, whatever links are in it.

    Every entry is a document, a document with the reason why it cannot be read, or ignored with a reason.

    A file's version is its times of modification and change with its size: ``cp -p`` and ``touch`` cannot
    set back the time of change, so a file that is replaced by an older one is noticed.

    Args:
        folder: The folder.

    Raises:
        ConfigurationError: ``source_not_found`` or ``source_refused``.
        ServiceError: ``source_unavailable``.
    """

    def __init__(self, folder: Path) -> None:
        try:
            self.folder = folder.resolve(strict=True)
            if not self.folder.is_dir():
                raise NotADirectoryError
        except (OSError, RuntimeError, ValueError) as error:
            raise _unusable_folder(folder, error) from None
        self.uri = self.folder.as_uri()

    def list_documents(self, since: datetime | None = None) -> Iterator[SourceDocument]:
        """Every entry, sorted by path, the files of a folder before its sub-folders: two runs see the same order."""
        waiting = [self.folder]
        while waiting:
            folder = waiting.pop()
            try:
                with os.scandir(folder) as found:
                    entries = sorted(found, key=lambda entry: entry.name)
            except OSError as error:
                if folder == self.folder:
                    raise _unusable_folder(folder, error) from None
                yield _entry(folder, refusal=_unreadable(error, "folder"))
                continue
            if not entries and folder != self.folder:
                yield _entry(folder, ignored=IgnoreReason.EMPTY_FOLDER)
            folders = [Path(entry.path) for entry in entries if _is_visible_folder(entry)]
            for entry in entries:
                if not _is_visible_folder(entry):
                    yield self._listed(Path(entry.path))
            waiting.extend(reversed(folders))

    def fetch(self, document: SourceDocument, max_bytes: int, held: str = "") -> Fetched | None:
        """The bytes of one file of the folder."""
        path = local_path(document.location or document.uri)
        try:
            real = path.resolve(strict=True)
            if not real.is_relative_to(self.folder):
                raise _link_out()
            fetched = _read_unchanged(real, max_bytes, held, within=self.folder)
        except (OSError, RuntimeError) as error:  # RuntimeError: links that form a loop
            raise _unreadable(error) from error
        if fetched is not None:
            check_sha256(fetched.content, document.sha256)
        return fetched

    def _listed(self, path: Path) -> SourceDocument:
        """An entry that is not a folder of its own."""
        if path.name.startswith("."):
            return _entry(path, ignored=IgnoreReason.HIDDEN)
        try:
            real = path.resolve(strict=True)
            status = real.stat()
        except (OSError, RuntimeError) as error:
            return _entry(path, refusal=_unreadable(error))
        if not real.is_relative_to(self.folder):
            return _entry(path, refusal=_link_out())
        if stat.S_ISDIR(status.st_mode):
            hidden = any(part.startswith(".") for part in real.relative_to(self.folder).parts)
            return _entry(path, ignored=IgnoreReason.HIDDEN if hidden else IgnoreReason.LINKED_FOLDER)
        if not stat.S_ISREG(status.st_mode):
            return _entry(path, refusal=_not_regular())
        modified = datetime.fromtimestamp(status.st_mtime, UTC)
        return SourceDocument(path.as_uri(), display_name(path.name), status.st_size, _version(status), modified)


class FileSource(FolderSource):
    """One file of a folder.

    Args:
        file: The file.

    Raises:
        ConfigurationError: ``source_not_found`` or ``source_refused``.
        ServiceError: ``source_unavailable``.
    """

    def __init__(self, file: Path) -> None:
        super().__init__(file.parent)
        self._file = self.folder / file.name
        self.uri = self._file.as_uri()

    def list_documents(self, since: datetime | None = None) -> Iterator[SourceDocument]:
        """The file, whenever it has changed."""
        yield self._listed(self._file)


def _is_visible_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return not entry.name.startswith(".") and entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _entry(path: Path, *, ignored: IgnoreReason | None = None, refusal: DocumentError | None = None) -> SourceDocument:
    """An entry that is not read. Its own size, if it has one, is part of the id of a refused file."""
    try:
        size = path.lstat().st_size
    except OSError:
        size = None
    return SourceDocument(path.as_uri(), display_name(path.name), size, ignored=ignored, refusal=refusal)


def _unusable_folder(folder: Path, error: Exception) -> LoanDocumentError:
    """The error of a source whose own folder cannot be listed."""
    name = display_name(str(folder))
    reason = getattr(error, "strerror", None) or type(error).__name__
    if isinstance(error, PermissionError):
        return ConfigurationError(
            ErrorCode.SOURCE_REFUSED,
            f"The folder {name!r} cannot be read ({reason}): give the user of the worker the right to read it.",
        )
    if isinstance(error, OSError) and error.errno not in _NO_FOLDER:
        return ServiceError(
            ErrorCode.SOURCE_UNAVAILABLE, f"The folder {name!r} cannot be read ({reason}): check its file system."
        )
    return ConfigurationError(
        ErrorCode.SOURCE_NOT_FOUND, f"There is no file or folder {name!r}: name an existing one as the source."
    )


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


def _unreadable(error: Exception, what: str = "file") -> DocumentError:
    reason = "its links form a loop" if isinstance(error, RuntimeError) else getattr(error, "strerror", None)
    return DocumentError(
        ErrorCode.UNREADABLE_SOURCE,
        f"The {what} cannot be read ({reason or type(error).__name__}): check that it exists and its rights.",
    )


def _link_out() -> DocumentError:
    return DocumentError(
        ErrorCode.UNREADABLE_SOURCE, "This is a link out of the source folder: copy what it leads to into the folder."
    )


def _not_regular() -> DocumentError:
    return DocumentError(ErrorCode.UNREADABLE_SOURCE, "This is not a regular file: put a file in its place.")


def _read_unchanged(path: Path, max_bytes: int, held: str = "", *, within: Path | None = None) -> Fetched | None:
    """Read a file, and refuse it if it changes while it is read, or if it is not in a folder after all."""
    for _ in range(_ATTEMPTS):
        # Not blocking: opening a named pipe behind a link would wait forever.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
        with open(descriptor, "rb") as file:  # noqa: PTH123 - a descriptor, not a path
            before = os.fstat(descriptor)
            if not stat.S_ISREG(before.st_mode):
                raise _not_regular()
            if within and not _opened_path(descriptor, path).is_relative_to(within):
                raise _link_out()
            if held and _version(before) == held:
                return None
            content = file.read(max_bytes + 1)
            check_size(len(content), max_bytes)
            if _version(os.fstat(descriptor)) == _version(before):
                return Fetched(content, _version(before))
    raise DocumentError(
        ErrorCode.UNREADABLE_SOURCE, "The file is being written: run again when that is done, it is then taken up."
    )


def _opened_path(descriptor: int, path: Path) -> Path:
    """Where an open file really is: a folder of its path may have become a link after the path was checked."""
    try:
        return Path(os.readlink(f"/proc/self/fd/{descriptor}"))  # noqa: PTH115 - pathlib has no name for it
    except OSError:  # not Linux
        return path


def open_source(location: str, access: SourceAccess) -> FolderSource:
    """The folder, or the single file, at a path (relative to the project) or a ``file://`` URI.

    Raises:
        ConfigurationError: ``source_not_allowed``, ``source_not_found`` or ``source_refused``.
    """
    path = access.path(location)
    is_file = path.is_file()
    source = FileSource(path) if is_file else FolderSource(path)
    if source.folder != (path.parent if is_file else path):  # it has become a link since it was checked
        raise not_allowed(f"The folder {display_name(location)!r}, which has just changed,", "")
    return source
