"""Values go to the field that is asked for: whose number it is, and what a reader made of a percent sign."""

from __future__ import annotations

from dataclasses import replace

import pytest

from student_loans.pages.words import PageText
from student_loans.understanding.understand import understand
from student_loans.understanding.weighing.reader import ANOTHER_IN_CELL
from tests.page_factory import Row, make_page

APPLICATION = "Student Loan Application"
NUMBER = "Social Security Number"
TERMS: tuple[Row | str, ...] = (
    "Student Loan Billing Statement", "", {54: "Total Amount Due", 300: "$312.44"}, {54: "Late fee", 300: "5%"},
    {54: "Interest rate", 300: "7.098"},
)  # fmt: skip


def scanned(page: PageText) -> PageText:
    """The page as a reader of images gives it: every word with some doubt."""
    return replace(page, words=tuple(replace(word, confidence=0.97) for word in page.words))


def rate(page: PageText) -> str:
    return understand([page]).fields["interest_rate"].value


def test_the_cosigners_number_is_not_the_borrowers() -> None:
    borrower: tuple[Row | str, ...] = (
        "1. BORROWER INFORMATION",
        {54: "Name", 300: NUMBER},
        {54: "Priya Larsen", 300: "***-**-8103"},
    )
    cosigner: tuple[Row | str, ...] = (
        "4. COSIGNER INFORMATION", {54: "Cosigner Name", 300: NUMBER}, {54: "Thomas Sandoval", 300: "XXX-XX-1252"},
    )  # fmt: skip
    for rows in ((*borrower, "", *cosigner), (*cosigner, "", *borrower)):
        fields = understand([make_page([APPLICATION, "", "Amount Requested: $9,500.00", "", *rows])]).fields
        assert fields["borrower_ssn_last4"].value == "8103"


def test_an_eight_that_was_a_percent_sign_is_dropped_where_rates_are_printed_with_one() -> None:
    assert rate(scanned(make_page(TERMS))) == "7.09"
    assert rate(scanned(make_page([*TERMS[:3], *TERMS[4:]]))) == "7.098"


def test_a_text_layer_is_taken_at_its_word() -> None:
    assert rate(make_page(TERMS)) == "7.098"


def test_only_rates_lose_an_eight() -> None:
    rows = ("Payoff Quote - loan payoff statement", "", {54: "Per diem", 300: "3.448"}, {54: "Late fee", 300: "5%"})
    for page in (make_page(rows), scanned(make_page(rows))):
        assert understand([page]).fields["per_diem"].value == "3.448"


SENTENCE = "Your payoff amount is $99,999.00 on the last day of the school year in which you leave."
PAYOFF: tuple[Row | str, ...] = ("Payoff Quote - Loan Payoff Statement", "")
CELL: Row = {54: "Payoff Amount", 300: "$10,100.00"}


@pytest.mark.parametrize("rows", [(CELL, "", SENTENCE), (SENTENCE, "", CELL)], ids=["cell first", "sentence first"])
def test_a_value_at_its_own_label_goes_before_one_in_a_sentence_or_is_doubted(rows: tuple[Row | str, ...]) -> None:
    understood = understand([make_page([*PAYOFF, *rows])])
    read = understood.fields.get("payoff_amount")
    assert (read.value if read else understood.doubts["payoff_amount"]) in ("10100.00", ANOTHER_IN_CELL)


def test_a_value_in_a_sentence_is_taken_where_no_other_is_printed() -> None:
    assert understand([make_page([*PAYOFF, SENTENCE])]).fields["payoff_amount"].value == "99999.00"


@pytest.mark.parametrize(
    ("cell", "part"),
    [
        ({54: "Payoff Amount", 300: "C$10,100.00"}, "currency"),
        ({54: "Payoff Amount", 300: "$10,100.00 - $10,300.00"}, "range"),
        ({54: "Payoff Amount", 300: "$10,100.567"}, "two places"),
        ({54: "Payoff Amount", 300: "$10,100", 385: "56"}, "cents"),
    ],
    ids=["currency", "range", "places", "cents"],
)
def test_a_value_with_a_doubt_is_left_out_and_the_doubt_kept(cell: Row, part: str) -> None:
    understood = understand([make_page([*PAYOFF, cell, {54: "Per Diem", 300: "$1.92"}])])
    assert "payoff_amount" not in understood.fields
    assert part in understood.doubts["payoff_amount"]
