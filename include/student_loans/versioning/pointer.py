"""A pointer: the few lines by which DVC finds a version, as text that can be kept anywhere."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from student_loans.config_files import yaml_data
from student_loans.errors import ConfigurationError, ErrorCode

_VERSION = re.compile(r"[0-9a-f]{32}(\.dir)?")


@dataclass(frozen=True, slots=True)
class Pointer:
    """The content of a ``.dvc`` file.

    Attributes:
        version: DVC's hash of the data, MD5 in hex; ``.dir`` follows it for a folder.
        size_bytes: Of the data.
        files: How many files.
        text: The ``.dvc`` file itself.
    """

    version: str
    size_bytes: int
    files: int
    text: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text of a ``.dvc`` file.

        Raises:
            ConfigurationError: ``version_damaged``: it is not such a file.
        """
        try:
            [out] = yaml_data(text, "the pointer")["outs"]
            return cls(_version(out), int(out.get("size", 0)), int(out.get("nfiles", 1)), text)
        except (ConfigurationError, KeyError, TypeError, ValueError) as error:
            raise ConfigurationError(
                ErrorCode.VERSION_DAMAGED, "The pointer of the version is not a .dvc file of one folder or file."
            ) from error

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a ``.dvc`` file.

        Raises:
            ConfigurationError: ``unknown_version``: there is none; ``version_damaged``.
        """
        try:
            return cls.parse(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise ConfigurationError(
                ErrorCode.UNKNOWN_VERSION, f"{path.stem} is not versioned here: there is no {path.name}."
            ) from None


def _version(out: Any) -> str:
    version = str(out["md5"])
    if not _VERSION.fullmatch(version):
        raise ValueError(version)
    return version
