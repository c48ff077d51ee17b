"""Airflow's own web application in this process, with the plugin mounted in it and real services behind it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from student_loans.results.store import ResultsDatabase
from student_loans.review.facts import FactStore
from student_loans.settings import load_settings
from tests.connections import postgres_connection

SETTINGS = load_settings()
USERS = {"vera": "viewer", "edna": "user", "egon": "user", "ada": "admin"}


@pytest.fixture(scope="session")
def airflow_app() -> FastAPI:
    """Airflow's web application over a metadata database of its own."""
    os.environ["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS"] = ",".join(f"{name}:{role}" for name, role in USERS.items())
    from airflow.api_fastapi.app import create_app
    from airflow.utils.db import initdb

    initdb()
    return create_app(apps="core")


@pytest.fixture
def site(
    airflow_app: FastAPI,
    database: ResultsDatabase,
    empty_database: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> FastAPI:
    """The application over a results database and an object store of this test alone."""
    assert database
    connect(monkeypatch, empty_database, tmp_path)
    return airflow_app


def connect(patch: pytest.MonkeyPatch, database_uri: str, folder: Path) -> None:
    """Have the application use this database, and this folder as its object store."""
    from loan_documents.web import services

    patch.setenv("AIRFLOW_CONN_LOAN_DOCUMENTS_DB", postgres_connection(database_uri))
    store = json.dumps({"conn_type": "fs", "extra": {"path": str(folder / "data")}})
    patch.setenv("AIRFLOW_CONN_LOAN_DOCUMENTS_STORE", store)
    patch.setattr(services, "_conninfo", None)
    patch.setattr(services, "_caught_up_at", -1e9)


def client_of(site: FastAPI, user: str | None) -> TestClient:
    """A browser of one user; None has no login."""
    client = TestClient(site, base_url="http://testserver/loans/api/v1/", raise_server_exceptions=False)
    if user:
        from airflow.api_fastapi.app import get_auth_manager
        from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser

        token = get_auth_manager().generate_jwt(SimpleAuthManagerUser(username=user, role=USERS[user].upper()))
        client.headers["Authorization"] = f"Bearer {token}"
    return client


@pytest.fixture
def anonymous(site: FastAPI) -> TestClient:
    return client_of(site, None)


@pytest.fixture
def viewer(site: FastAPI) -> TestClient:
    return client_of(site, "vera")


@pytest.fixture
def editor(site: FastAPI) -> TestClient:
    return client_of(site, "edna")


@pytest.fixture
def other_editor(site: FastAPI) -> TestClient:
    return client_of(site, "egon")


@pytest.fixture
def facts(empty_database: str) -> FactStore:
    return FactStore(empty_database, SETTINGS.review)
