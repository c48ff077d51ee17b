"""Bring the data of a run back from its version: proved as a whole before anything is put in place.

Everybody who can write to the remote, or to the list of versions, can offer any bytes under any name. A restore has four steps:

1. **Trust**: the entry of the version has the signature of this deployment, or ``unsigned`` says that it need not.
2. **Prove**: every object is copied into a private folder, bounded by what the entry and the manifest promise, and compared with
   its hashes. Names are an allow list (:mod:`~student_loans.versioning.contents`). Packs are unpacked there.
3. **Place**: a journal is written, then each file appears whole under its key. A killed process is continued by the next
   restore on this machine (:func:`finish_restore`).
4. **Adopt**: the proved objects go to DVC's cache, and DVC checks the folder of the version out.

A refusal in the first two steps leaves store and workspace as they were.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from student_loans.errors import ConfigurationError, ErrorCode
from student_loans.private_files import make_folder
from student_loans.storage.files import atomic_writer, is_local, open_path, store_errors, write_bytes
from student_loans.storage.object_store import ObjectStore
from student_loans.versioning.contents import FILES, VERSION, has_link, not_trusted, original_of, version_damaged
from student_loans.versioning.listing import LARGEST_LISTING, parse_listing
from student_loans.versioning.manifest import LARGEST_MANIFEST, Manifest, read_files, read_manifest
from student_loans.versioning.objects import FetchedObject, VersionObjects, keep_in_cache
from student_loans.versioning.packs import PackedFile, check_pack, copy_checked, unpack
from student_loans.versioning.pointer import Pointer, render
from student_loans.versioning.version_index import (
    DataVersion,
    find_version,
    index_folders,
    target_of,
    version_name,
    write_entry,
)
from student_loans.versioning.workspace import DvcWorkspace

_OBJECTS, _UNPACKED, _JOURNAL = "objects", "files", "journal.json"


def restore_run(run_id: str, workspace: DvcWorkspace, store: ObjectStore, *, unsigned: bool = False) -> DataVersion:
    """Bring the data of a run back into the object store, byte for byte: the whole version or nothing.

    Args:
        run_id: A run with a version, made on this machine or on another one.
        workspace: Its remote is asked when this machine has not the version.
        store: Where the data go. What is there under the same key is replaced, but never an original.
        unsigned: Accept a version without a signature, or one whose signature cannot be checked here for want of a secret.
            A signature that does not fit is refused all the same.

    Raises:
        ConfigurationError: ``unknown_version``, ``version_not_trusted``, ``version_damaged``, ``restore_conflict``.
        ServiceError: The remote or the store does not answer.
    """
    with workspace.exclusive():
        finish_restore(workspace, store)
        version = find_version(run_id, workspace)
        _check_trust(version, run_id, workspace, unsigned=unsigned)
        staging = _staging(workspace, store)
        make_folder(staging)
        try:
            proved = _prove(version, workspace, staging)
            files = _missing(proved.files, store)
            _unpack(proved, files, staging)
        except BaseException:
            shutil.rmtree(staging)
            raise
        _write_journal(staging, files)
        _place(staging, files, store)
        _adopt(proved, version, workspace)
        shutil.rmtree(staging)
        return version


def finish_restore(workspace: DvcWorkspace, store: ObjectStore) -> None:
    """Place what a killed or failed restore into this store had proved, or drop what it had not.

    Raises:
        ConfigurationError: ``restore_conflict``: the store has changed since. The rest is dropped.
        ServiceError: The store does not answer; the next restore tries again.
    """
    staging = _staging(workspace, store)
    if (staging / _JOURNAL).exists():
        try:
            _place(staging, _read_journal(staging), store)
        except ConfigurationError:
            shutil.rmtree(staging)
            raise
    shutil.rmtree(staging, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class _Proved:
    """A version on this machine whose bytes are those that its entry promises.

    Attributes:
        listing: DVC's listing.
        objects: DVC's objects by name in the version.
        md5: Name to DVC's hash.
        files: Packed files by key.
    """

    listing: FetchedObject
    objects: Mapping[str, FetchedObject]
    md5: Mapping[str, str]
    files: Mapping[str, PackedFile]


def _check_trust(version: DataVersion, run_id: str, workspace: DvcWorkspace, *, unsigned: bool) -> None:
    """Refuse an entry that this deployment did not sign, or whose parts do not belong together."""
    if version.run_id != run_id:
        raise not_trusted("its entry is another run's")
    if workspace.signing and version.signature:
        if not workspace.signing.fits(version.signed_content(), version.signature):
            raise not_trusted(
                "its signature does not fit, as its entry was changed or made with another versioning.signing_secret"
            )
    elif not unsigned:
        raise not_trusted(
            "it has no signature; if you know its remote to be sound, restore it with --unsigned"
            if not version.signature
            else "there is no versioning.signing_secret here to check its signature with: set the one of the deployment "
            "that made it, or restore it with --unsigned"
        )
    pointer = Pointer.parse(version.pointer)
    expected = (version_name(run_id), version.version, version.size_bytes)
    if (pointer.path, pointer.version, pointer.size_bytes) != expected or not pointer.version.endswith(".dir"):
        raise not_trusted("its pointer is that of another version")


def _prove(version: DataVersion, workspace: DvcWorkspace, staging: Path) -> _Proved:
    """Copy the objects of a version into the private folder, and compare all of them with what the version promises."""
    folder = staging / _OBJECTS
    make_folder(folder)
    source = workspace.objects(version.size_bytes + LARGEST_LISTING)
    listing = source.fetch(version.version, staging / "listing", LARGEST_LISTING)
    md5 = parse_listing(listing.path.read_bytes(), version.version)
    if VERSION not in md5:
        raise version_damaged("its manifest is missing")
    objects = {VERSION: source.fetch(md5[VERSION], folder / VERSION, min(LARGEST_MANIFEST, version.size_bytes))}
    if version.manifest_sha256 and objects[VERSION].sha256 != version.manifest_sha256:
        raise version_damaged("its manifest has other bytes")
    manifest = read_manifest(folder / VERSION, version, md5)

    def fetch(name: str) -> FetchedObject:
        return _fetch(name, md5[name], source, manifest, version, folder)

    others = sorted(md5.keys() - {VERSION})
    with ThreadPoolExecutor(workspace.jobs) as pool:
        objects |= zip(others, pool.map(fetch, others), strict=True)
    if sum(fetched.size for fetched in objects.values()) != version.size_bytes:
        raise version_damaged("its files have another size in all")
    files = read_files(folder / FILES, manifest)
    _check_packs(files, md5, folder)
    return _Proved(listing, objects, md5, files)


def _fetch(
    name: str, md5: str, source: VersionObjects, manifest: Manifest, version: DataVersion, folder: Path
) -> FetchedObject:
    """Copy one object into the private folder; the first format lists no sizes, so the version's own is the bound."""
    promised = manifest.contents.get(name)
    fetched = source.fetch(md5, folder / name, promised.size if promised else version.size_bytes)
    if promised and (fetched.size, fetched.sha256) != (promised.size, promised.sha256):
        raise version_damaged(f"{name} has other bytes")
    return fetched


