"""Numbers: what stages found, as metrics that the alert rules judge. Counts and distances; no names of borrowers, no values.

A stage that could not judge writes nothing: its rules then neither fire nor say that all is well again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from student_loans.alerts.model import MetricPoint
from student_loans.anomalies.anomaly import AnomalyCode
from student_loans.metrics.store import write_points
from student_loans.storage.connection import Database

if TYPE_CHECKING:
    import pandas as pd

ACCURACY = "accuracy.fields"
LABELLED = "accuracy.documents"
BIAS_LABELLED, BIAS_BATCH = "bias.findings", "bias.batch_findings"
DRIFT = "drift.score"
ANOMALIES_BATCH, ANOMALIES_PERIOD = "anomalies.batch", "anomalies.period"


def note_numbers(store: Database, run_id: str, points: Iterable[MetricPoint]) -> None:
    """Keep some numbers of a run; noted again they replace the older ones.

    Raises:
        ServiceError: The database does not answer.
    """
    with store.transaction() as connection:
        write_points(connection, run_id, points)


def accuracy_points(frame: pd.DataFrame, min_documents: int) -> list[MetricPoint]:
    """Share of printed fields that were read right, over all labelled documents and by document type.

    Args:
        frame: Labelled observations (:func:`student_loans.fairness.observations.observation_frame`).
        min_documents: A smaller group says nothing.
    """
    groups = [("", frame), *frame.groupby("document_type", observed=True)]
    points = []
    for name, group in groups:
        printed = float(group["printed"].sum())
        if printed and len(group) >= min_documents:
            points.append(MetricPoint(ACCURACY, float(group["right"].sum()) / printed, str(name)))
            points.append(MetricPoint(LABELLED, float(len(group)), str(name)))
    return points


def bias_points(findings: int, comparisons: int, *, labelled: bool) -> list[MetricPoint]:
    """Slices that are served worse; nothing when no slice could be compared.

    Labelled documents and a batch without labels have a name each: a batch of good documents must not end the alert
    about bias that was measured on labels.
    """
    name = BIAS_LABELLED if labelled else BIAS_BATCH
    return [MetricPoint(name, float(findings))] if comparisons else []


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


def anomaly_points(found: Mapping[str, int], documents: int, *, name: str) -> list[MetricPoint]:
    """Anomalies in all and by code; nothing when there was nothing to look at.

    Args:
        found: Code to the number of anomalies.
        documents: That were looked at.
        name: ``ANOMALIES_BATCH`` or ``ANOMALIES_PERIOD``, which are about other documents.
    """
    if not documents and not found:
        return []
    by_code = [MetricPoint(name, float(found.get(code.value, 0)), code.value) for code in AnomalyCode]
    return [MetricPoint(name, float(sum(found.values()))), *by_code]
