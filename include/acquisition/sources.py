"""Where documents come from: one small class a kind of source, behind one interface."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlparse

from include.errors import ConfigurationError, DocumentError, ErrorCode

PROJECT_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """One file of a source, before anything opened it.

    Attributes:
        uri: Its address: percent-encoded ``file://…``.
        name: File name for people: data, never used as a path.
        size: Bytes.
    """

    uri: str
    name: str
    size: int


class DocumentSource(Protocol):
    """What every source can do."""

    uri: str

    def list_documents(self) -> Iterator[SourceDocument]:
        """Every file of the source, in a stable order."""
        ...

    def read(self, document: SourceDocument) -> bytes:
        """The bytes of one file.

        Raises:
            DocumentError: ``unreadable_source``: this file cannot be read, others may.
        """
        ...


class FolderSource:
    """A folder and its sub-folders. Hidden files are left alone; links that lead out of the folder are not followed.

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

    def list_documents(self) -> Iterator[SourceDocument]:
        """Every regular file, sorted by path, so that two runs see the same order."""
        for root, folders, files in os.walk(self.folder):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(files):
                path = Path(root, name)
                if not name.startswith(".") and (path.is_file() or path.is_symlink()):
                    yield SourceDocument(path.as_uri(), display_name(name), path.lstat().st_size)

    def read(self, document: SourceDocument) -> bytes:
        """The bytes of one file of the folder."""
        path = Path(os.fsdecode(unquote_to_path(document.uri)))
        try:
            if not path.resolve(strict=True).is_relative_to(self.folder):
                raise DocumentError(
                    ErrorCode.UNREADABLE_SOURCE, "The file is a link out of the source folder: copy the file itself in."
                )
            return path.read_bytes()
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise DocumentError(
                ErrorCode.UNREADABLE_SOURCE, f"The file cannot be read ({reason}): check that it exists and its rights."
            ) from error


def unquote_to_path(uri: str) -> str:
    """The local path of a ``file://`` URI, undoing the percent-encoding of :meth:`pathlib.Path.as_uri`."""
    return unquote(urlparse(uri).path, errors="surrogateescape")


def display_name(name: str) -> str:
    """A file name as valid Unicode: bytes that are not UTF-8 become the replacement character."""
    return os.fsencode(name).decode("utf-8", errors="replace")


def open_source(location: str) -> DocumentSource:
    """The source at a location.

    Args:
        location: A folder as a path (relative to the project) or ``file://`` URI.

    Raises:
        ConfigurationError: ``source_not_found``, also for a scheme that no source serves.
    """
    if "://" not in location:
        return FolderSource(PROJECT_ROOT / location)
    if urlparse(location).scheme == "file":
        return FolderSource(Path(os.fsdecode(unquote_to_path(location))))
    raise ConfigurationError(
        ErrorCode.SOURCE_NOT_FOUND, f"No source serves {urlparse(location).scheme}://: name a folder or a file:// URI."
    )
