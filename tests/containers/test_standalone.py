"""``astro dev start --standalone``: its environment, as the CLI's public source builds it (tests/containers/astro.py)."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest

from tests.containers.astro import (
    env_file,
    image_of,
    pins,
    standalone_environment,
    standalone_installation,
)
from tests.docs.guide import checkout

CODE = """
import json, airflow, student_loans
from airflow import plugins_manager
from airflow.configuration import conf
from airflow.dag_processing.dagbag import DagBag
from airflow.providers_manager import ProvidersManager
bag = DagBag(conf.get("core", "dags_folder"))
print(json.dumps({
    "dags": sorted(bag.dags),
    "errors": bag.import_errors,
    "plugins": [plugin.name for plugin in plugins_manager._get_plugins()[0]],
    "plugin_errors": plugins_manager._get_plugins()[1],
    "dvc": "dvc" in ProvidersManager().hooks,
    "library": student_loans.__file__,
    "airflow": airflow.__version__,
}))
"""
"""What the scheduler, the server and the form of connections find."""

pytestmark = [pytest.mark.airflow, pytest.mark.timeout(300)]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A checkout without an environment."""
    wanted = ("dags/", "plugins/", "include/", "samples/documents/sample-03", ".astro/")
    root = ("sitecustomize.py", "Dockerfile", "requirements.txt", "requirements-image.txt", "pyproject.toml")
    return checkout(tmp_path / "project", lambda name: name in root or name.startswith(wanted), packages=False)


def inherited(home: Path) -> dict[str, str]:
    """The environment of a user's shell."""
    return {"PATH": os.environ["PATH"], "HOME": str(home)}


def found_in(project: Path, home: Path, **more: str) -> dict[str, Any]:
    done = subprocess.run(
        [project / ".venv" / "bin" / "python", "-c", CODE],
        cwd=project, env={**standalone_environment(project, inherited(home)), **more},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def assert_all_is_there(found: dict[str, Any], project: Path) -> None:
    assert (found["errors"], found["plugin_errors"]) == ({}, {})
    assert len(found["dags"]) == len(list((project / "dags").glob("*.py")))
    assert "loan_documents" in found["plugins"]
    assert found["dvc"], "the connection type"
    assert found["library"] == str(project / "include" / "student_loans" / "__init__.py")


@pytest.fixture
def installed(project: Path) -> Path:
    """The checkout with the packages of this environment, without what `make setup` has put on its path."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(project / ".venv")], check=True)
    [packages] = (project / ".venv").glob("lib/python*/site-packages")
    # The .pth files of a folder that is added in this way are not read.
    (packages / "installed.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    return project


def test_every_dag_and_the_plugin_are_found(installed: Path, tmp_path: Path) -> None:
    assert_all_is_there(found_in(installed, tmp_path), installed)


def test_without_the_module_that_python_imports_first_nothing_is_found(installed: Path, tmp_path: Path) -> None:
    (installed / "sitecustomize.py").unlink()
    done = subprocess.run(
        [installed / ".venv" / "bin" / "python", "-c", CODE],
        cwd=installed, env=standalone_environment(installed, inherited(tmp_path)), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "No module named 'student_loans'" in done.stderr


def test_a_plugins_folder_of_the_user_stays(installed: Path, tmp_path: Path) -> None:
    (installed / ".env").write_text(f"# ours\nAIRFLOW__CORE__PLUGINS_FOLDER='{tmp_path / 'others'}'\n")
    (tmp_path / "others").mkdir()
    found = found_in(installed, tmp_path)
    assert (found["errors"], found["plugins"].count("loan_documents")) == ({}, 0)


def test_variables_of_env_are_read_as_the_cli_reads_them(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("""# a comment\nA='{"conn_type": "fs"}'\nB="two"\nC=x=y\n""")
    assert env_file(tmp_path / ".env") == {"A": '{"conn_type": "fs"}', "B": "two", "C": "x=y"}


@pytest.mark.skipif("ASTRO" not in os.environ, reason="installs an environment: `make test-astro` runs it")
@pytest.mark.timeout(900)
def test_the_environment_that_the_cli_installs_reads_documents(project: Path, tmp_path: Path) -> None:
    """On the image's Python. Astronomer's frozen list is not in the package index: what the image holds stands in for it."""
    _, _, version = image_of((project / "Dockerfile").read_text())
    python = python_of(version)
    held = pins("requirements-image.txt")
    shell = {
        name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "PYTHON", "VIRTUAL_ENV"))
    }
    shell["PATH"] = f"{Path(sys.executable).parent}:{shell['PATH']}"  # where uv is
    for command in standalone_installation(
        project, python, project / "requirements-image.txt", held["apache-airflow"], held["apache-airflow-task-sdk"]
    ):
        done = subprocess.run(command, cwd=project, env=shell, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{command}\n{done.stderr[-2000:]}"

    found = found_in(project, tmp_path)
    assert_all_is_there(found, project)
    assert found["airflow"] == held["apache-airflow"]
    read = subprocess.run(
        [project / ".venv" / "bin" / "python", "-m", "student_loans", "read", "samples/documents", "--output", "records.jsonl"],
        cwd=project, env=standalone_environment(project, inherited(tmp_path)), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (read.returncode, read.stderr) == (0, "1 documents: 1 accepted\n")


def python_of(version: str) -> str:
    """An interpreter of the image's Python; the CLI lets uv download one."""
    folders = [
        *os.environ["PATH"].split(":"),
        *map(str, (Path.home() / ".pyenv" / "versions").glob(f"{version}.*/bin")),
    ]
    found = shutil.which(f"python{version}", path=":".join(one for one in folders if "shims" not in one))
    if not found:
        pytest.skip(f"needs Python {version}")
    return found
