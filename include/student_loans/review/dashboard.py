"""Data of the dashboard, from sums by day: a few thousand rows for a million documents."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from student_loans.storage.connection import Database
from student_loans.storage.named_sql import queries


@dataclass(frozen=True, slots=True)
class Filters:
    """Filters of a dashboard; None means all.

    Attributes:
        since: First day, UTC.
        until: Last day, UTC, included.
    """

    since: date | None = None
    until: date | None = None
    document_type: str | None = None
    lender: str | None = None


class DashboardStore(Database):
    """Reads sums, runs, alerts, labels and findings."""

    def sums(self, filters: Filters) -> dict[str, list[dict[str, Any]]]:
        """Rows of every query that the filters apply to, all from one snapshot of the database.

        Returns:
            ``days``, ``types``, ``lenders``, ``confidences``, ``slowest``, ``reviewed_days``, ``runs``, ``samples``, ``queue``.
        """
        sql, parameters = queries("review/dashboard"), asdict(filters)
        names = ("days", "types", "lenders", "confidences", "slowest", "reviewed_days")
        paging = {"before_at": None, "before_id": None, "limit": 60}
        with self.transaction() as connection:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            rows = {name: connection.execute(sql[name], parameters).fetchall() for name in names}
            rows["runs"] = connection.execute(sql["runs"], parameters | paging).fetchall()
            rows["samples"] = connection.execute(queries("review/reviews")["sample_results"], parameters).fetchall()
            rows["queue"] = connection.execute(queries("review/reviews")["queue_sums"]).fetchall()
        return rows

    def runs(self, *, before: tuple[datetime, str] | None = None, limit: int = 50) -> list[dict[str, Any]]:
        """Runs, newest first.

        Args:
            before: Start and id of the last run of the page before.
            limit: Rows.
        """
        at, last = before or (None, None)
        parameters = asdict(Filters()) | {"before_at": at, "before_id": last, "limit": limit}
        with self.transaction() as connection:
            return connection.execute(queries("review/dashboard")["runs"], parameters).fetchall()

    def alerts(self, filters: Filters, *, is_open: bool | None = None, limit: int = 50) -> list[dict[str, Any]]:
        """Alerts, open ones first."""
        return self._rows("alerts", asdict(filters) | {"open": is_open, "limit": limit})

    def bias_findings(self, filters: Filters) -> list[dict[str, Any]]:
        """The newest findings of the bias pipeline, widest gap first."""
        return self._rows("bias_findings", asdict(filters))

    def labels(
        self, *, source: str | None = None, before: tuple[datetime, str] | None = None, limit: int = 50
    ) -> list[dict[str, Any]]:
        """Labels without their values, newest first."""
        at, last = before or (None, None)
        return self._rows("labels", {"source": source, "before_at": at, "before_id": last, "limit": limit})

    def label(self, document_id: str) -> dict[str, Any] | None:
        """The label of one document, or None."""
        rows = self._rows("label", {"document_id": document_id})
        return rows[0] if rows else None

    def labelled_days(self, filters: Filters) -> list[dict[str, Any]]:
        """Values compared with imported labels, by day of arrival; the newest 2,000 labels count."""
        return self._rows("labelled_days", asdict(filters))

    def _rows(self, query: str, parameters: dict[str, Any]) -> list[dict[str, Any]]:
        with self.transaction() as connection:
            return connection.execute(queries("review/dashboard")[query], parameters).fetchall()
