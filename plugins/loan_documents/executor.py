"""LocalExecutor whose tasks start with the large libraries in memory: imported once, shared by every process that is forked."""

from __future__ import annotations

import importlib
import logging
import sys
import time

from airflow.executors.local_executor import LocalExecutor

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
)
"""Libraries that the tasks use, and nothing of this project: a task must see its code as it is when it starts.

OCR is imported and no model loaded: that starts threads, and a process must not be forked with them.
"""


class PreloadingLocalExecutor(LocalExecutor):
    """Airflow's LocalExecutor; its workers are forked from a process that has imported :data:`LIBRARIES`.

    Without it every task imports what it needs, for seconds: docs/benchmarks.md, *Airflow's options*. Switched on by
    ``AIRFLOW__CORE__EXECUTOR=loan_documents.executor.PreloadingLocalExecutor``; where processes are spawned, not forked, it
    changes nothing.
    """

    def start(self) -> None:
        """Import, then start the workers."""
        if self.is_mp_using_fork:
            preload()
        super().start()


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
