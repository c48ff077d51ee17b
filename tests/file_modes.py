"""Modes of what is in a folder."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path


def modes(folder: Path) -> Iterator[tuple[Path, int, bool]]:
    """Every file and folder below a folder, with its permission bits and whether it is a folder; links are left out."""
    for place, folders, files in os.walk(folder):
        for path in (Path(place, name) for name in (*folders, *files)):
            found = path.lstat().st_mode
            if not stat.S_ISLNK(found):
                yield path, stat.S_IMODE(found), stat.S_ISDIR(found)


def open_to_others(folder: Path) -> dict[str, str]:
    """What the group or everybody may use below a folder: path to mode."""
    return {str(path.relative_to(folder)): f"{mode:04o}" for path, mode, _ in modes(folder) if mode & 0o077}
