"""What a data version may hold: names that stay below their folder, and the few shapes of keys that belong to one run.

A version comes from a place that others may write to. So its names are an allow list, not a deny list: a key that is not of a
shape below is refused, whatever it is.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from student_loans.errors import ConfigurationError, ErrorCode
from student_loans.storage.run_folder import folder_name

FILES, VERSION, RECORDS = "files.jsonl", "version.json", "records.jsonl"
"""The files of a version that are not packs."""

_RAW = re.compile(r"raw/([0-9a-f]{2})/(\1[0-9a-f]{62})")
_PROCESSED = re.compile(
    r"processed/([0-9a-f]{2})/(\1[0-9a-f]{62})/([0-9a-f]{6,64})/[A-Za-z0-9][A-Za-z0-9_-]*\.(?:json|png|webp)"
)
# A part of the run, or one of a task's own folder in it.
_PART = re.compile(r"(?:[A-Za-z0-9_:+=-][A-Za-z0-9_.:+=-]*/)?[A-Za-z0-9][A-Za-z0-9_-]*\.(?:jsonl|json|parquet)")
_PACK = re.compile(r"(?:raw|processed|run)-[0-9]{5,8}\.tar")


@dataclass(frozen=True, slots=True)
class RunKeys:
    """The keys of the object store that a version of one run may hold.

    Attributes:
        run_id: The run.
        fingerprints: Of the settings and code that made its pages and records.
    """

    run_id: str
    fingerprints: Collection[str]

    def allow(self, key: str) -> bool:
        """Is it an original, a page or record of a document made under these fingerprints, or a part of this run?"""
        if _RAW.fullmatch(key):
            return True
        if match := _PROCESSED.fullmatch(key):
            return match[3] in self.fingerprints
        prefix = f"runs/{folder_name(self.run_id)}/"
        return key.startswith(prefix) and bool(_PART.fullmatch(key.removeprefix(prefix)))

    def check(self, keys: Iterable[str]) -> None:
        """Refuse a version with a key that it may not hold, or pages of a document whose original it does not hold.

        Raises:
            ConfigurationError: ``version_not_trusted``.
        """
        documents, of_documents = set(), set()
        for key in keys:
            if not self.allow(key):
                raise not_trusted(f"it lists a file that no version of this run may hold: {key[:120]!r}")
            if match := _RAW.fullmatch(key):
                documents.add(match[2])
            elif match := _PROCESSED.fullmatch(key):
                of_documents.add(match[2])
        if of_documents - documents:
            raise not_trusted("it lists pages of a document whose original it does not hold")


def original_of(key: str) -> str | None:
    """The SHA-256 that the key of an original promises; None for another key."""
    match = _RAW.fullmatch(key)
    return match[2] if match else None


def check_version_names(names: Collection[str]) -> None:
    """Refuse a folder of a version that has other files than one.

    Raises:
        ConfigurationError: ``version_not_trusted``; ``version_damaged``: one that each version has is missing.
    """
    expected = {FILES, VERSION, RECORDS}
    for name in names:
        if name not in expected and not _PACK.fullmatch(name):
            raise not_trusted(f"its folder holds a file that is of no version: {name[:120]!r}")
    if missing := expected - set(names):
        raise version_damaged(f"its folder lacks {min(missing)}")


def has_link(root: Path, name: str) -> bool:
    """Is a part of a name below a folder a symbolic link, or a folder in it something else than a folder?

    Args:
        root: The folder; it may be a link itself, as an administrator may have set it.
        name: A confined name; what does not exist yet is no link.
    """
    *folders, _ = parts = name.split("/")
    path = root
    for number, part in enumerate(parts):
        path /= part
        try:
            mode = path.lstat().st_mode
        except FileNotFoundError:
            return False
        except NotADirectoryError:
            return True
        if stat.S_ISLNK(mode) or (number < len(folders) and not stat.S_ISDIR(mode)):
            return True
    return False


def version_damaged(what: str) -> ConfigurationError:
    """The refusal of a version whose bytes are not those that it lists."""
    return ConfigurationError(ErrorCode.VERSION_DAMAGED, f"The version is damaged: {what}. Nothing was restored.")


def not_trusted(what: str) -> ConfigurationError:
    """The refusal of a version that may have been made by somebody else."""
    return ConfigurationError(
        ErrorCode.VERSION_NOT_TRUSTED, f"The version is not trusted: {what}. Nothing was restored."
    )
