"""The findings about a document, before the decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from student_loans.checks.document_checks import CheckResult
from student_loans.pages.words import PageText
from student_loans.understanding.confidence import Evidence
from student_loans.understanding.understand import Understanding


@dataclass(frozen=True, slots=True)
class Findings:
    """The words, fields and checks of a document.

    Attributes:
        texts: The words of all pages, in order.
        understanding: Type, fields and schedule.
        checks: The outcome of each arithmetic check that applied.
        evidence: Field name to the evidence for and against its value.
        loans: The same for each of several loans.
        notices: Reasons for review that the pages themselves give, see :class:`~student_loans.pages.prepared.PreparedPage`.
    """

    texts: tuple[PageText, ...]
    understanding: Understanding
    checks: tuple[CheckResult, ...]
    evidence: Mapping[str, Evidence]
    loans: tuple[Mapping[str, Evidence], ...] = ()
    notices: tuple[str, ...] = ()
