"""Paths, ports and environment of the local Airflow, which is in ``.airflow/`` of the project."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from scripts.local.secret_keys import read_or_make_secrets
from student_loans.logs import airflow_variables

if TYPE_CHECKING:
    from scripts.local.postgres.access import DatabaseAccess

PROJECT_ROOT = Path(__file__).resolve().parents[2]
SERVICES = Path("/var/lib/student-loans")
"""Where files of the database are if root starts it: PostgreSQL then runs as a system user."""
USER = "admin"
METADATA_DATABASE = "airflow"
RESULTS_DATABASE = "loan_documents"
RESULTS_CONNECTION = "AIRFLOW_CONN_LOAN_DOCUMENTS_DB"
STORE_CONNECTION = "AIRFLOW_CONN_LOAN_DOCUMENTS_STORE"
SIGNING_SECRET = "LOAN_DOCUMENTS__VERSIONING__SIGNING_SECRET"  # noqa: S105 - the name of a variable


@dataclass(frozen=True, slots=True)
class LocalAirflow:
    """One local Airflow. ``LOCAL_AIRFLOW_USERS`` adds users to the administrator, as ``vera:viewer,edna:user``.

    Attributes:
        home: ``AIRFLOW_HOME``: configuration, secrets, logs, database and process ids.
        data: The object store's folder.
        reports: Folder of the reports.
        services: Where files of the database are if root starts it.
    """

    home: Path
    data: Path
    reports: Path
    services: Path = SERVICES

    @classmethod
    def of_project(cls) -> LocalAirflow:
        """The project's own, or that of ``LOCAL_AIRFLOW_HOME`` (for tests)."""
        home = os.environ.get("LOCAL_AIRFLOW_HOME")
        if home:
            root = Path(home).absolute()
            return cls(root, root / "data", root / "reports")
        return cls(PROJECT_ROOT / ".airflow", PROJECT_ROOT / "data", PROJECT_ROOT / "reports")

    @property
    def logs(self) -> Path:
        """One file per component."""
        return self.home / "components"

    @property
    def state_file(self) -> Path:
        """Process ids and port of a running Airflow; absent when none runs."""
        return self.home / "running.json"

    @property
    def metadata_stamp(self) -> Path:
        """The version of Airflow that its database was migrated to; absent before the first migration."""
        return self.home / "metadata-version"

    @property
    def allowed_sources(self) -> Path:
        """Addresses that ``make run DOCS=…`` has allowed as sources."""
        return self.home / "allowed-sources.jsonl"

    @property
    def start_lock(self) -> Path:
        """Held by a command while it starts or stops Airflow."""
        return self.home / "start.lock"

    @property
    def use_lock(self) -> Path:
        """Shared by every command that uses the running Airflow."""
        return self.home / "use.lock"

    def secrets(self) -> dict[str, str]:
        """Keys and the password of this installation, generated once, readable only by the owner."""
        return read_or_make_secrets(self.home, USER)

    def variables(self, database: DatabaseAccess, port: int) -> dict[str, str]:
        """The environment of every component.

        Args:
            database: How to connect to PostgreSQL.
            port: Port of the API server.
        """
        keys = self.secrets()
        cores = os.cpu_count() or 1
        return {
            **self._connections(database),
            **common_variables(),
            SIGNING_SECRET: keys["signing"],
            **os.environ,
            "AIRFLOW_HOME": str(self.home),
            # As in the image: with the plugins folder, where the form of the connection type `dvc` is registered.
            "PYTHONPATH": f"{PROJECT_ROOT / 'include'}{os.pathsep}{PROJECT_ROOT / 'plugins'}",
            "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT_ROOT / "dags"),
            "AIRFLOW__CORE__PLUGINS_FOLDER": str(PROJECT_ROOT / "plugins"),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            # `make run` watches a run with the login of its start, however long the run takes.
            "AIRFLOW__API_AUTH__JWT_EXPIRATION_TIME": "86400",
            # LocalExecutor with the large libraries imported once: docs/benchmarks.md.
            "AIRFLOW__CORE__EXECUTOR": "loan_documents.executor.PreloadingLocalExecutor",
            # The pool lets one reading task run on each core. A worker that misses the end of its task's process notices it
            # only at the next heartbeat (5 s by default); spare workers take tasks meanwhile.
            "AIRFLOW__CORE__PARALLELISM": str(4 * cores),
            "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{port}/execution/",
            "AIRFLOW__CORE__FERNET_KEY": keys["fernet"],
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": ",".join(
                filter(None, [f"{USER}:admin", os.environ.get("LOCAL_AIRFLOW_USERS")])
            ),
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(self.home / "passwords.json"),
            "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": database.uri(METADATA_DATABASE, scheme="postgresql+psycopg2"),
            "AIRFLOW__API__PORT": str(port),
            "AIRFLOW__API__HOST": "127.0.0.1",
            "AIRFLOW__API__BASE_URL": f"http://127.0.0.1:{port}",  # base address of links in alerts
            "AIRFLOW__API__WORKERS": "1",
            "AIRFLOW__API__SECRET_KEY": keys["api"],
            "AIRFLOW__API_AUTH__JWT_SECRET": keys["jwt"],
            "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "10",
            # A changed file is parsed at once; parsing unchanged files takes CPU time from reading.
            "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "300",
            "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.2",
            **airflow_variables(),
            "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(self.home / "logs"),
            "LOAN_DOCUMENTS__STORAGE__REPORTS_URI": str(self.reports),
            "LOAN_DOCUMENTS__SOURCES__ALLOW_FILE": str(self.allowed_sources),
            # Tesseract's own threads slow each other down when every core already runs a task.
            "OMP_THREAD_LIMIT": "1",
        }

    def _connections(self, database: DatabaseAccess) -> dict[str, str]:
        """Connections to the embedded services, unless the user's environment has them."""
        store = {"conn_type": "fs", "extra": {"path": str(self.data)}}
        return {
            RESULTS_CONNECTION: json.dumps(database.connection(RESULTS_DATABASE)),
            STORE_CONNECTION: json.dumps(store),
        }


def common_variables(path: Path = PROJECT_ROOT / "deploy" / "common.env") -> dict[str, str]:
    """Airflow's options that all deployments share."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
