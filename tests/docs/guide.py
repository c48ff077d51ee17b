"""What tests that follow a guide to the letter share: its commands, and a checkout to run them in."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterable
from importlib.metadata import distribution
from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parents[2]
IDENTITY = {f"GIT_{role}_{what}": "ada@example.com" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
QUICK = ("sample-03.pdf", "sample-08.pdf")
"""Born-digital samples, which are read in a second."""


def blocks(page: Path) -> list[str]:
    """The shell blocks of a page, in order."""
    return re.findall(r"^```sh\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def commands(page: Path) -> list[str]:
    """Their lines without comments; a line that ends with a backslash goes on."""
    lines = [line for block in blocks(page) for line in block.replace("\\\n", " ").splitlines()]
    return [" ".join(line.partition("  #")[0].split()) for line in lines if line.strip() and line[0] != "#"]


def checkout(folder: Path, wanted: Callable[[str], bool] = lambda name: True, *, packages: bool = True) -> Path:
    """A git checkout of the project as it is now, with the packages that `make setup` installs.

    Args:
        folder: Made.
        wanted: Which files, by their names in the project.
        packages: Whether those are there; without them it is a fresh clone.
    """
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT_ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    for name in listed.stdout.splitlines():
        if wanted(name) and (PROJECT_ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT_ROOT / name, folder / name)
    if packages:
        install(folder)
    for arguments in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "--message", "Start"]):
        subprocess.run(["git", *arguments], cwd=folder, env=environment(folder), check=True, capture_output=True)
    return folder


def install(project: Path, requirements: str = "requirements-local.txt") -> None:
    """What `make setup` installs, or `make setup-dev` by another lock: only those packages of this environment.

    `make setup` finds them installed, and does what it does besides, without the network.
    """
    environment = project / ".venv"
    shutil.rmtree(environment, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment)], check=True)
    [packages] = environment.glob("lib/python*/site-packages")
    lock = (project / requirements).read_text(encoding="utf-8")
    for name in re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==", lock, re.MULTILINE):
        for file in distribution(name).files or ():
            if file.parts[:4] == ("..", "..", "..", "bin"):
                copy_script(file.name, environment)
            elif file.parts[0] not in ("..", "__pycache__") and not os.path.lexists(packages / file.parts[0]):
                (packages / file.parts[0]).symlink_to(Path(sysconfig.get_paths()["purelib"]) / file.parts[0])
    (environment / f".installed-{requirements}").write_text(lock)


def copy_script(name: str, environment: Path) -> None:
    """A command of this environment, in another one: its first line names the interpreter."""
    content = (Path(sys.prefix) / "bin" / name).read_bytes()
    script = environment / "bin" / name
    script.write_bytes(content.replace(f"{sys.prefix}/bin/python".encode(), f"{environment}/bin/python".encode()))
    script.chmod(0o755)


def only_quick_samples(name: str) -> bool:
    """Leave out what makes a run slow, and what an earlier run has left."""
    if name.startswith("samples/documents/"):
        return name.removeprefix("samples/documents/") in QUICK
    return not name.startswith(("tests/", "metrics/", "dvc.lock"))


def environment(home: Path) -> dict[str, str]:
    """This process's, without anything that belongs to another Airflow or this project's settings."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AIRFLOW", "LOAN_DOCUMENTS", "AWS_", "PYTHONPATH", "VIRTUAL_ENV"))
    }
    return {**kept, **IDENTITY, "HOME": str(home), "DVC_NO_ANALYTICS": "1"}


def run_commands(lines: list[str], project: Path, home: Path, timeout: float) -> str:
    """Run a guide's lines, each from the state that the lines before it leave. Returns what they print.

    Packages are put there before the line that would download them: `make setup-dev`, and the first `make` of a new clone.
    """
    printed, part = "", []
    for line in [*lines, ""]:
        if line and line != "make setup-dev" and not line.startswith("git clone"):
            part.append(line)
            continue
        done = run_script(part, project, home, timeout)
        printed += done.stdout
        assert done.returncode == 0, f"{part}\n{printed[-2000:]}\n{done.stderr[-4000:]}"
        part = [line]
        if line == "make setup-dev":
            install(project, "requirements-dev.txt")
        elif line:
            run_script(part, project, home, timeout)
            install(Path(line.split()[-1]))
            part = []
    return printed


def run_script(
    lines: Iterable[str], folder: Path, home: Path, timeout: float, **more: str
) -> subprocess.CompletedProcess[str]:
    """Run lines in one shell that stops at the first failure; TensorFlow Data Validation is not installed for `make`."""
    script = ["set -euo pipefail", 'make() { command make --no-print-directory --assume-old tfdv "$@"; }', *lines]
    return subprocess.run(
        ["bash", "-c", "\n".join(script)], cwd=folder, env={**environment(home), **more},
        capture_output=True, text=True, timeout=timeout, check=False,
    )  # fmt: skip
