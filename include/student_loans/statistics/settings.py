"""Settings of statistics: ``include/student_loans/config/statistics.yaml``, frozen and typed."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import Field

from student_loans.config_files import Section, read_config


class Thresholds(Section):
    """Largest distance without drift, by kind of feature and by feature."""

    number: float = Field(gt=0, le=1)
    category: float = Field(gt=0, le=1)
    by_feature: dict[str, float] = Field(default_factory=dict)
    not_compared: tuple[str, ...] = ()


class Periods(Section):
    """Which records are compared, in days counted back from now."""

    current_days: int = Field(gt=0)
    previous_days: int = Field(gt=0)
    reference_days: int = Field(gt=0)
    max_rows: int = Field(gt=0)


class StatisticsSettings(Section):
    """Settings of statistics, schema and drift."""

    work_folder: str
    timeout_s: float = Field(gt=0)
    beam_options: tuple[str, ...]
    schema_path: str = Field(alias="schema")
    min_values: int = Field(gt=0)
    thresholds: Thresholds
    periods: Periods
    freshness_hours: float = Field(gt=0)


def load_statistics_settings(path: Path | None = None) -> StatisticsSettings:
    """Read the settings.

    Args:
        path: A YAML file; None means the one that ships with the product.

    Raises:
        ConfigurationError: ``invalid_settings``, naming each wrong key.
    """
    return read_config("statistics.yaml", StatisticsSettings, path)


@cache
def statistics_settings() -> StatisticsSettings:
    """The settings of this process, read once."""
    return load_statistics_settings()


def with_current_days(settings: StatisticsSettings, days: int) -> StatisticsSettings:
    """The same settings with another length of the current period; 0 changes nothing."""
    if not days:
        return settings
    return settings.model_copy(update={"periods": settings.periods.model_copy(update={"current_days": days})})
