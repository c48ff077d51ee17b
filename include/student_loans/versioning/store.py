"""Data versions in the results database: one row a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC
from typing import Any

from student_loans.storage.connection import Database
from student_loans.storage.named_sql import queries
from student_loans.versioning.version_index import DataVersion


class DataVersionStore(Database):
    """Which version of its data each run has."""

    def record(self, version: DataVersion) -> None:
        """Note the version of a run; made again, the newer one replaces it.

        Raises:
            ConfigurationError: ``schema_mismatch``: the run was never started.
        """
        with self.transaction() as connection:
            connection.execute(queries("versioning/data_versions")["record"], asdict(version))

    def of_run(self, run_id: str) -> DataVersion | None:
        """The version of a run; None when it has none."""
        with self.transaction() as connection:
            row = connection.execute(queries("versioning/data_versions")["of_run"], {"run_id": run_id}).fetchone()
        return None if row is None else _version(row)

    def newest(self, limit: int = 100) -> list[DataVersion]:
        """The newest versions, newest first."""
        with self.transaction() as connection:
            rows = connection.execute(queries("versioning/data_versions")["newest"], {"limit": limit})
            return [_version(row) for row in rows]


def _version(row: Mapping[str, Any]) -> DataVersion:
    made_at = row["made_at"].astimezone(UTC).isoformat(timespec="seconds")
    return DataVersion.from_json({**row, "made_at": made_at})
