"""Settings of anomaly detection: ``include/student_loans/config/anomalies.yaml``, frozen and typed."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import Field

from student_loans.config_files import Section, read_config


class HistorySettings(Section):
    """How much of the past a batch is compared with."""

    documents: int = Field(gt=0)
    min_documents: int = Field(gt=0)
    runs: int = Field(gt=0)


class MissingSettings(Section):
    """Missing values of a group."""

    min_increase: float = Field(ge=0, le=1)


class OutlierSettings(Section):
    """Numbers of one document."""

    min_group: int = Field(ge=20)
    min_related: int = Field(ge=20)


class ShiftSettings(Section):
    """Distributions of the batch."""

    min_shift: float = Field(ge=0)
    min_share_change: float = Field(ge=0, le=1)


class UnknownLenderSettings(Section):
    """Lenders that no earlier document names."""

    min_documents: int = Field(gt=0)


class FormatSettings(Section):
    """Forms of identifiers."""

    min_share: float = Field(ge=0, le=1)


class VolumeSettings(Section):
    """Number of documents of a run."""

    min_runs: int = Field(gt=1)
    distance: float = Field(gt=0)
    min_ratio: float = Field(ge=1)


class FreshnessSettings(Section):
    """Age of the newest record."""

    max_hours: float = Field(gt=0)


class TimeSettings(Section):
    """Seconds that reading takes."""

    min_documents: int = Field(gt=0)
    min_ratio: float = Field(ge=1)


class AnomalySettings(Section):
    """All thresholds of anomaly detection.

    Attributes:
        false_alarms: Share of batches without any fault in which chance may cause an anomaly.
    """

    false_alarms: float = Field(gt=0, lt=1)
    history: HistorySettings
    missing_values: MissingSettings
    outliers: OutlierSettings
    distribution_shift: ShiftSettings
    unknown_lender: UnknownLenderSettings
    format_change: FormatSettings
    volume: VolumeSettings
    freshness: FreshnessSettings
    processing_time: TimeSettings


def load_anomaly_settings(path: Path | None = None) -> AnomalySettings:
    """Read the thresholds.

    Args:
        path: A YAML file; None means the one that ships with the product.

    Raises:
        ConfigurationError: ``invalid_settings``, naming each wrong key.
    """
    return read_config("anomalies.yaml", AnomalySettings, path)


@cache
def anomaly_settings() -> AnomalySettings:
    """The thresholds of this process, read once."""
    return load_anomaly_settings()
