"""Where the environment of TensorFlow Data Validation is. Light: DAG files ask it while they are parsed."""

from __future__ import annotations

import os

from student_loans.project import PROJECT_ROOT

VARIABLE = "TFDV_PYTHON"


def tfdv_python() -> str:
    """Its interpreter: what the variable ``TFDV_PYTHON`` names, else the one that ``make tfdv`` makes."""
    return os.environ.get(VARIABLE) or str(PROJECT_ROOT / ".venv-tfdv" / "bin" / "python")
