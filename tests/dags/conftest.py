"""Airflow is imported here, once its environment is set."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.airflow_environment import PROJECT_ROOT

if TYPE_CHECKING:
    from airflow.dag_processing.dagbag import DagBag


@pytest.fixture(scope="session")
def dag_bag() -> DagBag:
    """Every DAG file of the project, parsed."""
    from airflow.dag_processing.dagbag import DagBag

    return DagBag(str(PROJECT_ROOT / "dags"))
