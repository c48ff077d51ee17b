"""Building the image of `astro dev start`, step by step, as far as can be without an engine: see tests/containers/astro.py."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.containers.astro import (
    IMAGE_FOLDER,
    PROJECT_ROOT,
    RELEASES,
    image_of,
    is_project,
    packages_to_install,
    pins,
    refusal,
)

UV = str(Path(sys.executable).with_name("uv"))
DOCKERFILE = (PROJECT_ROOT / "Dockerfile").read_text(encoding="utf-8")
REQUIREMENTS = (PROJECT_ROOT / "requirements.txt").read_text(encoding="utf-8")
AIRFLOW = {"apache-airflow", "apache-airflow-core", "apache-airflow-task-sdk"}
OF_THE_IMAGE = {"apache-airflow-providers-amazon": "9.37.0"}
"""What the image's packages do not let be as in requirements-local.txt: the next release needs a newer common-compat."""
NEEDED_BY_NEWER = {
    "async-timeout",  # only on Python 3.11
    "lazy-importer",
    "opentelemetry-exporter-http-transport",
    "opentelemetry-exporter-otlp-common",
}
"""What only newer versions of the image's packages need."""


def test_the_cli_takes_the_folder_for_a_project() -> None:
    assert is_project(PROJECT_ROOT)


def test_the_image_is_the_newest_of_the_locked_airflow_and_has_its_python() -> None:
    name, release, python = image_of(DOCKERFILE)
    assert name == "astrocrpublic.azurecr.io/runtime"
    assert release == list(RELEASES)[-1]
    assert RELEASES[release].airflow == pins("requirements-local.txt")["apache-airflow"]
    assert python in RELEASES[release].pythons


def test_the_packages_of_the_image_are_resolved_as_of_its_release() -> None:
    release = RELEASES[image_of(DOCKERFILE)[1]]
    assert f"\n# released: {release.released}\n" in (PROJECT_ROOT / "requirements-image.in").read_text(encoding="utf-8")
    held, ours = pins("requirements-image.txt"), pins("requirements-local.txt")
    assert {name: held[name] for name in AIRFLOW} == {name: ours[name] for name in AIRFLOW}


def test_debian_packages_are_passed_on_one_by_one() -> None:
    text = (PROJECT_ROOT / "packages.txt").read_text(encoding="utf-8")
    assert packages_to_install(text) == text.split()
    assert packages_to_install("# two\r\none\r\nother # why\n") == ["one", "other"]


def test_the_build_does_not_refuse_the_requirements() -> None:
    assert refusal(REQUIREMENTS) is None


def test_the_build_would_refuse_what_make_installs() -> None:
    assert refusal((PROJECT_ROOT / "requirements-local.txt").read_text(encoding="utf-8")) is not None
    assert refusal("apache-airflow == 3.3.2\n") is not None
    assert refusal("apache-airflow-providers-amazon==9.37.0\n") is None


def test_the_requirements_are_one_file() -> None:
    """The build copies no other file before it installs them."""
    lines = [line for line in REQUIREMENTS.splitlines() if line.strip() and not line.strip().startswith("#")]
    assert [line for line in lines if line.startswith(("-", ".", "/")) or "@" in line] == []


def test_nothing_that_the_image_holds_gets_another_version() -> None:
    assert set(pins("requirements.txt")) & set(pins("requirements-image.txt")) == set()


def test_everything_else_is_as_make_installs_it() -> None:
    local = pins("requirements-local.txt")
    assert {
        name: version for name, version in pins("requirements.txt").items() if local[name] != version
    } == OF_THE_IMAGE
    left_out = set(local) - set(pins("requirements.txt")) - set(pins("requirements-image.txt"))
    assert left_out == NEEDED_BY_NEWER


def test_every_direct_dependency_is_installed_or_held() -> None:
    from packaging.requirements import Requirement

    def names(text: str) -> set[str]:
        lines = [line for line in text.splitlines() if line[:1].isalnum()]
        return {Requirement(line).name for line in lines}

    wanted = names((PROJECT_ROOT / "requirements.in").read_text(encoding="utf-8"))
    assert wanted - names(REQUIREMENTS) == {"apache-airflow"}


@pytest.mark.timeout(240)
def test_the_build_installs_the_requirements_beside_what_the_image_holds(tmp_path: Path) -> None:
    """With uv's strict resolver, as the script of Runtime since 3.3-2, on Debian 12; wheels but for one package."""
    _, _, python = image_of(DOCKERFILE)
    done = subprocess.run(
        [
            UV, "pip", "install", "--dry-run", "--target", str(tmp_path),
            "-r", "requirements.txt", "-r", "requirements-image.txt",
            "--python-version", python, "--python-platform", "x86_64-manylinux_2_36",
            "--only-binary", ":all:", "--no-binary", "antlr4-python3-runtime",
        ],
        cwd=PROJECT_ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    wanted = {**pins("requirements.txt"), **pins("requirements-image.txt")}
    assert f"Would install {len(wanted)} packages" in done.stderr


def test_the_project_is_copied_after_that_and_found_there() -> None:
    assert f'ENV PYTHONPATH="{IMAGE_FOLDER}/include:{IMAGE_FOLDER}/plugins"' in DOCKERFILE
    ignored = {line for line in (PROJECT_ROOT / ".dockerignore").read_text().splitlines() if line and line[0] != "#"}
    steps = ("packages.txt", "requirements.txt", "requirements-tfdv.txt")
    assert not ignored & {"dags", "plugins", "include", "samples", "scripts", *steps}
    assert {".env", ".astro"} <= ignored, "passwords and another machine's environment"
