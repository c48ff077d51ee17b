"""A label that is printed beside something of which no value was read is said to be there; a blank is a blank."""

from __future__ import annotations

import pytest

from student_loans.understanding.understand import understand
from tests.page_factory import Row, make_page

BILL = "Student Loan Billing Statement"


def unread(*rows: Row | str) -> tuple[str, ...]:
    return tuple(understand([make_page([BILL, "", {54: "Total Amount Due", 300: "$342.10"}, "", *rows])]).unread)


@pytest.mark.parametrize(
    "rows",
    [
        ({54: "Past Due Amount", 300: "12 dollars 50"},),
        ("Past Due Amount: 12 dollars 50",),
        ({54: "Past Due Amount", 300: "Rate Type"}, {54: "12 dollars 50", 300: "Fixed"}),
    ],
)
def test_a_number_that_was_not_read_beside_behind_or_under_its_label(rows: tuple[Row | str, ...]) -> None:
    assert unread(*rows) == ("past_due_amount",)


@pytest.mark.parametrize("blank", ["N/A", "none", "n/a", "________", "-", "No", "Not applicable"])
def test_a_blank_is_a_blank(blank: str) -> None:
    assert unread({54: "Past Due Amount", 300: blank}) == ()
    assert unread({54: "Loan Owner", 300: blank}) == ()


def test_a_label_alone_is_a_blank() -> None:
    assert unread({54: "Past Due Amount"}, "", "", "", {54: "Call us at 555-0100 with questions"}) == ()


def test_words_in_a_sentence_are_no_label() -> None:
    assert (
        unread("Past due amount of 5 percent or more may be charged to your account after 15 days without notice.")
        == ()
    )


def test_a_value_that_was_read_is_no_fault() -> None:
    assert unread({54: "Past Due Amount", 300: "$12.50"}) == ()


def test_what_another_field_has_taken_is_not_unread() -> None:
    """``Current balance`` and ``Principal`` may share a place; the value went to one of them."""
    assert "current_balance" not in unread({54: "Principal Balance", 300: "$12.50"})


def test_the_heads_of_several_loans_ask_for_nothing() -> None:
    head = {54: "Loan", 120: "Loan Type", 260: "Rate", 340: "Unpaid Principal"}
    rows = [{54: f"00{n}", 120: "Private Loan", 260: f"{n}.10%", 340: f"${n},500.00"} for n in (1, 2)]
    assert unread(head, *rows) == ()


def test_a_period_between_dates_is_no_term_that_was_not_read() -> None:
    application = "Private Education Loan Application"
    rows = ({54: "Loan Period", 300: "Name of School"}, {54: "08/2024", 300: "Fernhill College"})
    assert "term_months" not in understand([make_page([application, "", *rows])]).unread


def test_a_sign_in_a_cell_of_its_own_is_no_blank() -> None:
    assert unread({54: "Past Due Amount", 280: "$", 300: "12 dollars 50"}) == ("past_due_amount",)
    assert unread({54: "Past Due Amount", 280: "$"}) == ()
