"""The workflow for users runs all that `make test` runs, with little power; the hooks call the locked tools."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

PROJECT_ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = PROJECT_ROOT / ".github" / "workflows"
WORKFLOW = WORKFLOWS / "pipeline_tests.yml"
TOOLS = Path(sys.executable).parent


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=PROJECT_ROOT, env={**os.environ, **environment},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def workflow() -> dict[str, Any]:
    return dict(yaml.safe_load(WORKFLOW.read_text(encoding="utf-8")))


@pytest.mark.parametrize("schema", ["vendor.github-workflows", "custom.github-workflows-require-timeout"])
def test_workflows_keep_their_schema_and_have_timeouts(schema: str) -> None:
    files = [str(path) for path in WORKFLOWS.glob("*.yml")]
    done = run(str(TOOLS / "check-jsonschema"), "--builtin-schema", schema, *files)
    assert done.returncode == 0, done.stdout


def test_a_security_audit_of_the_workflows_finds_nothing() -> None:
    done = run(str(TOOLS / "zizmor"), "--offline", "--no-progress", str(WORKFLOWS))
    assert done.returncode == 0, done.stdout


def test_the_audit_would_find_a_fault(tmp_path: Path) -> None:
    text = WORKFLOW.read_text(encoding="utf-8")
    (tmp_path / "workflow.yml").write_text(re.sub(r"@[0-9a-f]{40} # v[\d.]+", "@main", text), encoding="utf-8")
    done = run(str(TOOLS / "zizmor"), "--offline", "--no-progress", str(tmp_path / "workflow.yml"))
    assert done.returncode != 0
    assert "unpinned-uses" in done.stdout


def test_every_action_and_image_is_pinned_by_its_hash() -> None:
    lines = [line.strip() for path in WORKFLOWS.glob("*.yml") for line in path.read_text(encoding="utf-8").splitlines()]
    uses = [line for line in lines if "uses:" in line]
    assert uses
    assert [line for line in uses if not re.search(r"uses: [\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line)] == []
    images = [line for line in lines if line.startswith("container:")]
    assert [line for line in images if not re.search(r"@sha256:[0-9a-f]{64}$", line)] == []


def test_jobs_may_read_the_code_and_nothing_else(workflow: dict[str, Any]) -> None:
    assert workflow["permissions"] == {}
    assert all(job["permissions"] == {"contents": "read"} for job in workflow["jobs"].values())


def parts() -> dict[str, str]:
    """Parts of the tests in the Makefile: their names and arguments of pytest."""
    text = (PROJECT_ROOT / "Makefile").read_text(encoding="utf-8")
    top = " ".join(f"tests/{path.name}" for path in (PROJECT_ROOT / "tests").glob("test_*.py"))
    text = text.replace("$(wildcard tests/test_*.py)", top).replace(
        "$(WHEEL)", "tests/packaging/test_wheel_elsewhere.py"
    )
    return dict(re.findall(r"^PART_(\w+) := (.*)$", text, re.MULTILINE))


def test_the_workflow_runs_every_part(workflow: dict[str, Any]) -> None:
    assert workflow["jobs"]["test"]["strategy"]["matrix"]["part"] == list(parts())
    assert workflow["jobs"]["check"]["strategy"]["matrix"]["target"] == ["lint", "types", "docs"]


def test_every_test_file_is_in_some_part() -> None:
    """But for those that a target of their own runs: a quiet machine, or minutes."""
    apart = (
        "tests/performance/",
        "tests/packaging/test_wheel_elsewhere.py",
        "tests/docs/test_readme_run.py",
        "tests/docs/test_guides_run.py",
    )
    taken: set[str] = set()
    for arguments in parts().values():
        words = arguments.split()
        ignored = tuple(word.removeprefix("--ignore=") for word in words if word.startswith("--ignore="))
        folders = tuple(word for word in words if word.startswith("tests"))
        taken |= {
            name for name in all_test_files() if name.startswith(folders) and not name.startswith(ignored or ("-",))
        }
    assert {name for name in all_test_files() if not name.startswith(apart)} - taken == set()


def test_parts_that_share_files_divide_them_by_one_rule() -> None:
    markers = [re.findall(r'-m "(.*?)"', parts()[name]) for name in ("unit", "integration")]
    assert markers == [["not integration and not airflow"], ["integration or airflow"]]


def all_test_files() -> list[str]:
    return [str(path.relative_to(PROJECT_ROOT)) for path in sorted((PROJECT_ROOT / "tests").rglob("test_*.py"))]


def test_hooks_are_valid_and_call_tools_of_the_lock() -> None:
    done = run(str(TOOLS / "prek"), "validate-config", ".pre-commit-config.yaml")
    assert done.returncode == 0, done.stdout + done.stderr
    config = yaml.safe_load((PROJECT_ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    for repository in config["repos"]:
        assert repository["repo"] == "local"
        for hook in repository["hooks"]:
            [program] = [word for word in hook["entry"].split() if word.startswith(".venv/bin/")]
            assert (PROJECT_ROOT / program).exists(), hook["id"]


def test_the_quick_hooks_pass_over_the_whole_tree(tmp_path: Path) -> None:
    quick = ("--skip", "mypy", "--skip", "import-linter")  # `make lint` and `make types` run these
    done = run(str(TOOLS / "prek"), "run", "--all-files", *quick, PREK_HOME=str(tmp_path), NO_COLOR="1")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Skipped" not in re.sub(r"(types|imports)\W+Skipped", "", done.stdout)
