"""A name is whole where no other place of the document prints more of it."""

from __future__ import annotations

import pytest

from student_loans.understanding.fields.layout import arrange
from student_loans.understanding.fields.longer_names import LONGER, is_printed_longer
from student_loans.understanding.understand import understand
from tests.page_factory import Row, make_page


def printed_longer(name: str, *elsewhere: str) -> bool:
    layout = arrange([make_page([name, "", *elsewhere])])
    return is_printed_longer(layout, layout.segments[0].tokens, {"write", "call", "dear"})


@pytest.mark.parametrize(
    ("name", "elsewhere"),
    [
        ("Harborline Bank", "Creditor: Harborline Bank, N.A."),
        ("HARBORLINE BANK", "Payable to Harborline Bank, N.A. at the counter"),
        ("TALLGRASS", "Tallgrass Campus Loan Management, LLC"),
        ("Prairie Compass Education", "Prairie Compass Education Loans Page 1"),
        ("Educators Credit Union", "You may call or write to Blue Mesa Educators Credit Union at any time"),
    ],
)
def test_a_part_of_a_name_that_is_printed_in_full(name: str, elsewhere: str) -> None:
    assert printed_longer(name, elsewhere)


@pytest.mark.parametrize(
    "elsewhere",
    [
        "Harborline Bank",
        "Please write to Harborline Bank, Education Lending, 900 Wharf Plaza",
        "Call Harborline Bank before noon",
        "We at Harborline Bank wish you well",
        "Harborline",
    ],
)
def test_a_name_among_other_words(elsewhere: str) -> None:
    assert not printed_longer("Harborline Bank", elsewhere)


def test_what_stands_under_a_letterhead_is_no_part_of_it() -> None:
    rows = ["Clearfork Servicing Group", "", "Clearfork Servicing Group", "Servicing your education loans since 1974"]
    layout = arrange([make_page(rows, leading=11.0)])
    assert not is_printed_longer(layout, layout.segments[0].tokens, frozenset())


def test_a_name_that_runs_on_into_the_next_line() -> None:
    line = "Errors are put right at once if you will only call or write to Blue Mesa Educators Credit"
    layout = arrange([make_page(["Educators Credit Union", "", line, "Union, 77 Mesa Trail"], leading=10.0)])
    assert is_printed_longer(layout, layout.segments[0].tokens, frozenset())


def test_a_name_that_is_printed_longer_goes_to_a_person() -> None:
    rows: list[Row | str] = [
        "Promissory Note", {54: "Lender", 300: "Harborline Bank"}, {54: "Borrower", 300: "Ann Lee"},
        {54: "Loan Amount", 300: "$9,500.00"}, "", "Mail all payments to Harborline Bank, N.A., Dover.",
    ]  # fmt: skip
    assert understand([make_page(rows)]).doubts == {"lender_name": LONGER}
