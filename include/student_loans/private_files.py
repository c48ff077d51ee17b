"""Files of people's data belong to their owner: the modes of all that the product writes, whatever the umask of the process.

A task runs with the umask of its Airflow, which usually leaves new files readable by every user of the machine. So nothing in
the product creates a file or folder but by these functions (tests/test_private_files.py checks this). A file has its mode from
the moment it exists, before there is content in it. Libraries that create files run in processes of their own, under
:attr:`FileAccess.umask`.
"""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, Any

from student_loans.project import PROJECT_ROOT

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FileAccess:
    """Who may use what the product writes.

    Attributes:
        file_mode: Of files.
        folder_mode: Of folders.
    """

    file_mode: int
    folder_mode: int

    @property
    def umask(self) -> int:
        """For processes whose libraries create files: these get the same rights."""
        return 0o777 & ~self.folder_mode

    def of(self, mode: int) -> int:
        """The mode that a file or folder should have; one that nobody may write to stays so.

        Args:
            mode: What it has now, with its kind, as ``os.stat`` gives it.
        """
        if stat.S_ISDIR(mode):
            return self.folder_mode
        return self.file_mode if mode & stat.S_IWUSR else self.file_mode & ~0o222


OWNER = FileAccess(0o600, 0o700)
GROUP = FileAccess(0o660, 0o2770)
"""The web server writes page views and uploads where tasks write, so the group may write. With the set-group-ID bit, what is
created in a folder has the group of the folder, not that of the process."""
_ACCESS = {"owner": OWNER, "group": GROUP}


def file_access() -> FileAccess:
    """Who may use what the product writes, by the setting ``storage.file_access``.

    Raises:
        ConfigurationError: ``invalid_settings``.
    """
    from student_loans.settings import settings

    return _ACCESS[settings().storage.file_access]


@contextmanager
def private_umask() -> Iterator[None]:
    """Let no library create files for others while the block runs. For a process that is ours alone: a umask is the process's."""
    before = os.umask(OWNER.umask)
    try:
        yield
    finally:
        os.umask(before)


def make_folder(folder: Path) -> None:
    """Make a folder and those above it that are missing; what exists is left as it is.

    Raises:
        OSError: It cannot be made, or a file has its name.
    """
    if folder.is_dir():
        return
    make_folder(folder.parent)
    access = file_access()
    try:
        folder.mkdir(access.folder_mode & 0o777)
    except FileExistsError:  # another process was faster, or it is no folder
        if not folder.is_dir():
            raise
        return
    _set_mode(folder, access.folder_mode)


def open_to_write(path: Path, mode: str = "w", *, newline: str | None = None) -> IO[Any]:
    """Open a file like ``open``; an existing one is closed to others before it gets new content.

    Args:
        path: The file; its folder must exist.
        mode: As that of ``open``; texts are UTF-8.
        newline: As that of ``open``.

    Raises:
        OSError: It cannot be opened.
    """
    encoding = None if "b" in mode else "utf-8"
    return open(path, mode, encoding=encoding, newline=newline, opener=_opened)


def write_private(path: Path, content: str | bytes) -> None:
    """Write a whole file in place; texts are UTF-8.

    Raises:
        OSError: It cannot be written.
    """
    with open_to_write(path, "wb" if isinstance(content, bytes) else "w") as file:
        file.write(content)


def close_root(root: Path) -> None:
    """Give an existing root of people's data its mode: it then also protects the files below that an earlier version wrote.

    A root of another user is reported and left as it is, and so is one that holds more than the data: the project, the home,
    a folder for temporary files.
    """
    with suppress(FileNotFoundError):
        found = root.stat()
        wanted = file_access().folder_mode
        if stat.S_IMODE(found.st_mode) == wanted:
            return
        if found.st_uid == os.geteuid() and not _holds_more(root, found.st_mode):
            _set_mode(root, wanted)
        elif found.st_mode & 0o777 & ~wanted:
            _report(root)


def close_tree(root: Path) -> tuple[int, int]:
    """Give everything in a root its mode; links are not followed.

    Returns:
        How many files and folders were changed, and how many are open to others still, because they belong to another user.
    """
    access = file_access()
    changed = left = 0
    close_root(root)
    for folder, folders, files in os.walk(root):
        for path in (Path(folder, name) for name in (*folders, *files)):
            try:
                found = path.lstat()
                wanted = access.of(found.st_mode)
                if not stat.S_ISLNK(found.st_mode) and stat.S_IMODE(found.st_mode) != wanted:
                    path.chmod(wanted)
                    changed += 1
            except FileNotFoundError:  # a temporary file of another process
                continue
            except PermissionError:
                left += bool(found.st_mode & 0o777 & ~wanted)
    return changed, left


def _opened(name: str, flags: int) -> int:
    """An open descriptor: emptied, where that is asked, only when others cannot open the file any more."""
    mode = file_access().file_mode
    descriptor = os.open(name, flags & ~os.O_TRUNC, mode)
    try:
        if stat.S_ISREG(os.fstat(descriptor).st_mode):  # not a terminal or a pipe, such as /dev/stdout
            _set_mode(descriptor, mode)
            if flags & os.O_TRUNC:
                os.ftruncate(descriptor, 0)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _set_mode(place: int | Path, mode: int) -> None:
    """Correct a mode. What was created with it has lost bits to the umask, and never has more than were asked for."""
    if stat.S_IMODE(os.stat(place).st_mode) != mode:  # noqa: PTH116 - it may be a descriptor
        # Another user's file of the same group, or a file system without modes (SMB), whose mount options decide.
        with suppress(OSError):
            os.chmod(place, mode)  # noqa: PTH101 - it may be a descriptor


def _holds_more(root: Path, mode: int) -> bool:
    resolved = root.resolve()
    return bool(mode & stat.S_ISVTX) or any(
        place.is_relative_to(resolved) for place in (PROJECT_ROOT.resolve(), Path.home().resolve())
    )


@cache
def _report(root: Path) -> None:
    log.warning(
        "%s is open to other users, and not this process's to close: see docs/OPERATIONS.md, Access to files", root
    )
