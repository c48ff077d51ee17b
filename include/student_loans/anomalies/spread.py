"""How a number is usually spread: around the centre of type and lender, with tails that are fitted to the history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

NORMAL_MAD = 1.4826
"""Median absolute deviations in one standard deviation of a normal distribution."""
_NORMAL_EIGHT_TENTHS = 2.56
"""Width of the middle eight tenths of normal values, in standard deviations."""
LEAST_SPREAD = 0.02
"""Of a logarithm or a rate: two percent, or two hundredths of a point, is rounding."""
_LEAST_OF_GROUP, _LEAST_GROUPS = 3, 2
_FAR = 2.5
"""Standard deviations."""
_ALIKE = 0.001
"""Probability of an F test above which groups are not known to differ."""
_TAIL_SHARE, _LEAST_TAIL = 0.1, 10
_NORMAL_EXCESS = 0.47
"""Mean distance of the farthest tenth of normal values from where it begins, in standard deviations."""
_LIGHTEST, _HEAVIEST, _NO_SHAPE = -0.2, 0.5, 1e-3
_CAUTION = 1.645
"""Standard errors by which tails must be lighter than exponential: chance makes them so in 5 of 100 cases."""
_MOST_FAULTY, _FAULTY_LEVEL = 0.005, 0.01


@dataclass(frozen=True, slots=True)
class Tail:
    """A generalised Pareto distribution beyond a threshold, fitted to one side of the history.

    Attributes:
        start: Where it begins.
        share: Share of the history beyond it.
        mean: Mean distance beyond it.
        shape: 0 is an exponential tail; above it is heavier, below it lighter and ends somewhere.
        estimate: The shape that these values alone show; None where they are too few or too round.
        values: Values beyond it in the history.
    """

    start: float
    share: float
    mean: float
    shape: float
    estimate: float | None
    values: int

    def probability(self, values: Any) -> Any:
        """Chance of a value at least as far; 1 before the tail begins."""
        import numpy as np

        beyond = np.maximum(values - self.start, 0.0)
        # 1 / number is what the uncertainty of an exponential tail's scale amounts to.
        shape = self.shape + 1 / self.values
        shape = shape if abs(shape) > _NO_SHAPE else _NO_SHAPE
        left = np.maximum(1 + shape * beyond / (self.mean * (1 - self.shape)), 0.0)
        with np.errstate(divide="ignore"):
            return np.where(beyond > 0, self.share * left ** (-1 / shape), 1.0)


def fit_tail(values: Any) -> Tail:
    """The upper tail of some values.

    Values that the tail of the others makes impossible are faults of the history and are left out, at most one in 200.

    Args:
        values: Standardised, ascending.
    """
    count = len(values)
    beyond = min(max(_LEAST_TAIL, round(_TAIL_SHARE * count)), count // 4)
    kept = values
    for _ in range(max(1, int(_MOST_FAULTY * count))):
        rest = kept[:-1]
        if _fit(rest, beyond, count).probability(kept[-1]) * count >= _FAULTY_LEVEL:
            break
        kept = rest
    return _fit(kept, beyond, count)


def _fit(values: Any, beyond: int, count: int) -> Tail:
    import numpy as np

    start = float(values[len(values) - beyond - 1])
    excess = values[len(values) - beyond :] - start
    mean = float(excess.mean())
    if len(np.unique(excess)) < _LEAST_TAIL:
        # A few round values show no tail: an exponential one through the median and the threshold is assumed.
        mean = max(mean, (start - float(np.median(values))) / np.log(0.5 * len(values) / beyond))
        return Tail(start, beyond / count, max(mean, _NORMAL_EXCESS), 0.0, None, beyond)
    weights = 1 - (np.arange(1, beyond + 1) - 0.35) / beyond
    slope = mean - 2 * float((weights * excess).mean())
    shape = 2 - mean / slope if slope > 0 else 0.0  # by probability-weighted moments
    usable = float(np.clip(shape, 0.0, _HEAVIEST))
    return Tail(start, beyond / count, max(mean, _NORMAL_EXCESS), usable, shape, beyond)


def pool_shapes(tails: Sequence[Tail], independent: float) -> list[Tail]:
    """Let the tails of numbers of one population show together that they are light.

    The shape of one tail is hardly known from its few dozen values: alone it is never taken to be lighter than
    exponential. What the tails of many numbers show together is known better: if they are lighter by more than chance,
    each is, the more the more alike they are. Heavy tails stay as they are.

    Args:
        tails: All of large values, or all of small ones.
        independent: Values beyond the thresholds that do not follow from each other.
    """
    import numpy as np

    known = [(tail.estimate, tail.values) for tail in tails if tail.estimate is not None]
    if len(known) < _LEAST_TAIL:
        return list(tails)
    shapes, number = np.array(known, dtype="float64").T
    common = float(np.average(shapes, weights=number))
    noise = (1 - common) ** 2
    differ = max(float(np.average((shapes - common) ** 2 - noise / number, weights=number)), 0.0)
    common += _CAUTION * (noise / independent + differ / len(known)) ** 0.5
    if common >= 0:
        return list(tails)

    def pooled(tail: Tail) -> Tail:
        if tail.estimate is None:
            return tail
        own = differ / (differ + noise / tail.values)
        return replace(tail, shape=float(np.clip(common + own * (tail.estimate - common), _LIGHTEST, _HEAVIEST)))

    return [pooled(tail) for tail in tails]


@dataclass(frozen=True, slots=True)
class Levels:
    """How far the values of each group lie from those of all.

    A group's distance is drawn towards zero, the more the fewer documents it has (partial pooling), so that a group with
    three documents is judged too.

    Attributes:
        shifts: By group.
        doubts: Variance of each shift, in units of the spread around it.
        other: The same of a group that the history does not know, whose shift is zero.
    """

    shifts: Mapping[str, float]
    doubts: Mapping[str, float]
    other: float

    def shift(self, groups: Any) -> Any:
        """Of the group of each document."""
        import numpy as np

        return np.array([self.shifts.get(one, 0.0) for one in groups])

    def doubt(self, groups: Any) -> Any:
        """Of the group of each document."""
        import numpy as np

        return np.array([self.doubts.get(one, self.other) for one in groups])


@dataclass(frozen=True, slots=True)
class UsualSpread:
    """The usual spread of one number, around the centre of the document's type and lender.

    Attributes:
        centre: Median of all.
        spread: Robust standard deviation around centres of types and lenders that are not in doubt.
        types: Levels of types.
        lenders: Levels of lenders.
        standard: Standardised values of the history, ascending.
        upper: Tail of large values.
        lower: Tail of small values, with the sign changed.
    """

    centre: float
    spread: float
    types: Levels
    lenders: Levels
    standard: Any
    upper: Tail
    lower: Tail

    def standardise(self, values: Any, types: Any, lenders: Any) -> Any:
        """Distances from the centre of type and lender, in spreads; wider where the centre is in doubt."""
        return _standardise(values - self.centre, self.spread, self.types, self.lenders, types, lenders)

    def probability(self, standard: Any) -> Any:
        """Chance of a value at least as far on either side."""
        import numpy as np

        return np.minimum(1.0, 2 * np.minimum(self.upper.probability(standard), self.lower.probability(-standard)))

    def scores(self, standard: Any) -> Any:
        """Normal scores: what a normal value of the same rank in the history would be. Ties make them smaller."""
        from scipy.special import ndtri

        ranks = (self.standard.searchsorted(standard, "left") + self.standard.searchsorted(standard, "right")) / 2
        return ndtri((ranks + 0.5) / (len(self.standard) + 1))


def fit_spread(values: Any, types: Any, lenders: Any, *, listed: bool = False) -> UsualSpread:
    """Learn the usual spread of a number.

    Args:
        values: Of the history, on the scale on which they are compared.
        types: Of the same documents.
        lenders: Of the same documents; empty text for none.
        listed: Whether a value may stand in a lender's price list. Ten documents at one rate then do not show that the
            lender's rates are spread by nothing: its level is learned from distinct values.
    """
    import numpy as np

    centre, whole = robust(values)
    left = values - centre
    by_type = fit_levels(left, types, whole)
    left = left - by_type.shift(types)
    once = _distinct(left, lenders) if listed else slice(None)
    by_lender = fit_levels(left[once], lenders[once], robust(left)[1])
    spread = robust(_standardise(values - centre, 1.0, by_type, by_lender, types, lenders))[1]
    ordered = np.sort(_standardise(values - centre, spread, by_type, by_lender, types, lenders))
    return UsualSpread(centre, spread, by_type, by_lender, ordered, fit_tail(ordered), fit_tail(-ordered[::-1]))


def _distinct(values: Any, lenders: Any) -> Any:
    """Where a lender prints a value for the first time."""
    import numpy as np

    names = np.unique(lenders, return_inverse=True)[1].ravel()
    return np.unique(np.column_stack([names, values]), axis=0, return_index=True)[1]


def fit_levels(values: Any, groups: Any, spread: float) -> Levels:
    """Learn how far groups lie from zero, the centre of all.

    Args:
        values: Around the centre of all.
        groups: The group of each; empty text for none.
        spread: Robust standard deviation of all.
    """
    import numpy as np
    from scipy.special import fdtrc

    names, codes, counts = np.unique(groups, return_inverse=True, return_counts=True)
    known = [number for number, name in enumerate(names) if name and counts[number] >= _LEAST_OF_GROUP]
    parts = [_without_far(values[codes == number], spread) for number in known]
    whole = 1 / len(values)
    own = names[known].tolist()
    if len(known) < _LEAST_GROUPS:
        # Nothing shows how much groups differ: as much as documents do.
        return Levels({}, dict.fromkeys(own, whole), 1.0)
    number = np.array([float(len(part)) for part in parts])
    means = np.array([part.mean() for part in parts])
    freedom = number.sum() - len(parts)
    within = max(float(sum((part.var() * len(part)) for part in parts)) / freedom, LEAST_SPREAD**2)
    sampling = within / number
    centre = np.average(means, weights=number)
    between = max(float(np.average((means - centre) ** 2 - sampling, weights=number)), 1e-9)
    ratio = float((number * (means - centre) ** 2).sum()) / (len(parts) - 1) / within
    if fdtrc(len(parts) - 1, freedom, ratio) > _ALIKE:
        return Levels({}, dict.fromkeys(own, between / within + whole), between / within + whole)
    weights = between / (between + sampling)
    shifts, doubts = centre + weights * (means - centre), weights * sampling / within + whole
    return Levels(
        dict(zip(own, shifts.tolist(), strict=True)),
        dict(zip(own, doubts.tolist(), strict=True)),
        between / within + whole,
    )


def _without_far(values: Any, spread: float) -> Any:
    """Values with those far from their median drawn in, so that a fault does not move their mean."""
    import numpy as np

    median = float(np.median(values))
    return np.clip(values, median - _FAR * spread, median + _FAR * spread)


def robust(values: Any) -> tuple[float, float]:
    """Median and robust standard deviation, at least :data:`LEAST_SPREAD`.

    Where more than half of the values are the same, as terms may be, the median absolute deviation is zero: the middle
    eight tenths count as well.
    """
    import numpy as np

    low, centre, high = np.quantile(values, [0.1, 0.5, 0.9])
    deviation = NORMAL_MAD * float(np.median(np.abs(values - centre)))
    return float(centre), max(deviation, float(high - low) / _NORMAL_EIGHT_TENTHS, LEAST_SPREAD)


def _standardise(centred: Any, spread: float, by_type: Levels, by_lender: Levels, types: Any, lenders: Any) -> Any:
    import numpy as np

    left = centred - by_type.shift(types) - by_lender.shift(lenders)
    doubt = np.sqrt(1 + by_type.doubt(types) + by_lender.doubt(lenders))
    # Equal values stay equal, whatever the order in which they were added up.
    return np.round(left / (spread * doubt), 9)
