"""Tasks start with the large libraries in memory, and with this project's code as it is when they start."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parents[2]
DEPLOYMENT = PROJECT_ROOT / "deploy" / "celery.env"

OPENER = """
import os
from student_loans.sandbox.fork_server import VARIABLE
from student_loans.sandbox.process import IsolatedProcess
from student_loans.settings import settings
from tests import hostile_functions as hostile
from tests.fork_server_factory import wait_for
wait_for(os.environ[VARIABLE])
with IsolatedProcess(settings().isolation) as process:
    process.call(hostile.process_id, limit_s=20)
    print(type(process._child).__name__)
"""

SCRIPT = (
    f"OPENER = {OPENER!r}"
    + """
import multiprocessing, os, subprocess, sys, threading
from airflow.executors.local_executor import LocalExecutor
from loan_documents.executor import PreloadingLocalExecutor
from loan_documents.preloading import LIBRARIES
executor = PreloadingLocalExecutor(parallelism=1)
executor.start()
try:
    assert set(LIBRARIES) <= set(sys.modules), set(LIBRARIES) - set(sys.modules)
    assert not [name for name in sys.modules if name == "student_loans" or name.startswith("student_loans.")]
    assert threading.active_count() == 1, threading.enumerate()
    assert sys.modules["openvino_telemetry"] is None, "OpenVINO would report its use"
    [worker] = executor.workers.values()
    assert worker.is_alive()
    opener = subprocess.run([sys.executable, "-c", OPENER], capture_output=True, text=True, timeout=60, check=True)
    assert opener.stdout.strip() == "_ForkedChild", "files are opened by forks of the server"
finally:
    executor.end()
print("shared by", LocalExecutor in PreloadingLocalExecutor.__mro__)
"""
)


CELERY_SCRIPT = """
import sys
from airflow.providers.celery.executors.celery_executor_utils import app
from celery.signals import worker_init
from loan_documents.preloading import LIBRARIES
assert app.conf.task_acks_late, "Airflow's own options are kept"
assert not {"openvino", "great_expectations"} & set(sys.modules), "the scheduler needs none of them"
worker_init.send(sender=None)
assert set(LIBRARIES) <= set(sys.modules), set(LIBRARIES) - set(sys.modules)
assert not [name for name in sys.modules if name == "student_loans" or name.startswith("student_loans.")]
"""


def python(script: str, home: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a script where Airflow has just been installed."""
    return subprocess.run(
        [sys.executable, "-c", script],
        env={
            "AIRFLOW_HOME": str(home),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
            "PYTHONPATH": f"{PROJECT_ROOT / 'include'}:{PROJECT_ROOT / 'plugins'}:{PROJECT_ROOT}",
            "PATH": "/usr/bin:/bin",
            "HOME": str(home),
            **variables,
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_workers_are_forked_from_a_process_with_the_libraries_and_none_of_our_code(tmp_path: Path) -> None:
    done = python(SCRIPT, tmp_path)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "shared by True" in done.stdout


def test_a_celery_worker_imports_the_libraries_before_it_forks_and_the_scheduler_does_not(tmp_path: Path) -> None:
    options = [line for line in DEPLOYMENT.read_text().splitlines() if line.startswith("AIRFLOW__CELERY__")]
    done = python(CELERY_SCRIPT, tmp_path, **dict(line.split("=", 1) for line in options))
    assert done.returncode == 0, done.stderr[-2000:]
