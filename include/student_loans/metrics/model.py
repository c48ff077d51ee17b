"""A metric of a run, and its history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MetricPoint:
    """One number that a run measured.

    Attributes:
        name: Dotted, lower case: ``documents.error_rate``. The unit is in the name.
        value: Finite.
        slice: Document type, stage or error code; empty for the whole run. Never a value read from a document.
    """

    name: str
    value: float
    slice: str = ""


@dataclass(frozen=True, slots=True)
class PastPoint:
    """A number of an earlier run.

    Attributes:
        documents: Documents that the run processed in this slice; None if it is unknown.
    """

    value: float
    documents: float | None = None


History = Mapping[tuple[str, str], tuple[PastPoint, ...]]
"""Metric name and slice to the values of earlier runs, oldest first."""
