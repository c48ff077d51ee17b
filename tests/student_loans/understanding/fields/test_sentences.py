"""Which values of a sentence are stated of this loan, and which are conditions, limits, examples or charges."""

from __future__ import annotations

import pytest

from student_loans.understanding.fields.layout import arrange
from student_loans.understanding.fields.sentences import Sentences
from student_loans.understanding.fields.values import find_values
from tests.page_factory import make_page


def aside(text: str, grammar: str = "money") -> str:
    """What a text, wrapped as a paragraph is, speaks of at its only value of a grammar."""
    words, lines = text.split(), [""]
    for word in words:
        if len(lines[-1]) + len(word) > 75:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    layout = arrange([make_page(lines, leading=11.0)])
    for segment in layout.segments:
        for reading in find_values(segment.text):
            if reading.grammar == grammar:
                return Sentences(layout).aside(tuple(segment.tokens_between(reading.start, reading.end)), grammar)
    raise AssertionError("no value")


@pytest.mark.parametrize(
    "text",
    [
        "I promise to pay to the lender the principal sum of $12,000.00 with interest.",
        "The balance of your student loan is $12,000.00 as of the date of this letter.",
        "If you have questions about this letter call us. You owe $12,000.00 on this loan today.",
        "If we receive no payment by the due date, you will owe the total of $12,000.00 on that day.",
        "If we receive no payment by the due date you owe us a total of $12,000.00 on that day.",
    ],
)
def test_a_statement_states_its_value(text: str) -> None:
    assert aside(text) == ""


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("You must write to us even if the amount that you owe is $0.00 on the day.", "condition"),
        ("You must write to us even if the amount you owe on all of your loans is $0.00 now.", "condition"),
        ("Unless your balance is lower than $12,000.00 we send a statement to you every month.", "limit"),
        ("A statement is not sent to you when the amount due on your loan is $0.00 in that month.", "condition"),
        ("No payment has to be made on this student loan if the amount due is $0.00 at the time.", "condition"),
        ("The bank lends to students of this school up to $12,000.00 in every year of study.", "limit"),
        ("The monthly payment of a loan of this kind is at least $50.00 until it is repaid.", "limit"),
        ("Your payment may not exceed $50.00 in any month of the year that follows.", "limit"),
        ("The cost of credit to you may not exceed an annual percentage rate of 36% of it.", "limit"),
        ("For example, a borrower with a balance of $12,000.00 pays it back in ten years.", "example"),
        ("Suppose you borrow the sum of $12,000.00 and repay it in ten years of payments.", "example"),
        ("A late charge of $25.00 is added to payments that we receive after the due date.", "charge"),
        ("We add a fee of $25.00 for each returned check that your bank sends to us.", "charge"),
    ],
)
def test_conditions_limits_examples_and_charges_do_not(text: str, kind: str) -> None:
    assert aside(text, "rate" if "%" in text else "money") == kind


def test_the_date_of_a_condition_is_the_one_that_counts() -> None:
    assert (
        aside("This amount is good if we receive your payment in full by March 31, 2026 at our office.", "date") == ""
    )


def test_a_date_of_an_example_does_not_count() -> None:
    assert aside("For example, a loan that is made on March 31, 2026 is repaid in ten years.", "date")


@pytest.mark.parametrize("text", ["The applicant has to be at least 18 years of age on the day of the application."])
def test_years_of_age_are_no_term(text: str) -> None:
    assert aside(text, "term")


def test_an_identifier_is_stated_wherever_it_stands() -> None:
    assert aside("Please write the number CB-7730194 on the check if you pay by mail at all.", "identifier") == ""


@pytest.mark.parametrize("text", ["Up to $12,000.00", "Late Charge $25.00", "Minimum Payment Due If Late $25.00"])
def test_a_label_and_its_value_are_no_sentence(text: str) -> None:
    assert aside(text) == ""


def test_a_sentence_runs_over_lines_and_knows_its_words() -> None:
    layout = arrange(
        [make_page(["The bank lends to every student of this school who asks for it", "up to the sum that"])]
    )
    first = layout.segments[0].tokens[0]
    sentence = Sentences(layout).of(first)
    assert sentence is not None
    assert sentence.text.startswith("The bank lends")
    assert sentence.text[sentence.starts[1] :].startswith("bank")
