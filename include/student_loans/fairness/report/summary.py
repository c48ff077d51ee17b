"""The content of a bias report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from student_loans.fairness.analysis import SliceEvidence, SliceMetric
from student_loans.fairness.finding import Finding
from student_loans.fairness.settings import FairnessSettings


@dataclass(frozen=True, slots=True)
class BiasSummary:
    """One measurement.

    Attributes:
        labelled: Whether it was made against labels.
        documents: Documents that were measured.
        labels: Number of labels; not every labelled document has a record.
        comparisons: How many comparisons the p-values are corrected for.
        mitigations: Policies and evaluations as plain data, with ``version`` where they are kept.
        active_version: The mitigation that was active when the report was written.
    """

    run_id: str
    created_at: datetime
    labelled: bool
    documents: int
    labels: int
    comparisons: int
    metrics: Sequence[SliceMetric]
    findings: Sequence[Finding]
    mitigations: Sequence[Mapping[str, Any]]
    options: FairnessSettings
    active_version: int | None = None

    @property
    def headline(self) -> str:
        """The result in one sentence."""
        documents = f"{self.documents:,} {'labelled ' if self.labelled else ''}documents"
        if not self.documents:
            return "There is nothing to measure yet: no labelled document has a record."
        slices = {(one.dimension, one.slice) for one in self.findings}
        if not slices:
            return f"Among {documents} no slice is served worse than the others by more than chance."
        count = "1 slice is" if len(slices) == 1 else f"{len(slices)} slices are"
        return f"Among {documents} {count} served worse than the others by more than chance."

    def dimensions(self) -> list[str]:
        """Single dimensions that were measured, in order."""
        return list(dict.fromkeys(one.dimension for one in self.metrics if "," not in one.dimension))

    def of(self, dimension: str, metric: str) -> list[SliceMetric]:
        """The slices of a dimension for one metric, those with the most documents first."""
        found = [one for one in self.metrics if one.dimension == dimension and one.metric == metric]
        sizes = self.sizes(dimension)
        return sorted(found, key=lambda one: (-sizes[one.slice], one.slice))

    def sizes(self, dimension: str) -> dict[str, int]:
        """Documents of each slice of a dimension."""
        sizes: dict[str, int] = {}
        for one in self.metrics:
            if one.dimension == dimension:
                sizes[one.slice] = max(sizes.get(one.slice, 0), one.documents)
        return sizes

    def named(self, one: SliceMetric) -> bool:
        """Whether this slice and metric have a finding."""
        return any((f.dimension, f.slice, f.metric) == (one.dimension, one.slice, one.metric) for f in self.findings)

    def lacking(self) -> int:
        """Slices of single dimensions with too few documents for a statement."""
        return len(
            {
                (one.dimension, one.slice)
                for one in self.metrics
                if "," not in one.dimension and one.metric == "review_rate" and one.evidence is not SliceEvidence.ENOUGH
            }
        )

    def to_json(self) -> dict[str, Any]:
        """The summary as plain data, for programs."""
        return {
            "run_id": self.run_id,
            "created_at": self.created_at.isoformat(),
            "headline": self.headline,
            "labelled": self.labelled,
            "documents": self.documents,
            "labels": self.labels,
            "comparisons": self.comparisons,
            "settings": self.options.model_dump(mode="json"),
            "active_mitigation": self.active_version,
            "findings": [one.to_json() for one in self.findings],
            "mitigations": [dict(one) for one in self.mitigations],
            "metrics": [one.to_json() for one in self.metrics],
        }
