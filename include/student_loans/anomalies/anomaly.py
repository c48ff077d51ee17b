"""One anomaly: a stable code, what it is about, and the numbers that make it one."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from student_loans.severity import Severity


class AnomalyCode(StrEnum):
    """Stable codes: in the database, reports and alerts."""

    MISSING_VALUES = "missing_values"
    OUTLIER = "outlier"
    UNUSUAL_COMBINATION = "unusual_combination"
    DISTRIBUTION_SHIFT = "distribution_shift"
    CATEGORY_SHIFT = "category_shift"
    UNKNOWN_LENDER = "unknown_lender"
    FORMAT_CHANGE = "format_change"
    MALFORMED_VALUES = "malformed_values"
    VOLUME = "volume"
    STALE = "stale"
    SLOW_PROCESSING = "slow_processing"


@dataclass(frozen=True, slots=True)
class Anomaly:
    """Something unusual.

    Attributes:
        message: For a person; never a value read from a document.
        document_id: None for an anomaly of the batch.
        document_type: The group in which it is unusual; None for all types.
        lender: The same for lenders.
        field: The field or measure it is about.
        evidence: Counts, shares, distances, thresholds.
    """

    code: AnomalyCode
    severity: Severity
    message: str
    document_id: str | None = None
    document_type: str | None = None
    lender: str | None = None
    field: str | None = None
    evidence: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def key(self, run_id: str) -> str:
        """Sixteen hex digits that are the same when the same run finds the same anomaly again."""
        parts = (run_id, self.code, self.document_id, self.document_type, self.lender, self.field)
        return hashlib.sha256("\x1f".join(str(part) for part in parts).encode()).hexdigest()[:16]
