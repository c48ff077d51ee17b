"""What ``include/config/anomalies.yaml`` says, frozen and typed."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from include.errors import ConfigurationError, ErrorCode


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class HistorySettings(_Section):
    """How much of the past a batch is compared with."""

    documents: int = Field(gt=0)
    min_documents: int = Field(gt=0)
    runs: int = Field(gt=0)


class MissingSettings(_Section):
    """Missing values of a group."""

    level: float = Field(gt=0, lt=1)
    min_documents: int = Field(gt=0)
    min_increase: float = Field(ge=0, le=1)


class OutlierSettings(_Section):
    """One number of one document."""

    min_group: int = Field(gt=1)
    distance: float = Field(gt=0)
    margin: float = Field(ge=1)


class CombinationSettings(_Section):
    """Several numbers of one document together."""

    min_group: int = Field(gt=1)
    margin: float = Field(ge=1)
    level: float = Field(gt=0, lt=1)


class ShiftSettings(_Section):
    """Distributions of the batch."""

    level: float = Field(gt=0, lt=1)
    min_values: int = Field(gt=0)
    min_distance: float = Field(ge=0, le=1)
    category_level: float = Field(gt=0, lt=1)
    min_share_change: float = Field(ge=0, le=1)


class UnknownLenderSettings(_Section):
    """Lenders that no earlier document names."""

    min_documents: int = Field(gt=0)


class FormatSettings(_Section):
    """Forms of identifiers."""

    level: float = Field(gt=0, lt=1)
    min_documents: int = Field(gt=0)
    min_share: float = Field(ge=0, le=1)


class VolumeSettings(_Section):
    """Number of documents of a run."""

    min_runs: int = Field(gt=1)
    distance: float = Field(gt=0)
    min_ratio: float = Field(ge=1)


class FreshnessSettings(_Section):
    """Age of the newest record."""

    max_hours: float = Field(gt=0)


class TimeSettings(_Section):
    """Seconds that reading takes."""

    level: float = Field(gt=0, lt=1)
    min_documents: int = Field(gt=0)
    min_ratio: float = Field(ge=1)


class AnomalySettings(_Section):
    """All thresholds of anomaly detection."""

    history: HistorySettings
    missing_values: MissingSettings
    outliers: OutlierSettings
    combinations: CombinationSettings
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
    import yaml

    source = path or resources.files("include.config").joinpath("anomalies.yaml")
    try:
        return AnomalySettings.model_validate(yaml.safe_load(source.read_text(encoding="utf-8")))
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise ConfigurationError(ErrorCode.INVALID_SETTINGS, f"Correct anomalies.yaml: {faults}.") from error


@cache
def anomaly_settings() -> AnomalySettings:
    """The thresholds of this process, read once."""
    return load_anomaly_settings()
