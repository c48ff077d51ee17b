"""Dates that a line's end breaks are read whole, and what stands on one of the lines is no date of its own."""

from __future__ import annotations

import pytest

from student_loans.understanding.understand import understand
from tests.page_factory import Row, make_page


def good_through(*cell: str) -> str | None:
    """The date that a payoff letter with this cell is understood to be good through."""
    rows: list[Row | str] = [
        "Cedarbrook Loan Servicing", "Payoff Statement", {54: "Date:", 220: "March 12, 2025"},
        {54: "Borrower name:", 220: "Marcus Ellery Dunham"}, {54: "Account number:", 220: "CB-7730194"},
        {54: "Payoff amount:", 220: "$18,316.57"}, {54: "Payoff good through:", 220: cell[0]},
        *({220: text} for text in cell[1:]), {54: "Per diem interest:", 220: "$3.24"},
    ]  # fmt: skip
    fields = understand([make_page(rows, leading=12.0)]).fields
    return fields["payoff_good_through_date"].value if "payoff_good_through_date" in fields else None


@pytest.mark.parametrize(
    "cell",
    [
        ("March 31,", "2025"), ("March", "31, 2025"), ("Monday, March 31,", "2025 at 5 pm"), ("31 March", "2025"),
        ("03/31/", "2025"), ("03/", "31/2025"), ("2025-03-", "31"), ("03/31/20", "25"), ("20250331",), ("03 / 31 / 2025",),
    ],
)  # fmt: skip
def test_a_date_on_two_lines_is_one(cell: tuple[str, ...]) -> None:
    assert good_through(*cell) == "2025-03-31"


@pytest.mark.parametrize("cell", [("March 31,",), ("03/31/",), ("March 31,", "noon")])
def test_half_a_date_is_none(cell: tuple[str, ...]) -> None:
    assert good_through(*cell) is None


def test_a_document_that_proves_day_first_is_read_so() -> None:
    rows: list[Row | str] = [
        "Cedarbrook Loan Servicing", "Student Loan Billing Statement", {54: "Borrower:", 220: "Ines Calloway Pruitt"},
        {54: "Account number:", 220: "CB-5518820"}, {54: "Statement date:", 220: "14/05/2025"},
        {54: "Payment due date:", 220: "04/06/2025"}, {54: "Total amount due:", 220: "$214.37"},
    ]  # fmt: skip
    fields = understand([make_page(rows)]).fields
    assert {name: fields[name].value for name in ("document_date", "due_date")} == {
        "document_date": "2025-05-14", "due_date": "2025-06-04",
    }  # fmt: skip
