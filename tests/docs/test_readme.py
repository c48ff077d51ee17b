"""Every command of README is run: the quick ones here, the others where ``ELSEWHERE`` says."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from airflow.dag_processing.dagbag import DagBag

from student_loans.reports.reasons import kind_of_reason
from tests.docs.guide import PROJECT_ROOT, QUICK, checkout, commands, only_quick_samples, run_commands

README = PROJECT_ROOT / "README.md"
TEXT = README.read_text(encoding="utf-8")
LONG = "tests/docs/test_readme_run.py"
ELSEWHERE = {
    "make test": ".ci/run",
    "astro dev start": "tests/containers/test_image.py",  # as far as it can be seen without an engine
    ".venv/bin/student-loans calibrate": "tests/student_loans/understanding/test_calibration.py",
    ".venv/bin/student-loans fit": "tests/student_loans/understanding/test_fit.py",
    "make run": LONG,
    "make up": LONG,
    "make down": LONG,
    "export ": LONG,
    "TOKEN=": LONG,
    "curl ": LONG,
}
HERE = (
    ".venv/bin/student-loans read path",
    "make repro",
    "make setup-dev",
    ".venv/bin/python -m samples.generator",
)

pytestmark = pytest.mark.timeout(600)


def test_every_command_is_run_by_some_test() -> None:
    for command in commands(README):
        assert command.startswith((*HERE, *ELSEWHERE)), command
    for beginning in (*HERE, *ELSEWHERE):
        assert any(command.startswith(beginning) for command in commands(README)), f"stale: {beginning}"
    assert all((PROJECT_ROOT / test).exists() for test in ELSEWHERE.values())


def test_the_quick_commands_work_as_they_stand(tmp_path: Path) -> None:
    project = checkout(tmp_path / "project", only_quick_samples)
    files = project / "path" / "to" / "files"
    files.mkdir(parents=True)
    for name in QUICK:
        shutil.copy(PROJECT_ROOT / "samples" / "documents" / name, files)
    lines = [command for command in commands(README) if command.startswith(HERE)]
    lines = [line.replace("/tmp/", f"{tmp_path}/") for line in lines]
    run_commands(["make setup", *lines], project, tmp_path, 540)
    records = [json.loads(line) for line in (project / "records.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [record["document_type"] for record in records] == ["loan_disclosure", "form_1098e"]
    assert (project / "data" / "pipeline" / "validation" / "records.jsonl").stat().st_size > 0
    assert len(list((tmp_path / "labelled" / "documents").iterdir())) == 20


def test_the_example_of_a_run_is_what_the_samples_give(tmp_path: Path) -> None:
    """By reading alone: expectations add reasons to documents that are in review already."""
    records_file = tmp_path / "records.jsonl"
    command = [sys.executable, "-m", "student_loans", "read", "samples/documents", "--output", str(records_file)]
    subprocess.run(command, cwd=PROJECT_ROOT, check=True, capture_output=True, timeout=540)
    records = [json.loads(line) for line in records_file.read_text(encoding="utf-8").splitlines()]
    counts = Counter(record["status"] for record in records)
    line = f"{len(records)} files = {counts['accepted']} accepted + {counts['review']} review + "
    assert f"{line}{counts['quarantined']} quarantined" in TEXT
    reasons = Counter(kind for record in records for kind in {kind_of_reason(r) for r in record["review_reasons"]})
    [example] = re.findall(r"^To review, because\n(.*?)\n\n", TEXT, re.MULTILINE | re.DOTALL)
    printed = [line for line in example.splitlines() if "expectation" not in line]
    expected = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    assert printed == [f"{count}  {reason}" for reason, count in expected]


def test_targets_that_are_named_exist() -> None:
    makefile = (PROJECT_ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"`make ([a-z-]+)", TEXT))
    named |= {command.split()[1] for command in commands(README) if command.startswith("make ")}
    assert named <= set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))


def test_every_dag_and_every_parameter_of_the_main_one_is_documented() -> None:
    dags: dict[str, Any] = DagBag(str(PROJECT_ROOT / "dags")).dags
    for name in dags:
        assert f"`{name}`" in TEXT
    table = dict(re.findall(r"^\| `(\w+)` \| (.*?) \|", TEXT, re.MULTILINE))
    for name, value in dags["document_processing_pipeline"].params.dump().items():
        assert table[name].strip("`") == (json.dumps(value).strip('"') or "empty"), name


def test_every_operator_and_hook_is_documented() -> None:
    for folder in ("operators", "hooks"):
        for path in (PROJECT_ROOT / "plugins" / "loan_documents" / folder).glob("[a-z]*.py"):
            for name in re.findall(r"^class (\w+(?:Operator|Hook))\(", path.read_text(encoding="utf-8"), re.MULTILINE):
                assert f"`{name}`" in TEXT, name
