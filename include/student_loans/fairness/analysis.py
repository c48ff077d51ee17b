"""Measure slices of observations and compare them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite
from typing import TYPE_CHECKING, Any

from student_loans.fairness.comparison import Test, adjust, disadvantage_p
from student_loans.fairness.intervals import Interval, slice_intervals
from student_loans.fairness.metrics import (
    BY_NAME,
    Blocks,
    Metric,
    Slicing,
    Sums,
    block_sums,
    document_sums,
    measure,
    metrics_for,
    random_order,
    slicings,
)
from student_loans.fairness.settings import FairnessSettings
from student_loans.plain_data import to_plain

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]


class SliceEvidence(StrEnum):
    """Whether there is enough evidence about a slice."""

    ENOUGH = "enough"
    NOT_ENOUGH = "not_enough"
    """Fewer documents than ``evidence.min_documents``: the value is shown, and no comparison is made."""
    UNDEFINED = "undefined"
    """No document counts for the metric (none was accepted, for error among accepted ones)."""


@dataclass(frozen=True, slots=True)
class SliceMetric:
    """One metric of one slice.

    Attributes:
        documents: Documents that count for the metric.
        value: None when undefined.
        best: Of the dimension's slices with enough evidence.
        p_adjusted: None when it was not compared.
    """

    dimension: str
    slice: str
    metric: str
    documents: int
    evidence: SliceEvidence
    value: float | None
    low: float | None
    high: float | None
    interval_method: str | None
    overall: float | None
    best: float | None
    p_adjusted: float | None = None

    @property
    def difference_to_overall(self) -> float | None:
        """Value less the overall value; None without enough evidence."""
        return self._difference(self.overall)

    @property
    def difference_to_best(self) -> float | None:
        """Value less the best slice's; None without enough evidence."""
        return self._difference(self.best)

    @property
    def ratio_to_overall(self) -> float | None:
        """Value over the overall value; None without enough evidence, or when that is zero."""
        return self._ratio(self.overall)

    @property
    def ratio_to_best(self) -> float | None:
        """Value over the best slice's; None without enough evidence, or when that is zero."""
        return self._ratio(self.best)

    def to_json(self) -> dict[str, Any]:
        """All attributes, with the differences and ratios."""
        derived = ("difference_to_overall", "difference_to_best", "ratio_to_overall", "ratio_to_best")
        return {**to_plain(self), **{name: getattr(self, name) for name in derived}}

    def _difference(self, other: float | None) -> float | None:
        comparable = self.evidence is SliceEvidence.ENOUGH and self.value is not None and other is not None
        return self.value - other if comparable else None  # type: ignore[operator]

    def _ratio(self, other: float | None) -> float | None:
        comparable = self.evidence is SliceEvidence.ENOUGH and self.value is not None and other
        return self.value / other if comparable else None  # type: ignore[operator]


def measure_slices(frame: pd.DataFrame, options: FairnessSettings, *, labelled: bool) -> list[SliceMetric]:
    """Measure every metric of every slice, of single dimensions and of pairs.

    Args:
        frame: Observations (:func:`student_loans.fairness.observations.observation_frame`).
        options: Bins, evidence.
        labelled: Whether the observations have labels; without them only metrics that need none are measured.
    """
    metrics = metrics_for(labelled=labelled)
    sums = document_sums(frame, metrics)
    order = random_order(len(frame), options.evidence)
    return [
        one
        for slicing in slicings(frame, options.slices)
        for one in _measure_slicing(slicing, block_sums(slicing, sums, order), metrics, options)
    ]


def _measure_slicing(
    slicing: Slicing, blocks: Blocks, metrics: Sequence[Metric], options: FairnessSettings
) -> Iterator[SliceMetric]:
    values, overall = measure(slicing, blocks)
    evidence = [
        [_evidence(int(n), options.evidence.min_documents) for n in blocks.documents[number]]
        for number in range(len(slicing.levels))
    ]
    best = _best(values, evidence, metrics)
    for number, level in enumerate(slicing.levels):
        shown = any(one is SliceEvidence.ENOUGH for one in evidence[number])
        # There are many pairs, mostly small, so intervals are computed only with enough evidence.
        wanted = shown or len(slicing.dimensions) == 1
        intervals: Sequence[Interval | None] = (
            slice_intervals(blocks, number, values[number], metrics, options.evidence)
            if wanted and blocks.starts[number + 1] > blocks.starts[number]
            else [None] * len(metrics)
        )
        for column, metric in enumerate(metrics):
            interval = intervals[column]
            yield SliceMetric(
                dimension=slicing.name,
                slice=level,
                metric=metric.name,
                documents=int(blocks.documents[number, column]),
                evidence=evidence[number][column],
                value=_number(values[number, column]),
                low=_number(interval.low) if interval else None,
                high=_number(interval.high) if interval else None,
                interval_method=interval.method if interval else None,
                overall=_number(overall[column]),
                best=best[column],
            )


def _evidence(documents: int, least: int) -> SliceEvidence:
    if not documents:
        return SliceEvidence.UNDEFINED
    return SliceEvidence.ENOUGH if documents >= least else SliceEvidence.NOT_ENOUGH


def _best(values: Numbers, evidence: list[list[SliceEvidence]], metrics: Sequence[Metric]) -> list[float | None]:
    best: list[float | None] = []
    for column, metric in enumerate(metrics):
        enough = [
            float(values[number, column]) for number, row in enumerate(evidence) if row[column] is SliceEvidence.ENOUGH
        ]
        best.append((max if metric.higher_is_better else min)(enough) if enough else None)
    return best


def _number(value: float) -> float | None:
    return float(value) if isfinite(value) else None


def compare_slices(
    frame: pd.DataFrame, measured: Sequence[SliceMetric], options: FairnessSettings, *, labelled: bool
) -> dict[tuple[str, str, str], float]:
    """Adjusted p-values of every slice that has enough evidence and is worse than the overall value.

    Only metrics in ``findings.least_gap`` are compared.

    Returns:
        By dimension, slice and metric.
    """
    metrics = [metric for metric in metrics_for(labelled=labelled) if metric.name in options.findings.least_gap]
    comparable = {(one.dimension, one.slice, one.metric) for one in measured if one.evidence is SliceEvidence.ENOUGH}
    sums = document_sums(frame, metrics)
    tests = [
        test
        for slicing in slicings(frame, options.slices)
        for column, metric in enumerate(metrics)
        for test in _compare(slicing, metric, sums, column)
        if (test.dimension, test.level, test.metric) in comparable
    ]
    return adjust(tests)


def _compare(slicing: Slicing, metric: Metric, sums: Sums, column: int) -> Iterator[Test]:
    p_values = disadvantage_p(
        slicing.codes,
        len(slicing.levels),
        sums.numerators[:, column],
        sums.denominators[:, column],
        higher_is_better=metric.higher_is_better,
    )
    for level, p in zip(slicing.levels, p_values, strict=True):
        yield Test(slicing.name, level, metric.name, float(p))


def metric_of(name: str) -> Metric:
    """The metric of this name."""
    return BY_NAME[name]  # type: ignore[index]
