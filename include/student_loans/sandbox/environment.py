"""The environment of sandbox workers."""

from __future__ import annotations

import os

from student_loans.project import CODE_ROOT
from student_loans.settings import secret_variables

_KEPT = frozenset({"PATH", "HOME", "TMPDIR", "LANG", "TZ", "LD_LIBRARY_PATH", "VIRTUAL_ENV"})
_KEPT_PREFIXES = ("LC_", "OMP_", "OPENBLAS_", "MKL_", "PYTHON", "LOAN_DOCUMENTS__")


def clean_environment() -> dict[str, str]:
    """The variables that a sandbox worker needs: a hostile file must not reach a connection, key or password."""
    secret = secret_variables()
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in _KEPT or (name.startswith(_KEPT_PREFIXES) and name.upper() not in secret)
    }
    # One thread each for OpenCV and Tesseract, because one process runs on each core.
    threads = {"OPENCV_FOR_THREADS_NUM": "1", "OMP_THREAD_LIMIT": "1"}
    path = os.pathsep.join([str(CODE_ROOT), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]).rstrip(os.pathsep)
    return {**kept, **threads, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
