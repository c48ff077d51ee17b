"""Installed libraries: which of them holds a module, and the versions of those that it requires in turn.

Each task asks when it starts, so the lists of ``importlib.metadata`` are searched as text: its own
``packages_distributions`` takes 0.8 s of a core for the 370 libraries of an Airflow, and it parses metadata as e-mail.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib.metadata import Distribution, PackageNotFoundError, distribution, distributions

_HEADER = re.compile(r"^(Name|Version|Requires-Dist): *(.+)", re.MULTILINE)
_NAME = re.compile(r"[\w.-]+")
_EXTRA = re.compile(r";.*\bextra\b")


def versions_of(modules: Iterable[str]) -> dict[str, str]:
    """Versions of the installed libraries that hold some modules, and of all that those require, without extras.

    Args:
        modules: Top-level modules, such as ``cv2``; one that no installed library holds is left out.

    Returns:
        Name to version, sorted by name.
    """
    waiting = _holders(modules)
    versions: dict[str, str] = {}
    while waiting:
        name = waiting.pop()
        if name in versions:
            continue
        try:
            about = _about(distribution(name))
        except PackageNotFoundError:
            continue
        versions[name] = about["Version"][0]
        waiting += [_normal(stated) for stated in about.get("Requires-Dist", ()) if not _EXTRA.search(stated)]
    return dict(sorted(versions.items()))


def _holders(modules: Iterable[str]) -> list[str]:
    """Names of the libraries that list a file of a module."""
    names = "|".join(re.escape(module) for module in sorted(modules))
    lists_one = re.compile(rf"^(?:{names})[/.]", re.MULTILINE).search
    held = [each for each in distributions() if lists_one(each.read_text("RECORD") or "")] if names else []
    return [_normal(_about(each)["Name"][0]) for each in held]


def _about(library: Distribution) -> dict[str, list[str]]:
    """The name, the version and the requirements that a library states."""
    headers, _, _ = (library.read_text("METADATA") or library.read_text("PKG-INFO") or "").partition("\n\n")
    stated: dict[str, list[str]] = {}
    for name, value in _HEADER.findall(headers):
        stated.setdefault(name, []).append(value)
    return stated


def _normal(requirement: str) -> str:
    """The name that a requirement begins with, as PEP 503 writes it."""
    name = _NAME.match(requirement)
    return re.sub(r"[-_.]+", "-", name[0] if name else "").lower()
