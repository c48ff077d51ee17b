"""DvcHook: an Airflow connection into a workspace and its remote."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from loan_documents.hooks.dvc import DvcHook
from loan_documents.provider import get_provider_info
from student_loans.project import PROJECT_ROOT


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    connection = {"conn_type": "fs", "extra": {"path": str(tmp_path / "data")}}
    monkeypatch.setenv("AIRFLOW_CONN_LOAN_DOCUMENTS_STORE", json.dumps(connection))
    return tmp_path / "data"


def connect(monkeypatch: pytest.MonkeyPatch, **fields: object) -> DvcHook:
    monkeypatch.setenv("AIRFLOW_CONN_DVC_REMOTE", json.dumps({"conn_type": "dvc", **fields}))
    return DvcHook()


def test_the_connection_names_the_remote_and_its_keys(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    extra = {"endpoint_url": "http://minio:9000", "region": "us-east-1"}
    hook = connect(monkeypatch, host="s3://loans/prod", login="key", password="secret", extra=extra)
    workspace = hook.get_conn()
    assert workspace.folder == store / "versioned"
    assert workspace.remote is not None
    assert workspace.remote.configuration()["url"] == "s3://loans/prod"
    assert workspace.remote.configuration()["endpointurl"] == "http://minio:9000"
    assert workspace.remote.environment()["AWS_SECRET_ACCESS_KEY"] == "secret"


def test_a_connection_may_be_given_as_a_uri(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_DVC_REMOTE", "dvc://?url=s3%3A%2F%2Floans%2Fprod&workspace=/srv/w")
    workspace = DvcHook().get_conn()
    assert workspace.remote is not None
    assert workspace.remote.url == "s3://loans/prod"
    assert workspace.folder == Path("/srv/w")


def test_without_a_connection_or_an_address_versions_stay_here(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AIRFLOW_CONN_DVC_REMOTE", raising=False)
    assert DvcHook().get_conn().remote is None
    assert connect(monkeypatch).get_conn().remote is None


def test_beside_a_bucket_the_workspace_is_in_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    connection = {"conn_type": "aws", "login": "k", "password": "s", "extra": {"root": "s3://loans/data"}}
    monkeypatch.setenv("AIRFLOW_CONN_LOAN_DOCUMENTS_STORE", json.dumps(connection))
    assert connect(monkeypatch).get_conn().folder == PROJECT_ROOT / "data" / "versioned"


@pytest.mark.integration
def test_its_methods_version_and_bring_back(store: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    hook = connect(monkeypatch, host=str(tmp_path / "remote"))
    assert hook.test_connection() == (True, f"The remote {tmp_path / 'remote'} takes and gives back a file.")
    file = store / "versioned" / "a.txt"
    file.write_text("one")
    pointer = hook.add("a.txt")
    hook.push("a.txt")
    assert hook.get_url("a.txt") == str(tmp_path / "remote/files/md5" / pointer.version[:2] / pointer.version[2:])
    file.unlink()
    hook.checkout("a.txt")
    assert file.read_text() == "one"
    assert hook.status() == {}
    assert hook.list_versions() == []


def test_a_connection_that_does_not_work_says_why(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    extra = {"endpoint_url": "http://127.0.0.1:9"}
    works, reason = connect(
        monkeypatch, host="s3://loans/x", login="k", password="hidden", extra=extra
    ).test_connection()
    assert not works
    assert "remote_unavailable" in reason
    assert "hidden" not in reason
    assert connect(monkeypatch, host="ftp://x/y").test_connection()[0] is False


class TestProvider:
    def test_airflow_accepts_its_metadata(self) -> None:
        from airflow.providers_manager import ProvidersManager

        ProvidersManager()._provider_schema_validator.validate(get_provider_info())  # type: ignore[attr-defined]

    def test_it_is_registered_and_its_form_has_the_fields(self) -> None:
        """In a process of its own: providers are read once a process, before plugins."""
        import subprocess
        import sys

        code = (
            "from airflow.providers_manager import ProvidersManager as P\n"
            "p = P(); print(p.hooks['dvc'].hook_class_name, p.hooks['dvc'].hook_name)\n"
            "print(sorted(name for name in p.connection_form_widgets if 'dvc' in name))\n"
        )
        environment = {"PYTHONPATH": f"{PROJECT_ROOT / 'include'}:{PROJECT_ROOT / 'plugins'}", "PATH": "/usr/bin:/bin"}
        import os

        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=PROJECT_ROOT,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            check=False,
        )
        assert "loan_documents.hooks.dvc.DvcHook DVC remote" in done.stdout, done.stderr[-1500:]

    def test_it_says_the_same_as_its_registration(self) -> None:
        folder = PROJECT_ROOT / "plugins" / "loan_documents_provider-0.1.0.dist-info"
        metadata = (folder / "METADATA").read_text()
        info = get_provider_info()
        assert f"Name: {info['package-name']}\n" in metadata
        assert f"Version: {info['versions'][0]}\n" in metadata
        assert "loan_documents.provider:get_provider_info" in (folder / "entry_points.txt").read_text()
        [connection] = info["connection-types"]
        assert connection["hook-class-name"] == f"{DvcHook.__module__}.{DvcHook.__qualname__}"
        assert connection["hook-name"] == DvcHook.hook_name
