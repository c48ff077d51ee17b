"""Metrics of runs: numbers by name and slice, and their history."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from student_loans.metrics.model import MetricPoint, PastPoint
from student_loans.records import field_catalog
from student_loans.storage.clean_text import storable
from student_loans.storage.connection import Database
from student_loans.storage.named_sql import queries

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import DictRow

MEASURED_IN_SQL = ("measure_documents", "measure_fields", "measure_errors")
MEASURED_NAMES = (
    "documents.processed", "documents.accepted", "documents.review", "documents.quarantined", "documents.accept_rate",
    "documents.review_rate", "documents.error_rate", "documents.unknown_rate", "pages.processed", "pages.mean_quality",
    "seconds.per_document", "seconds.per_document_p95", "seconds.per_page", "fields.missing_rate",
    "fields.mean_confidence", "errors.documents",
)  # fmt: skip
"""What :func:`measure_run` measures."""
LONGEST_SLICE = 200


class RunMetricStore(Database):
    """Numbers of runs: any stage of any pipeline may add its own, by name.

    Example::

        RunMetricStore(conninfo).write(run_id, [MetricPoint("drift.score", 0.04, slice="loan_disclosure")])
    """

    def write(self, run_id: str, points: Iterable[MetricPoint]) -> None:
        """Store some metrics of a run; a repeated metric replaces the older one."""
        with self.transaction() as connection:
            write_points(connection, run_id, points)

    def of_run(self, run_id: str) -> list[MetricPoint]:
        """Every number of a run, by name and slice."""
        with self.transaction() as connection:
            return points_of_run(connection, run_id)


def write_points(
    connection: Connection[DictRow], run_id: str, points: Iterable[MetricPoint], at: datetime | None = None
) -> None:
    """Store some metrics in a transaction of the caller.

    Args:
        connection: The caller commits.
        run_id: Any run. Of one in the table ``runs`` its start places the numbers in the history.
        points: The numbers.
        at: Their place in the history for other runs; None means now.
    """
    rows = (
        {
            "run_id": run_id,
            "name": point.name,
            "slice": storable(point.slice)[:LONGEST_SLICE],
            "value": point.value,
            "at": at or datetime.now(UTC),
        }
        for point in points
    )
    with connection.cursor() as cursor:
        cursor.executemany(queries("metrics/run_metrics")["write"], rows)


def measure_run(connection: Connection[DictRow], run_id: str) -> None:
    """Measure the documents of a run in the database, and store the metrics."""
    from psycopg.types.json import Jsonb

    sql = queries("metrics/run_metrics")
    required = {kind.value: list(field_catalog().usual(kind)) for kind in field_catalog().required}
    parameters = {"run_id": run_id, "required": Jsonb(required)}
    points = [_point(row) for query in MEASURED_IN_SQL for row in connection.execute(sql[query], parameters)]
    # If a document has changed its type, a slice of an earlier measurement may be empty now.
    connection.execute(sql["forget"], {"run_id": run_id, "names": list(MEASURED_NAMES)})
    write_points(connection, run_id, points)


def measure_now(connection: Connection[DictRow], now: datetime) -> list[MetricPoint]:
    """Metrics of the deployment at this moment: freshness and queues."""
    return [_point(row) for row in connection.execute(queries("metrics/run_metrics")["measure_now"], {"at": now})]


def points_of_run(connection: Connection[DictRow], run_id: str) -> list[MetricPoint]:
    """Every number of a run, by name and slice."""
    return [_point(row) for row in connection.execute(queries("metrics/run_metrics")["of_run"], {"run_id": run_id})]


def history_before(
    connection: Connection[DictRow], run_id: str, names: Collection[str], runs: int
) -> dict[tuple[str, str], tuple[PastPoint, ...]]:
    """Values of the runs before this one, for the metrics and slices that this run has.

    Args:
        connection: Any.
        run_id: The run that is judged.
        names: Metrics.
        runs: At most so many earlier runs.
    """
    parameters = {"run_id": run_id, "names": sorted(names), "runs": runs}
    history: dict[tuple[str, str], tuple[PastPoint, ...]] = {}
    for row in connection.execute(queries("metrics/run_metrics")["history"], parameters):
        key = (row["name"], row["slice"])
        history[key] = (*history.get(key, ()), PastPoint(row["value"], row["documents"]))
    return history


def _point(row: DictRow) -> MetricPoint:
    return MetricPoint(row["name"], row["value"], row["slice"])
