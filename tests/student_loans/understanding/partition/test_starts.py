"""What speaks for and against a page that opens another document, as numbers; fitted trees weigh them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from student_loans.understanding.fields.layout import arrange
from student_loans.understanding.partition.several_documents import find_first_document, starts_of
from student_loans.understanding.partition.starts import look_of_pages
from student_loans.understanding.understand import understand
from tests.page_factory import Row, make_page

LETTER: Sequence[Row | str] = [
    "Halden Street Credit Union",
    "14 Halden Street, Corvin, OH 44200",
    "",
    "Dear Ines Pruitt:",
    "Your loan is approved. Your Final Disclosure is enclosed; read it and keep it.",
    "Halden Street Credit Union",
]
DISCLOSURE: Sequence[Row | str] = [
    "Halden Street Credit Union",
    "Private Education Loan Final Disclosure",
    {54: "Borrower:", 300: "Ines Pruitt"},
    {54: "Annual Percentage Rate:", 300: "7.12%"},
    {54: "Finance Charge:", 300: "$4,118.22"},
    {54: "Amount Financed:", 300: "$12,000.00"},
    {54: "Total of Payments:", 300: "$16,118.22"},
]


def test_an_enclosure_is_read_with_its_letter_and_a_person_looks() -> None:
    pages = [make_page(LETTER, number=1), make_page(DISCLOSURE, number=2)]
    first = find_first_document(pages)
    assert set(first.layout.sizes) == {1, 2}
    assert all("may begin another document" in reason for reason in first.reasons)
    assert understand(pages).fields["finance_charge"].value == "4118.22"


def test_a_page_is_compared_with_all_pages_before_it() -> None:
    pages = [make_page(rows, number=number) for number, rows in enumerate([LETTER, DISCLOSURE, DISCLOSURE], start=1)]
    second, third = starts_of(pages)
    assert len(second) == len(third)
    assert starts_of(pages, first=3) == [third]
    assert starts_of(pages[:1]) == []


def test_running_heads_margins_and_names_are_seen() -> None:
    letter, disclosure = look_of_pages(arrange([make_page(LETTER, number=1), make_page(DISCLOSURE, number=2)])).values()
    assert letter.heads & disclosure.heads == {"halden street credit union"}
    assert letter.margin == pytest.approx(disclosure.margin)
    assert {"halden", "ines"} <= letter.names
    assert "loan" in letter.words
