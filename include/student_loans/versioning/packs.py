"""Packs: many small files in a few large ones, which DVC and object stores handle hundreds of times faster.

A pack is a tar without compression (pages are PNG already). The same files give the same bytes on every machine, so a pack
that a remote has is not sent again.
"""

from __future__ import annotations

import hashlib
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from student_loans.private_files import make_folder, open_to_write
from student_loans.storage.files import store_errors
from student_loans.storage.object_store import ObjectStore
from student_loans.versioning.contents import not_trusted, version_damaged

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class PackedFile:
    """One file of a version.

    Attributes:
        key: Its key in the object store.
        size: Bytes.
        sha256: Of its bytes, hex.
        pack: Name of the pack that holds it.
    """

    key: str
    size: int
    sha256: str
    pack: str


def write_packs(
    store: ObjectStore, keys: Iterable[str], folder: Path, name: str, pack_bytes: int
) -> Iterator[PackedFile]:
    """Pack objects, in the order given, one in memory at a time.

    Args:
        store: Holds the objects.
        keys: Their keys; sort them, so that the same objects give the same packs.
        folder: Where the packs ``<name>-00000.tar`` … go.
        name: What is in them.
        pack_bytes: A pack holds no more, unless one object alone does: objects are never divided.

    Yields:
        What was packed, object by object: consume all of it.

    Raises:
        ServiceError: ``store_unavailable``.
    """
    for number, group in enumerate(_groups(store, keys, pack_bytes)):
        pack = f"{name}-{number:05d}.tar"
        with (
            open_to_write(folder / pack, "wb") as file,
            tarfile.open(mode="w", fileobj=file, format=tarfile.PAX_FORMAT) as tar,
        ):
            for key, size in group:
                yield PackedFile(key, size, _add(tar, store, key, size), pack)


def _groups(store: ObjectStore, keys: Iterable[str], pack_bytes: int) -> Iterator[list[tuple[str, int]]]:
    """Keys and sizes of the objects of each pack."""
    group: list[tuple[str, int]] = []
    held = 0
    for key in keys:
        with store_errors():
            size = store.path(key).stat().st_size
        if group and held + size > pack_bytes:
            yield group
            group, held = [], 0
        group.append((key, size))
        held += size
    if group:
        yield group


def _add(tar: tarfile.TarFile, store: ObjectStore, key: str, size: int) -> str:
    """Add one object; returns the SHA-256 of its bytes."""
    entry = tarfile.TarInfo(key)  # no owner, no time: only name and bytes
    entry.size = size
    entry.mode = 0o644
    with store_errors(), store.path(key).open("rb") as file:
        reader = _HashingReader(file)
        tar.addfile(entry, reader)
    return reader.digest.hexdigest()


def check_pack(pack: Path, expected: Mapping[str, PackedFile]) -> None:
    """Check that a pack holds the expected files, each once, and nothing else; nothing is written.

    Only plain files are accepted: a link, device, folder or sparse file, or a header that says more than a long name, is of no
    pack that :func:`write_packs` makes.

    Args:
        pack: The pack.
        expected: Key to what the version says of it, of this pack alone.

    Raises:
        ConfigurationError: ``version_not_trusted``: a member that no pack has, or that the version does not list;
            ``version_damaged``: it is no complete pack, or lacks a file.
    """
    seen: set[str] = set()
    with _opened(pack) as tar:
        for entry in tar:
            file = expected.get(entry.name)
            if file is None or entry.name in seen:
                raise not_trusted(f"{pack.name} holds a file that the version does not list")
            if not _is_plain(entry):
                raise not_trusted(f"{pack.name} holds something else than plain files")
            if entry.size != file.size:
                raise version_damaged(f"{file.key} has another size")
            seen.add(entry.name)
    if missing := len(expected) - len(seen):
        raise version_damaged(f"{pack.name} lacks {missing} of its {len(expected)} files")


def unpack(pack: Path, wanted: Mapping[str, PackedFile], folder: Path) -> None:
    """Write files of a checked pack below a private folder, under their keys, and compare their bytes with their hashes.

    Args:
        pack: A pack that :func:`check_pack` has accepted.
        wanted: The files to write: key to what the version says of it.
        folder: Where they go.

    Raises:
        ConfigurationError: ``version_damaged``: other bytes.
    """
    with _opened(pack) as tar:
        for entry in tar:
            content = tar.extractfile(entry) if entry.name in wanted else None
            if content is not None:
                file = wanted[entry.name]
                target = folder / file.key
                make_folder(target.parent)
                with open_to_write(target, "xb") as copy:
                    copy_checked(content, copy, file)


def copy_checked(content: IO[bytes], target: IO[bytes], file: PackedFile) -> None:
    """Copy the bytes of a file that a version lists.

    Raises:
        ConfigurationError: ``version_damaged``: they are other bytes.
    """
    reader = _HashingReader(content)
    while chunk := reader.read(_CHUNK):
        target.write(chunk)
    if reader.digest.hexdigest() != file.sha256:
        raise version_damaged(f"{file.key} has other bytes")


@contextmanager
def _opened(pack: Path) -> Iterator[tarfile.TarFile]:
    """Open a pack to read; whatever its headers make the reader raise means that it is no pack."""
    try:
        with tarfile.open(pack, "r:") as tar:
            yield tar
    except (tarfile.TarError, EOFError, ValueError, OverflowError, RecursionError) as error:
        raise version_damaged(f"{pack.name} is not a complete pack") from error


def _is_plain(entry: tarfile.TarInfo) -> bool:
    return (
        entry.type == tarfile.REGTYPE
        and entry.sparse is None
        and not entry.linkname
        and set(entry.pax_headers) <= {"path"}
    )


class _HashingReader:
    """Reads a file and hashes what passes."""

    def __init__(self, file: IO[Any]) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        chunk: bytes = self._file.read(size)
        self.digest.update(chunk)
        return chunk
