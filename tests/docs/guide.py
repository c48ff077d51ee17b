"""What tests that follow a guide to the letter share: its commands, and a checkout to run them in."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
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


def checkout(folder: Path, wanted: Callable[[str], bool] = lambda name: True) -> Path:
    """A git checkout of the project as it is now, with the environment of this one.

    Args:
        folder: Made.
        wanted: Which files, by their names in the project.
    """
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT_ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    for name in listed.stdout.splitlines():
        if wanted(name) and (PROJECT_ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT_ROOT / name, folder / name)
    (folder / ".venv").symlink_to(sys.prefix)
    for arguments in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "--message", "Start"]):
        subprocess.run(["git", *arguments], cwd=folder, env=environment(folder), check=True, capture_output=True)
    return folder


def only_quick_samples(name: str) -> bool:
    """Leave out what makes a run slow, and what an earlier run has left."""
    if name.startswith("samples/documents/"):
        return name.removeprefix("samples/documents/") in QUICK
    return not name.startswith(("tests/", "metrics/", "dvc.lock"))


def environment(home: Path) -> dict[str, str]:
    """This process's, without anything that belongs to another Airflow or this project's settings."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "LOAN_DOCUMENTS", "AWS_"))
    }
    return {**kept, **IDENTITY, "HOME": str(home), "DVC_NO_ANALYTICS": "1"}


def packages_of(folder: Path) -> str:
    """The packages of a copied project, before those of the checkout whose environment it shares."""
    return f"{folder / 'include'}:{folder / 'plugins'}"


def run_script(
    lines: Iterable[str], folder: Path, home: Path, timeout: float, **more: str
) -> subprocess.CompletedProcess[str]:
    """Run lines in one shell that stops at the first failure; set-up is not done again for `make`."""
    script = [
        "set -eu",
        'make() { command make --no-print-directory --assume-old setup --assume-old tfdv "$@"; }',
        *lines,
    ]
    return subprocess.run(
        ["bash", "-c", "\n".join(script)], cwd=folder, env={**environment(home), "PYTHONPATH": packages_of(folder), **more},
        capture_output=True, text=True, timeout=timeout, check=False,
    )  # fmt: skip
