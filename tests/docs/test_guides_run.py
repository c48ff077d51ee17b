"""Commands of guides that take minutes, in a short form: `make test-slow` runs them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.guide import PROJECT_ROOT, checkout, commands, only_quick_samples, run_commands

SHORTER = {"--count 350": "--count 2", "--count 300": "--count 2"}

pytestmark = pytest.mark.timeout(1800)


def test_the_benchmark_of_extraction_works_as_it_stands(tmp_path: Path) -> None:
    project = checkout(tmp_path / "project", lambda name: not name.startswith("tests/"))
    made = ["make setup-dev", f".venv/bin/python -m samples.generator {project}/path/to --count 2"]
    lines = [line for line in commands(PROJECT_ROOT / "docs" / "benchmarks.md") if line.startswith("make benchmark-ex")]
    assert len(lines) == 2
    run_commands([*made, *lines], project, tmp_path, 1700)
    assert (project / "reports" / "benchmarks" / "extraction.json").is_file()


def short(page: str, folder: Path) -> list[str]:
    """A page's commands for two documents, with folders below another one."""
    lines = [line.replace("/tmp/", f"{folder}/") for line in commands(PROJECT_ROOT / "docs" / page)]
    for long, quick in SHORTER.items():
        lines = [line.replace(long, quick) for line in lines]
    return lines


def test_the_measurements_work_as_they_stand(tmp_path: Path) -> None:
    """From a fresh clone."""
    project = checkout(tmp_path / "project", only_quick_samples)
    run_commands(["make setup", *short("BIAS_ANALYSIS.md", tmp_path)], project, tmp_path, 900)
    assert (project / "reports" / "bias").is_dir()
    changed = run_commands(["git diff --stat docs/BIAS_ANALYSIS.md"], project, tmp_path, 60)
    assert "docs/BIAS_ANALYSIS.md" in changed
    run_commands(short("quality.md", tmp_path), project, tmp_path, 900)
