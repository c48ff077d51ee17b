"""Airflow is imported here, once its environment is set."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from student_loans.results.store import ResultsDatabase
from student_loans.settings import settings
from tests.airflow_environment import PROJECT_ROOT
from tests.connections import postgres_connection
from tests.own_airflow import Team

if TYPE_CHECKING:
    from airflow.dag_processing.dagbag import DagBag


@pytest.fixture(scope="session")
def dag_bag() -> DagBag:
    """Every DAG file of the project, parsed."""
    from airflow.dag_processing.dagbag import DagBag

    return DagBag(str(PROJECT_ROOT / "dags"))


@pytest.fixture
def team(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, database: ResultsDatabase, empty_database: str
) -> Iterator[Team]:
    """A team with empty folders and an empty results database; Airflow's own database is there."""
    from airflow.models.pool import Pool
    from airflow.utils.db import initdb

    made = Team(tmp_path / "inbox", tmp_path / "store", tmp_path / "reports", empty_database)
    made.inbox.mkdir()
    monkeypatch.setenv("AIRFLOW_CONN_LOAN_DOCUMENTS_DB", postgres_connection(empty_database))
    store = {"conn_type": "fs", "extra": {"path": str(made.store)}}
    monkeypatch.setenv("AIRFLOW_CONN_LOAN_DOCUMENTS_STORE", json.dumps(store))
    monkeypatch.setenv("LOAN_DOCUMENTS__STORAGE__REPORTS_URI", str(made.reports))
    monkeypatch.setenv("LOAN_DOCUMENTS__SOURCES__FOLDERS", str(made.inbox))
    settings.cache_clear()
    initdb()
    for pool, slots in (("ocr", 2), ("dvc", 1)):
        Pool.create_or_update_pool(pool, slots, "of this test", False)
    yield made
    settings.cache_clear()
