"""Paths, ports and environment of the local Airflow, which is in ``.airflow/`` of the project."""

from __future__ import annotations

import json
import os
import secrets
import socket
from dataclasses import dataclass
from pathlib import Path

from student_loans.logs import airflow_variables

PROJECT_ROOT = Path(__file__).resolve().parents[2]
DEFAULT_PORT = 8080
USER = "admin"
METADATA_DATABASE = "airflow"
RESULTS_DATABASE = "loan_documents"
DATABASE_USER = "postgres"
RESULTS_CONNECTION = "AIRFLOW_CONN_LOAN_DOCUMENTS_DB"
STORE_CONNECTION = "AIRFLOW_CONN_LOAN_DOCUMENTS_STORE"


@dataclass(frozen=True, slots=True)
class LocalAirflow:
    """One local Airflow. ``LOCAL_AIRFLOW_USERS`` adds users to the administrator, as ``vera:viewer,edna:user``.

    Attributes:
        home: ``AIRFLOW_HOME``: configuration, secrets, logs, database and process ids.
        data: The object store's folder.
        reports: Folder of the reports.
    """

    home: Path
    data: Path
    reports: Path

    @classmethod
    def of_project(cls) -> LocalAirflow:
        """The project's own, or that of ``LOCAL_AIRFLOW_HOME`` (for tests)."""
        home = os.environ.get("LOCAL_AIRFLOW_HOME")
        if home:
            root = Path(home).absolute()
            return cls(root, root / "data", root / "reports")
        return cls(PROJECT_ROOT / ".airflow", PROJECT_ROOT / "data", PROJECT_ROOT / "reports")

    @property
    def database_folder(self) -> Path:
        """PostgreSQL's data folder; the server listens only on its Unix socket."""
        return self.home / "postgres"

    @property
    def logs(self) -> Path:
        """One file per component."""
        return self.home / "components"

    @property
    def state_file(self) -> Path:
        """Process ids and port of a running Airflow; absent when none runs."""
        return self.home / "running.json"

    def secrets(self) -> dict[str, str]:
        """Keys and the password of this installation, generated once, readable only by the owner."""
        path = self.home / "secrets.json"
        if not path.exists():
            from cryptography.fernet import Fernet

            self.home.mkdir(parents=True, exist_ok=True)
            values = {
                "jwt": secrets.token_hex(32),
                "api": secrets.token_hex(32),
                "fernet": Fernet.generate_key().decode(),
                "password": secrets.token_urlsafe(12),
            }
            path.touch(mode=0o600)
            path.write_text(json.dumps(values))
            passwords = self.home / "passwords.json"
            passwords.touch(mode=0o600)
            passwords.write_text(json.dumps({USER: values["password"]}))
        values = json.loads(path.read_text())
        if "signing" not in values:  # of an installation from before data versions were signed
            values["signing"] = secrets.token_hex(32)
            path.write_text(json.dumps(values))
        return {str(name): str(value) for name, value in values.items()}

    def variables(self, socket_folder: str, port: int) -> dict[str, str]:
        """The environment of every component.

        Args:
            socket_folder: Folder of PostgreSQL's Unix socket.
            port: Port of the API server.
        """
        keys = self.secrets()
        cores = os.cpu_count() or 1
        return {
            **self._connections(socket_folder),
            "LOAN_DOCUMENTS__VERSIONING__SIGNING_SECRET": keys["signing"],
            **os.environ,
            "AIRFLOW_HOME": str(self.home),
            # As in the image: with the plugins folder, where the form of the connection type `dvc` is registered.
            "PYTHONPATH": f"{PROJECT_ROOT / 'include'}{os.pathsep}{PROJECT_ROOT / 'plugins'}",
            "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT_ROOT / "dags"),
            "AIRFLOW__CORE__PLUGINS_FOLDER": str(PROJECT_ROOT / "plugins"),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
            # LocalExecutor with the large libraries imported once: docs/benchmarks.md.
            "AIRFLOW__CORE__EXECUTOR": "loan_documents.executor.PreloadingLocalExecutor",
            # The pool lets one reading task run on each core. A worker that misses the end of its task's process notices it
            # only at the next heartbeat (5 s by default); spare workers take tasks meanwhile.
            "AIRFLOW__CORE__PARALLELISM": str(4 * cores),
            "AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL": "2",
            "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://localhost:{port}/execution/",
            "AIRFLOW__CORE__FERNET_KEY": keys["fernet"],
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": ",".join(
                filter(None, [f"{USER}:admin", os.environ.get("LOCAL_AIRFLOW_USERS")])
            ),
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(self.home / "passwords.json"),
            "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"postgresql+psycopg2://{DATABASE_USER}:@/{METADATA_DATABASE}?host={socket_folder}",
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
            # Tesseract's own threads slow each other down when every core already runs a task.
            "OMP_THREAD_LIMIT": "1",
        }

    def _connections(self, socket_folder: str) -> dict[str, str]:
        """Connections to the embedded services, unless the user's environment has them."""
        database = {"conn_type": "postgres", "host": socket_folder, "login": DATABASE_USER, "schema": RESULTS_DATABASE}
        store = {"conn_type": "fs", "extra": {"path": str(self.data)}}
        return {RESULTS_CONNECTION: json.dumps(database), STORE_CONNECTION: json.dumps(store)}


def free_port(preferred: int = DEFAULT_PORT) -> int:
    """The preferred port if it is free, otherwise one that the system chooses."""
    for candidate in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", candidate))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise RuntimeError("No port is free on 127.0.0.1.")
