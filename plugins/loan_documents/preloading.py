"""What is made ready once, before tasks are forked: the large libraries in memory, and the server that forks openers of files."""

from __future__ import annotations

import importlib
import importlib.util
import logging
import os
import subprocess
import sys
import time
import uuid
from pathlib import Path

log = logging.getLogger(__name__)

LIBRARIES = (
    "orjson",
    "psycopg",
    "upath",
    "jinja2",
    "yaml",
    "pydantic",
    "numpy",
    "pandas",
    "pyarrow.parquet",
    "PIL.Image",
    "cv2",
    "pypdfium2",
    "scipy.stats",
    "scipy.optimize",
    "sklearn.metrics",
    "sklearn.linear_model",
    "matplotlib.figure",
    "fairlearn.metrics",
    "great_expectations",
    "rapidfuzz",
    "wordllama",
    "openvino",
    "rapidocr.ch_ppocr_det.main",
    "rapidocr.ch_ppocr_rec.utils",
    "statistics",
    "jinja2.ext",
    "jinja2.debug",
    "upath.implementations.local",
    "airflow.sdk.execution_time.task_runner",
    "airflow.sdk.definitions.decorators",
    "airflow.sdk.definitions.retry_policy",
    "airflow.providers.standard.decorators.python",
    "airflow.dag_processing.bundles.local",
)
"""Libraries that the tasks use, and nothing of this project: a task must see its code as it is when it starts.

OCR is imported and no model loaded: that starts threads, and a process must not be forked with them.
"""

FORK_SERVER = "LOAN_DOCUMENTS_FORK_SERVER"
"""Environment variable with the name of the server's socket, as ``include.isolation.fork_server`` reads it."""
_servers: list[subprocess.Popen[bytes]] = []
"""Held, as a server ends when its standard input closes."""


def make_ready() -> None:
    """What an executor or a worker does before it forks the processes of its tasks."""
    preload()
    start_fork_server()


def start_fork_server() -> None:
    """Start ``include.isolation.fork_server``; it ends when this process and all that it forks have ended.

    Tasks find it by the environment that they inherit. Nothing of ``include`` is imported here: tasks see it as it is when
    they start.
    """
    spec = importlib.util.find_spec("include")
    if spec is None or not spec.submodule_search_locations:
        log.warning("No server that forks openers of files: the package include is not on the Python path")
        return
    name = f"loan-documents-{uuid.uuid4().hex}"
    server = subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", "include.isolation.fork_server", name],
        cwd=Path(spec.submodule_search_locations[0]).parent,
        stdin=subprocess.PIPE,
        start_new_session=True,  # Ctrl-C is for who started it, and ends it by closing its input
    )
    _servers.append(server)
    os.environ[FORK_SERVER] = name


def preload() -> list[str]:
    """Import the libraries; those that are not installed are passed over.

    Returns:
        What was imported.
    """
    # OpenVINO reports each import to Google Analytics, unless its reporter is missing (include/extraction/readers).
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    started = time.perf_counter()
    imported = []
    for name in LIBRARIES:
        try:
            importlib.import_module(name)
        except ImportError as error:
            log.warning("%s is not preloaded: %s", name, error)
        else:
            imported.append(name)
    log.info("Preloaded %d libraries in %.1f s", len(imported), time.perf_counter() - started)
    return imported
