"""The wheel holds all that the plugin reads at run time, and registers with Airflow."""

from __future__ import annotations

import configparser
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from loan_documents.provider import get_provider_info

PROJECT_ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=PROJECT_ROOT, check=True, capture_output=True)
    [path] = folder.glob("*.whl")
    return zipfile.ZipFile(path)


def tracked(*folders: str) -> set[str]:
    """Files of git, new ones too, under the names they have in the wheel."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *folders],
        cwd=PROJECT_ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    existing = (name for name in listed.stdout.splitlines() if (PROJECT_ROOT / name).is_file())
    return {name.removeprefix("plugins/").removeprefix("include/") for name in existing}


def test_it_holds_every_file_of_both_packages_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    held = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert held == tracked("include", "plugins/loan_documents")
    assert {Path(name).suffix for name in held} >= {
        ".py",
        ".sql",
        ".yaml",
        ".json",
        ".j2",
        ".css",
        ".js",
        ".svg",
        ".pbtxt",
    }


def test_its_entry_points_are_the_plugin_the_provider_and_the_command(wheel: zipfile.ZipFile) -> None:
    [name] = [name for name in wheel.namelist() if name.endswith("entry_points.txt")]
    points = configparser.ConfigParser()
    points.read_string(wheel.read(name).decode())
    assert points["airflow.plugins"]["loan_documents"] == "loan_documents.plugin:LoanDocumentsPlugin"
    assert points["console_scripts"]["student-loans"] == "student_loans.cli:main"
    assert points["apache_airflow_provider"]["provider_info"] == "loan_documents.provider:get_provider_info"


def test_name_and_version_are_the_same_wherever_they_stand() -> None:
    """Airflow refuses a provider whose name is not that of its distribution."""
    info = get_provider_info()
    assert (info["package-name"], info["versions"]) == (PROJECT["name"], [PROJECT["version"]])
    folder = f"{PROJECT['name'].replace('-', '_')}-{PROJECT['version']}.dist-info"
    metadata = (PROJECT_ROOT / "plugins" / folder / "METADATA").read_text(encoding="utf-8").splitlines()
    assert f"Name: {PROJECT['name']}" in metadata
    assert f"Version: {PROJECT['version']}" in metadata


def test_what_a_checkout_tells_beside_its_plugin_is_what_the_wheel_tells() -> None:
    """The folder `plugins` is on the path of a checkout, with entry points of its own."""
    folder = f"{PROJECT['name'].replace('-', '_')}-{PROJECT['version']}.dist-info"
    points = configparser.ConfigParser()
    points.read_string((PROJECT_ROOT / "plugins" / folder / "entry_points.txt").read_text(encoding="utf-8"))
    assert {name: dict(points[name]) for name in points.sections()} == {
        name: PROJECT["entry-points"][name] for name in ("apache_airflow_provider", "student_loans.data_versions")
    }


def test_every_dependency_of_the_wheel_is_in_the_lock() -> None:
    """What is installed elsewhere is what is tested here."""
    from packaging.requirements import Requirement

    locked = {
        line.partition("==")[0].partition("[")[0]
        for line in (PROJECT_ROOT / "requirements-local.txt").read_text(encoding="utf-8").splitlines()
        if "==" in line and not line.startswith((" ", "#"))
    }
    extras = PROJECT["optional-dependencies"]
    wanted = [*PROJECT["dependencies"], *(one for name, many in extras.items() if name != "all" for one in many)]
    assert {Requirement(one).name for one in wanted} - locked == set()
    assert extras["all"] == [f"{PROJECT['name']}[{','.join(name for name in extras if name != 'all')}]"]
