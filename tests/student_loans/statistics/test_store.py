"""Statistics in PostgreSQL: once, by run and feature, with a history."""

from __future__ import annotations

from student_loans.statistics.store import StatisticsStore

ANALYSIS = {
    "schema_anomalies": [{"feature": "apr", "kinds": ["float_type_big_float"], "severity": "critical"}],
    "features": [
        {
            "name": "apr", "kind": "number", "drift": 0.4, "skew": None, "threshold": 0.18, "verdict": "drifted",
            "distributions": {"current": {"values": 90, "missing": 10, "mean": 7.1}},
        }
    ],
}  # fmt: skip


def test_statistics_have_a_history_by_feature(empty_database: str) -> None:
    store = StatisticsStore(empty_database)
    store.migrate()
    store.store_statistics("monitor-1", ANALYSIS)
    store.store_statistics("monitor-1", ANALYSIS)
    store.store_statistics("monitor-2", ANALYSIS)
    assert [row["run_id"] for row in store.feature_history("apr")] == ["monitor-2", "monitor-1"]
    assert [(row["feature"], row["drift"]) for row in store.drift_over_time()] == [("apr", 0.4), ("apr", 0.4)]
    assert [row["drift"] for row in store.drift_over_time(limit=1)] == [0.4]
