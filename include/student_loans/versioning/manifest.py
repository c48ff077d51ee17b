"""The manifest of a version, ``version.json``: what made it, and the size and SHA-256 of each file beside it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from student_loans.config_files import checked, json_data
from student_loans.errors import ConfigurationError, ErrorCode
from student_loans.private_files import write_private
from student_loans.storage.files import LONGEST_NAME
from student_loans.versioning.contents import VERSION, RunKeys, check_version_names, not_trusted, version_damaged
from student_loans.versioning.packs import PackedFile
from student_loans.versioning.version_index import DataVersion

FORMAT = 2
"""Of the folder that is versioned; a reader refuses a newer one. The first format lists no sizes and hashes here."""
LARGEST_MANIFEST = 16 << 20
"""Bytes. An entry is about 120 bytes and describes a pack of 64 MiB."""

_LONGEST_LINE = 2 * LONGEST_NAME
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class VersionFile:
    """Size in bytes and SHA-256 of a file of a version."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What ``version.json`` holds.

    Attributes:
        format: Of the version.
        run_id: Whose data it holds.
        fingerprints: Of the settings and code that made them.
        files: How many packed files it has.
        contents: The files beside it by name; empty in the first format.
    """

    format: int
    run_id: str
    fingerprints: tuple[str, ...]
    files: int
    contents: Mapping[str, VersionFile] = field(default_factory=dict)


def write_manifest(folder: Path, run_id: str, fingerprints: Sequence[str], files: int) -> str:
    """Describe a folder that is complete otherwise; returns the SHA-256 of the manifest."""
    contents = {path.name: _describe(path) for path in sorted(folder.iterdir())}
    about = {
        "format": FORMAT,
        "run_id": run_id,
        "fingerprints": list(fingerprints),
        "files": files,
        "contents": contents,
    }
    content = (json.dumps(about, indent=2) + "\n").encode()
    write_private(folder / VERSION, content)
    return hashlib.sha256(content).hexdigest()


def read_manifest(path: Path, version: DataVersion, names: Collection[str]) -> Manifest:
    """Read a manifest and compare it with the entry of its version and with DVC's listing.

    Args:
        path: The manifest; its SHA-256 has been compared with the entry.
        version: The entry.
        names: The names in DVC's listing.

    Raises:
        ConfigurationError: ``version_damaged``, ``version_not_trusted``: it is another run's, or lists other files;
            ``unknown_version``: it has a newer format.
    """
    try:
        data = json_data(path.read_text(encoding="utf-8"), VERSION)
        if isinstance(data, dict) and isinstance(data.get("format"), int) and data["format"] > FORMAT:
            raise _newer()
        manifest = checked(data, Manifest, VERSION)
    except (ConfigurationError, ValueError, RecursionError) as error:
        if isinstance(error, ConfigurationError) and error.code is ErrorCode.UNKNOWN_VERSION:
            raise
        raise version_damaged("its manifest cannot be read") from error
    if (manifest.run_id, manifest.files) != (version.run_id, version.files):
        raise not_trusted("its data are another run's")
    check_version_names(names)
    if manifest.format > 1 and set(manifest.contents) != set(names) - {VERSION}:
        raise not_trusted("its manifest and DVC's listing name other files")
    return manifest


def read_files(path: Path, manifest: Manifest) -> dict[str, PackedFile]:
    """The packed files of a version by key: each of a shape that a version of this run may hold.

    Raises:
        ConfigurationError: ``version_damaged``, ``version_not_trusted``.
    """
    try:
        files: dict[str, PackedFile] = {}
        for line in _lines(path, manifest.files):
            file = _packed_file(json.loads(line))
            if file.key in files:
                raise ValueError(file.key)
            files[file.key] = file
    except (ValueError, TypeError, RecursionError) as error:
        raise version_damaged("its list of files cannot be read") from error
    if len(files) != manifest.files:
        raise version_damaged(f"its list names {len(files)} of its {manifest.files} files")
    RunKeys(manifest.run_id, manifest.fingerprints).check(files)
    return files


def _describe(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return {"size": path.stat().st_size, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}


def _lines(path: Path, most: int) -> Iterator[str]:
    """The lines of a file, none longer and no more of them than a version has."""
    with path.open(encoding="utf-8") as file:
        for count, line in enumerate(iter(lambda: file.readline(_LONGEST_LINE), "")):
            if count >= most or not line.endswith("\n"):
                raise ValueError("more or longer lines than it may have")
            yield line


def _packed_file(data: Any) -> PackedFile:
    file = PackedFile(**data)
    texts = (file.key, file.sha256, file.pack)
    if not all(isinstance(text, str) for text in texts) or type(file.size) is not int or file.size < 0:
        raise TypeError(file.key)
    if not _SHA256.fullmatch(file.sha256):
        raise ValueError(file.sha256)
    return file


def _newer() -> ConfigurationError:
    return ConfigurationError(
        ErrorCode.UNKNOWN_VERSION, "The version was made by a newer release of this project: update the code."
    )
