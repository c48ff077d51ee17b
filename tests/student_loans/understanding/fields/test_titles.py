"""Lines that may be a document's title."""

from __future__ import annotations

import pytest

from student_loans.understanding.fields.layout import arrange
from student_loans.understanding.fields.titles import find_titles
from tests.page_factory import Row, make_page


def titles(*rows: Row | str) -> list[str]:
    return [title.text for title in find_titles(arrange([make_page(rows)]))]


def test_a_line_of_words_may_be_a_title_and_a_label_with_its_value_is_none() -> None:
    found = titles("Your Loan Bill", "", "", {54: "Amount Due", 300: "$51.77"})
    assert found == ["Your Loan Bill"]


def test_a_title_may_go_on_in_the_next_line() -> None:
    assert "Student Loan Promissory Note" in titles("Student Loan Promissory", "Note")


def test_lines_far_down_the_page_are_no_titles() -> None:
    assert "Promissory Note" not in titles("Stillbrook", *[""] * 30, "Promissory Note")


def test_a_document_without_words_has_none() -> None:
    assert find_titles(arrange([])) == []


@pytest.mark.parametrize("number", ["Form 1098-E", "Substitute Form 1098-E:", "IRS Form 1098-E.", "FORM 4506-T"])
def test_behind_the_number_of_a_form_stands_its_title(number: str) -> None:
    assert titles(f"{number} Student Loan Interest Statement") == ["Student Loan Interest Statement"]


def test_the_number_of_a_form_alone_is_no_title() -> None:
    assert titles("Form 1098-E") == []


def test_a_year_beside_a_title_makes_no_row_of_it() -> None:
    assert (
        titles({54: "Student Loan Interest Statement", 300: "Tax year", 400: "2025"})[0]
        == "Student Loan Interest Statement"
    )


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("RE: Your forbearance has been approved", "Your forbearance has been approved"),
        ("Subject: Loan rehabilitation: terms and conditions", "Loan rehabilitation  terms and conditions"),
        ("Re: Account 4471-0092", None),
        ("Note: see page two", None),
    ],
)
def test_a_subject_is_a_title(line: str, title: str | None) -> None:
    assert [found.text for found in find_titles(arrange([make_page([line])]))] == ([title] if title else [])
