"""Settings of the bias measurements: ``include/student_loans/config/fairness.yaml``, unknown keys refused."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from student_loans.config_files import Section, read_config

MetricName = Literal[
    "field_accuracy", "completeness", "auto_accept_rate", "review_rate", "accepted_error", "overconfidence",
    "mean_confidence", "seconds",
]  # fmt: skip
DimensionName = Literal["document_type", "lender", "pages", "file_format", "rendering", "quality"]


class SliceSettings(Section):
    """Settings of slices."""

    pages: tuple[int, ...] = Field(description="Upper ends of the bins of page counts, ascending.")
    quality: tuple[float, ...] = Field(description="Upper ends of the bands of quality scores, ascending.")
    most_levels: int = Field(ge=2, le=1000)
    pairs: bool


class EvidenceSettings(Section):
    """Settings of sufficient evidence."""

    min_documents: int = Field(ge=2, description="Documents of a slice below which nothing is said about it.")
    resamples: int = Field(ge=200, le=10_000)
    interval: float = Field(gt=0.5, lt=1)
    seed: int


class FindingSettings(Section):
    """Settings of findings."""

    alpha: float = Field(gt=0, lt=0.5)
    least_gap: dict[MetricName, float]


class MitigationSettings(Section):
    """Settings of mitigations."""

    held_out: float = Field(gt=0.1, lt=0.9)
    dimension: DimensionName
    may_lower: bool


class FairnessSettings(Section):
    """All settings of the bias measurements."""

    slices: SliceSettings
    evidence: EvidenceSettings
    findings: FindingSettings
    mitigation: MitigationSettings


def load_fairness_settings(path: Path | None = None) -> FairnessSettings:
    """Read the settings.

    Args:
        path: A YAML file; None means the one that ships with the product.

    Raises:
        ConfigurationError: ``invalid_settings``, naming each wrong key.
    """
    return read_config("fairness.yaml", FairnessSettings, path)


@cache
def fairness_settings() -> FairnessSettings:
    """The settings of this process, read once."""
    return load_fairness_settings()
