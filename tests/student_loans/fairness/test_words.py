"""Findings in words: size, interval, evidence and cause, and no more than was measured."""

from __future__ import annotations

from dataclasses import replace

import pytest

from student_loans.fairness.confounders import Cause, Explanation
from student_loans.fairness.findings import Finding
from student_loans.fairness.words import amount, cause_words, finding_words, gap, slice_words

FINDING = Finding(
    dimension="lender", slice="tern", metric="field_accuracy", labelled=True, documents=1234, value=0.8, others=0.95,
    gap=-0.15, low=-0.2, high=-0.1, p_adjusted=0.00123, comparisons=1500,
    explanation=Explanation(Cause.SLICE_ITSELF, "", -0.14), fields=("apr", "due_date", "loan_amount"), renderings=(),
)  # fmt: skip


def test_a_finding_gives_size_interval_documents_and_evidence() -> None:
    assert finding_words(FINDING, 0.95) == (
        "Quality-of-service gap, printed fields that are read right: 80.0% for documents with lender tern, 95.0% for the "
        "others, 15.0 points less (95% interval 10.0 to 20.0 points; 1,234 documents; p 0.0012 after correction for 1,500 "
        "comparisons). Most of what is wrong or missing is in apr, due_date and loan_amount. Likely cause: what is "
        "particular to these documents; among documents alike otherwise the gap is 14.0 points."
    )


def test_an_interval_on_both_sides_of_nothing_starts_at_nothing() -> None:
    assert "interval 0.0 to 5.0 points" in finding_words(replace(FINDING, low=-0.05, high=0.01), 0.95)
    assert "interval 0.0 to 5.0 points" in finding_words(replace(FINDING, low=-0.01, high=0.05), 0.95)


def test_more_of_what_is_bad_is_more() -> None:
    more = finding_words(replace(FINDING, metric="accepted_error", gap=0.15, low=0.1, high=0.2), 0.9)
    assert "15.0 points more (90% interval 10.0 to 20.0 points" in more


@pytest.mark.parametrize(
    ("metric", "labelled", "words"),
    [
        ("field_accuracy", True, "Most of what is wrong or missing is in apr."),
        ("completeness", False, "Most of what is missing is in apr."),
        ("review_rate", True, "What holds more of them back is in apr."),
        ("auto_accept_rate", False, "What holds more of them back is in apr."),
    ],
)
def test_fields_are_named_for_what_they_fail_in(metric: str, labelled: bool, words: str) -> None:
    assert words in finding_words(replace(FINDING, metric=metric, labelled=labelled, fields=("apr",)), 0.95)


def test_seconds_have_no_fields_and_two_places() -> None:
    slow = finding_words(
        replace(FINDING, metric="seconds", value=3.14159, others=1.0, gap=2.14159, low=2, high=2.5), 0.95
    )
    assert "3.14 s for documents" in slow
    assert "2.14 s more (95% interval 2.00 s to 2.50 s" in slow
    assert "apr" not in slow


def test_a_tiny_p_value_is_not_written_as_zero() -> None:
    assert "p below 0.0001 after" in finding_words(replace(FINDING, p_adjusted=1e-12), 0.95)
    assert "p 0.0001 after" in finding_words(replace(FINDING, p_adjusted=0.0001), 0.95)


def test_what_the_slice_has_more_of_comes_last() -> None:
    both = (
        "rendering degraded: 90% of its documents, 20% of the others",
        "quality below 0.6: 50% of its documents, 0% of the others",
    )
    assert finding_words(replace(FINDING, renderings=both), 0.95).endswith(f"It has more of: {both[0]}; {both[1]}.")


@pytest.mark.parametrize(
    ("explanation", "words"),
    [
        (Explanation(Cause.EXPLAINED_BY, "quality", -0.02), "Likely cause: page quality; among documents of the same page"),
        (Explanation(Cause.INSEPARABLE_FROM, "rendering"), "hardly any other documents have the same rendering."),
        (Explanation(Cause.UNKNOWN, "", -0.01), "Likely cause: several dimensions together"),
        (Explanation(Cause.SLICE_ITSELF), "the gap is not measurable."),
    ],
)  # fmt: skip
def test_a_cause_is_called_likely_or_not_separable(explanation: Explanation, words: str) -> None:
    assert words in cause_words("field_accuracy", explanation)


@pytest.mark.parametrize(
    ("dimension", "level", "words"),
    [
        ("pages", "3-5", "number of pages 3-5"),
        ("file_format,rendering", "pdf + degraded", "file format pdf and rendering degraded"),
        ("document_type", "form_1098e", "document type form_1098e"),
    ],
)
def test_slices_are_named_by_their_dimensions(dimension: str, level: str, words: str) -> None:
    assert slice_words(dimension, level) == words


def test_shares_are_percent_and_gaps_are_points() -> None:
    assert (amount("completeness", 1.0), amount("completeness", 0.0)) == ("100.0%", "0.0%")
    assert (gap("completeness", 0.0), gap("seconds", 0.005)) == ("0.0 points", "0.01 s")
