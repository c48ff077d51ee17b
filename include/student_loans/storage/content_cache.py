"""The base of the caches of words, pages and records.

The key of an entry is a hash of its input: bytes, settings and code. So an entry never expires. It is written whole or not
at all, and a damaged entry counts as missing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from student_loans.storage.files import store_errors, write_bytes

if TYPE_CHECKING:
    from upath import UPath

log = logging.getLogger(__name__)
Entry = TypeVar("Entry")

DAMAGED = (ValueError, LookupError, TypeError, AttributeError)
"""What reading raises where the content of an entry is not what was written."""


class ContentCache:
    """A folder of entries.

    Every method raises:
        ServiceError: ``store_unavailable``.

    Args:
        folder: In the object store or on disk; made with the first entry.
    """

    def __init__(self, folder: UPath | Path) -> None:
        from upath import UPath

        self._folder = UPath(folder)

    def find(self, name: str, read: Callable[[bytes], Entry]) -> Entry | None:
        """Read an entry; None if it is missing or damaged.

        Args:
            name: Path within the folder.
            read: Converts the bytes to the entry; an error that it raises means that the bytes are damaged.
        """
        with store_errors():
            try:
                content = (self._folder / name).read_bytes()
            except FileNotFoundError:
                return None
        try:
            return read(content)
        except DAMAGED:
            log.warning("An entry of a cache is damaged, so the work is done again: %s", name)
            return None

    def keep(self, name: str, content: bytes) -> None:
        """Store an entry, and replace an existing one of that name."""
        with store_errors():
            write_bytes(self._folder / name, content)

    def remove(self, name: str) -> None:
        """Remove an entry, so that the work is done again."""
        with store_errors():
            (self._folder / name).unlink(missing_ok=True)
