"""DVC's listing of a folder: a JSON file that names the files of a version with their MD5, checked before anything uses it."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from student_loans.storage.files import is_confined
from student_loans.versioning.contents import not_trusted, version_damaged

LARGEST_LISTING = 16 << 20
"""Bytes. A line is about 80 bytes and names a pack of 64 MiB: more than ten terabytes."""
_MD5 = re.compile(r"[0-9a-f]{32}")


def parse_listing(content: bytes, version: str) -> dict[str, str]:
    """Read a listing.

    Args:
        content: Its bytes.
        version: DVC's hash of it, with ``.dir``.

    Returns:
        File name to MD5, hex. No name leads out of the folder, and none is the folder of another one.

    Raises:
        ConfigurationError: ``version_damaged``: it has other bytes, or is no listing; ``version_not_trusted``: a name in it
            leads out of the folder.
    """
    if f"{hashlib.md5(content, usedforsecurity=False).hexdigest()}.dir" != version:
        raise version_damaged("DVC's listing of its files has other bytes")
    files: dict[str, str] = {}
    try:
        for name, md5 in map(_entry, json.loads(content)):
            if not is_confined(name):
                raise not_trusted(f"DVC's listing names a file outside of its folder: {name[:120]!r}")
            if name in files or not _MD5.fullmatch(md5):
                raise ValueError(name)
            files[name] = md5
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise version_damaged("DVC's listing of its files cannot be read") from error
    if any(folder in files for name in files for folder in _folders(name)):
        raise not_trusted("DVC's listing names a file as a folder")
    return files


def _entry(entry: Any) -> tuple[str, str]:
    name, md5 = entry["relpath"], entry["md5"]
    if not isinstance(name, str) or not isinstance(md5, str):
        raise TypeError(name)
    return name, md5


def _folders(name: str) -> list[str]:
    parts = name.split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts))]
