"""One slice that is served worse, with the size of the gap and the evidence for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from student_loans.fairness.confounders import Explanation
from student_loans.plain_data import from_plain, to_plain

_EXPLANATION = {"cause": "cause", "dimension": "cause_dimension", "adjusted_gap": "adjusted_gap"}
"""Attributes of an explanation to the columns that they have."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One slice that is served worse than the other documents.

    Attributes:
        others: The metric over all documents outside the slice.
        gap: ``value - others``.
        low: Of the gap's bootstrap interval.
        high: Of the same.
        comparisons: How many comparisons the p-value is corrected for.
        fields: Names of the fields that most of the gap comes from.
        renderings: Renderings and quality bands that the slice has more of, with both shares.
        words: The finding as sentences.
    """

    dimension: str
    slice: str
    metric: str
    labelled: bool
    documents: int
    value: float
    others: float
    gap: float
    low: float
    high: float
    p_adjusted: float
    comparisons: int
    explanation: Explanation
    fields: tuple[str, ...]
    renderings: tuple[str, ...]
    words: str = ""

    def to_json(self) -> dict[str, Any]:
        """The finding as a row, its explanation in columns of their own."""
        data: dict[str, Any] = to_plain(self)
        explanation = data.pop("explanation")
        return data | {key: explanation[name] for name, key in _EXPLANATION.items()}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what :meth:`to_json` wrote."""
        explanation = {name: data[key] for name, key in _EXPLANATION.items()}
        return from_plain(cls, {**data, "explanation": explanation})
