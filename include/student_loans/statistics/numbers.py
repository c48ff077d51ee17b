"""Drift of a period as a number that alert rules judge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from student_loans.metrics.model import MetricPoint

DRIFT = "drift.score"


def drift_points(features: Iterable[Mapping[str, Any]]) -> list[MetricPoint]:
    """The largest distance from earlier periods, as a part of the feature's own threshold: above 1 it has drifted.

    Args:
        features: As :func:`student_loans.statistics.tfdv.analyse` answers; those without a threshold were not judged.
    """
    scores = [
        max(distances) / float(one["threshold"])
        for one in features
        if one["threshold"] and (distances := [float(one[kind]) for kind in ("drift", "skew") if one[kind] is not None])
    ]
    return [MetricPoint(DRIFT, max(scores))] if scores else []
