"""Anomalies of operation: volume of a run, age of the newest record, time of reading."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from student_loans.anomalies.anomaly import Anomaly, AnomalyCode
from student_loans.anomalies.settings import FreshnessSettings, TimeSettings, VolumeSettings
from student_loans.severity import Severity

if TYPE_CHECKING:
    import pandas as pd


def find_volume(documents: int, earlier: Sequence[int], settings: VolumeSettings) -> Iterator[Anomaly]:
    """A run with far more or fewer documents than runs usually have.

    Args:
        documents: Of this run.
        earlier: Of earlier runs.
        settings: Thresholds.
    """
    import numpy as np

    if len(earlier) < settings.min_runs:
        return
    past = np.log(np.maximum(np.asarray(earlier, dtype="float64"), 0.5))
    centre = float(np.median(past))
    # Earlier runs may all have the same size by chance, so a deviation of a tenth is never unusual.
    spread = max(1.4826 * float(np.median(np.abs(past - centre))), 0.1)
    distance = abs(float(np.log(max(documents, 0.5))) - centre) / spread
    ratio = max(documents, 0.5) / float(np.exp(centre))
    if distance > settings.distance and not 1 / settings.min_ratio < ratio < settings.min_ratio:
        yield Anomaly(
            AnomalyCode.VOLUME,
            Severity.WARNING,
            f"{documents} documents came in, usually about {np.exp(centre):.0f}",
            evidence={"documents": documents, "usual": float(np.exp(centre)), "distance": distance, "runs": len(past)},
        )


def find_stale_data(newest: datetime | None, now: datetime, settings: FreshnessSettings) -> Iterator[Anomaly]:
    """Find that no new records arrive.

    Args:
        newest: When the newest record was stored; None if there is none yet.
        now: With a time zone.
        settings: Thresholds.
    """
    if newest is None:
        return
    hours = (now - newest).total_seconds() / 3600
    if hours > settings.max_hours:
        yield Anomaly(
            AnomalyCode.STALE,
            Severity.WARNING,
            f"the newest record is {hours:.0f} hours old, at most {settings.max_hours:.0f} are usual",
            evidence={"hours": hours, "limit": settings.max_hours},
        )


def find_slow_processing(
    batch: pd.DataFrame, history: pd.DataFrame, settings: TimeSettings, level: float
) -> Iterator[Anomaly]:
    """Pages of one kind (text layer, OCR) that took much longer than before.

    Args:
        batch: Features of the batch.
        history: Features of earlier documents.
        settings: Smallest change that matters.
        level: Chance of a false alarm in a batch without faults.
    """
    from scipy.stats import mannwhitneyu

    sources = batch["text_source"].nunique()
    for source, group in batch.groupby("text_source"):
        now = _seconds_a_page(group)
        before = _seconds_a_page(history[history["text_source"] == source])
        if len(now) < settings.min_documents or len(before) < settings.min_documents:
            continue
        ratio = float(now.median() / before.median())
        probability = float(mannwhitneyu(now, before, alternative="greater").pvalue)
        if ratio >= settings.min_ratio and probability <= level / sources:
            yield Anomaly(
                AnomalyCode.SLOW_PROCESSING,
                Severity.WARNING,
                f"a page read from {str(source).replace('_', ' ')} took {ratio:.1f} times as long as usual",
                field=str(source),
                evidence={"ratio": ratio, "probability": probability, "documents": len(now)},
            )


def _seconds_a_page(frame: pd.DataFrame) -> pd.Series:
    seconds = frame["seconds"] / frame["page_count"].clip(lower=1)
    return seconds[seconds > 0].dropna()
