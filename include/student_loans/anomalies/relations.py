"""What a number usually is beside the other numbers of its document: a payment beside amount, rate and term."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from student_loans.anomalies.spread import LEAST_SPREAD, UsualSpread, fit_spread, robust

_MOST_PREDICTORS = 3
_MOST_DOCUMENTS = 600
"""On which predictors are chosen: more change nothing but the time."""
_LEAST_GAIN = 0.8
"""A further predictor must make the spread smaller than this share."""
_INFORMATIVE = 0.5
"""A relation that leaves more than this share of the number's own spread says nothing beyond the number itself."""
_TRIMMED = 0.9


@dataclass(frozen=True, slots=True)
class Relation:
    """A linear prediction of one number from others, and how far documents usually are from it.

    Attributes:
        target: Column of the number.
        predictors: Columns of the others.
        coefficients: The intercept, then one for each predictor.
        spread: The usual distances from the prediction.
    """

    target: int
    predictors: tuple[int, ...]
    coefficients: Any
    spread: UsualSpread

    def residuals(self, numbers: Any) -> Any:
        """Distances from the prediction; NaN where a number is missing."""
        return _residuals(numbers, self.target, self.predictors, self.coefficients)


def fit_relations(numbers: Any, types: Any, lenders: Any, target: int, least: int) -> list[Relation]:
    """Learn to predict a number from one, two or three others.

    A document is judged by the closest relation whose numbers it has, so relations are also learned without the first
    predictor of those before.

    Args:
        numbers: A row a document of the history, a column a number; NaN where it is missing.
        types: Of the same documents.
        lenders: Of the same documents; empty text for none.
        target: Column of the number.
        least: Fewest documents with all numbers of a relation.

    Returns:
        The closest relation first; none where the numbers say little of each other.
    """
    import numpy as np

    values = numbers[:, target]
    own_spread = robust(values[~np.isnan(values)])[1]
    chains: list[tuple[int, ...]] = []
    without: list[int] = []
    while path := _predictors(numbers, target, own_spread, least, without):
        chains += [tuple(path[: length + 1]) for length in range(len(path))]
        without.append(path[0])
    found = []
    for chain in chains:
        coefficients, scale = _trimmed_fit(numbers, target, chain)
        if scale <= _INFORMATIVE * own_spread:
            distances = _residuals(numbers, target, chain, coefficients)
            there = ~np.isnan(distances)
            spread = fit_spread(distances[there], types[there], lenders[there])
            found.append((scale, Relation(target, chain, coefficients, spread)))
    return [relation for _, relation in sorted(found, key=lambda one: one[0])]


def _predictors(numbers: Any, target: int, own_spread: float, least: int, without: Sequence[int]) -> list[int]:
    """Columns, each the one that makes the spread smallest beside those before it; none without a relation."""
    import numpy as np

    there = ~np.isnan(numbers)
    chosen: list[int] = []
    spread = own_spread
    while len(chosen) < _MOST_PREDICTORS:
        tried = {}
        for column in set(range(numbers.shape[1])) - {target, *chosen, *without}:
            rows = np.flatnonzero(there[:, [target, *chosen, column]].all(axis=1))[:_MOST_DOCUMENTS]
            if len(rows) >= least:
                tried[column] = _trimmed_fit(numbers[rows], target, (*chosen, column))[1]
        best = min(tried, key=lambda column: tried[column], default=None)
        if best is None or tried[best] > _LEAST_GAIN * spread:
            break
        chosen.append(best)
        spread = tried[best]
        if spread <= LEAST_SPREAD:
            break
    return chosen if spread <= _INFORMATIVE * own_spread else []


def _trimmed_fit(numbers: Any, target: int, predictors: Sequence[int]) -> tuple[Any, float]:
    """Least squares of the closest nine tenths of the documents, and the robust spread around it."""
    import numpy as np

    complete = numbers[~np.isnan(numbers[:, [target, *predictors]]).any(axis=1)]
    design = np.column_stack([np.ones(len(complete)), complete[:, list(predictors)]])
    goal = complete[:, target]
    kept = np.ones(len(goal), dtype=bool)
    for _ in range(3):
        coefficients = np.linalg.lstsq(design[kept], goal[kept], rcond=None)[0]
        distances = np.abs(goal - design @ coefficients)
        kept = distances <= np.quantile(distances, _TRIMMED)
    return coefficients, robust(goal - design @ coefficients)[1]


def _residuals(numbers: Any, target: int, predictors: Sequence[int], coefficients: Any) -> Any:
    return numbers[:, target] - coefficients[0] - numbers[:, list(predictors)] @ coefficients[1:]