def _check_packs(files: Mapping[str, PackedFile], names: Iterable[str], folder: Path) -> None:
    """Check the members of all packs before any of them is written, and that originals bear the name of their bytes."""
    packs: dict[str, dict[str, PackedFile]] = {name: {} for name in names if name.endswith(".tar")}
    for file in files.values():
        if original_of(file.key) not in (None, file.sha256):
            raise not_trusted(f"it lists other bytes for the original {file.key}")
        if file.pack not in packs:
            raise version_damaged("its list of files names a pack that it does not have")
        packs[file.pack][file.key] = file
    for name, expected in packs.items():
        check_pack(folder / name, expected)


def _missing(files: Mapping[str, PackedFile], store: ObjectStore) -> list[PackedFile]:
    """The files that the store lacks or holds with other bytes, and never an original that would be overwritten."""
    with store_errors():
        return [file for file in files.values() if not _is_held(file, store)]


def _is_held(file: PackedFile, store: ObjectStore) -> bool:
    """Whether the store has exactly this file.

    Raises:
        ConfigurationError: ``restore_conflict``: the file cannot be put there.
    """
    path = store.path(file.key)
    if is_local(store.root) and has_link(Path(store.root.path), file.key):
        raise _conflict(file, "a link, or a file where a folder belongs")
    if not path.exists():
        return False
    if path.is_dir():
        raise _conflict(file, "a folder")
    if is_local(store.root) and not stat.S_ISREG(Path(path.path).lstat().st_mode):
        raise _conflict(file, "no regular file")
    if path.stat().st_size == file.size:
        with path.open("rb") as held:
            if _sha256(held) == file.sha256:
                return True
    if original_of(file.key):
        raise _conflict(file, "an original with other bytes")
    return False


