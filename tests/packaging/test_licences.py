"""Everything that is installed where the pipeline runs has a licence of the list in scripts/licences.yaml."""

from __future__ import annotations

import json
from importlib.metadata import Distribution, PathDistribution
from pathlib import Path

import pytest

from scripts.licences import (
    ENVIRONMENTS,
    PROJECT_ROOT,
    bundled_libraries,
    installed_in,
    is_allowed,
    licence_of,
    load_rules,
    locked_names,
    refused_libraries,
)

RULES = load_rules()
LOCKS = sorted(ENVIRONMENTS)
VENDORED = {
    "plugins/loan_documents/web/static/vendor/chart": "node_modules/chart.js",
    "tests/e2e/vendor/axe": "node_modules/axe-core",
}


def locked(lock: str) -> dict[str, Distribution]:
    """The installed distributions of a lock."""
    environment = PROJECT_ROOT / ENVIRONMENTS[lock]
    if not environment.exists():
        pytest.skip(f"{environment.name} is not installed: `make setup tfdv`")
    installed = installed_in(environment)
    names = locked_names(PROJECT_ROOT / lock)
    assert [name for name in names if name not in installed] == [], "run `make setup`"
    return {name: installed[name] for name in names}


def installed(folder: Path, headers: str, *files: str) -> Distribution:
    """A distribution without code."""
    about = folder / "thing-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.4\nName: thing\nVersion: 1.0\n{headers}\n", encoding="utf-8")
    (about / "RECORD").write_text("".join(f"{name},,\n" for name in files), encoding="utf-8")
    for name in files:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"--prefix=/build --enable-gpl --enable-shared" if "avcodec" in name else b"")
    return PathDistribution(about)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_distribution_has_an_allowed_licence(lock: str) -> None:
    found = {name: licence_of(distribution, RULES) for name, distribution in locked(lock).items()}
    assert len(found) > 100
    assert {name: licence for name, licence in found.items() if not is_allowed(licence, RULES.allowed)} == {}


@pytest.mark.parametrize("lock", LOCKS)
def test_no_wheel_brings_a_library_under_the_gpl(lock: str) -> None:
    found = {name: refused_libraries(distribution, RULES) for name, distribution in locked(lock).items()}
    assert {name: libraries for name, libraries in found.items() if libraries} == {}


def test_nothing_is_allowed_that_no_distribution_needs() -> None:
    distributions = {name: each for lock in LOCKS for name, each in locked(lock).items()}
    assert sorted(set(RULES.read) - set(distributions)) == []
    for name, libraries in RULES.accepted_libraries.items():
        assert set(libraries) <= set(bundled_libraries(distributions[name]))


def test_libraries_copied_into_pages_have_their_licence_beside_them() -> None:
    packages = json.loads((PROJECT_ROOT / "scripts/vendor/package-lock.json").read_text(encoding="utf-8"))["packages"]
    copies = [path for start in VENDORED for path in (PROJECT_ROOT / start).parent.glob("*.js")]
    assert {str(path.relative_to(PROJECT_ROOT)).partition(".")[0] for path in copies} == set(VENDORED)
    for start, package in VENDORED.items():
        assert is_allowed(packages[package]["license"], RULES.allowed)
        assert (PROJECT_ROOT / f"{start}.LICENSE.txt").stat().st_size > 500
    parts = [entry["license"] for path, entry in packages.items() if path]
    assert [licence for licence in parts if not is_allowed(licence, RULES.allowed)] == []


@pytest.mark.parametrize(
    ("headers", "licence", "allowed"),
    [
        ("License-Expression: MIT", "MIT", True),
        ("License: Apache License, Version 2.0", "Apache-2.0", True),
        ("License: GPL-3.0-only", "GPL-3.0-only", False),
        ("License-Expression: AGPL-3.0-or-later", "AGPL-3.0-or-later", False),
        ("License-Expression: GPL-2.0-only OR EPL-2.0", "GPL-2.0-only OR EPL-2.0", True),
        ("License-Expression: BSD-3-Clause AND GPL-2.0-only", "BSD-3-Clause AND GPL-2.0-only", False),
        ("License-Expression: GPL-2.0-only WITH GCC-exception-2.0", "GPL-2.0-only WITH GCC-exception-2.0", True),
        ("Classifier: License :: OSI Approved :: MIT License", "MIT", True),
        ("License: BSD\nClassifier: License :: OSI Approved :: BSD License", "unknown", False),
        ("Classifier: License :: OSI Approved :: GNU General Public License v3 (GPLv3)", "unknown", False),
        (
            "Classifier: License :: OSI Approved :: MIT License\nClassifier: License :: OSI Approved :: Apache Software License",
            "unknown",
            False,
        ),
        ("", "unknown", False),
    ],
)
def test_what_metadata_says_becomes_an_spdx_expression(
    tmp_path: Path, headers: str, licence: str, allowed: bool
) -> None:
    found = licence_of(installed(tmp_path, headers), RULES)
    assert found == licence
    assert is_allowed(found, RULES.allowed) is allowed


def test_gpl_libraries_are_found_by_name_and_ffmpeg_by_how_it_was_built(tmp_path: Path) -> None:
    wheel = installed(
        tmp_path, "License: MIT", "thing.libs/libx265-4883ecb5.so.217", "thing.libs/libheif-e72ea93c.so.1.23.6",
        "thing.libs/libavcodec-c4204469.so.62.28.101", "thing.libs/libreadline-69c5979f.so.7.0", "thing/libgs.so",
    )  # fmt: skip
    assert sorted(bundled_libraries(wheel)) == ["avcodec", "gs", "heif", "readline", "x265"]
    assert refused_libraries(wheel, RULES) == ["avcodec", "gs", "readline", "x265"]
