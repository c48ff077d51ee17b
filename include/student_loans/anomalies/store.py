"""What quality monitoring reads and keeps: records of a period, statistics by feature, anomalies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from student_loans.anomalies.anomaly import Anomaly
from student_loans.records import DocumentRecord
from student_loans.results.rows import record_of
from student_loans.storage.clean_text import storable, storable_data
from student_loans.storage.connection import Database
from student_loans.storage.named_sql import queries

_CHUNK = 500


class QualityStore(Database):
    """Statistics and anomalies by run, and the records that they are made of."""

    def records_between(
        self, after: datetime | None, until: datetime | None, *, limit: int, except_run: str | None = None
    ) -> Iterator[DocumentRecord]:
        """Readable records that were stored in a period, newest first, a few hundred in memory.

        Args:
            after: Stored after this time; None means from the beginning.
            until: Stored at this time at the latest; None means now.
            limit: Most records.
            except_run: Records of this run are left out.
        """
        parameters = {"after": after, "until": until, "limit": limit, "except_run": except_run}
        with self.transaction() as connection, connection.cursor(name="records_between") as cursor:
            cursor.itersize = _CHUNK
            cursor.execute(queries("anomalies/quality")["records_between"], parameters)
            for row in cursor:
                yield record_of(row)

    def newest_record(self) -> datetime | None:
        """When a record was last stored; None when there is none."""
        with self.transaction() as connection:
            row = connection.execute(queries("anomalies/quality")["newest_record"]).fetchone()
        return row["newest"] if row else None

    def run_sizes(self, except_run: str, limit: int) -> list[int]:
        """Readable documents of earlier successful runs that had any, newest run first."""
        parameters = {"except_run": except_run, "limit": limit}
        with self.transaction() as connection:
            return [
                row["documents"] for row in connection.execute(queries("anomalies/quality")["run_sizes"], parameters)
            ]

    def store_anomalies(self, run_id: str, anomalies: Iterable[Anomaly]) -> int:
        """Keep what a run found; finding again replaces it.

        Returns:
            How many anomalies.
        """
        from psycopg.types.json import Jsonb

        rows = {}
        for one in anomalies:
            data = storable_data(one.to_json())
            rows[one.key(run_id)] = data | {
                "anomaly_id": one.key(run_id),
                "run_id": run_id,
                "evidence": Jsonb(data["evidence"]),
            }
        with self.transaction() as connection, connection.cursor() as cursor:
            cursor.execute(queries("anomalies/quality")["forget_anomalies"], {"run_id": run_id})
            cursor.executemany(queries("anomalies/quality")["store_anomaly"], rows.values())
        return len(rows)

    def anomalies_of_run(self, run_id: str) -> list[Mapping[str, Any]]:
        """What a run found."""
        with self.transaction() as connection:
            return list(connection.execute(queries("anomalies/quality")["anomalies_of_run"], {"run_id": run_id}))

    def anomaly_history(self, days: int = 90) -> list[Mapping[str, Any]]:
        """Number of anomalies by day, code and severity, oldest first."""
        with self.transaction() as connection:
            return list(connection.execute(queries("anomalies/quality")["anomaly_history"], {"days": days}))

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
            cursor.execute(queries("anomalies/quality")["forget_statistics"], {"run_id": run_id})
            cursor.executemany(queries("anomalies/quality")["store_statistics"], rows)

    def feature_history(self, feature: str, limit: int = 100) -> list[Mapping[str, Any]]:
        """The newest statistics of one feature, newest first."""
        parameters = {"feature": feature, "limit": limit}
        with self.transaction() as connection:
            return list(connection.execute(queries("anomalies/quality")["feature_history"], parameters))

    def newest_statistics_run(self) -> str | None:
        """The run that computed statistics last; None when none has."""
        with self.transaction() as connection:
            row = connection.execute(queries("anomalies/quality")["newest_statistics_run"]).fetchone()
        return str(row["run_id"]) if row else None

    def drift_over_time(self, limit: int = 30) -> list[Mapping[str, Any]]:
        """Drift of each judged feature, run by run, oldest first.

        Args:
            limit: Newest runs of each feature.
        """
        with self.transaction() as connection:
            return list(connection.execute(queries("anomalies/quality")["drift_over_time"], {"limit": limit}))
