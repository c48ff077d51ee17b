"""Describe a finding in words that a person can act on, without claiming more than was measured."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from student_loans.fairness.analysis import metric_of
from student_loans.fairness.confounders import Cause, Explanation
from student_loans.fairness.slices import PAIR

if TYPE_CHECKING:
    from student_loans.fairness.finding import Finding

SCOPE = (
    "Findings are about these documents as this version reads them, not about lenders or borrowers: a gap is a difference in "
    "service, and a likely cause is an association that the labels show."
)
DIMENSION_WORDS = {
    "document_type": "document type",
    "lender": "lender",
    "pages": "number of pages",
    "file_format": "file format",
    "rendering": "rendering",
    "quality": "page quality",
}


def finding_words(finding: Finding, interval: float) -> str:
    """The finding as sentences."""
    metric = metric_of(finding.metric)
    low, high = sorted((abs(finding.low), abs(finding.high)))
    if finding.low <= 0 <= finding.high:
        low = 0.0
    sentences = [
        f"Quality-of-service gap, {metric.words}: {amount(finding.metric, finding.value)} for documents with "
        f"{slice_words(finding.dimension, finding.slice)}, {amount(finding.metric, finding.others)} for the others, "
        f"{gap(finding.metric, abs(finding.gap))} {'less' if finding.gap < 0 else 'more'} "
        f"({interval:.0%} interval {gap(finding.metric, low).removesuffix(' points')} to {gap(finding.metric, high)}; "
        f"{finding.documents:,} documents; p {_p(finding.p_adjusted)} after correction for "
        f"{finding.comparisons:,} comparisons)."
    ]
    if finding.fields and metric.name != "seconds":
        sentences.append(f"{_failing(finding)} {_list(finding.fields)}.")
    sentences.append(cause_words(finding.metric, finding.explanation))
    if finding.renderings:
        sentences.append(f"It has more of: {'; '.join(finding.renderings)}.")
    return " ".join(sentences)


def _failing(finding: Finding) -> str:
    if finding.metric in ("auto_accept_rate", "review_rate"):
        return "What holds more of them back is in"
    return "Most of what is wrong or missing is in" if finding.labelled else "Most of what is missing is in"


def cause_words(metric: str, explanation: Explanation) -> str:
    """The likely cause as a sentence."""
    other = DIMENSION_WORDS.get(explanation.dimension, explanation.dimension)
    left = gap(metric, abs(explanation.adjusted_gap)) if explanation.adjusted_gap is not None else "not measurable"
    if explanation.cause is Cause.EXPLAINED_BY:
        return f"Likely cause: {other}; among documents of the same {other} the gap is {left}."
    if explanation.cause is Cause.INSEPARABLE_FROM:
        return (
            f"It cannot be separated from {other}: hardly any other documents have the same {other}. "
            "Labels of more such documents would show the cause."
        )
    if explanation.cause is Cause.SLICE_ITSELF:
        return (
            f"Likely cause: what is particular to these documents; among documents alike otherwise the gap is {left}."
        )
    return f"Likely cause: several dimensions together; among documents alike in all of them the gap is {left}."


def slice_words(dimension: str, level: str) -> str:
    """A slice as part of a sentence.

    Example:
        >>> slice_words("lender,quality", "fairloom + below 0.6")
        'lender fairloom and page quality below 0.6'
    """
    names = dimension.split(",")
    parts = level.split(PAIR) if len(names) > 1 else [level]
    return " and ".join(f"{DIMENSION_WORDS.get(n, n)} {part}" for n, part in zip(names, parts, strict=True))


def amount(metric: str, value: float) -> str:
    """A value of a metric for people.

    Example:
        >>> amount("field_accuracy", 0.9312), amount("seconds", 3.14159)
        ('93.1%', '3.14 s')
    """
    return f"{value:.2f} s" if metric == "seconds" else f"{100 * value:.1f}%"


def gap(metric: str, value: float) -> str:
    """A difference of a metric for people.

    Example:
        >>> gap("field_accuracy", 0.0312)
        '3.1 points'
    """
    return f"{value:.2f} s" if metric == "seconds" else f"{100 * value:.1f} points"


def _p(p: float) -> str:
    return "below 0.0001" if p < 0.0001 else f"{p:.4f}"


def _list(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
