"""The browser libraries in the repository are those of the lock file, each with its licence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
LOCK = json.loads((ROOT / "scripts" / "vendor" / "package-lock.json").read_text())


@pytest.mark.parametrize(
    ("package", "file", "licence"),
    [
        ("chart.js", "plugins/loan_documents/web/static/vendor/chart.umd.min.js", "chart.LICENSE.txt"),
        ("axe-core", "tests/e2e/vendor/axe.min.js", "axe.LICENSE.txt"),
    ],
)
def test_a_copy_is_of_the_locked_version(package: str, file: str, licence: str) -> None:
    path = ROOT / file
    version = LOCK["packages"][f"node_modules/{package}"]["version"]
    assert f"v{version}" in path.read_text(encoding="utf-8")[:400]
    assert (path.parent / licence).stat().st_size > 500
