"""Costs of runs, from the ledger: the account of every run, and the rates for the next estimate."""

from __future__ import annotations

from student_loans.costs.model import Cost, CostRow, Estimate, Rate
from student_loans.metrics.model import MetricPoint
from student_loans.metrics.store import points_of_run, write_points
from student_loans.settings import CostSettings
from student_loans.stages import Stage
from student_loans.storage.connection import Database
from student_loans.storage.named_sql import queries

ESTIMATED, SPENT, MONEY = "cost.estimated_core_seconds", "cost.core_seconds", "cost.money"
MEASURED_DOCUMENTS = 2000
"""Number of newest documents from which the cost of a page is computed."""
_ORDER = {stage.value: number for number, stage in enumerate(Stage)}


class CostStore(Database):
    """Accounts and rates. Every method is one transaction."""

    def of_run(self, run_id: str, settings: CostSettings) -> Cost:
        """What a run spent on documents, and what was expected."""
        with self.transaction() as connection:
            rows = connection.execute(queries("costs/costs")["of_run"], {"run_id": run_id}).fetchall()
            expected = [point.value for point in points_of_run(connection, run_id) if point.name == ESTIMATED]
        spent = sorted((CostRow(**row) for row in rows), key=lambda row: _ORDER[row.stage])
        return Cost(tuple(spent), settings.core_hour_price, settings.currency, expected[0] if expected else None)

    def rates(self) -> dict[str, Rate]:
        """What a page of each file format has cost, by the newest documents."""
        with self.transaction() as connection:
            rows = connection.execute(queries("costs/costs")["rates"], {"documents": MEASURED_DOCUMENTS}).fetchall()
        return {row["file_format"]: Rate(row["core_seconds_per_page"], row["pages"]) for row in rows}

    def note_estimate(self, run_id: str, estimate: Estimate) -> None:
        """Store the estimate of a run, beside its other metrics."""
        with self.transaction() as connection:
            write_points(connection, run_id, [MetricPoint(ESTIMATED, estimate.core_seconds)])

    def note_cost(self, run_id: str, cost: Cost) -> None:
        """Store the cost of a run, in total and by document type, for alert rules."""
        points = [MetricPoint(SPENT, cost.core_seconds), MetricPoint(MONEY, cost.money(cost.core_seconds))]
        points += [MetricPoint(SPENT, row.core_seconds, row.document_type) for row in cost.by_type()]
        with self.transaction() as connection:
            write_points(connection, run_id, points)
