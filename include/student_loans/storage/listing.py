"""List the files of an object store, in a folder or a bucket."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any

from student_loans.storage.files import store_errors
from student_loans.storage.object_store import ObjectStore


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One object.

    Attributes:
        key: Below the store's root, such as ``raw/ab/abcd…``.
        changed_at: When it was written, with a time zone.
    """

    key: str
    changed_at: datetime


def list_files(store: ObjectStore, room: str) -> Iterator[StoredFile]:
    """Every object below a room (``raw``, ``processed``, …), in the order of keys; none when the room is not there.

    Raises:
        ServiceError: ``store_unavailable``.
    """
    root = store.path(room)
    with store_errors():
        if not root.exists():
            return
        found: dict[str, Any] = root.fs.find(root.path, detail=True)
    prefix = len(root.path.rstrip("/")) + 1
    for path, details in sorted(found.items()):
        yield StoredFile(f"{room}/{path[prefix:]}", _changed_at(details))


def remove_tree(store: ObjectStore, key: str) -> None:
    """Remove a folder of the store and all that is in it.

    Raises:
        ServiceError: ``store_unavailable``.
        ValueError: The key is not a run's or a stage result's: originals are never removed.
    """
    room, *below = PurePosixPath(key).parts or ("",)
    if room not in ("runs", "processed") or not below:
        raise ValueError(f"{key!r} is not to be removed.")
    path = store.path(key)
    with store_errors():
        if path.exists():
            path.fs.rm(path.path, recursive=True)


def _changed_at(details: dict[str, Any]) -> datetime:
    when = details.get("LastModified", details.get("mtime", 0))
    return when if isinstance(when, datetime) else datetime.fromtimestamp(float(when), UTC)
