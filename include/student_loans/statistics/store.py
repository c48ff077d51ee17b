"""Statistics and drift by run and feature, with the records that they are made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from student_loans.results.history import RecordHistory
from student_loans.storage.clean_text import storable, storable_data
from student_loans.storage.named_sql import queries


class StatisticsStore(RecordHistory):
    """Stores statistics by run, and reads the records that they are made of."""

    def store_statistics(self, run_id: str, analysis: Mapping[str, Any]) -> None:
        """Keep what TensorFlow Data Validation found; once more replaces it.

        Args:
            run_id: The run that analysed.
            analysis: As :func:`student_loans.statistics.tfdv.analyse` answers.
        """
        from psycopg.types.json import Jsonb

        kinds = {one["feature"]: one["kinds"] for one in analysis["schema_anomalies"]}
        rows = []
        for feature in analysis["features"]:
            current = feature["distributions"]["current"]
            rows.append(
                {
                    "run_id": run_id,
                    "feature": storable(feature["name"]),
                    "kind": feature["kind"],
                    "rows": current["values"] + current["missing"],
                    "missing": current["missing"],
                    "distribution": Jsonb(storable_data(current)),
                    "schema_anomalies": kinds.get(feature["name"], []),
                    **{key: feature[key] for key in ("drift", "skew", "threshold", "verdict")},
                }
            )
        with self.transaction() as connection, connection.cursor() as cursor:
            cursor.execute(queries("statistics/statistics")["forget_statistics"], {"run_id": run_id})
            cursor.executemany(queries("statistics/statistics")["store_statistics"], rows)

    def feature_history(self, feature: str, limit: int = 100) -> list[Mapping[str, Any]]:
        """The newest statistics of one feature, newest first."""
        parameters = {"feature": feature, "limit": limit}
        with self.transaction() as connection:
            return list(connection.execute(queries("statistics/statistics")["feature_history"], parameters))

    def newest_statistics_run(self) -> str | None:
        """The run that computed statistics last; None when none has."""
        with self.transaction() as connection:
            row = connection.execute(queries("statistics/statistics")["newest_statistics_run"]).fetchone()
        return str(row["run_id"]) if row else None

    def drift_over_time(self, limit: int = 30) -> list[Mapping[str, Any]]:
        """Drift of each judged feature, run by run, oldest first.

        Args:
            limit: Newest runs of each feature.
        """
        with self.transaction() as connection:
            return list(connection.execute(queries("statistics/statistics")["drift_over_time"], {"limit": limit}))
