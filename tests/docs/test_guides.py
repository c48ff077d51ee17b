"""Every shell command of every page is run by a test; here those that no other test runs."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.guide import PROJECT_ROOT, blocks, commands

DOCS = PROJECT_ROOT / "docs"
PAGES = [PROJECT_ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
WHOLE = {
    "docs/BIAS_ANALYSIS.md": "tests/docs/test_guides_run.py",
    "docs/quality.md": "tests/docs/test_guides_run.py",
    "README.md": "tests/docs/test_readme.py",
    "docs/DVC_GUIDE.md": "tests/docs/test_dvc_guide.py",
    "docs/REPRODUCIBILITY.md": "tests/docs/test_reproducibility.py",
    "docs/wheel.md": "tests/packaging/test_wheel_elsewhere.py",
}
"""Pages whose commands, all of them, another test reads from the page and runs."""
HERE = {
    "docs/TESTING_GUIDE.md": [".venv/bin/pytest"],
    "docs/data-quality.md": ["git apply"],
    "docs/sources.md": ["export LOAN_DOCUMENTS__SOURCES__"],
}
NOT_AS_IT_STANDS = {
    "make test": ("runs these tests", ".ci/run"),
    "astro dev start": ("needs Docker, or a package index of Astronomer", "tests/containers/test_image.py"),
    "make fit-reading": ("takes an hour", "tests/student_loans/understanding/test_fit.py"),
    "make benchmark-extraction": ("is slow", "tests/docs/test_guides_run.py"),
    "make benchmark": ("takes an hour", "tests/scripts/test_pipeline_benchmark.py"),
    ".venv/bin/student-loans calibrate": (
        "needs thousands of documents",
        "tests/student_loans/understanding/test_calibration.py",
    ),
    ".venv/bin/student-loans statistics": ("loads TensorFlow", "tests/student_loans/statistics/test_cli.py"),
}
"""Commands that are not run from the page: why not, and the test that runs what is behind them."""

pytestmark = pytest.mark.timeout(600)


def name_of(page: Path) -> str:
    return str(page.relative_to(PROJECT_ROOT))


def test_every_command_of_every_page_is_run_or_says_why_not() -> None:
    for page in PAGES:
        if name_of(page) in WHOLE:
            continue
        known = (*HERE.get(name_of(page), ()), *NOT_AS_IT_STANDS)
        for command in commands(page):
            assert command.startswith(known), f"{name_of(page)}: {command}"


def test_what_is_said_of_commands_is_not_stale() -> None:
    every = [command for page in PAGES for command in commands(page)]
    for beginning, (reason, test) in NOT_AS_IT_STANDS.items():
        assert any(command.startswith(beginning) for command in every), beginning
        assert reason
        assert (PROJECT_ROOT / test).exists(), test
    for page, beginnings in HERE.items():
        found = commands(PROJECT_ROOT / page)
        assert all(any(command.startswith(beginning) for command in found) for beginning in beginnings), page
    assert all((PROJECT_ROOT / name).exists() for pair in WHOLE.items() for name in pair)


def test_no_command_hides_a_failure() -> None:
    """A command whose failure prints what success prints shows nothing."""
    assert [command for page in PAGES for command in commands(page) if "||" in command] == []


def test_shell_blocks_stand_at_the_margin() -> None:
    """Others are not found by the tests."""
    for page in PAGES:
        assert page.read_text(encoding="utf-8").count("```sh\n") == len(blocks(page)), name_of(page)


def short(page: str, folder: Path) -> list[str]:
    lines = [line for line in commands(PROJECT_ROOT / page) if line.startswith(tuple(HERE[page]))]
    return [line.replace("/tmp/", f"{folder}/") for line in lines]


def test_one_file_of_tests_is_run_as_the_guide_says() -> None:
    for line in short("docs/TESTING_GUIDE.md", PROJECT_ROOT):
        done = subprocess.run(["bash", "-c", line], cwd=PROJECT_ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
        assert "passed" in done.stdout


def test_sources_are_allowed_as_the_guide_says(tmp_path: Path) -> None:
    lines = short("docs/sources.md", tmp_path)
    show = f"{sys.executable} -c 'from student_loans.settings import load_settings; print(load_settings().sources)'"
    done = subprocess.run(
        ["bash", "-c", "; ".join([*lines, show])], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True
    )
    assert "folders=('inbox', '/srv/loan-inbox')" in done.stdout
    assert "buckets=('loan-inbox/2026',)" in done.stdout


def test_a_proposed_schema_is_accepted_as_the_guide_says(tmp_path: Path) -> None:
    [line] = short("docs/data-quality.md", tmp_path)
    schema = "include/student_loans/config/record_schema.pbtxt"
    proposal = tmp_path / line.split()[-1]
    proposal.parent.mkdir(parents=True)
    (tmp_path / schema).parent.mkdir(parents=True)
    shutil.copy(PROJECT_ROOT / schema, tmp_path / schema)
    changed = (tmp_path / schema).read_text(encoding="utf-8").replace("feature {", "# ours\nfeature {", 1)
    (tmp_path / "proposed").write_text(changed, encoding="utf-8")
    labels = ["--label", f"a/{schema}", "--label", f"b/{schema}"]
    made = subprocess.run(["diff", "-u", *labels, schema, "proposed"], cwd=tmp_path, capture_output=True, check=False)
    proposal.write_bytes(made.stdout)
    subprocess.run(["bash", "-c", line], cwd=tmp_path, check=True)
    assert (tmp_path / schema).read_text(encoding="utf-8") == changed
