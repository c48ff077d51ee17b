"""Accuracy and bias of a run as numbers that alert rules judge.

A stage without enough evidence writes no numbers, so that its rules neither fire nor resolve alerts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from student_loans.metrics.model import MetricPoint

if TYPE_CHECKING:
    import pandas as pd

ACCURACY = "accuracy.fields"
LABELLED = "accuracy.documents"
BIAS_LABELLED, BIAS_BATCH = "bias.findings", "bias.batch_findings"


def accuracy_points(frame: pd.DataFrame, min_documents: int) -> list[MetricPoint]:
    """Share of printed fields that were read right, over all labelled documents and by document type.

    Args:
        frame: Labelled observations (:func:`student_loans.fairness.observations.observation_frame`).
        min_documents: Smaller groups are left out.
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
