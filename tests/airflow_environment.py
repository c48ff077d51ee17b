"""Environment of Airflow for tests that import it: set before the first import, away from any installation."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parents[1]


def use_test_airflow() -> None:
    """Point this process at an Airflow of its own, with the project's DAGs and plugins; it is deleted at the end."""
    home, process = tempfile.mkdtemp(prefix="airflow-test-"), os.getpid()

    def delete() -> None:
        if os.getpid() == process:  # a fork of this process ends before it
            shutil.rmtree(home, ignore_errors=True)

    atexit.register(delete)
    os.environ.update(
        AIRFLOW_HOME=home,
        AIRFLOW__CORE__DAGS_FOLDER=str(PROJECT_ROOT / "dags"),
        AIRFLOW__CORE__PLUGINS_FOLDER=str(PROJECT_ROOT / "plugins"),
        AIRFLOW__CORE__LOAD_EXAMPLES="False",
        AIRFLOW__CORE__UNIT_TEST_MODE="False",
        AIRFLOW__CORE__DEFAULT_TASK_RETRY_DELAY="1",
        AIRFLOW__USAGE_DATA_COLLECTION__ENABLED="False",
    )
