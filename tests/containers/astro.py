"""What the Astro CLI and Astro Runtime do, in the order in which they do it, and the public source of each step.

Sources, all on GitHub:

- CLI: astronomer/astro-cli at v1.46.0-nightly.20260822 (ed93cc59e54def23d0c404c0a491583179177143);
- CATALOG: astronomer/astro-cli at fc27cd1d495e5ecc0217310b6da5a10f1d97b04d, pkg/runtimeversions/testdata/catalog.json, cut from
  Astronomer's list of releases on 2026-09-25;
- AP: astronomer/ap-airflow at f18bbcf8043ec02c9cc6e2a3783458fc946c8aea, common/Dockerfile.onbuild-bullseye: the last of these
  images whose ONBUILD steps are public. Those of Runtime 3.3-2, as `docker image inspect` printed them in public projects, are
  the same seven with two scripts, `install-system-packages` and `install-python-dependencies`, whose text is not public.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parents[2]
IMAGE_FOLDER = Path("/usr/local/airflow")


@dataclass(frozen=True, slots=True)
class Release:
    """A release of Astro Runtime. Source: CATALOG, ``runtimeVersionsV3``."""

    airflow: str
    released: str
    pythons: tuple[str, ...]


RELEASES = {
    "3.3-2": Release("3.3.0", "2026-07-09", ("3.12", "3.13", "3.14")),
    "3.3-8": Release("3.3.2", "2026-09-23", ("3.12", "3.13", "3.14")),
}
"""Those of Airflow 3.3 that the catalogue keeps; the last is the newest."""


def image_of(dockerfile: str) -> tuple[str, str, str]:
    """Name, release and Python of the image. Source: CLI, pkg/airflowrt/dockerfile.go (``ParseRuntimeTagPython``)."""
    [image] = [line.split()[1] for line in dockerfile.splitlines() if line.upper().startswith("FROM ")]
    name, _, tag = image.partition(":")
    found = re.search(r"-python-(\d+\.\d+)(-base)?$", tag)
    return name, tag[: found.start()] if found else tag, found[1] if found else ""


def is_project(folder: Path) -> bool:
    """Whether `astro dev` commands run here. Source: CLI, config/config.go (``IsProjectDir``), cmd/utils/utils.go."""
    return (folder / ".astro" / "config.yaml").is_file()


def packages_to_install(packages: str) -> list[str]:
    """What the build passes to apt-get. Source: AP, the first RUN; Runtime 9 also left out comments."""
    pipe = r"tr '\r\n' '\n' | sed -e 's/#.*//' | xargs -n 1"
    done = subprocess.run(["bash", "-c", pipe], input=packages, capture_output=True, text=True, check=True)
    return done.stdout.split()


REFUSAL = "Do not upgrade by specifying 'apache-airflow' in your requirements.txt, change the base image instead!"


def refusal(requirements: str) -> str | None:
    """Why the build ends before it installs anything. Source: AP, the second RUN: its grep, run here."""
    rule = r"grep -Eqx 'apache-airflow\s*[=~>]{1,2}.*'"
    found = subprocess.run(["bash", "-c", rule], input=requirements, text=True, check=False).returncode == 0
    return REFUSAL if found else None


def env_file(path: Path) -> dict[str, str]:
    """Variables of `.env`. Source: CLI, pkg/airflowrt/env.go (``LoadEnvFile``, ``StripQuotes``)."""
    lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()] if path.is_file() else []
    pairs = [line.partition("=") for line in lines if "=" in line and not line.startswith("#")]
    return {name: re.sub(r"""^(["'])(.*)\1$""", r"\2", value) for name, _, value in pairs}


def standalone_environment(project: Path, inherited: Mapping[str, str], port: str = "8080") -> dict[str, str]:
    """What `astro dev start --standalone` gives to `airflow standalone`. Source: CLI, airflow/standalone.go (``buildEnv``).

    The variables of `.env` come before those of the CLI. Left out: two keys, and proxies, which only macOS needs.
    """
    path = os.pathsep.join(filter(None, (str(project), inherited.get("PYTHONPATH"))))
    return {
        **inherited,
        **env_file(project / ".env"),
        "PATH": f"{project / '.venv' / 'bin'}:{inherited['PATH']}",
        "PYTHONPATH": path,
        "AIRFLOW_HOME": str(project / ".astro" / "standalone"),
        "ASTRONOMER_ENVIRONMENT": "local",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(project / "dags"),
        # No plugins folder: "AF3 intentionally omits this override and falls back to $AIRFLOW_HOME/plugins".
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "True",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://localhost:{port}/execution/",
    }


def standalone_installation(project: Path, python: str, frozen: Path, airflow: str, sdk: str) -> list[list[str]]:
    """The commands that make `.venv`. Source: CLI, airflow/standalone.go (``Start``, steps 5 and 6), without its package index.

    Args:
        project: The folder of the project.
        python: A version or an interpreter.
        frozen: What Astronomer's frozen list of the image's packages is there.
        airflow: Version of Airflow, from Astronomer's list too.
        sdk: Version of the Task SDK.
    """
    install = ["uv", "pip", "install", "--python", str(project / ".venv" / "bin" / "python")]
    ours = str(project / "requirements.txt")
    return [
        ["uv", "venv", "--python", python, "--allow-existing"],
        [*install, f"apache-airflow=={airflow}", "-c", str(frozen)],
        [*install, "-r", ours, f"apache-airflow=={airflow}", f"apache-airflow-task-sdk=={sdk}"],
    ]


def pins(name: str) -> dict[str, str]:
    """Packages and versions of a lock of this project."""
    text = (PROJECT_ROOT / name).read_text(encoding="utf-8")
    return dict(re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;]+)", text, re.MULTILINE))
