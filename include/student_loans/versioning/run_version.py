"""The version of a run: its originals, prepared pages and records, under one name.

What DVC keeps for a run is a handful of files, however many documents it had::

    runs/<run>/version.json         the manifest: what made the version, size and SHA-256 of the files beside it
    runs/<run>/files.jsonl          every packed file: key, size, SHA-256, pack
    runs/<run>/records.jsonl        the records in the order of their ids, without timings
    runs/<run>/raw-00000.tar …      raw/ of the object store
    runs/<run>/processed-00000.tar  processed/
    runs/<run>/run-00000.tar        runs/<run>/
    runs/<run>.dvc                  the pointer

The pointer is also listed, here and in the remote (:mod:`~student_loans.versioning.version_index`), with a signature
(:mod:`~student_loans.versioning.signatures`) that covers it and the manifest. :mod:`~student_loans.versioning.restore` brings a
version back.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from student_loans.intake.acquire_stage import ACQUIRED
from student_loans.private_files import make_folder, open_to_write
from student_loans.storage.files import store_errors
from student_loans.storage.object_store import ObjectStore
from student_loans.storage.run_folder import RunFolder, folder_name
from student_loans.storage.task_folder import references_of_run
from student_loans.validation.stage import VALIDATED
from student_loans.versioning.canonical import write_canonical_records
from student_loans.versioning.contents import FILES, RECORDS, RunKeys
from student_loans.versioning.manifest import write_manifest
from student_loans.versioning.packs import write_packs
from student_loans.versioning.pointer import Pointer
from student_loans.versioning.version_index import (
    DataVersion,
    entries,
    find_version,
    index_folders,
    is_in_remote,
    list_versions,
    target_of,
    write_entry,
)
from student_loans.versioning.workspace import Difference, DvcWorkspace

if TYPE_CHECKING:
    from upath import UPath


def version_run(run: RunFolder, workspace: DvcWorkspace, fingerprints: Sequence[str], pack_bytes: int) -> DataVersion:
    """Make a version of a run's data and push it.

    Safe to repeat: the same data give the same version, and what the remote has is not sent again.

    Args:
        run: A run whose records are validated.
        workspace: Where versions are made; without a remote the version stays there.
        fingerprints: Of the settings and code that made the run's pages, and those that made its records of them.
        pack_bytes: Size after which a pack is closed.

    Raises:
        ServiceError: The store or the remote does not answer, or another version is being made.
        ConfigurationError: The remote refuses.
    """
    target = target_of(run.run_id)
    with workspace.exclusive():
        files, manifest_sha256 = _stage(run, workspace.folder / target, fingerprints, pack_bytes)
        pointer = workspace.add(target)
        made = DataVersion(
            run_id=run.run_id,
            version=pointer.version,
            files=files,
            size_bytes=pointer.size_bytes,
            made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            remote_url=None,
            pointer=pointer.text,
            manifest_sha256=manifest_sha256,
        )
        if workspace.signing:
            made = replace(made, signature=workspace.signing.sign(made.signed_content()))
        write_entry(index_folders(workspace)[0], made)
        return _push(workspace, made) if workspace.remote else made


def push_versions(workspace: DvcWorkspace) -> list[DataVersion]:
    """Push the versions that are on this machine only: those made before there was a remote, or while it was down.

    Returns:
        What was pushed.

    Raises:
        ServiceError: The remote does not answer.
        ConfigurationError: It refuses, or there is none.
    """
    with workspace.exclusive():
        return [_push(workspace, one) for one in list_versions(workspace) if not is_in_remote(workspace, one)]


def _push(workspace: DvcWorkspace, version: DataVersion) -> DataVersion:
    """Send the bytes, and list the version when all have arrived."""
    workspace.push(target_of(version.run_id))
    pushed = replace(version, remote_url=workspace.remote.url if workspace.remote else None)
    for folder in reversed(index_folders(workspace)):
        write_entry(folder, pushed)
    return pushed


def diff_runs(workspace: DvcWorkspace, old_run: str, new_run: str) -> Difference:
    """Files that differ between the versions of two runs, as DVC keeps them.

    Raises:
        ConfigurationError: ``unknown_version``: a run has none, or its version is not on this machine.
    """
    old, new = (Pointer.parse(find_version(run_id, workspace).pointer) for run_id in (old_run, new_run))
    return workspace.diff(old, new)


def forget_versions(workspace: DvcWorkspace, keep_last: int) -> list[DataVersion]:
    """Free this machine of old versions that the remote has; what only this machine has stays.

    Args:
        workspace: Its cache is cleaned; the remote is never touched.
        keep_last: Number of newest versions that always remain.

    Returns:
        The versions that are now in the remote only.
    """
    forgotten = []
    with workspace.exclusive():
        here = [version for version in list_versions(workspace) if entries(workspace, version.run_id)[0].exists()]
        for version in here[: max(0, len(here) - keep_last)]:
            if not is_in_remote(workspace, version):
                continue
            target = workspace.folder / target_of(version.run_id)
            entries(workspace, version.run_id)[0].unlink()
            target.with_name(f"{target.name}.dvc").unlink(missing_ok=True)
            shutil.rmtree(target, ignore_errors=True)
            forgotten.append(version)
        if forgotten:
            workspace.gc()
    return forgotten


def _stage(run: RunFolder, folder: Path, fingerprints: Sequence[str], pack_bytes: int) -> tuple[int, str]:
    """Lay out the folder that becomes the version; returns how many files it holds and the SHA-256 of its manifest."""
    shutil.rmtree(folder, ignore_errors=True)
    make_folder(folder)
    documents = sorted({reference.document_id for reference in references_of_run(run, ACQUIRED)})
    parts: dict[str, Iterable[str]] = {
        "raw": (_key(run.store, run.store.raw_path(one)) for one in documents),
        "processed": (
            key
            for one in documents
            for fingerprint in fingerprints
            for key in _below(run.store, run.store.processed_folder(one, fingerprint))
        ),
        "run": _below(run.store, run.store.path(f"runs/{folder_name(run.run_id)}")),
    }
    # A killed process leaves parts of files, which are of no version.
    allowed = RunKeys(run.run_id, fingerprints)
    count = 0
    with open_to_write(folder / FILES) as listing:
        for name, keys in parts.items():
            for file in write_packs(run.store, filter(allowed.allow, keys), folder, name, pack_bytes):
                listing.write(json.dumps(asdict(file)) + "\n")
                count += 1
    write_canonical_records(run.read_records([VALIDATED]), folder / RECORDS)
    return count, write_manifest(folder, run.run_id, fingerprints, count)


def _below(store: ObjectStore, folder: UPath) -> list[str]:
    """Keys of the files of one folder, in order; none when there is no folder."""
    with store_errors():
        return sorted(_key(store, path) for path in folder.rglob("*") if path.is_file()) if folder.exists() else []


def _key(store: ObjectStore, path: UPath) -> str:
    return path.path.removeprefix(store.root.path).lstrip("/")
