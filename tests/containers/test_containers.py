"""The files that `astro dev start` reads beside those of the image (test_image.py), as far as can be without an engine.

Astro's own compose file has the services below and the network ``airflow``; docker-compose.override.yml is merged into it.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from tests.containers.astro import PROJECT_ROOT, pins

TOOLS = Path(sys.executable).parent
ASTRO_SERVICES = {"postgres", "db-migration", "scheduler", "dag-processor", "api-server", "triggerer"}
ASTRO_MOUNTS = {f"/usr/local/airflow/{folder}" for folder in ("dags", "plugins", "include", "tests", "logs")}


def run(*command: str, timeout: float = 120) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=PROJECT_ROOT, capture_output=True, text=True, timeout=timeout, check=False)


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return dict(yaml.safe_load((PROJECT_ROOT / "docker-compose.override.yml").read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def connections() -> dict[str, dict[str, Any]]:
    settings = yaml.safe_load((PROJECT_ROOT / "airflow_settings.yaml").read_text(encoding="utf-8"))
    return {one["conn_id"]: one for one in settings["airflow"]["connections"]}


def test_the_dockerfile_passes_its_linter() -> None:
    done = run(str(TOOLS / "hadolint"), "--no-color", "Dockerfile")
    assert done.returncode == 0, done.stdout


def test_the_linter_would_find_a_fault(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM debian\nRUN cd /tmp && pip install requests\n")
    assert run(str(TOOLS / "hadolint"), str(tmp_path / "Dockerfile")).returncode == 1


def test_the_override_keeps_the_compose_specification() -> None:
    done = run(
        str(TOOLS / "check-jsonschema"), "--builtin-schema", "vendor.compose-spec", "docker-compose.override.yml"
    )
    assert done.returncode == 0, done.stdout


def test_every_service_is_reached_by_airflow_and_from_this_machine_only(compose: dict[str, Any]) -> None:
    added = set(compose["services"]) - ASTRO_SERVICES
    assert added == {"minio", "results-db"}
    for name in added:
        service = compose["services"][name]
        assert service["networks"] == ["airflow"], name
        assert not service["image"].endswith((":latest", service["image"].partition(":")[0])), "pinned"
        assert all(port.startswith("127.0.0.1:") for port in service["ports"]), name
        assert "healthcheck" in service, name


def test_what_is_added_to_services_of_astro_collides_with_nothing(compose: dict[str, Any]) -> None:
    for name in set(compose["services"]) & ASTRO_SERVICES:
        assert set(compose["services"][name]) == {"volumes"}, name
        mounted = {volume.split(":")[1] for volume in compose["services"][name]["volumes"]}
        assert not mounted & ASTRO_MOUNTS
    taken = {"127.0.0.1:5432:5432", "127.0.0.1:8080:8080"}  # PostgreSQL and web server of Astro
    assert not taken & {port for service in compose["services"].values() for port in service.get("ports", [])}


def test_volumes_that_are_used_are_declared(compose: dict[str, Any]) -> None:
    used = {volume.split(":")[0] for service in compose["services"].values() for volume in service.get("volumes", [])}
    assert used == set(compose["volumes"])


def test_the_connection_of_results_is_that_of_the_container(
    compose: dict[str, Any], connections: dict[str, dict[str, Any]]
) -> None:
    connection, container = connections["loan_documents_db"], compose["services"]["results-db"]["environment"]
    assert connection["conn_host"] == "results-db"
    assert connection["conn_port"] == 5432
    assert connection["conn_schema"] == container["POSTGRES_DB"]
    assert connection["conn_login"] == container["POSTGRES_USER"]
    assert connection["conn_password"] == container["POSTGRES_PASSWORD"]


@pytest.mark.parametrize("name", ["loan_documents_store", "dvc_remote"])
def test_connections_to_s3_are_those_of_minio_and_their_buckets_are_made(
    name: str, compose: dict[str, Any], connections: dict[str, dict[str, Any]]
) -> None:
    connection, minio = connections[name], compose["services"]["minio"]
    assert connection["conn_login"] == minio["environment"]["MINIO_ROOT_USER"]
    assert connection["conn_password"] == minio["environment"]["MINIO_ROOT_PASSWORD"]
    assert connection["conn_extra"]["endpoint_url"] == "http://minio:9000"
    address = urlsplit(connection["conn_extra"].get("root") or connection["conn_host"])
    [command] = minio["command"]
    assert address.scheme == "s3"
    assert f"/data/{address.netloc} " in command


def test_the_hooks_understand_these_connections(
    connections: dict[str, dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    import json

    from loan_documents.hooks.dvc import DvcHook
    from loan_documents.hooks.object_store import ObjectStoreHook
    from loan_documents.hooks.results_database import ResultsDatabaseHook

    for name, one in connections.items():
        fields = {
            "conn_type": one["conn_type"], "host": one["conn_host"], "schema": one["conn_schema"],
            "login": one["conn_login"], "password": one["conn_password"], "port": one["conn_port"],
            "extra": one["conn_extra"],
        }  # fmt: skip
        monkeypatch.setenv(f"AIRFLOW_CONN_{name.upper()}", json.dumps({k: v for k, v in fields.items() if v}))
    assert "host=results-db" in ResultsDatabaseHook().conninfo()
    assert ObjectStoreHook().get_conn().root.as_uri() == "s3://loan-documents/store"
    remote, _ = DvcHook()._remote()
    assert remote is not None
    assert (remote.url, remote.endpoint_url) == ("s3://loan-versions", "http://minio:9000")


def test_pools_are_those_that_dags_ask_for() -> None:
    from airflow.dag_processing.dagbag import DagBag

    settings = yaml.safe_load((PROJECT_ROOT / "airflow_settings.yaml").read_text(encoding="utf-8"))
    made = {pool["pool_name"] for pool in settings["airflow"]["pools"]}
    asked = {task.pool for dag in DagBag(str(PROJECT_ROOT / "dags")).dags.values() for task in dag.tasks}
    assert asked - {"default_pool"} == made


def test_debian_has_the_packages_of_the_image() -> None:
    if "bookworm" not in Path("/etc/os-release").read_text() or not run("apt-cache", "show", "bash").stdout:
        pytest.skip("The image is Debian 12: its packages can only be asked for there, after apt-get update.")
    for line in (PROJECT_ROOT / "packages.txt").read_text().split():
        assert f"Package: {line}\n" in run("apt-cache", "show", line).stdout, line
    assert "Package: surely-no-such-package" not in run("apt-cache", "show", "surely-no-such-package").stdout


def test_the_image_can_install_the_environment_of_tfdv(tmp_path: Path) -> None:
    """A dry installation for Debian 12 and Python 3.11: wheels but for two packages, and pins that agree."""
    done = run(
        str(TOOLS / "uv"), "pip", "install", "--dry-run", "--target", str(tmp_path), "--requirements", "requirements-tfdv.txt",
        "--python-version", "3.11", "--python-platform", "x86_64-manylinux_2_36", "--only-binary", ":all:",
        "--no-binary", "google-apitools",
        "--no-binary", "pyfarmhash",  # C++: the Dockerfile brings a compiler
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert f"Would install {len(pins('requirements-tfdv.txt'))} packages" in done.stderr


def test_no_environment_of_this_machine_is_in_the_image() -> None:
    ignored = {line for line in (PROJECT_ROOT / ".dockerignore").read_text().splitlines() if line and line[0] != "#"}
    listed = run("git", "ls-files", "--directory", "--others", "--ignored", "--exclude-standard").stdout.split()
    environments = {name.rstrip("/") for name in listed if name.startswith(".venv")}
    assert environments <= ignored
