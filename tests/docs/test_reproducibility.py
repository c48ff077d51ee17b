"""The steps of docs/REPRODUCIBILITY.md, in order, in one shell, in a checkout of the project."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.docs.guide import PROJECT_ROOT, checkout, commands, only_quick_samples, run_commands, run_script

PAGE = PROJECT_ROOT / "docs" / "REPRODUCIBILITY.md"

pytestmark = pytest.mark.timeout(600)


def test_every_step_shows_what_it_should(tmp_path: Path) -> None:
    """The pipeline runs over two quick samples; the generator's are compared with all of them."""
    project = checkout(tmp_path / "project", lambda name: only_quick_samples(name) and name != "samples/truth.jsonl")
    bundled = project / "bundled"
    shutil.copytree(PROJECT_ROOT / "samples", bundled, ignore=shutil.ignore_patterns("generator", "__pycache__"))
    shutil.copy(bundled / "truth.jsonl", project / "samples")
    (project / ".gitignore").write_text((project / ".gitignore").read_text() + "bundled/\n")
    run_script(["git add --all", "git commit --quiet --message Samples"], project, tmp_path, 60)
    lines = []
    for command in commands(PAGE):
        line = command.replace("/tmp/", f"{tmp_path}/")
        lines.append(
            line.replace("sample-15.pdf samples/", "sample-15.pdf bundled/").replace("diff samples/", "diff bundled/")
        )
    printed = run_commands(lines, project, tmp_path, 540)
    for shown in ("the same documents", "the same truth", "the same records"):
        assert shown in printed, printed
    records = project / "data" / "pipeline" / "validation" / "records.jsonl"
    assert len(records.read_text(encoding="utf-8").splitlines()) == 2
    assert "accuracy.json" in printed


def test_set_up_is_the_first_step() -> None:
    assert commands(PAGE)[0] == "make setup-dev"
