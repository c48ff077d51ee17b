"""Learn mitigations from labelled documents: the slices, and their thresholds or quotas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from student_loans.fairness.comparison import disadvantage_p, holm
from student_loans.fairness.intervals import wilson
from student_loans.fairness.metrics import BY_NAME, document_sums
from student_loans.fairness.observations import KEY
from student_loans.fairness.policy import MitigationKind, Policy
from student_loans.fairness.settings import FairnessSettings, MetricName
from student_loans.fairness.slices import UNKNOWN, resolve_lender

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Mask = NDArray[np.bool_]

NOTHING_ACCEPTED = 1.01
"""A threshold that no confidence reaches: all documents of the slice go to a person."""
_LEVEL = 0.05


def split(frame: pd.DataFrame, held_out: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Documents to learn from, and documents to judge on; a document is always on the same side."""
    from student_loans.fairness.mitigation.hashing import spread

    judged = spread(frame[KEY].to_numpy()) < held_out
    return frame[~judged].reset_index(drop=True), frame[judged].reset_index(drop=True)


def learn_aliases(frame: pd.DataFrame) -> dict[str, str]:
    """Names as records spell them, to the lender that the labels name.

    A name on documents of several lenders, such as their common servicer's, does not identify a lender and is left out.
    """
    pairs = frame[["seen_lender", "lender"]].drop_duplicates().astype(str)
    owners = pairs.groupby("seen_lender", observed=True)["lender"].agg(["nunique", "first"])
    own = owners[(owners["nunique"] == 1) & (owners.index != UNKNOWN)]
    return {str(name): str(lender) for name, lender in own["first"].items()}


def with_seen_lenders(frame: pd.DataFrame, aliases: Mapping[str, str]) -> pd.DataFrame:
    """The frame with ``seen_lender`` as a policy with these aliases sees it; each spelling is looked up once."""
    names = frame["seen_lender"].astype("category")
    found = {name: resolve_lender(str(name), aliases) for name in names.cat.categories}
    return frame.assign(seen_lender=names.astype(object).map(found).astype("category"))


def disadvantaged(frame: pd.DataFrame, dimension: str, metric: MetricName, options: FairnessSettings) -> list[str]:
    """Slices, as the pipeline sees them, with a disadvantage in the metric by more than chance."""
    import numpy as np

    column = frame[f"seen_{dimension}"].astype("category").cat
    sums = document_sums(frame, [BY_NAME[metric]])
    num, den, codes = sums.numerators[:, 0], sums.denominators[:, 0], column.codes.to_numpy().astype(np.int64)
    levels = len(column.categories)
    p_values = disadvantage_p(codes, levels, num, den, higher_is_better=BY_NAME[metric].higher_is_better)
    enough = np.bincount(codes[den != 0], minlength=levels) >= options.evidence.min_documents
    tested = [number for number in range(levels) if enough[number] and column.categories[number] != UNKNOWN]
    adjusted = holm([float(p_values[number]) for number in tested])
    return [str(column.categories[number]) for number, p in zip(tested, adjusted, strict=True) if p < _LEVEL]


def learn_thresholds(
    frame: pd.DataFrame, dimension: str, accept_above: float, aliases: Mapping[str, str], options: FairnessSettings
) -> Policy:
    """A threshold for each slice with more error among its accepted documents than the others have.

    It is the lowest at which the estimate of the slice's error, counting one error more than was seen as conformal
    prediction does (Angelopoulos and Bates, 2021), is at most the error of the slices that are not at a disadvantage. If
    no threshold reaches that, no document of the slice is accepted. With ``mitigation.may_lower`` slices with less error get a
    lower threshold by the same rule.

    Args:
        frame: Observations to learn from, with the lenders that the policy sees.
        dimension: Whose slices get thresholds.
        accept_above: The product's own threshold.
        aliases: Lender names, kept in the policy.
        options: Settings.
    """
    worse = disadvantaged(frame, dimension, "accepted_error", options)
    column = frame[f"seen_{dimension}"].astype(str)
    target = _target(frame, ~column.isin(worse).to_numpy())
    thresholds = {level: _raise_threshold(frame[column == level], accept_above, target) for level in worse}
    if options.mitigation.may_lower and worse:
        for level, rows in frame.groupby(column):
            if level not in worse and level != UNKNOWN and len(rows) >= options.evidence.min_documents:
                lowered = _lower_threshold(rows, accept_above, target)
                if lowered < accept_above:
                    thresholds[str(level)] = lowered
    return Policy(MitigationKind.THRESHOLDS, dimension, options.slices, aliases, thresholds=thresholds)


def learn_quotas(frame: pd.DataFrame, dimension: str, aliases: Mapping[str, str], options: FairnessSettings) -> Policy:
    """The share of a disadvantaged slice's accepted documents that a person must see.

    It is ``1 - target / error``: then the share of unseen wrong documents equals that of other slices.
    """
    worse = disadvantaged(frame, dimension, "accepted_error", options)
    column = frame[f"seen_{dimension}"].astype(str)
    target = _target(frame, ~column.isin(worse).to_numpy())
    quotas = {}
    for level in worse:
        rows = frame[(column == level) & (frame["accepted"] > 0)]
        error = float(rows["wrong"].mean())
        quotas[level] = round(min(1.0, max(0.0, 1 - target / error)), 3)
    return Policy(MitigationKind.QUOTAS, dimension, options.slices, aliases, quotas=quotas)


def _target(frame: pd.DataFrame, chosen: Mask) -> float:
    """Error among the accepted documents of the slices that are not at a disadvantage."""
    accepted = frame[chosen & (frame["accepted"] > 0).to_numpy()]
    return float(accepted["wrong"].mean()) if len(accepted) else 0.0


def _raise_threshold(rows: pd.DataFrame, accept_above: float, target: float) -> float:
    """The lowest threshold, not below the product's own, at which the slice's error is at most the target."""
    import numpy as np

    accepted = rows[rows["accepted"] > 0].sort_values("lowest_confidence", ascending=False)
    confidences, wrong = accepted["lowest_confidence"].to_numpy(), accepted["wrong"].to_numpy().cumsum()
    counts = np.arange(1, len(accepted) + 1)
    last_of_tie = np.append(confidences[1:] != confidences[:-1], True) if len(confidences) else np.array([], bool)
    holds = np.flatnonzero(last_of_tie & ((wrong + 1) / (counts + 1) <= target))
    if not len(holds):
        return NOTHING_ACCEPTED
    return max(accept_above, _floor(float(confidences[holds[-1]])))


def _lower_threshold(rows: pd.DataFrame, accept_above: float, target: float) -> float:
    """The same below the product's own threshold, as long as the upper end of Wilson's interval stays below the target."""
    best = accept_above
    candidates = rows[rows["only_confidence"] > 0]
    for threshold in (accept_above - 0.005 * step for step in range(1, 20)):
        accepted = candidates[candidates["lowest_confidence"] >= threshold]
        if not len(accepted) or wilson(float(accepted["wrong"].mean()), len(accepted), 0.9).high > target:
            break
        best = round(threshold, 4)
    return best


def _floor(confidence: float) -> float:
    """Round down to four places, the precision of records."""
    import math

    return math.floor(confidence * 10_000 + 1e-3) / 10_000
