"""Comparison: test whether a slice is served worse than the other documents by more than chance.

The test computes how often a random assignment of documents to slices gives this slice an equally bad sum. The
first three moments of that sum are known (sampling without replacement), and a Pearson type III curve through them gives
the p-value: exact permutation moments, no simulation, any number of documents (Mielke and Berry, *Permutation Methods*,
2007). Documents, not fields, are assigned, and within strata when similar documents are compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]
    Codes = NDArray[np.int64]


def disadvantage_p(
    codes: Codes, levels: int, numerators: Numbers, denominators: Numbers, *, higher_is_better: bool
) -> Numbers:
    """For each slice the probability of a value as bad or worse if slices were assigned at random.

    Args:
        codes: Slice of each document.
        levels: How many slices.
        numerators: What each document contributes.
        denominators: The same; documents with zero do not count.
        higher_is_better: Which side is the disadvantage.

    Returns:
        One-sided p-values; 1.0 for a slice without documents, or with all of them.
    """
    import numpy as np

    counted = denominators != 0
    codes, residuals = codes[counted], _residuals(numerators[counted], denominators[counted])
    if higher_is_better:
        residuals = -residuals
    sizes = np.bincount(codes, minlength=levels).astype(float)
    totals = np.bincount(codes, weights=residuals, minlength=levels)
    second, third = _moments(sizes, float(len(codes)), float((residuals**2).sum()), float((residuals**3).sum()))
    return tail(totals, second, third)


def stratified_p(
    inside: NDArray[np.bool_], strata: Codes, numerators: Numbers, denominators: Numbers, *, higher_is_better: bool
) -> float:
    """The same for one slice, with random assignment only within each stratum.

    Args:
        inside: Whether a document is of the slice.
        strata: Stratum of each document.
        numerators: What each document contributes.
        denominators: The same; documents with zero do not count.
        higher_is_better: Which side is the disadvantage.
    """
    import numpy as np

    counted = denominators != 0
    inside, strata, denominators = inside[counted], strata[counted], denominators[counted]
    numerators = numerators[counted]
    if not len(strata):
        return 1.0
    count = int(strata.max()) + 1
    below = np.bincount(strata, weights=denominators, minlength=count)
    rates = np.divide(np.bincount(strata, weights=numerators, minlength=count), below, where=below != 0, out=below * 0)
    residuals = numerators - rates[strata] * denominators
    if higher_is_better:
        residuals = -residuals
    all_of = np.bincount(strata, minlength=count).astype(float)
    sizes = np.bincount(strata[inside], minlength=count).astype(float)
    second, third = _moments(
        sizes,
        all_of,
        np.bincount(strata, weights=residuals**2, minlength=count),
        np.bincount(strata, weights=residuals**3, minlength=count),
    )
    total = np.array([residuals[inside].sum()])
    return float(tail(total, np.array([second.sum()]), np.array([third.sum()]))[0])


def _residuals(numerators: Numbers, denominators: Numbers) -> Numbers:
    """The contribution of each document minus the one expected from the overall ratio; residuals sum to zero."""
    total = denominators.sum()
    ratio = numerators.sum() / total if total else 0.0
    return numerators - ratio * denominators


def _moments(
    sizes: NDArray[Any], documents: NDArray[Any] | float, squares: NDArray[Any] | float, cubes: NDArray[Any] | float
) -> tuple[Numbers, Numbers]:
    """Second and third central moments of the sum of ``sizes`` of ``documents`` residuals drawn without replacement."""
    import numpy as np

    n = np.asarray(documents, dtype=float)
    rest = n - sizes
    with np.errstate(divide="ignore", invalid="ignore"):
        second = np.where(n > 1, sizes * rest / (n * (n - 1)) * squares, 0.0)
        third = np.where(n > 2, sizes * rest * (rest - sizes) / (n * (n - 1) * (n - 2)) * cubes, 0.0)
    return second, third


def tail(totals: NDArray[Any], second: Numbers, third: Numbers) -> Numbers:
    """Probability of a sum at least as great, by the Pearson type III curve with these moments."""
    import numpy as np
    from scipy.stats import pearson3

    spread = np.sqrt(second)
    # A sum that cannot vary, apart from rounding of the residuals, is not evidence.
    varies = spread > 1e-9 * np.maximum(1.0, np.abs(totals))
    safe = np.where(varies, spread, 1.0)
    p = pearson3.sf(totals / safe, np.where(varies, third / safe**3, 0.0))
    return np.where(varies, np.clip(p, 0.0, 1.0), 1.0)


@dataclass(frozen=True, slots=True)
class Test:
    """One comparison that was made, and its p-value."""

    dimension: str
    level: str
    metric: str
    p: float

    __test__ = False  # not a test of pytest's


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjusted p-values that keep the chance of any false alarm among them (Holm, 1979).

    Example:
        >>> holm([0.01, 0.04, 0.03])
        [0.03, 0.06, 0.06]
    """
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    adjusted = [1.0] * len(p_values)
    worst = 0.0
    for position, number in enumerate(order):
        worst = max(worst, min(1.0, (len(p_values) - position) * p_values[number]))
        adjusted[number] = worst
    return adjusted


def adjust(tests: Sequence[Test]) -> dict[tuple[str, str, str], float]:
    """Adjusted p-values by dimension, slice and metric: single dimensions and pairs each have half of the allowance."""
    adjusted: dict[tuple[str, str, str], float] = {}
    for pairs in (False, True):
        family = [test for test in tests if ("," in test.dimension) is pairs]
        for test, p in zip(family, holm([test.p for test in family]), strict=True):
            adjusted[(test.dimension, test.level, test.metric)] = min(1.0, 2 * p)
    return adjusted
