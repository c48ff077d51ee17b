"""Counts of anomalies as numbers that alert rules judge."""

from __future__ import annotations

from collections.abc import Mapping

from student_loans.anomalies.anomaly import AnomalyCode
from student_loans.metrics.model import MetricPoint

ANOMALIES_BATCH, ANOMALIES_PERIOD = "anomalies.batch", "anomalies.period"


def anomaly_points(found: Mapping[str, int], documents: int, *, name: str) -> list[MetricPoint]:
    """Number of anomalies, in total and by code; nothing without documents.

    Args:
        found: Code to the number of anomalies.
        documents: Number of documents examined.
        name: ``ANOMALIES_BATCH`` or ``ANOMALIES_PERIOD``, which are about other documents.
    """
    if not documents and not found:
        return []
    by_code = [MetricPoint(name, float(found.get(code.value, 0)), code.value) for code in AnomalyCode]
    return [MetricPoint(name, float(sum(found.values()))), *by_code]
