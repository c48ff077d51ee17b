"""What `make setup` leaves in the environment, and how it treats interrupted, copied and simultaneous installations."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

PROJECT_ROOT = Path(__file__).resolve().parents[2]
APT_LISTS = Path("/var/lib/apt/lists/lock")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A checkout without packages and requirements, so that the script needs no network."""
    folder = tmp_path / "project"
    (folder / "include").mkdir(parents=True)
    (folder / "plugins").mkdir()
    shutil.copytree(PROJECT_ROOT / "scripts", folder / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "packages.txt").write_text("# none\n")
    (folder / "requirements-local.txt").write_text("# none\n")
    return folder


def set_up(project: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # uv is there
    environment |= {"PATH": path, **variables}
    return subprocess.run(
        ["scripts/setup.sh"], cwd=project, env=environment, capture_output=True, text=True, check=False, timeout=300
    )


def python_works(project: Path) -> bool:
    command = [project / ".venv" / "bin" / "python", "-c", "import sys; print(sys.prefix)"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() == str((project / ".venv").resolve())


def test_a_second_set_up_installs_nothing(project: Path) -> None:
    first = set_up(project)
    assert first.returncode == 0, first.stderr
    assert "installing Python packages from requirements-local.txt into .venv" in first.stderr
    assert python_works(project)
    assert not (project / ".venv" / ".installing").exists()
    assert set_up(project).stderr == ""


def test_an_interrupted_installation_is_made_again(project: Path) -> None:
    """A package that was written in part looks installed; only the mark shows it."""
    assert set_up(project).returncode == 0
    (project / ".venv" / ".installing").touch()
    (project / ".venv" / "of the interrupted one").touch()
    again = set_up(project)
    assert again.returncode == 0, again.stderr
    assert ".venv is incomplete, or was made elsewhere: making it again" in again.stderr
    assert not (project / ".venv" / "of the interrupted one").exists()


@pytest.mark.parametrize("broken", ["no python", "empty folder"])
def test_a_broken_environment_is_made_again(broken: str, project: Path) -> None:
    assert set_up(project).returncode == 0
    if broken == "no python":
        (project / ".venv" / "bin" / "python").unlink()
    else:
        shutil.rmtree(project / ".venv")
        (project / ".venv").mkdir()
    again = set_up(project)
    assert again.returncode == 0, again.stderr
    assert python_works(project)


def test_an_environment_that_was_copied_from_elsewhere_is_made_again(project: Path, tmp_path: Path) -> None:
    """Its commands would start those of the other checkout."""
    assert set_up(project).returncode == 0
    moved = project.rename(tmp_path / "moved")
    again = set_up(moved)
    assert "was made elsewhere" in again.stderr
    assert again.returncode == 0, again.stderr
    assert python_works(moved)


def test_two_set_ups_of_one_folder_wait_for_each_other(project: Path) -> None:
    with (project / ".setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        waiting = subprocess.Popen(["scripts/setup.sh"], cwd=project, stderr=subprocess.PIPE, text=True)
        assert waiting.stderr
        assert "waiting for another set-up of this folder" in waiting.stderr.readline()
        assert not (project / ".venv").exists()
    with waiting.stderr:
        rest = waiting.stderr.read()
    assert waiting.wait(300) == 0, rest
    assert python_works(project)


@pytest.mark.skipif(os.geteuid() != 0 or not APT_LISTS.exists(), reason="needs root and apt")
def test_the_lock_of_apt_is_waited_for(project: Path) -> None:
    """For five seconds here; another program that uses apt must not hold the lock meanwhile."""
    (project / "packages.txt").write_text("no-such-package-of-loan-documents\n")
    with APT_LISTS.open("r+") as lock:
        fcntl.lockf(lock, fcntl.LOCK_EX)
        done = set_up(project, SETUP_LOCK_WAIT_S="5")
    assert "another program uses apt: waiting for it (0 of 5 s)" in done.stderr
    assert done.returncode != 0


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
    other.write_text('#!/bin/sh\n[ -z "$2" ]\n')  # it runs, but is not Python 3.11
    other.chmod(0o755)
    done = subprocess.run(["scripts/setup.sh"], cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "remove .venv, then run again" in done.stderr
