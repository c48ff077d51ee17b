"""Packs: many small files in a few large ones, which DVC and object stores handle hundreds of times faster.

A pack is a tar without compression (pages are PNG already). The same files give the same bytes on every machine, so a pack
that a remote has is not sent again.
"""

from __future__ import annotations

import hashlib
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from student_loans.errors import ConfigurationError, ErrorCode
from student_loans.private_files import open_to_write
from student_loans.storage.files import atomic_writer, store_errors
from student_loans.storage.object_store import ObjectStore

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


def unpack(pack: Path, expected: Mapping[str, PackedFile], store: ObjectStore) -> Iterator[str]:
    """Put the files of a pack back under their keys; each appears whole, and only with the bytes its version lists.

    Args:
        pack: The pack.
        expected: Key to what the version says of it.
        store: Where the files go; what is there under the same key is replaced.

    Yields:
        The keys that were put back.

    Raises:
        ConfigurationError: ``version_damaged``: a file that the version does not list, or other bytes.
        ServiceError: ``store_unavailable``.
    """
    try:
        with tarfile.open(pack, "r:") as tar:
            for entry in tar:
                content = tar.extractfile(entry)
                file = expected.get(entry.name)
                if content is None or file is None:
                    raise _damaged(f"{pack.name} holds a file that the version does not list")
                _restore(content, file, store)
                yield entry.name
    except (tarfile.TarError, EOFError) as error:
        raise _damaged(f"{pack.name} is not a complete pack") from error


def _restore(content: IO[bytes], file: PackedFile, store: ObjectStore) -> None:
    reader = _HashingReader(content)
    with store_errors(), atomic_writer(store.path(file.key)) as target:
        while chunk := reader.read(_CHUNK):
            target.write(chunk)
        if reader.digest.hexdigest() != file.sha256:  # inside the block: a wrong file never gets its name
            raise _damaged(f"{file.key} has other bytes")


def _damaged(what: str) -> ConfigurationError:
    return ConfigurationError(ErrorCode.VERSION_DAMAGED, f"The version is damaged: {what}.")


class _HashingReader:
    """Reads a file and hashes what passes."""

    def __init__(self, file: IO[Any]) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        chunk: bytes = self._file.read(size)
        self.digest.update(chunk)
        return chunk
