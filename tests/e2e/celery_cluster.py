"""Several machines on this one: Airflow with CeleryExecutor, whose workers share nothing but S3 and the databases.

A worker has a folder of its own with a copy of the code, as an image has, and its own ``AIRFLOW_HOME``, work folder and
temporary files. It is started with ``deploy/celery.env``, the file that the documentation names.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from scripts.local.api import AirflowApi
from scripts.local.components import RUN_VARIABLES, migrate_metadata
from scripts.local.environment import METADATA_DATABASE, PROJECT_ROOT, LocalAirflow
from scripts.local.ports import free_port
from scripts.local.postgres import remove_postgres, start_postgres, stop_postgres
from scripts.local.postgres.access import DatabaseAccess
from tests.faults.services import S3

DEPLOYMENT = PROJECT_ROOT / "deploy" / "celery.env"
CODE = ("dags", "include", "plugins")
CENTRAL = ("api-server", "scheduler", "dag-processor")
SLOTS = 2
"""Processes of a worker."""


class Machine:
    """One machine: a folder, an environment, and the processes started with them.

    Args:
        home: Its folder; everything that its processes write goes below it.
        variables: What it is told about the services.
    """

    def __init__(self, home: Path, variables: dict[str, str]) -> None:
        self.home = home
        self.code = home / "code"
        for folder in (home, home / "tmp", home / "cwd"):
            folder.mkdir(parents=True, exist_ok=True)
        for name in CODE:
            shutil.copytree(PROJECT_ROOT / name, self.code / name, ignore=shutil.ignore_patterns("__pycache__"))
        self.variables = variables | {
            "AIRFLOW_HOME": str(home),
            "AIRFLOW__CORE__DAGS_FOLDER": str(self.code / "dags"),
            "AIRFLOW__CORE__PLUGINS_FOLDER": str(self.code / "plugins"),
            "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(home / "logs"),
            "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": str(free_port(0)),
            "PYTHONPATH": f"{self.code / 'include'}{os.pathsep}{self.code / 'plugins'}",
            "TMPDIR": str(home / "tmp"),
        }

    def start(self, *command: str) -> None:
        """Start a component of Airflow in the background."""
        with (self.home / f"{command[-1] if command[0] == 'celery' else command[0]}.log").open("wb") as log:
            subprocess.Popen(
                [str(Path(sys.executable).with_name("airflow")), *command],
                env=self.variables,
                cwd=self.home / "cwd",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def processes(self) -> list[int]:
        """Everything that runs here, by its working folder: process titles overwrite environments."""
        return [pid for pid in _all_processes() if _folder_of(pid).startswith(f"{self.home}/")]

    def kill(self) -> int:
        """``kill -9`` of everything at once, as when the power goes; returns how many processes that were."""
        killed = self.processes()
        for pid in killed:
            _signal(pid, signal.SIGKILL)
        return len(killed)

    def stop(self) -> None:
        """Ask everything to end, and end what does not within 20 seconds."""
        for pid in self.processes():
            _signal(pid, signal.SIGTERM)
        deadline = time.monotonic() + 20
        while self.processes() and time.monotonic() < deadline:
            time.sleep(0.3)
        self.kill()

    def ran(self, task_id: str) -> set[str]:
        """Logs of the tries of a task that were started here."""
        return {str(path.relative_to(self.home)) for path in (self.home / "logs").rglob(f"*task_id={task_id}/**/*.log")}


class Cluster:
    """Redis, S3, PostgreSQL, one central machine, and workers.

    Args:
        bucket: Of the object store, the reports, the versions and the source.
    """

    def __init__(self, bucket: str = "loans") -> None:
        self.home = Path(tempfile.mkdtemp(prefix="celery-"))
        self.bucket = bucket
        self.s3 = S3()
        self.machines: dict[str, Machine] = {}
        self._local = LocalAirflow(self.home / "db", self.home / "db" / "data", self.home / "db" / "reports")
        self._redis: subprocess.Popen[bytes] | None = None
        self._port = free_port(0)
        self._database: DatabaseAccess | None = None
        self.api = AirflowApi(self._port, self._local.secrets()["password"])

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def add_worker(self, name: str, queues: str = "default,ocr") -> Machine:
        """Start a worker on a machine of its own."""
        machine = self._machine(name)
        machine.start(
            "celery", "worker", "--queues", queues, "--concurrency", str(SLOTS), "--celery-hostname", f"{name}@%h"
        )  # fmt: skip
        return machine

    def wait_for_workers(self, count: int, seconds: float = 120) -> None:
        """Wait until so many workers answer."""
        from celery import Celery

        app = Celery(broker=self._broker)
        deadline = time.monotonic() + seconds
        while len(app.control.ping(timeout=1)) < count:
            assert time.monotonic() < deadline, "the workers did not come up"
        app.close()

    def client(self) -> Any:
        """A boto3 client of the shared S3."""
        import boto3

        options = self.s3.options
        return boto3.client(
            "s3",
            region_name="us-east-1",
            endpoint_url=options["endpoint_url"],
            aws_access_key_id=options["key"],
            aws_secret_access_key=options["secret"],
        )

    def keys(self, prefix: str) -> list[str]:
        """Keys of the bucket below a prefix."""
        pages = self.client().get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix)
        return [item["Key"] for page in pages for item in page.get("Contents", ())]

    def conninfo(self, database: str) -> str:
        """Of a database of the shared server."""
        return self.database.conninfo(database)

    @property
    def database(self) -> DatabaseAccess:
        """How to connect to the shared server."""
        assert self._database is not None
        return self._database

    def instances(self, dag_id: str, run_id: str) -> Iterator[dict[str, Any]]:
        """Every task instance of a run, as the REST API gives them."""
        path = f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances"
        offset, total = 0, 1
        while offset < total:
            answer = self.api._client.get(path, params={"limit": 100, "offset": offset}).json()
            yield from answer["task_instances"]
            offset, total = offset + 100, answer["total_entries"]

    @property
    def _broker(self) -> str:
        return f"redis://127.0.0.1:{self._redis_port}/0"

    def _start(self) -> None:
        self.s3.start()
        self.s3.create_bucket(self.bucket)
        self._database = start_postgres(self._local)
        self._redis_port = free_port(0)
        self._redis = subprocess.Popen(
            ["redis-server", "--port", str(self._redis_port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self.home)],
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        central = self._machine("central")
        migrate_metadata(self._local, central.variables)
        for component in CENTRAL:
            central.start(component)
        deadline = time.monotonic() + 180
        while not self.api.is_healthy(CENTRAL):
            assert time.monotonic() < deadline, f"Airflow is not healthy, see {central.home}"
            time.sleep(0.5)
        self.api.log_in()
        self.api.set_pool("dvc", 1, "DVC has a single writer")

    def _stop(self) -> None:
        for machine in self.machines.values():
            machine.stop()
        if self._redis:
            self._redis.terminate()
            self._redis.wait(10)
        stop_postgres(self._local)
        self.s3.stop()
        if not os.environ.get("KEEP_CLUSTER"):
            remove_postgres(self._local)
            shutil.rmtree(self.home, ignore_errors=True)

    def _machine(self, name: str) -> Machine:
        self.machines[name] = Machine(self.home / name, self._variables())
        return self.machines[name]

    def _variables(self) -> dict[str, str]:
        """What every machine is told: addresses, keys, and the deployment's file."""
        options = self.s3.options
        endpoint = {"endpoint_url": options["endpoint_url"], "region_name": "us-east-1"}
        keys = {"login": options["key"], "password": options["secret"]}
        root = f"s3://{self.bucket}"
        connections: dict[str, dict[str, Any]] = {
            "STORE": {"conn_type": "aws", **keys, "extra": {**endpoint, "root": f"{root}/store"}},
            "DB": {**self.database.connection("loan_documents")},
        }  # fmt: skip
        return {
            **self._local.variables(self.database, self._port),
            **_environment_file(DEPLOYMENT),
            **RUN_VARIABLES,
            **{f"AIRFLOW_CONN_LOAN_DOCUMENTS_{name}": json.dumps(value) for name, value in connections.items()},
            "AIRFLOW_CONN_INBOX": json.dumps(
                {"conn_type": "aws", **keys, "extra": {**endpoint, "buckets": [f"{self.bucket}/inbox"]}}
            ),
            "AIRFLOW_CONN_DVC_REMOTE": json.dumps(
                {"conn_type": "dvc", **keys, "extra": {"url": f"{root}/versions", **endpoint, "region": "us-east-1"}}
            ),
            "AIRFLOW__CELERY__BROKER_URL": self._broker,
            "AIRFLOW__CELERY__RESULT_BACKEND": self.database.uri(METADATA_DATABASE, scheme="db+postgresql"),
            # Reports have no connection: they find the bucket by what every S3 client reads.
            "LOAN_DOCUMENTS__STORAGE__REPORTS_URI": f"{root}/reports",
            "AWS_ENDPOINT_URL": options["endpoint_url"],
            "AWS_ACCESS_KEY_ID": options["key"],
            "AWS_SECRET_ACCESS_KEY": options["secret"],
            "AWS_DEFAULT_REGION": "us-east-1",
        }


def _environment_file(path: Path) -> dict[str, str]:
    lines = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def _all_processes() -> list[int]:
    return [int(path.name) for path in Path("/proc").glob("[0-9]*")]


def _folder_of(pid: int) -> str:
    """Working folder of a living process, empty for any other."""
    try:
        if "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text():
            return ""
        return str(Path(f"/proc/{pid}/cwd").readlink())
    except OSError:
        return ""


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
