"""Panels of the dashboard that show data of other rooms."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from student_loans.review.dashboard import Filters
from student_loans.storage.connection import Database
from student_loans.storage.named_sql import queries

PANELS = {
    "alerts": "Alerts",
    "bias_findings": "Slices with gaps",
    "data_statistics": "Drift of the data",
    "anomalies": "Anomalies",
    "expectations": "Failed expectations",
    "data_versions": "Data versions",
    "labels": "Labels",
}
"""Panel, which is also its query, to its title."""


@dataclass(frozen=True, slots=True)
class PanelTable:
    """A small table, ready to be shown."""

    title: str
    columns: list[str]
    rows: list[list[Any]]


class PanelStore(Database):
    """Reads the panels."""

    def panels(self, filters: Filters) -> dict[str, PanelTable]:
        """Read every panel, also those without rows."""
        found: dict[str, PanelTable] = {}
        with self.transaction() as connection:
            for name, title in PANELS.items():
                cursor = connection.execute(queries("review/panels")[name], asdict(filters))
                columns = [column.name for column in cursor.description or ()]
                found[name] = PanelTable(
                    title, columns, [[_plain(row[column]) for column in columns] for row in cursor.fetchall()]
                )
        return found


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value
