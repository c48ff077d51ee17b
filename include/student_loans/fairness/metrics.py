"""Metrics of a slice: each is a ratio of two sums over its documents, so that slices, blocks and resamples add up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

from student_loans.fairness.settings import EvidenceSettings, MetricName, SliceSettings
from student_loans.fairness.slices import DIMENSIONS, PAIR

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]
    Codes = NDArray[np.int64]

MOST_BLOCKS = 500
"""Blocks of documents of a slice that are resampled: a larger slice is divided at random, so that the bootstrap takes the
same time for any number of documents."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric.

    Attributes:
        numerator: Column of the observations, or two, of which the second is subtracted from the first.
        denominator: Column.
        higher_is_better: Which side is the disadvantage.
        proportion: Whether it is in [0, 1], so that an exact interval replaces a degenerate bootstrap.
        needs_labels: Whether it needs labels.
        words: The metric as part of a sentence.
    """

    name: MetricName
    numerator: tuple[str, ...]
    denominator: str
    higher_is_better: bool
    proportion: bool
    needs_labels: bool
    words: str


METRICS = (
    Metric("field_accuracy", ("right",), "printed", True, True, True, "printed fields that are read right"),
    Metric("completeness", ("required_found",), "required", True, True, False, "required fields that are found"),
    Metric("auto_accept_rate", ("accepted",), "documents", True, True, False, "documents accepted without a person"),
    Metric("review_rate", ("review",), "documents", False, True, False, "documents sent to a person"),
    Metric(
        "accepted_error", ("accepted_wrong",), "accepted", False, True, True,
        "documents accepted without a person that hold a wrong value",
    ),
    Metric(
        "overconfidence", ("confidence", "values_right"), "values", False, False, True,
        "stated confidence above the share of values that are right",
    ),
    Metric("mean_confidence", ("confidence",), "values", True, True, False, "stated confidence of values"),
    Metric("seconds", ("seconds",), "documents", False, False, False, "seconds to read a document"),
)  # fmt: skip
BY_NAME = {metric.name: metric for metric in METRICS}


def metrics_for(*, labelled: bool) -> tuple[Metric, ...]:
    """The metrics that can be measured: all with labels; without labels, those that need none."""
    return tuple(metric for metric in METRICS if labelled or not metric.needs_labels)


@dataclass(frozen=True, slots=True)
class Slicing:
    """The documents divided by one dimension, or by two.

    Attributes:
        dimensions: One or two names.
        codes: For each document the number of its slice.
        levels: Names of the slices by number.
    """

    dimensions: tuple[str, ...]
    codes: Codes
    levels: tuple[str, ...]

    @property
    def name(self) -> str:
        """The dimensions, joined by a comma."""
        return ",".join(self.dimensions)


def slicings(frame: pd.DataFrame, options: SliceSettings, names: Sequence[str] = DIMENSIONS) -> Iterator[Slicing]:
    """Every dimension with more than one slice, then every two of them; made when asked for."""
    import numpy as np

    singles = [name for name in names if len(frame[name].cat.categories) > 1]
    for name in singles:
        column = frame[name].cat
        yield Slicing((name,), column.codes.to_numpy().astype(np.int64), tuple(column.categories))
    for first, second in combinations(singles, 2) if options.pairs else ():
        yield _pair(frame, first, second)


def _pair(frame: pd.DataFrame, first: str, second: str) -> Slicing:
    import numpy as np

    a, b = frame[first].cat, frame[second].cat
    wide = a.codes.to_numpy().astype(np.int64) * len(b.categories) + b.codes.to_numpy()
    present: Codes = np.flatnonzero(np.bincount(wide, minlength=len(a.categories) * len(b.categories)))
    narrow = np.zeros(len(a.categories) * len(b.categories), np.int64)
    narrow[present] = np.arange(len(present))
    levels = tuple(
        f"{a.categories[code // len(b.categories)]}{PAIR}{b.categories[code % len(b.categories)]}"
        for code in present.tolist()
    )
    return Slicing((first, second), narrow[wide], levels)


@dataclass(frozen=True, slots=True)
class Sums:
    """Numerators and denominators of some metrics, one row a document or a block of documents, one column a metric."""

    numerators: Numbers
    denominators: Numbers


def document_sums(frame: pd.DataFrame, metrics: Sequence[Metric]) -> Sums:
    """What each document contributes to each metric."""
    import numpy as np

    numerators = np.empty((len(frame), len(metrics)))
    denominators = np.ones((len(frame), len(metrics)))
    for number, metric in enumerate(metrics):
        first, *taken_off = metric.numerator
        numerators[:, number] = frame[first].to_numpy()
        for name in taken_off:
            numerators[:, number] -= frame[name].to_numpy()
        if metric.denominator != "documents":
            denominators[:, number] = frame[metric.denominator].to_numpy()
    return Sums(numerators, denominators)


@dataclass(frozen=True, slots=True)
class Blocks:
    """A slicing's documents, summed by block.

    Attributes:
        slices: For each block the number of its slice.
        starts: For each slice the number of its first block, and at the end the number of blocks.
        sums: One row a block.
        documents: For each slice and metric the documents that count for it (its denominator is not zero).
    """

    slices: Codes
    starts: Codes
    sums: Sums
    documents: Codes


def block_sums(slicing: Slicing, sums: Sums, order: Codes) -> Blocks:
    """Divide each slice at random into at most ``MOST_BLOCKS`` blocks of equal size.

    Args:
        slicing: The slices.
        sums: Of the documents.
        order: The documents in random order.
    """
    import numpy as np

    levels = len(slicing.levels)
    sizes = np.bincount(slicing.codes, minlength=levels)
    mixed = slicing.codes[order]
    by_slice = order[np.argsort(mixed, kind="stable")]
    rank = np.empty_like(by_slice)
    rank[by_slice] = np.arange(len(by_slice)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    blocks = np.minimum(sizes, MOST_BLOCKS)
    starts = np.concatenate(([0], np.cumsum(blocks)))
    cell = starts[slicing.codes] + rank % MOST_BLOCKS
    return Blocks(
        np.repeat(np.arange(levels), blocks),
        starts,
        Sums(_add(cell, sums.numerators, starts[-1]), _add(cell, sums.denominators, starts[-1])),
        _add(slicing.codes, sums.denominators != 0, levels).astype(np.int64),
    )


def _add(codes: Codes, columns: NDArray[Any], size: int) -> Numbers:
    import numpy as np

    return np.stack(
        [np.bincount(codes, weights=columns[:, number], minlength=size) for number in range(columns.shape[1])], axis=1
    )


def measure(slicing: Slicing, blocks: Blocks) -> tuple[Numbers, Numbers]:
    """Values of every slice and over all documents, by fairlearn's ``MetricFrame``.

    All metrics are one function of it, given the numbers of a slice's blocks: called once a slice it is eight times as quick.
    Only ``by_group`` and ``overall`` are used: ``difference`` leaves out a group whose metric is undefined (and reads 0.0
    when one group is left), and takes a group of five for as much evidence as one of five thousand.

    Returns:
        One row a slice and one column a metric, NaN where there is nothing to divide by; and one value a metric.
    """
    import numpy as np
    import pandas as pd
    from fairlearn.metrics import MetricFrame

    def ratios(numbers: Any, _: Any) -> Numbers:
        rows = np.asarray(numbers)
        with np.errstate(divide="ignore", invalid="ignore"):
            values: Numbers = blocks.sums.numerators[rows].sum(axis=0) / blocks.sums.denominators[rows].sum(axis=0)
        return values

    numbers = np.arange(len(blocks.slices))
    frame = MetricFrame(
        metrics=ratios, y_true=numbers, y_pred=numbers, sensitive_features=pd.Series(blocks.slices, name="slice")
    )
    by_slice = np.full((len(slicing.levels), blocks.sums.numerators.shape[1]), np.nan)
    for level, values in frame.by_group.items():
        by_slice[int(level)] = values
    return by_slice, np.asarray(frame.overall, dtype=float)


def random_order(documents: int, options: EvidenceSettings) -> Codes:
    """The documents in random order, the same for the same seed."""
    import numpy as np

    return np.random.default_rng(options.seed).permutation(documents).astype(np.int64)
