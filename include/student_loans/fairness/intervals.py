"""Intervals: the uncertainty of a slice's value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from student_loans.fairness.metrics import Blocks, Metric, Sums
from student_loans.fairness.settings import EvidenceSettings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

BOOTSTRAP, WILSON = "bootstrap", "wilson"
_FEW_DOCUMENTS = 30
"""Below it a percentile bootstrap of a proportion is too narrow."""


@dataclass(frozen=True, slots=True)
class Interval:
    """An interval and where it comes from."""

    low: float
    high: float
    method: str


@lru_cache(maxsize=32)
def _draws(blocks: int, resamples: int, seed: int) -> Numbers:
    """How often each block is drawn in each resample; cached, because most slices have the same number of blocks."""
    import numpy as np

    rng = np.random.default_rng((seed, blocks))
    return rng.multinomial(blocks, np.full(blocks, 1 / blocks), size=resamples).astype(np.float64)


def bootstrap(sums: Sums, options: EvidenceSettings) -> Numbers:
    """Values of resamples of blocks (documents, or groups of them), with a fixed seed.

    Returns:
        One row a resample, one column a metric; NaN where a resample has nothing to divide by.
    """
    import numpy as np

    draws = _draws(len(sums.numerators), options.resamples, options.seed)
    with np.errstate(divide="ignore", invalid="ignore"):
        values: Numbers = (draws @ sums.numerators) / (draws @ sums.denominators)
    return values


def slice_sums(blocks: Blocks, number: int) -> Sums:
    """The blocks of one slice."""
    place = slice(blocks.starts[number], blocks.starts[number + 1])
    return Sums(blocks.sums.numerators[place], blocks.sums.denominators[place])


def slice_intervals(
    blocks: Blocks, number: int, values: Sequence[float], metrics: Sequence[Metric], options: EvidenceSettings
) -> list[Interval | None]:
    """An interval for every metric of a slice; None where the metric is undefined."""
    import numpy as np

    samples = bootstrap(slice_sums(blocks, number), options)
    tails = ((1 - options.interval) / 2, (1 + options.interval) / 2)
    found: list[Interval | None] = []
    for column, metric in enumerate(metrics):
        documents, value = int(blocks.documents[number, column]), values[column]
        if not documents or np.isnan(value):
            found.append(None)
            continue
        defined = samples[:, column][~np.isnan(samples[:, column])]
        low, high = np.quantile(defined, tails) if len(defined) else (value, value)
        if metric.proportion and (low == high or documents < _FEW_DOCUMENTS):
            found.append(wilson(value, documents, options.interval))
        else:
            found.append(Interval(float(low), float(high), BOOTSTRAP))
    return found


def wilson(value: float, documents: int, level: float) -> Interval:
    """Wilson's interval (1927) of a proportion, with documents as the sample size.

    For a proportion of fields it is intentionally conservative: fields of one document are not independent, so a slice of
    ten documents with all 120 fields right counts as ten observations.

    Example:
        >>> interval = wilson(1.0, 10, 0.95)
        >>> round(interval.low, 3), round(interval.high, 3)
        (0.722, 1.0)
    """
    share = min(max(value, 0.0), 1.0)
    low, high = _wilson(round(share * documents), documents, level)
    return Interval(min(low, share), max(high, share), WILSON)


@lru_cache(maxsize=4096)
def _wilson(successes: int, documents: int, level: float) -> tuple[float, float]:
    """Cached, because scipy also computes a test that is not needed, and most small slices have the same counts."""
    from scipy.stats import binomtest

    exact = binomtest(successes, documents).proportion_ci(level, method="wilson")
    return float(exact.low), float(exact.high)
