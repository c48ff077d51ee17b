"""A name at a caption that nobody listed may be the one that was not found."""

from __future__ import annotations

import pytest

from student_loans.understanding.fields.unknown_captions import UNKNOWN_CAPTION
from student_loans.understanding.understand import understand
from tests.page_factory import Row, make_page

PAYOFF: tuple[Row | str, ...] = (
    "EdLedger Servicing LLC", "", "Loan Payoff Quote", "", {54: "Borrower", 300: "Ann Lee"}, {54: "Account No.", 300: "27431962"},
    {54: "Payoff Amount", 300: "$6,450.30"},
)  # fmt: skip
APPLICATION: tuple[Row | str, ...] = (
    "Student Loan Application", {54: "Lender", 300: "Ashby Bank"}, {54: "Borrower", 300: "Ann Lee"},
    {54: "Amount Requested", 300: "$9,500.00"},
)  # fmt: skip


def unknown(*rows: Row | str) -> set[str]:
    return {name for name, reason in understand([make_page(rows)]).unread.items() if reason == UNKNOWN_CAPTION}


@pytest.mark.parametrize("caption", ["Beneficial keeper", "Purse behind it:"])
def test_an_organisation_that_may_be_the_lender(caption: str) -> None:
    rows: tuple[Row | str, ...] = (*PAYOFF, {54: caption, 300: "Vantrell Credit Union"})
    assert (
        unknown(*rows) == {"lender_name"}
        or understand([make_page(rows)]).fields["lender_name"].value == "Vantrell Credit Union"
    )


def test_a_person_that_may_be_the_cosigner() -> None:
    rows: tuple[Row | str, ...] = (*APPLICATION, {54: "Second hand", 300: "Paloma Trask"})
    assert (
        unknown(*rows) == {"cosigner_name"}
        or understand([make_page(rows)]).fields["cosigner_name"].value == "Paloma Trask"
    )


@pytest.mark.parametrize(
    "row",
    [
        {54: "Program", 300: "Private Student Loan"},
        {54: "Hours", 300: "Monday to Friday"},
        {54: "Item 12", 300: "Vantrell Credit Union"},
        {54: "Gloria Medrano", 300: "Stephen Bancroft"},
        {54: "call us on any day of the week", 300: "Vantrell Credit Union"},
        {54: "Beneficial keeper", 300: "see the note of your loan"},
    ],
    ids=["program", "words", "number", "signatures", "sentence", "no name"],
)
def test_what_is_no_name_at_a_caption(row: Row) -> None:
    assert unknown(*PAYOFF, row) == set()


def test_nothing_is_missing() -> None:
    rows: tuple[Row | str, ...] = (
        *PAYOFF,
        {54: "Lender", 300: "Ashby Bank"},
        {54: "Agent", 300: "Vantrell Credit Union"},
    )
    assert unknown(*rows) == set()
