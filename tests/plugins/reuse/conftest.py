"""An Airflow of another team, one for all tests of a module, with an empty results database for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from student_loans.results.store import ResultsDatabase
from tests.own_airflow import OwnAirflow


@pytest.fixture(scope="module")
def airflow_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("team")
    (folder / "dags").mkdir()
    OwnAirflow(folder, "postgresql://nobody:none@127.0.0.1/none").migrate()
    return folder


@pytest.fixture
def airflow(airflow_folder: Path, database: ResultsDatabase, empty_database: str) -> Iterator[OwnAirflow]:
    """Empty of DAGs and documents."""
    import shutil

    for name in ("dags", "inbox", "store", "reports"):
        shutil.rmtree(airflow_folder / name, ignore_errors=True)
    for name in ("dags", "inbox"):
        (airflow_folder / name).mkdir()
    return OwnAirflow(airflow_folder, empty_database)
