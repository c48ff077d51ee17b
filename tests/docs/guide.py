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
        runtime_environment(folder)
    for arguments in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "--message", "Start"]):
        subprocess.run(["git", *arguments], cwd=folder, env=environment(folder), check=True, capture_output=True)
    return folder


def runtime_environment(project: Path) -> None:
    """The environment of a reader who has not run `make setup-dev`: packages of this one that requirements-local.txt names.

    `make setup` finds them installed, and does what it does besides, without the network.
    """
    environment, lock = project / ".venv", project / "requirements-local.txt"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment)], check=True)
    [packages] = environment.glob("lib/python*/site-packages")
    for name in re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==", lock.read_text(encoding="utf-8"), re.MULTILINE):
        for file in distribution(name).files or ():
            if file.parts[:4] == ("..", "..", "..", "bin"):
                script = Path(sys.prefix) / "bin" / file.name
                (environment / "bin" / file.name).write_bytes(
                    script.read_bytes().replace(f"{sys.prefix}/bin/python".encode(), f"{environment}/bin/python".encode())
                )
                (environment / "bin" / file.name).chmod(0o755)
            elif file.parts[0] not in ("..", "__pycache__") and not os.path.lexists(packages / file.parts[0]):
                (packages / file.parts[0]).symlink_to(Path(sysconfig.get_paths()["purelib"]) / file.parts[0])
    shutil.copy(lock, environment / f".installed-{lock.name}")


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


def packages_of(folder: Path) -> str:
    """The packages of a copied project, before those of the checkout whose environment it shares."""
    return f"{folder / 'include'}:{folder / 'plugins'}"


def run_script(
    lines: Iterable[str], folder: Path, home: Path, timeout: float, **more: str
) -> subprocess.CompletedProcess[str]:
    """Run lines in one shell that stops at the first failure; TensorFlow Data Validation is not installed for `make`."""
    script = ["set -euo pipefail", 'make() { command make --no-print-directory --assume-old tfdv "$@"; }', *lines]
    return subprocess.run(
        ["bash", "-c", "\n".join(script)], cwd=folder, env={**environment(home), **more},
        capture_output=True, text=True, timeout=timeout, check=False,
    )  # fmt: skip
