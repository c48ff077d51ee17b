"""Commands of guides that take minutes: `make test-slow` runs them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.guide import PROJECT_ROOT, checkout, commands, run_commands

pytestmark = pytest.mark.timeout(1800)


def test_the_benchmark_of_extraction_works_as_it_stands(tmp_path: Path) -> None:
    project = checkout(tmp_path / "project", lambda name: not name.startswith("tests/"))
    made = ["make setup-dev", f".venv/bin/python -m samples.generator {project}/path/to --count 2"]
    lines = [line for line in commands(PROJECT_ROOT / "docs" / "benchmarks.md") if line.startswith("make benchmark-ex")]
    assert len(lines) == 2
    run_commands([*made, *lines], project, tmp_path, 1700)
    assert (project / "reports" / "benchmarks" / "extraction.json").is_file()
