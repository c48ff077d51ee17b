"""Preloading before tasks are forked: libraries and models in memory, and the server that forks sandbox workers."""

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
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from student_loans.library_objects import Made

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
"""Libraries that the tasks use, without this project's own code: a task must load that code when it starts."""

FORK_SERVER = "LOAN_DOCUMENTS_FORK_SERVER"
"""Environment variable with the name of the server's socket, as ``student_loans.sandbox.fork_server`` reads it."""
_OPENING = "student_loans.understanding.warm_up:warm_up_sandbox_worker"
"""Function that the server calls to load the libraries and models of sandbox workers."""
_servers: list[subprocess.Popen[bytes]] = []
"""The servers. Kept referenced, because a server ends when its standard input closes."""
_models: list[Made] = []
"""Models made by :func:`load_models`."""


def make_ready() -> None:
    """Preload in an executor or a worker, before it forks the processes of its tasks."""
    preload()
    start_fork_server()
    load_models()


def load_models() -> None:
    """Load the models of reading, then unload the code of ``student_loans``: a task must load that code when it starts.

    OpenVINO's threads do not exist in the forks, and nothing there waits for one
    (``student_loans.library_objects``). A model that cannot be loaded here is loaded, or fails, in the tasks.
    """
    ours = {name for name in sys.modules if name.partition(".")[0] == "student_loans"}
    started = time.perf_counter()
    try:
        from student_loans.understanding.warm_up import warm_up_reading

        _models[:] = [warm_up_reading()]
    except Exception:
        log.exception("Models are not loaded before tasks start: each task loads them")
    else:
        log.info("Loaded models in %.1f s", time.perf_counter() - started)
    finally:
        for name in [name for name in sys.modules if name.partition(".")[0] == "student_loans" and name not in ours]:
            del sys.modules[name]


def use_models() -> None:
    """In a task that reads: use the models that were loaded before it was forked, if there are any."""
    from student_loans.library_objects import take_over

    for made in _models:
        take_over(made)


def start_fork_server() -> None:
    """Start ``student_loans.sandbox.fork_server``; it ends when this process and all that it forks have ended.

    Tasks find it through their inherited environment. ``student_loans`` is not imported here: tasks load its code when they
    start.
    """
    spec = importlib.util.find_spec("student_loans")
    if spec is None or not spec.submodule_search_locations:
        log.warning(
            "The server that forks sandbox workers is not started: the package student_loans is not on the Python path"
        )
        return
    name = f"loan-documents-{uuid.uuid4().hex}"
    server = subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", "student_loans.sandbox.fork_server", name, _OPENING],
        cwd=Path(spec.submodule_search_locations[0]).parent,
        stdin=subprocess.PIPE,
        start_new_session=True,  # Ctrl-C goes to the parent, which ends the server by closing its input
    )
    _servers.append(server)
    os.environ[FORK_SERVER] = name


def preload() -> list[str]:
    """Import the libraries; libraries that are not installed are skipped.

    Returns:
        Names of the imported libraries.
    """
    # OpenVINO reports each import to Google Analytics, unless its reporter is missing (include/student_loans/reading).
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
