"""Homes of local Airflows that tests start."""

from __future__ import annotations

import shutil
from pathlib import Path

from scripts.local.environment import LocalAirflow
from scripts.local.postgres import remove_postgres
from scripts.local.postgres.access import DatabaseAccess

NO_DATABASE = DatabaseAccess(
    "/nowhere", Path("/nowhere/pgpass"), {"airflow": "fictional", "loan_documents": "fictional"}
)
"""For tests that only look at the environment of components."""


def delete_home(home: Path) -> None:
    """Delete a home with its database, whose files are elsewhere when the tests run as root."""
    remove_postgres(LocalAirflow(home, home / "data", home / "reports"))
    shutil.rmtree(home, ignore_errors=True)
