"""An Airflow of another team: its own home, DAGs and metadata database, with the plugin."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.connections import postgres_connection

PROJECT_ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class OwnAirflow:
    """Runs DAGs with ``airflow dags test``, which is one process.

    Attributes:
        folder: Holds ``airflow`` (``AIRFLOW_HOME``), ``dags``, ``inbox`` (documents), ``store`` and ``reports``.
        conninfo: Of the results database.
    """

    folder: Path
    conninfo: str

    @property
    def environment(self) -> dict[str, str]:
        """Of every process of this Airflow."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "LOAN_DOCUMENTS"))}
        return kept | {
            "AIRFLOW_HOME": str(self.folder / "airflow"),
            "AIRFLOW__CORE__DAGS_FOLDER": str(self.folder / "dags"),
            "AIRFLOW__CORE__PLUGINS_FOLDER": str(PROJECT_ROOT / "plugins"),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
            "PYTHONPATH": f"{PROJECT_ROOT / 'include'}:{PROJECT_ROOT / 'plugins'}",
            "AIRFLOW_CONN_LOAN_DOCUMENTS_DB": postgres_connection(self.conninfo),
            "AIRFLOW_CONN_LOAN_DOCUMENTS_STORE": json.dumps(
                {"conn_type": "fs", "extra": {"path": str(self.folder / "store")}}
            ),
            "LOAN_DOCUMENTS__STORAGE__REPORTS_URI": str(self.folder / "reports"),
            "LOAN_DOCUMENTS__SOURCES__FOLDERS": str(self.folder / "inbox"),
        }

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run ``airflow`` with these arguments."""
        return subprocess.run(
            [sys.executable, "-m", "airflow", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def migrate(self) -> None:
        """Make the metadata database and the pools."""
        for arguments in (
            ("db", "migrate"),
            ("pools", "set", "ocr", "2", "reads"),
            ("pools", "set", "dvc", "1", "versions"),
        ):
            done = self.command(*arguments)
            assert done.returncode == 0, done.stderr

    def test_dag(self, dag_id: str, conf: dict[str, Any] | None = None, at: str = "2026-12-01") -> str:
        """Run a DAG to its end; returns what it printed."""
        done = self.command("dags", "test", dag_id, at, "--conf", json.dumps(conf or {}))
        output = done.stdout + done.stderr
        assert done.returncode == 0, output[-6000:]
        return output
