"""All detectors over one batch, compared with the history of earlier documents and runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from student_loans.anomalies.anomaly import Anomaly
from student_loans.anomalies.missing import find_missing_values
from student_loans.anomalies.operations import find_slow_processing, find_stale_data, find_volume
from student_loans.anomalies.outliers import find_outliers, find_unusual_combinations
from student_loans.anomalies.settings import AnomalySettings
from student_loans.anomalies.shifts import (
    find_category_shifts,
    find_format_changes,
    find_malformed_values,
    find_shifts,
    find_unknown_lenders,
)
from student_loans.anomalies.usual import Usual, fit_usual
from student_loans.severity import Severity

if TYPE_CHECKING:
    import pandas as pd

_DETECTORS = 8
"""Detectors that share the rate of false alarms of a batch."""
_ORDER = {severity: number for number, severity in enumerate(reversed(Severity))}


@dataclass(slots=True)
class EarlierBatches:
    """Earlier documents and runs, the reference for a batch. Models of them are fitted once.

    Attributes:
        features: Features of earlier documents; None if only the newest record is needed.
        run_sizes: Documents of earlier runs, newest first.
        newest: When the newest record was stored.
    """

    features: pd.DataFrame | None
    run_sizes: Sequence[int] = ()
    newest: datetime | None = None
    _usual: Usual | None = field(default=None, repr=False)

    def usual(self, settings: AnomalySettings) -> Usual:
        """The usual numbers and their relations."""
        if self._usual is None:
            if self.features is None:
                return Usual({}, (), {})
            self._usual = fit_usual(self.features, settings.outliers)
        return self._usual


def detect_anomalies(batch: pd.DataFrame, history: EarlierBatches, settings: AnomalySettings) -> list[Anomaly]:
    """Everything unusual in a batch, the worst first.

    Args:
        batch: Features of the batch (:func:`student_loans.statistics.features.feature_frame`).
        history: Earlier documents; with too few of them only malformed values and the volume are judged.
        settings: Thresholds.
    """
    found = [*find_volume(len(batch), history.run_sizes, settings.volume), *find_malformed_values(batch)]
    past = history.features
    if past is not None and len(past) >= settings.history.min_documents and len(batch):
        usual, level = history.usual(settings), settings.false_alarms / _DETECTORS
        found += find_missing_values(batch, past, settings.missing_values, level)
        outliers = list(find_outliers(batch, usual, level))
        found += outliers
        # One impossible number makes any combination with it unusual, which would report the same fault twice.
        possible = batch[~batch["document_id"].isin({one.document_id for one in outliers})]
        found += find_unusual_combinations(possible, usual, level)
        found += find_shifts(batch, usual, settings.distribution_shift, level)
        found += find_category_shifts(batch, past, settings.distribution_shift, level)
        found += find_unknown_lenders(batch, past, settings.unknown_lender, level)
        found += find_format_changes(batch, past, settings.format_change, level)
        found += find_slow_processing(batch, past, settings.processing_time, level)
    return sorted(found, key=lambda one: (_ORDER[one.severity], one.code, one.document_id or "", one.field or ""))


def detect_stale_data(history: EarlierBatches, now: datetime, settings: AnomalySettings) -> list[Anomaly]:
    """Detect that no new records arrive.

    Args:
        history: The history with the newest record.
        now: With a time zone.
        settings: Thresholds.
    """
    return list(find_stale_data(history.newest, now, settings.freshness))
