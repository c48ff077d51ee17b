"""Confounders: find whether a gap comes from the lender, or from the scan quality of its documents.

The gap is measured again among documents that are alike in another dimension (and in all others together where enough
documents have a counterpart): differences within strata, with the weights of Mantel and Haenszel (1959). These are
associations in the labelled documents; no label says what *causes* a gap, so a cause is called likely.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from student_loans.fairness.comparison import stratified_p
from student_loans.fairness.slices import DIMENSIONS

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]
    Codes = NDArray[np.int64]

LEAST_OVERLAP = 0.5
"""Share of a slice's documents that must have a counterpart alike among the others, or nothing is separated."""
EXPLAINED = 0.5
"""Share of the gap that must go for a dimension to explain it."""
_LEVEL = 0.05


class Cause(StrEnum):
    """The likely cause of a gap."""

    SLICE_ITSELF = "slice_itself"
    """It stays among documents that are alike in the other dimensions."""
    EXPLAINED_BY = "explained_by"
    """Most of it goes when documents are compared that are alike in one other dimension."""
    INSEPARABLE_FROM = "inseparable_from"
    """Hardly any other documents are alike in one other dimension, so the labels cannot separate the two."""
    UNKNOWN = "unknown"
    """Most of it goes when all other dimensions are alike, no single one explains it."""


@dataclass(frozen=True, slots=True)
class Adjusted:
    """A gap among documents that are alike.

    Attributes:
        gap: None when no stratum has documents of both sides.
        overlap: Share of the slice's documents whose stratum has others too.
        p: Of the stratified comparison; None where it was not asked for.
    """

    gap: float | None
    overlap: float
    p: float | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """The likely cause of a gap, with the adjusted gap.

    Attributes:
        dimension: The other dimension, where the cause names one.
        adjusted_gap: The gap among documents alike in it (or in all others, for the slice itself).
    """

    cause: Cause
    dimension: str = ""
    adjusted_gap: float | None = None


def adjusted_gap(
    inside: NDArray[np.bool_],
    strata: Codes,
    numerators: Numbers,
    denominators: Numbers,
    *,
    higher_is_better: bool,
    with_p: bool = True,
) -> Adjusted:
    """The gap between the documents inside and the others, within strata."""
    import numpy as np

    count = int(strata.max()) + 1 if len(strata) else 1
    chosen, others = np.flatnonzero(inside), np.flatnonzero(~inside)

    def sums(documents: NDArray[np.intp], weights: Numbers) -> NDArray[Any]:
        return np.bincount(strata[documents], weights=weights[documents], minlength=count)

    den_in, den_out = sums(chosen, denominators), sums(others, denominators)
    both = (den_in > 0) & (den_out > 0)
    counted = chosen[denominators[chosen] != 0]
    overlap = float(both[strata[counted]].mean()) if len(counted) else 0.0
    if not both.any():
        return Adjusted(None, overlap, 1.0)
    num_in, num_out = sums(chosen, numerators)[both], sums(others, numerators)[both]
    den_in, den_out = den_in[both], den_out[both]
    weights = den_in * den_out / (den_in + den_out)
    gap = float((weights * (num_in / den_in - num_out / den_out)).sum() / weights.sum())
    p = stratified_p(inside, strata, numerators, denominators, higher_is_better=higher_is_better) if with_p else None
    return Adjusted(gap, overlap, p)


def strata_of(frame: pd.DataFrame, names: tuple[str, ...]) -> Codes:
    """One number for each existing combination of some dimensions."""
    import numpy as np

    codes, count = np.zeros(len(frame), np.int64), 1
    for name in names:
        column = frame[name].cat
        wide = codes * len(column.categories) + column.codes.to_numpy()
        # Numbered again after each dimension, so that there are never more numbers than documents times categories.
        present = np.bincount(wide, minlength=count * len(column.categories)) > 0
        codes, count = (np.cumsum(present) - 1)[wide], int(present.sum())
    return codes


def explain(
    frame: pd.DataFrame,
    own: tuple[str, ...],
    inside: NDArray[np.bool_],
    gap: float,
    numerators: Numbers,
    denominators: Numbers,
    *,
    higher_is_better: bool,
) -> Explanation:
    """Find the likely cause of a gap.

    Args:
        frame: The observations.
        own: The dimension or dimensions that the slice is of.
        inside: Whether a document is of the slice.
        gap: Between the slice and the others, unadjusted; not zero.
        numerators: What each document contributes to the metric.
        denominators: The same.
        higher_is_better: Which side is the disadvantage.
    """
    others = tuple(name for name in DIMENSIONS if name not in own and len(frame[name].cat.categories) > 1)

    def adjust(names: tuple[str, ...], *, with_p: bool) -> Adjusted:
        strata = strata_of(frame, names)
        return adjusted_gap(inside, strata, numerators, denominators, higher_is_better=higher_is_better, with_p=with_p)

    if not others:
        return Explanation(Cause.SLICE_ITSELF, "", gap)
    single = {name: adjust((name,), with_p=False) for name in others}
    return _judge(gap, single, adjust(others, with_p=True))


def _judge(gap: float, single: Mapping[str, Adjusted], together: Adjusted) -> Explanation:
    comparable = {name: one for name, one in single.items() if one.overlap >= LEAST_OVERLAP and one.gap is not None}
    apart = min(single, key=lambda name: single[name].overlap)
    best = min(comparable, key=lambda name: (comparable[name].gap or 0.0) / gap, default=None)
    if best is not None and _left(comparable[best], gap) <= EXPLAINED:
        return Explanation(Cause.EXPLAINED_BY, best, comparable[best].gap)
    if single[apart].overlap < LEAST_OVERLAP:
        return Explanation(Cause.INSEPARABLE_FROM, apart, single[apart].gap)
    if together.overlap >= LEAST_OVERLAP and together.gap is not None:
        stays = _left(together, gap) > EXPLAINED and (together.p or 0.0) < _LEVEL
        return Explanation(Cause.SLICE_ITSELF if stays else Cause.UNKNOWN, "", together.gap)
    # Too few documents are alike in all dimensions, so each dimension is tested alone, and the gap remains in each.
    return Explanation(Cause.SLICE_ITSELF, "", comparable[best].gap if best else gap)


def _left(adjusted: Adjusted, gap: float) -> float:
    """Share of the gap that remains after adjustment."""
    return (adjusted.gap or 0.0) / gap
