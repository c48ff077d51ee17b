"""Payments in groups: no one of them is the loan's term, and the first says when payments begin."""

from __future__ import annotations

from student_loans.understanding.understand import Understanding, understand
from tests.page_factory import Row, make_page

TERMS = "Disclosure of Loan Repayment Terms - Repayment Schedule"
HEAD = {54: "Number of Payments", 240: "Payment Amount", 400: "Beginning Date"}


def read(title: str, *rows: Row | str) -> Understanding:
    return understand([make_page([title, "", *rows])])


def groups(understanding: Understanding) -> list[tuple[str, str | None, str | None]]:
    return [(g.payments, g.payment, g.first_due_date) for g in understanding.payment_groups.groups]


def values(understanding: Understanding) -> dict[str, str]:
    return {name: candidate.value for name, candidate in understanding.fields.items()}


def test_graduated_payments_have_no_term_and_no_one_payment() -> None:
    rows = [{54: "24", 240: f"${n}4.17", 400: f"08/20/201{n}"} for n in (6, 8)]
    understanding = read(TERMS, {54: "Loan Amount", 300: "$13,420.55"}, "", HEAD, *rows)
    assert groups(understanding) == [("24", "64.17", "2016-08-20"), ("24", "84.17", "2018-08-20")]
    found = values(understanding)
    assert (found["loan_amount"], found["first_payment_date"]) == ("13420.55", "2016-08-20")
    assert not found.keys() & {"term_months", "monthly_payment"}
    group = understanding.payment_groups.groups[0]
    assert group.page == 1
    assert group.bbox is not None
    assert group.bbox[0] < group.bbox[2]


def test_a_last_payment_of_its_own_leaves_the_regular_one() -> None:
    rows = ({54: "119", 240: "$111.02", 400: "08/20/2016"}, {54: "1", 240: "$110.64", 400: "07/20/2026"})
    found = values(read(TERMS, HEAD, *rows))
    assert (found["monthly_payment"], found["first_payment_date"]) == ("111.02", "2016-08-20")
    assert "term_months" not in found


def test_one_group_is_all_the_payments() -> None:
    understanding = read(TERMS, HEAD, {54: "120", 240: "$111.02", 400: "08/20/2016"})
    assert groups(understanding) == []
    assert values(understanding)["monthly_payment"] == "111.02"


def test_groups_may_be_counted_under_their_amounts() -> None:
    """Regulation Z, Appendix H-18: the current rate's column, then that of the highest rate; a deferment comes first."""
    rows: tuple[Row, ...] = (
        {54: "Annual Percentage Rate", 320: "8.23%"},
        {54: "20 YEAR LOAN TERM", 320: "MONTHLY PAYMENTS"},
        {54: "May 1, 2024", 150: "Jun 30, 2028", 320: "No payment required", 450: "No payment required"},
        {54: "Jul 1, 2028", 150: "May 1, 2048", 320: "$110.58", 450: "$290.76"},
        {54: "239 monthly payments"},
        {54: "Jun 1, 2048", 320: "$110.16", 450: "$290.76"},
        {54: "1 monthly payment"},
    )
    understanding = read("Private Education Loan Approval Disclosure", *rows)
    assert groups(understanding) == [("239", "110.58", "2028-07-01"), ("1", "110.16", "2048-06-01")]
    found = values(understanding)
    assert (found["monthly_payment"], found["first_payment_date"]) == ("110.58", "2028-07-01")
