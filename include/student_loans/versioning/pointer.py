"""A pointer: the few lines by which DVC finds a version, as text that can be kept anywhere.

A pointer may come from a remote, and DVC writes to the path in it. So it is read strictly, and only :func:`render` makes the
text that DVC is given.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from student_loans.config_files import yaml_data
from student_loans.errors import ConfigurationError, ErrorCode
from student_loans.storage.files import is_confined
from student_loans.versioning.contents import version_damaged

_KEYS = frozenset({"md5", "size", "nfiles", "hash", "path"})
_VERSION = re.compile(r"[0-9a-f]{32}(\.dir)?")


@dataclass(frozen=True, slots=True)
class Pointer:
    """The content of a ``.dvc`` file.

    Attributes:
        path: Name of the file or folder, which is beside the ``.dvc`` file.
        version: DVC's hash of the data, MD5 in hex; ``.dir`` follows it for a folder.
        size_bytes: Of the data.
        files: How many files.
        text: The ``.dvc`` file itself.
    """

    path: str
    version: str
    size_bytes: int
    files: int
    text: str

    @property
    def is_folder(self) -> bool:
        """Whether it is the version of a folder, whose files a listing names."""
        return self.version.endswith(".dir")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text of a ``.dvc`` file.

        Raises:
            ConfigurationError: ``version_damaged``: it is not such a file, or has a key that no version here needs.
        """
        try:
            data = yaml_data(text, "the pointer")
            [out] = data["outs"]
            if set(data) != {"outs"} or not set(out) <= _KEYS or out.get("hash", "md5") != "md5":
                raise ValueError(sorted(data))
            return cls(_name(out), _version(out), _count(out.get("size", 0)), _count(out.get("nfiles", 1)), text)
        except (ConfigurationError, KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
            raise ConfigurationError(
                ErrorCode.VERSION_DAMAGED, "The pointer of the version is not a .dvc file of one folder or file."
            ) from error

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a ``.dvc`` file.

        Raises:
            ConfigurationError: ``unknown_version``: there is none; ``version_damaged``: it is no such file, or not that of
                the file or folder beside it.
        """
        try:
            pointer = cls.parse(path.read_text(encoding="utf-8"))
            if f"{pointer.path}.dvc" != path.name:
                raise version_damaged("its pointer is that of another file or folder")
            return pointer
        except FileNotFoundError:
            raise ConfigurationError(
                ErrorCode.UNKNOWN_VERSION, f"{path.stem} is not versioned here: there is no {path.name}."
            ) from None


def render(path: str, version: str, size_bytes: int, files: int) -> Pointer:
    """The pointer of a folder's version, in the words of DVC.

    Args:
        path: Name of the folder; it is one that :func:`~student_loans.versioning.version_index.version_name` made.
        version: DVC's hash of the folder, with ``.dir``.
        size_bytes: Of its files together.
        files: How many.
    """
    plain = yaml_data(path, "the name") == path  # 2026 is a number for YAML
    text = (
        f"outs:\n- md5: {version}\n  size: {size_bytes}\n  nfiles: {files}\n  hash: md5\n"
        f"  path: {path if plain else repr(path)}\n"
    )
    return Pointer.parse(text)


def _name(out: Any) -> str:
    name = out["path"]
    if not isinstance(name, str) or "/" in name or not is_confined(name):
        raise ValueError(name)
    return name


def _count(value: Any) -> int:
    if type(value) is not int or value < 0:  # YAML's true is an int as well
        raise ValueError(value)
    return value


def _version(out: Any) -> str:
    version = str(out["md5"])
    if not _VERSION.fullmatch(version):
        raise ValueError(version)
    return version
