"""Anomalies that runs have found, with the records that they are judged against."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from student_loans.anomalies.anomaly import Anomaly
from student_loans.plain_data import to_plain
from student_loans.results.history import RecordHistory
from student_loans.storage.clean_text import storable_data
from student_loans.storage.named_sql import queries


class AnomalyStore(RecordHistory):
    """Stores anomalies by run, and reads the history that they are judged against."""

    def store_anomalies(self, run_id: str, anomalies: Iterable[Anomaly]) -> int:
        """Store the anomalies of a run, in place of earlier ones of the same run.

        Returns:
            How many anomalies.
        """
        from psycopg.types.json import Jsonb

        rows = {}
        for one in anomalies:
            data = storable_data(to_plain(one))
            rows[one.key(run_id)] = data | {
                "anomaly_id": one.key(run_id),
                "run_id": run_id,
                "evidence": Jsonb(data["evidence"]),
            }
        with self.transaction() as connection, connection.cursor() as cursor:
            cursor.execute(queries("anomalies/anomalies")["forget_anomalies"], {"run_id": run_id})
            cursor.executemany(queries("anomalies/anomalies")["store_anomaly"], rows.values())
        return len(rows)

    def anomalies_of_run(self, run_id: str) -> list[Mapping[str, Any]]:
        """What a run found."""
        with self.transaction() as connection:
            return list(connection.execute(queries("anomalies/anomalies")["anomalies_of_run"], {"run_id": run_id}))

    def anomaly_history(self, days: int = 90) -> list[Mapping[str, Any]]:
        """Number of anomalies by day, code and severity, oldest first."""
        with self.transaction() as connection:
            return list(connection.execute(queries("anomalies/anomalies")["anomaly_history"], {"days": days}))
