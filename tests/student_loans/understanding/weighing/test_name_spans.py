"""Every run of words that may be a name."""

from __future__ import annotations

import pytest

from student_loans.understanding.fields.layout import arrange
from student_loans.understanding.weighing.name_spans import find_name_spans, tidy
from tests.page_factory import Row, make_page


def names(*rows: Row | str, leading: float = 16.0) -> set[str]:
    return {span.value for span in find_name_spans(arrange([make_page(rows, leading=leading)]))}


@pytest.mark.parametrize(
    ("row", "name"),
    [
        ("Lender: First Kinniconick Bank, N.A.", "First Kinniconick Bank, N.A."),
        ("Dear Mr. Ulysses G. Fairbanks:", "Ulysses G. Fairbanks"),
        ("we promise to pay Harbor & Pine of Ohio on demand", "Harbor & Pine of Ohio"),
        ("Hey Kestrel Yamamoto-Price, here is your plan", "Kestrel Yamamoto-Price"),
        ("your loan is with Regents of Chinook Valley University from today", "Regents of Chinook Valley University"),
        ("the holder is Ardent Trust 2006-A today", "Ardent Trust 2006-A"),
        ("ladderly", "ladderly"),
        ("Borrower Wendell G Haugen Soc. Sec. No.", "Wendell G Haugen"),
        ("MEMBER GUNNAR T LAITINEN LOAN 30917-64", "GUNNAR T LAITINEN"),
        (
            "Lender: Granite Scholars Education Authority Repayment plan: Standard",
            "Granite Scholars Education Authority",
        ),
        ('Blackstone River National Bank ("Lender")', "Blackstone River National Bank"),
        ("Tamarack College Amortization Schedule", "Tamarack College"),
        ("guarantor Hector Plummer August 8, 2024", "Hector Plummer"),
        ("NOW THEREFORE Xiomara Dumont promises", "Xiomara Dumont"),
        ("Thaddeus (Tad) Yellowhorse", "Thaddeus (Tad) Yellowhorse"),
    ],
)
def test_a_name_is_among_the_spans(row: str, name: str) -> None:
    assert name in names(row)


def test_a_name_may_stand_on_two_lines() -> None:
    assert "Ashdown Institute of Technology" in names("Ashdown Institute of", "Technology", leading=10.0)


def test_a_name_may_fill_boxes_side_by_side() -> None:
    assert "CAPROCK STATE UNIVERSITY" in names({54: "CAPROCK", 150: "STATE", 240: "UNIVERSITY"})


def test_amounts_and_addresses_on_the_web_are_no_names() -> None:
    assert names("$1,250.00 12/31/2024 www.brightwell.example") == set()


def test_the_marks_around_a_name_are_dropped_and_the_point_of_an_abbreviation_stays() -> None:
    assert tidy('"Northgate Loan Services,"') == "Northgate Loan Services"
    assert tidy("Acme Funding, Inc.") == "Acme Funding, Inc."
    assert tidy("Pinebrook College.") == "Pinebrook College"
