"""Licences of the locked distributions, from their metadata; ``scripts/licences.yaml`` says what may be installed.

``packaging.licenses`` knows the names of SPDX. pip-licenses compares names as text and licensecheck asks the package index;
neither decides an expression such as ``Apache-2.0 OR GPL-2.0-or-later``.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageMetadata, distributions
from pathlib import Path
from typing import Any

import yaml
from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT_ROOT = Path(__file__).resolve().parents[1]
RULES = PROJECT_ROOT / "scripts" / "licences.yaml"
ENVIRONMENTS = {"requirements-local.txt": ".venv", "requirements-tfdv.txt": ".venv-tfdv"}
"""The locks of what is installed where the pipeline runs, and where ``make`` installs each."""

_UNKNOWN = "unknown"
_TERM = re.compile(r"\(|\)|\bAND\b|\bOR\b|[^\s()]+(?: WITH [^\s()]+)?")
_SHARED_OBJECT = re.compile(r"lib(?P<name>\w+?)[-.][^/]*so(?:\.[\d.a-z]+)?$|lib(?P<plain>\w+)\.so$")


@dataclass(frozen=True, slots=True)
class Rules:
    """What may be installed.

    Attributes:
        allowed: SPDX names, with their exceptions.
        names: SPDX expression of each other name that metadata uses.
        read: Licence of distributions whose metadata is not exact, as somebody read it.
        copyleft_libraries: Names of shared libraries that no wheel may bring.
        accepted_libraries: Distribution to library to the reason for which it may be there.
    """

    allowed: frozenset[str]
    names: Mapping[str, str]
    read: Mapping[str, Mapping[str, str]]
    copyleft_libraries: frozenset[str]
    accepted_libraries: Mapping[str, Mapping[str, str]]


def load_rules(path: Path = RULES) -> Rules:
    """The rules of a file."""
    stated: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Rules(
        frozenset(stated["allowed"]),
        stated["names"],
        stated["read"],
        frozenset(stated["copyleft_libraries"]),
        stated["accepted_libraries"],
    )


def locked_names(lock: Path) -> list[str]:
    """Names of the distributions that a lock pins for this platform."""
    lines = (line.strip() for line in lock.read_text(encoding="utf-8").splitlines())
    pins = [Requirement(line) for line in lines if line and not line.startswith(("#", "-"))]
    return sorted(canonicalize_name(pin.name) for pin in pins if pin.marker is None or pin.marker.evaluate())


def installed_in(environment: Path) -> dict[str, Distribution]:
    """Distributions of a virtual environment, by their normal names."""
    folders = [str(folder) for folder in environment.glob("lib/python*/site-packages")]
    return {canonicalize_name(each.metadata["Name"]): each for each in distributions(path=folders)}


def licence_of(distribution: Distribution, rules: Rules) -> str:
    """The SPDX expression of a distribution, or ``unknown``.

    SPDX in the metadata counts first, then what somebody read, then another name in the metadata, then its classifiers.
    """
    about = distribution.metadata
    read = rules.read.get(canonicalize_name(about["Name"]))
    exact = _stated(about, "License-Expression") or (read["licence"] if read else "")
    if exact:
        return canonicalize_license_expression(exact)
    first_line = _stated(about, "License").strip().partition("\n")[0].strip()
    classifiers = [text for text in about.get_all("Classifier") or [] if text.startswith("License ::")]
    meant = {_spdx(text, rules) for text in classifiers if text != "License :: OSI Approved"}
    by_classifier = meant.pop() if len(meant) == 1 else _UNKNOWN
    by_name = _spdx(first_line, rules)
    return by_classifier if by_name == _UNKNOWN else by_name


def _stated(about: PackageMetadata, header: str) -> str:
    return str((about.get_all(header) or [""])[0])


def _spdx(text: str, rules: Rules) -> str:
    """The SPDX expression that a text is or stands for."""
    try:
        return canonicalize_license_expression(rules.names.get(text, text))
    except InvalidLicenseExpression:
        return _UNKNOWN


def is_allowed(expression: str, allowed: Iterable[str]) -> bool:
    """Whether a licence may be used: one side of each OR, both sides of each AND.

    >>> is_allowed("MIT AND (Apache-2.0 OR GPL-3.0-only)", {"MIT", "Apache-2.0"})
    True
    >>> is_allowed("MIT AND GPL-3.0-only", {"MIT"})
    False
    """
    names = set(allowed)
    words = {"(": "(", ")": ")", "AND": "and", "OR": "or"}
    terms = [words.get(term, str(term in names)) for term in _TERM.findall(expression)]
    return bool(eval(" ".join(terms), {"__builtins__": {}}))  # noqa: S307  (only True, False, and, or, brackets)


def bundled_libraries(distribution: Distribution) -> dict[str, Path]:
    """Shared libraries that a wheel brings along, by the names that a linker gives them: ``x265`` for ``libx265-4883.so``."""
    found: dict[str, Path] = {}
    for file in distribution.files or ():
        match = _SHARED_OBJECT.match(file.name)
        if match:
            found[match["name"] or match["plain"]] = Path(str(file.locate()))
    return found


def refused_libraries(distribution: Distribution, rules: Rules) -> list[str]:
    """Libraries in a wheel that are under the GPL: by name, or FFmpeg's when they were built with its GPL parts."""
    accepted = rules.accepted_libraries.get(canonicalize_name(distribution.metadata["Name"]), {})
    libraries = bundled_libraries(distribution)
    return sorted(
        name
        for name, path in libraries.items()
        if name not in accepted and (name in rules.copyleft_libraries or _is_gpl_ffmpeg(name, path))
    )


def _is_gpl_ffmpeg(name: str, path: Path) -> bool:
    return name.startswith(("av", "sw")) and b"--enable-gpl" in path.read_bytes()


def main() -> None:
    """Print the licence of every locked distribution that is installed."""
    rules = load_rules()
    for lock, environment in ENVIRONMENTS.items():
        installed = installed_in(PROJECT_ROOT / environment)
        sys.stdout.write(f"{lock}\n")
        for name in locked_names(PROJECT_ROOT / lock):
            if name in installed:
                read = " (read)" if name in rules.read else ""
                sys.stdout.write(f"  {name} {installed[name].version}: {licence_of(installed[name], rules)}{read}\n")


if __name__ == "__main__":
    main()
