"""Tasks start with the large libraries in memory, and with this project's code as it is when they start."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parents[2]

SCRIPT = """
import multiprocessing, os, sys, threading
from airflow.executors.local_executor import LocalExecutor
from loan_documents.executor import LIBRARIES, PreloadingLocalExecutor
executor = PreloadingLocalExecutor(parallelism=1)
executor.start()
try:
    assert set(LIBRARIES) <= set(sys.modules), set(LIBRARIES) - set(sys.modules)
    assert not [name for name in sys.modules if name == "include" or name.startswith("include.")]
    assert threading.active_count() == 1, threading.enumerate()
    assert sys.modules["openvino_telemetry"] is None, "OpenVINO would report its use"
    [worker] = executor.workers.values()
    assert worker.is_alive()
finally:
    executor.end()
print("shared by", LocalExecutor in PreloadingLocalExecutor.__mro__)
"""


def test_workers_are_forked_from_a_process_with_the_libraries_and_none_of_our_code(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env={
            "AIRFLOW_HOME": str(tmp_path),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
            "PYTHONPATH": f"{PROJECT_ROOT}:{PROJECT_ROOT / 'plugins'}",
            "PATH": "/usr/bin:/bin",
            "HOME": str(tmp_path),
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert "shared by True" in done.stdout
