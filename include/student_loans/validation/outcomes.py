"""Outcomes of a suite of expectations over a batch: names, counts and ids, without values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from student_loans.severity import Severity


@dataclass(frozen=True, slots=True)
class ExpectationOutcome:
    """One expectation over one batch, without any value.

    Attributes:
        name: The expectation's name in the suite.
        kind: The library's name of it, such as ``expect_column_values_to_be_unique``.
        expected: What the suite asks for: its arguments, as the suite's author wrote them.
        evaluated: Documents it was checked on: those that carry the columns it needs.
        failed: Documents that fail it; 0 for one about the table as a whole.
    """

    name: str
    severity: Severity
    success: bool
    evaluated: int
    failed: int
    kind: str = ""
    expected: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BatchValidation:
    """A suite over one batch.

    Attributes:
        outcomes: One for each expectation, in the suite's order.
        failures: Document id to the names of the critical expectations it fails.
        warnings: Document id to the names of the warnings it fails.
        notes: Document id to the names of the ``info`` expectations it fails.
        too_many: Critical expectations that more rows fail than are named (:data:`MAX_NAMED_ROWS`).
        unchecked: Expectations that were not checked, as there are no rows: they have no outcome.
    """

    suite: str
    documents: int
    outcomes: tuple[ExpectationOutcome, ...]
    failures: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    warnings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    too_many: tuple[str, ...] = ()
    unchecked: tuple[str, ...] = ()

    @property
    def success(self) -> bool:
        """Whether no critical expectation failed."""
        return not any(one.severity is Severity.CRITICAL and not one.success for one in self.outcomes)

    @property
    def checked_nothing(self) -> bool:
        """Whether there are no rows, and no expectation is about their number: it is neither a success nor a failure."""
        return not self.outcomes

    @property
    def whole_batch_failures(self) -> tuple[str, ...]:
        """Critical expectations that failed without naming every failing row, so that single rows cannot be held back."""
        return tuple(
            one.name
            for one in self.outcomes
            if one.severity is Severity.CRITICAL and not one.success and (not one.failed or one.name in self.too_many)
        )


MAX_NAMED_ROWS = 10_000
"""Most failing rows of one expectation that are named one by one. Past it nobody reviews row by row, and memory would
grow with the table: the batch as a whole is refused."""
