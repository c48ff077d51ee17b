"""What `make setup` leaves in the environment: the packages of the project on its path, and the command."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parents[2]


def test_the_environment_of_a_checkout_has_the_command(tmp_path: Path) -> None:
    """A checkout with its packages installed already, so that the script comes to its end without the network."""
    project = tmp_path / "project"
    for name in ("include/student_loans", "scripts"):
        shutil.copytree(PROJECT_ROOT / name, project / name, ignore=shutil.ignore_patterns("__pycache__"))
    (project / "plugins").mkdir()
    (project / "packages.txt").write_text("# none\n")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(project / ".venv")], check=True)
    for name in ("requirements-local.txt", ".venv/.installed-requirements-local.txt"):
        (project / name).touch()
    [packages] = (project / ".venv").glob("lib/python*/site-packages")
    (packages / "installed.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")

    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    for _ in range(2):
        done = subprocess.run(["scripts/setup.sh"], cwd=project, env=clean, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    # Reading starts worker processes, which import the script again.
    bill, records = PROJECT_ROOT / "samples" / "documents" / "sample-03.pdf", tmp_path / "records.jsonl"
    command = [project / ".venv" / "bin" / "student-loans", "read", bill, "--output", records]
    read = subprocess.run(command, cwd=tmp_path, env=clean, capture_output=True, text=True, check=False)
    assert (read.returncode, read.stderr) == (0, "1 documents: 1 accepted\n")
    assert len(records.read_text().splitlines()) == 1


def test_an_environment_of_another_python_is_not_changed(tmp_path: Path) -> None:
    """`astro dev start --standalone` makes .venv with the image's Python."""
    project = tmp_path / "project"
    shutil.copytree(PROJECT_ROOT / "scripts", project / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    (project / "packages.txt").write_text("# none\n")
    other = project / ".venv" / "bin" / "python"
    other.parent.mkdir(parents=True)
    other.write_text("#!/bin/sh\nexit 1\n")
    other.chmod(0o755)
    done = subprocess.run(["scripts/setup.sh"], cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "remove .venv, then run again" in done.stderr
