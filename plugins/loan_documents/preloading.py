"""The large libraries, imported once in the process from which tasks are forked, and so shared by all of them."""

from __future__ import annotations

import importlib
import logging
import sys
import time

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
