"""Page counters: what announces pages that are not there, and what only looks like a counter."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from student_loans.understanding.fields.layout import arrange
from student_loans.understanding.partition.page_counters import find_counters
from student_loans.understanding.partition.several_documents import find_first_document
from tests.page_factory import Row, make_page

BODY: list[Row | str] = [
    "Cedarbrook Loan Servicing",
    "Student Loan Billing Statement",
    {54: "Account number:", 300: "CB-5518820"},
    {54: "Total amount due:", 300: "$214.37"},
    "Please return the lower part with your payment, or pay at our web site.",
]
MORE: list[Row | str] = ["Payments received after the due date may be charged a late fee.", "Call us with questions."]


def missing(*pages: Sequence[Row | str], printed: bool = True) -> list[str]:
    texts = [make_page(rows, number=number, printed=printed) for number, rows in enumerate(pages, 1)]
    return [reason for reason in find_first_document(texts).reasons if reason.startswith("pages_missing")]


def counted(*rows: Row | str) -> list[tuple[int, int | None]]:
    return [(counter.number, counter.total) for counter in find_counters(arrange([make_page(rows)]))]


@pytest.mark.parametrize(
    "printed",
    [
        "Page 1 of 3", "page 1 of 3", "Page: 1 of 3", "Pg. 1/3", "PAGE 1/3", "1 of 3", "1/3", "- 1 of 3 -", "Page 1of3",
        "Pagelof3", "(Page 1 of 3)", "1 of 3 pages", "Sheet 1 of 3", "001/003", "Form PN-204 Page 1 of 3",
        "Page No. 1 of 3", "Page 1 out of 3",
    ],
)  # fmt: skip
def test_more_pages_announced_than_there_are(printed: str) -> None:
    assert counted(*BODY, printed) == [(1, 3)]
    assert missing([*BODY, printed]) == ["pages_missing: a counter announces 3 pages, there are 1"]


def test_a_counter_in_a_box_of_its_own() -> None:
    assert counted({54: "Statement date", 200: "Page"}, {54: "05/02/2025", 200: "1 of 3"}, *BODY, *MORE) == [(1, 3)]
    assert counted({300: "Page", 400: "1 of 3"}, *BODY, *MORE) == [(1, 3)]


@pytest.mark.parametrize(
    "row",
    [
        "See page 2 of 4 for the terms of this offer.",
        "This is described on page 2 of 4",
        {54: "Loan", 200: "1 of 3", 300: "$20.00"},
        {54: "Payment", 200: "2/36"},
        "Rev. 01/24",
        "01/24",
        "$1/3",
        "Ratio 1/3 applies",
        "Page 3 of 2",
        "Copy 1 of 2 for the borrower",
        "1098-E",
    ],
)
def test_what_is_no_counter(row: Row | str) -> None:
    assert counted(*BODY, row, *MORE, "Thank you.", "We are here to help.") == []


@pytest.mark.parametrize(
    "pages",
    [
        pytest.param([[*BODY, "Page 2 of 4"]], id="only the second of four"),
        pytest.param([[*BODY, "Page 2 of 2"]], id="only the last"),
        pytest.param([[*BODY, "Page 1 of 3"], [*MORE, "Page 3 of 3"]], id="one in the middle"),
        pytest.param([[*BODY, "Page 1 of 3"], [*MORE, "Page 2 of 3"]], id="the last one"),
        pytest.param([[*BODY, "Page 1"], [*MORE, "Page 3"]], id="without a total"),
        pytest.param([[*BODY, "Continued on next page"]], id="it says that it goes on"),
        pytest.param([[*BODY, "continued on page 2"]], id="it names the next page"),
        pytest.param(
            [["FAX", "To: Records", "Number of pages (including cover): 3"], BODY], id="a cover sheet counts three"
        ),
    ],
)
def test_pages_are_missing(pages: list[list[Row | str]]) -> None:
    assert len(missing(*pages)) == 1


@pytest.mark.parametrize(
    "pages",
    [
        pytest.param([[*BODY, "Page 1 of 1"]], id="one"),
        pytest.param([[*BODY, "Page 1 of 2"], [*MORE, "Page 2 of 2"]], id="two"),
        pytest.param([BODY, [*MORE, "page 2 of 2"]], id="the first is not counted"),
        pytest.param([[*BODY, "Page 1 of 2"], MORE], id="the last is not counted"),
        pytest.param([[*BODY, "Page 1 of 2"], [], [*MORE, "Page 2 of 2"]], id="a blank back between"),
        pytest.param(
            [["FAX", "To: Records", "Pages: 3"], [*BODY, "Page 1 of 2"], [*MORE, "Page 2 of 2"]], id="a cover"
        ),
        pytest.param(
            [["001/003", *BODY, "Page 1 of 3"], ["002/003", *MORE, "2/3"], ["003/003", "3 of 3"]], id="a fax's own"
        ),
        pytest.param([[*BODY, "Page 1 of 2", *MORE, "Page 2 of 2"]], id="two on one sheet"),
        pytest.param([[*BODY, "See next page for more information."], MORE], id="it goes on, and does"),
    ],
)
def test_no_page_is_missing(pages: list[list[Row | str]]) -> None:
    assert missing(*pages) == []
