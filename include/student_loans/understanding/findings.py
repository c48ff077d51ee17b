"""All that is known about a document before anything is decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from include.checks.document_checks import CheckResult
from include.extraction.confidence import Evidence
from include.extraction.fields.understanding import Understanding
from include.extraction.words import PageText


@dataclass(frozen=True, slots=True)
class Findings:
    """What was read, understood and checked.

    Attributes:
        texts: The words of all pages, in order.
        understanding: Type, fields and schedule.
        checks: The outcome of each arithmetic check that applied.
        evidence: Field name to what speaks for and against its value.
        loans: The same for each of several loans.
        notices: Reasons for review that the pages themselves give, see :class:`~include.preprocessing.pages.PreparedPage`.
    """

    texts: tuple[PageText, ...]
    understanding: Understanding
    checks: tuple[CheckResult, ...]
    evidence: Mapping[str, Evidence]
    loans: tuple[Mapping[str, Evidence], ...] = ()
    notices: tuple[str, ...] = ()
