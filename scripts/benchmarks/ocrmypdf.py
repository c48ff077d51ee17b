"""``ocrmypdf`` over the same scans, on all cores: a maintained program that does a part of the same work.

It has a separate environment, ``.venv-bench``, which ``scripts/setup.sh bench`` creates.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parents[2]
PROGRAM = PROJECT_ROOT / ".venv-bench" / "bin" / "ocrmypdf"


def is_installed() -> bool:
    """Whether ``ocrmypdf`` is installed."""
    return PROGRAM.exists()


def seconds_of_ocrmypdf(files: Sequence[Path], processes: int) -> float:
    """Wall-clock seconds of one ``ocrmypdf`` per file, with a number of processes in parallel, each with one job.

    The output is plain PDF (no PDF/A) without optimisation, its fastest mode.
    """
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        with ThreadPoolExecutor(processes) as pool:
            list(pool.map(lambda path: _read(path, Path(folder)), files))
        return time.perf_counter() - started


def _read(path: Path, folder: Path) -> None:
    target = folder / path.name
    options = ["--jobs", "1", "--output-type", "pdf", "--optimize", "0", "--force-ocr", "--quiet"]
    environment = os.environ | {"OMP_THREAD_LIMIT": "1"}
    subprocess.run([PROGRAM, *options, path, target], env=environment, check=True, capture_output=True)
