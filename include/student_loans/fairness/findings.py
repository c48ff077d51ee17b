"""Findings: slices that are served worse, with the size of the gap, the evidence and the likely cause, in plain words.

The wording follows fairlearn's guide: a *quality-of-service* gap of these labelled documents under this version of the
product, with its evidence; never that a lender, its borrowers or the product "is biased".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from student_loans.fairness.analysis import SliceMetric, metric_of
from student_loans.fairness.confounders import explain
from student_loans.fairness.finding import Finding
from student_loans.fairness.intervals import bootstrap, slice_sums
from student_loans.fairness.metrics import Metric, Slicing, Sums, block_sums, document_sums, random_order
from student_loans.fairness.observations import HELD_MASK, PRINTED_MASK, WRONG_MASK, field_bits
from student_loans.fairness.settings import FairnessSettings
from student_loans.fairness.slices import PAIR
from student_loans.fairness.words import finding_words

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Mask = NDArray[np.bool_]

_MOST_FIELDS = 3
_OVER_REPRESENTED = 0.15
"""A rendering or quality band is named when its share in the slice is greater by this."""


def find_bias(
    frame: pd.DataFrame,
    measured: Sequence[SliceMetric],
    p_adjusted: Mapping[tuple[str, str, str], float],
    options: FairnessSettings,
    *,
    labelled: bool,
) -> list[Finding]:
    """The findings, strongest evidence first.

    A pair of dimensions is named only if neither of its parts is, so that no finding is repeated.

    Args:
        frame: The observations that were measured.
        measured: Their slices.
        p_adjusted: Of the comparisons.
        options: The least gap of a finding.
        labelled: Whether the observations were made against the truth.
    """
    significant = [
        one for one in measured if p_adjusted.get((one.dimension, one.slice, one.metric), 1.0) <= options.findings.alpha
    ]
    found: list[Finding] = []
    for one in sorted(significant, key=lambda one: "," in one.dimension):
        if _said_already(one, found):
            continue
        p = p_adjusted[(one.dimension, one.slice, one.metric)]
        finding = _finding(frame, one, p, options, labelled=labelled)
        if finding is not None:
            found.append(replace(finding, comparisons=len(p_adjusted)))
    return [
        replace(one, words=finding_words(one, options.evidence.interval))
        for one in sorted(found, key=lambda one: (one.p_adjusted, one.dimension, one.slice))
    ]


def _said_already(one: SliceMetric, found: Sequence[Finding]) -> bool:
    """Whether a finding of one of its parts covers it. A finding of acceptance covers one of review, its complement."""
    metrics = {one.metric, "auto_accept_rate"} if one.metric == "review_rate" else {one.metric}
    names = one.dimension.split(",")
    parts = {(one.dimension, one.slice), *zip(names, one.slice.split(PAIR), strict=False)}
    return any((other.dimension, other.slice) in parts and other.metric in metrics for other in found)


def _finding(
    frame: pd.DataFrame, one: SliceMetric, p: float, options: FairnessSettings, *, labelled: bool
) -> Finding | None:
    """The finding; None if the gap is too small. With a million documents nearly every small gap is significant."""
    metric = metric_of(one.metric)
    names = tuple(one.dimension.split(","))
    inside = members(frame, names, one.slice)
    sums = document_sums(frame, [metric])
    if abs(_ratio(sums, inside) - _ratio(sums, ~inside)) < options.findings.least_gap[metric.name]:
        return None
    value, others, low, high = _gap(inside, sums, metric, options)
    explanation = explain(
        frame,
        names,
        inside,
        value - others,
        sums.numerators[:, 0],
        sums.denominators[:, 0],
        higher_is_better=metric.higher_is_better,
    )
    return Finding(
        dimension=one.dimension,
        slice=one.slice,
        metric=one.metric,
        labelled=labelled,
        documents=one.documents,
        value=value,
        others=others,
        gap=value - others,
        low=low,
        high=high,
        p_adjusted=p,
        comparisons=0,
        explanation=explanation,
        fields=tuple(fields_behind(frame, inside, held=metric.name in ("auto_accept_rate", "review_rate"))),
        renderings=tuple(_over_represented(frame, inside, names)),
    )


def _ratio(sums: Sums, chosen: Mask) -> float:
    return float(sums.numerators[chosen, 0].sum() / sums.denominators[chosen, 0].sum())


def members(frame: pd.DataFrame, names: Sequence[str], level: str) -> Mask:
    """Whether each document belongs to a slice."""
    import numpy as np

    inside = np.ones(len(frame), bool)
    for name, part in zip(names, level.split(PAIR) if len(names) > 1 else [level], strict=True):
        column = frame[name].cat
        inside &= column.codes.to_numpy() == column.categories.get_loc(part)
    return inside


def _gap(inside: Mask, sums: Sums, metric: Metric, options: FairnessSettings) -> tuple[float, float, float, float]:
    """The slice's value, the others', and the bootstrap interval of the difference."""
    import numpy as np

    slicing = Slicing((metric.name,), inside.astype(np.int64), ("others", "slice"))
    blocks = block_sums(slicing, sums, random_order(len(inside), options.evidence))
    both = []
    for number in (1, 0):
        # Each side has its own seed, so that the resamples of the two sides are independent.
        seeded = options.evidence.model_copy(update={"seed": options.evidence.seed + number})
        part = slice_sums(blocks, number)
        exact = float(part.numerators.sum() / part.denominators.sum())
        both.append((exact, bootstrap(part, seeded)[:, 0]))
    (value, samples), (others, other_samples) = both
    tails = ((1 - options.evidence.interval) / 2, (1 + options.evidence.interval) / 2)
    low, high = np.nanquantile(samples - other_samples, tails)
    return value, others, float(low), float(high)


def fields_behind(frame: pd.DataFrame, inside: Mask, *, held: bool = False) -> Iterator[str]:
    """Fields that fail in the slice more often than among the others, those with the most of it first.

    Args:
        frame: The observations.
        inside: Whether a document is of the slice.
        held: Fields fail that keep a document from being accepted; otherwise those that are wrong or missing.
    """
    import numpy as np

    failing = frame[HELD_MASK if held else WRONG_MASK].to_numpy()
    printed = frame[PRINTED_MASK].to_numpy() | failing
    excess: dict[str, float] = {}
    for name, bit in field_bits().items():
        has, fails = (printed & bit) != 0, (failing & bit) != 0
        here, there = np.count_nonzero(has & inside), np.count_nonzero(has & ~inside)
        if here and there:
            expected = here * np.count_nonzero(fails & ~inside) / there
            excess[name] = np.count_nonzero(fails & inside) - expected
    total = sum(more for more in excess.values() if more > 0)
    for name in sorted(excess, key=excess.__getitem__, reverse=True)[:_MOST_FIELDS]:
        if excess[name] >= 1 and excess[name] >= 0.1 * total:
            yield name


def _over_represented(frame: pd.DataFrame, inside: Mask, own: Sequence[str]) -> Iterator[str]:
    for name in ("rendering", "quality"):
        if name in own:
            continue
        here = frame[name][inside].value_counts(normalize=True)
        there = frame[name][~inside].value_counts(normalize=True)
        for level, share in here.items():
            if share - there.get(level, 0.0) >= _OVER_REPRESENTED:
                yield f"{name} {level}: {share:.0%} of its documents, {there.get(level, 0.0):.0%} of the others"
