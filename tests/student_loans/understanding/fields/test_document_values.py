"""Every value of a document, before any is given to a field."""

from __future__ import annotations

import pytest

from student_loans.understanding.fields.document_values import read_values
from student_loans.understanding.fields.layout import arrange
from student_loans.understanding.fields.money import ANOTHER_CURRENCY
from student_loans.understanding.fields.values import Value
from tests.page_factory import Row, make_page


def values(*rows: Row | str, grammar: str = "money", leading: float = 16.0) -> list[Value]:
    layout = arrange([make_page(rows, leading=leading)])
    return [value for value in read_values(layout) if value.grammar == grammar]


def texts(*rows: Row | str, grammar: str = "money") -> list[str]:
    return [value.value for value in values(*rows, grammar=grammar)]


def test_a_value_put_together_hides_its_parts() -> None:
    assert texts({54: "Principal", 300: "$1,284", 340: "56"}, {54: "Interest", 300: "$9,111", 340: "07"}) == [
        "1284.56",
        "9111.07",
    ]


def test_a_document_in_another_currency_has_no_amount_without_doubt() -> None:
    found = values({54: "Payoff Amount", 300: "$1,284.56"}, "All amounts are in Canadian dollars.")
    assert [value.doubt for value in found] == [ANOTHER_CURRENCY]


def test_a_value_that_a_sentence_does_not_state_says_so() -> None:
    found = values("Loans are made to students of this school up to $9,999.00 in any year of study.")
    assert [(value.value, value.aside) for value in found] == [("9999.00", "limit")]


def test_a_value_says_whether_it_stands_in_a_sentence() -> None:
    (stated,) = values("I promise to pay to the lender the principal sum of $12,000.00 with interest on it.")
    (celled,) = values({54: "Loan Amount", 300: "$12,000.00"})
    assert (stated.in_sentence, celled.in_sentence) == (True, False)


def test_the_number_of_a_box_is_no_value() -> None:
    assert texts("16. Installment amount", grammar="term") == []
    assert texts({54: "20 Repayment term"}, {54: "21 Payment amount"}, {54: "22 First due"}, grammar="term") == []


def test_a_term_that_a_line_breaks_is_read_from_both() -> None:
    rows = (
        "The loan is repaid by equal payments over a period of 20",
        "years that begin with the first due date below it.",
    )
    assert texts(*rows, grammar="term") == ["240"]


def test_a_term_whose_box_is_not_ticked_is_no_value() -> None:
    assert texts("[ ] 5 years [X] 10 years", grammar="term") == ["120"]


@pytest.mark.parametrize("heading", ["Repayment Examples", "Sample Costs", "Assumptions"])
def test_values_under_examples_count_less(heading: str) -> None:
    under = values(heading, {54: "Loan", 300: "$10,000.00"})
    apart = values("Your Loan", {54: "Loan", 300: "$10,000.00"})
    assert [value.penalty for value in under] < [value.penalty for value in apart] == [1.0]


def test_words_that_are_read_otherwise_are_left_out() -> None:
    layout = arrange([make_page([{54: "A", 300: "$1.00"}, {54: "B", 300: "$2.00"}])])
    excluded = layout.segments[1].tokens
    assert [value.value for value in read_values(layout, excluded) if value.grammar == "money"] == ["2.00"]
