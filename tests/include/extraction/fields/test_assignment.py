"""Values go to the field that is asked for: whose number it is, and what a reader made of a percent sign."""

from __future__ import annotations

from dataclasses import replace

from include.extraction.fields.understanding import understand
from include.extraction.words import PageText
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
