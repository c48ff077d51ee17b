"""The folder of the project, for relative paths and for imports in child processes."""

from __future__ import annotations

import os
from pathlib import Path

CODE_ROOT = Path(__file__).resolve().parents[1]
"""The folder that ``student_loans`` is imported from: the project's ``include``, or that of installed packages."""

INSTALLED = CODE_ROOT.name in ("site-packages", "dist-packages")
"""Is this an installed wheel, and not a checkout or the image of the project?"""

VARIABLE = "LOAN_DOCUMENTS_HOME"


def project_root() -> Path:
    """The folder that relative paths are relative to.

    Returns:
        What ``LOAN_DOCUMENTS_HOME`` names, else the project's folder. Where the wheel is installed there is none:
        ``AIRFLOW_HOME`` stands in, whose default is ``~/airflow``.
    """
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named).absolute()
    if not INSTALLED:
        return CODE_ROOT.parent
    return Path(os.environ.get("AIRFLOW_HOME") or Path.home() / "airflow").absolute()


PROJECT_ROOT = project_root()
