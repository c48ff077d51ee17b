"""Judge a mitigation on held-out labelled documents: each slice before and after, and the additional reviews."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from student_loans.fairness.observations import KEY
from student_loans.fairness.policy import MitigationKind, Policy
from student_loans.fairness.settings import FairnessSettings

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Side:
    """A slice before or after a mitigation.

    Attributes:
        accepted: Documents accepted without review.
        wrong: Accepted documents with a wrong value.
        error: ``wrong / accepted``; None when none was accepted.
        unseen_wrong: Wrong documents that no person sees, per document of the slice.
        review: Documents that a person sees.
    """

    accepted: int
    wrong: int
    error: float | None
    unseen_wrong: float
    review: int


@dataclass(frozen=True, slots=True)
class JudgedSlice:
    """One slice of the held-out documents."""

    slice: str
    documents: int
    before: Side
    after: Side


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The effect of a mitigation on held-out documents.

    Attributes:
        measure: The measure that it equalises: ``error`` or ``unseen_wrong``.
        spread_before: Greatest less least of that measure over slices with enough documents; None: fewer than two have them.
        spread_after: The same after; a slice without accepted documents has no error.
        more_reviews: Additional documents that a person sees, per document.
        slices: Each slice, largest first.
    """

    kind: str
    dimension: str
    measure: str
    documents: int
    spread_before: float | None
    spread_after: float | None
    more_reviews: float
    slices: tuple[JudgedSlice, ...]
    changes: Mapping[str, Any]


MEASURES = {MitigationKind.THRESHOLDS: "error", MitigationKind.QUOTAS: "unseen_wrong"}


def judge(frame: pd.DataFrame, policy: Policy, options: FairnessSettings) -> Evaluation:
    """Apply thresholds or quotas to held-out observations, and compare both states slice by slice.

    Args:
        frame: Held-out observations, with the lenders that the policy sees.
        policy: Learned on others.
        options: Settings.
    """
    after = frame.assign(accepted=accepted_after(frame, policy).astype(float))
    slices = []
    for level, rows in frame.groupby(policy.dimension, observed=True):
        slices.append(JudgedSlice(str(level), len(rows), _side(rows), _side(after.loc[rows.index])))
    slices.sort(key=lambda one: (-one.documents, one.slice))
    measure = MEASURES[policy.kind]
    return Evaluation(
        kind=policy.kind.value,
        dimension=policy.dimension,
        measure=measure,
        documents=len(frame),
        spread_before=_range([one.before for one in slices], slices, measure, options),
        spread_after=_range([one.after for one in slices], slices, measure, options),
        more_reviews=float(frame["accepted"].sum() - after["accepted"].sum()) / max(1, len(frame)),
        slices=tuple(slices),
        changes={**policy.thresholds, **policy.quotas},
    )


def accepted_after(frame: pd.DataFrame, policy: Policy) -> Mask:
    """Which documents are accepted under a policy, as :func:`student_loans.fairness.policy.apply_policy` decides for records."""
    levels = frame[f"seen_{policy.dimension}"].astype(str)
    accepted = (frame["accepted"] > 0).to_numpy()
    thresholds = levels.map(policy.thresholds).to_numpy(dtype=float)
    own = levels.isin(policy.thresholds).to_numpy() & (frame["only_confidence"] > 0).to_numpy()
    lowest = frame["lowest_confidence"].to_numpy().astype(float)
    has_values = (frame["values"] > 0).to_numpy()
    # Confidences have four places; as 32-bit numbers they may be a little below them.
    passed = (lowest >= thresholds - 1e-6) & (thresholds <= 1) & has_values
    accepted = accepted.copy()
    accepted[own] = passed[own]
    quotas = levels.map(policy.quotas).fillna(0.0).to_numpy(dtype=float)
    return accepted & ~(frame[KEY].to_numpy() < quotas * 2.0**32)


def _side(rows: pd.DataFrame) -> Side:
    accepted = rows["accepted"].to_numpy() > 0
    wrong = int((accepted & (rows["wrong"].to_numpy() > 0)).sum())
    count = int(accepted.sum())
    return Side(
        accepted=count,
        wrong=wrong,
        error=wrong / count if count else None,
        unseen_wrong=wrong / len(rows),
        review=len(rows) - count,
    )


def _range(
    sides: Iterable[Side], slices: Sequence[JudgedSlice], measure: str, options: FairnessSettings
) -> float | None:
    least = options.evidence.min_documents
    values = []
    for side, one in zip(sides, slices, strict=True):
        # Slices that have too little evidence before are left out on both sides.
        counted = one.before.accepted if measure == "error" else one.documents
        value = getattr(side, measure)
        if counted >= least and value is not None:
            values.append(value)
    return max(values) - min(values) if len(values) > 1 else None