def _unpack(proved: _Proved, files: Iterable[PackedFile], staging: Path) -> None:
    wanted: dict[str, dict[str, PackedFile]] = {}
    for file in files:
        wanted.setdefault(file.pack, {})[file.key] = file
    for pack, of_pack in wanted.items():
        unpack(proved.objects[pack].path, of_pack, staging / _UNPACKED)


def _write_journal(staging: Path, files: Iterable[PackedFile]) -> None:
    """From here on the version is put in place: by this process, or by the next restore."""
    os.sync()  # every unpacked file is on the disk before the journal says so
    content = json.dumps([asdict(file) for file in files]).encode()
    with store_errors():
        write_bytes(open_path(str(staging / _JOURNAL)), content)


def _read_journal(staging: Path) -> list[PackedFile]:
    return [PackedFile(**file) for file in json.loads((staging / _JOURNAL).read_bytes())]


def _place(staging: Path, files: Iterable[PackedFile], store: ObjectStore) -> None:
    """Put proved files under their keys, each whole; what an interrupted call has placed is not there any more."""
    for file in files:
        source = staging / _UNPACKED / file.key
        if not source.exists():
            continue
        with store_errors():
            if not _is_held(file, store):
                with source.open("rb") as content, atomic_writer(store.path(file.key)) as target:
                    copy_checked(content, target, file)
        source.unlink()


def _adopt(proved: _Proved, version: DataVersion, workspace: DvcWorkspace) -> None:
    """Make the proved version one of this workspace: its objects, its pointer, its folder, its entry."""
    for name, fetched in proved.objects.items():
        keep_in_cache(fetched, workspace.cache, proved.md5[name])
    keep_in_cache(proved.listing, workspace.cache, version.version)
    target = target_of(version.run_id)
    name = version_name(version.run_id)
    workspace.put_pointer(target, render(name, version.version, version.size_bytes, len(proved.md5)))
    workspace.checkout(target)
    write_entry(index_folders(workspace)[0], version)


def _staging(workspace: DvcWorkspace, store: ObjectStore) -> Path:
    """The private folder of restores into a store: one, as the lock of the workspace allows one restore."""
    name = hashlib.sha256(str(store.root).encode()).hexdigest()[:12]
    return workspace.folder / ".dvc" / "tmp" / f"restore-{name}"


def _sha256(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while chunk := file.read(1 << 20):
        digest.update(chunk)
    return digest.hexdigest()


def _conflict(file: PackedFile, what: str) -> ConfigurationError:
    return ConfigurationError(
        ErrorCode.RESTORE_CONFLICT, f"The object store has {what} where {file.key} of the version belongs."
    )
