"""One slice that is served worse, with the size of the gap and the evidence for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from student_loans.fairness.confounders import Cause, Explanation


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
        words: All of it as sentences.
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
        """The finding as plain data."""
        data = asdict(self)
        explanation = data.pop("explanation")
        return {
            **data,
            "fields": list(self.fields),
            "renderings": list(self.renderings),
            "cause": self.explanation.cause.value,
            "cause_dimension": explanation["dimension"],
            "adjusted_gap": explanation["adjusted_gap"],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what :meth:`to_json` wrote."""
        own = {name: data[name] for name in cls.__dataclass_fields__ if name != "explanation"}
        cause = Explanation(Cause(data["cause"]), data["cause_dimension"], data["adjusted_gap"])
        lists = {"fields": tuple(data["fields"]), "renderings": tuple(data["renderings"])}
        return cls(**{**own, **lists, "explanation": cause})
