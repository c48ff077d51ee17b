"""Names of organisations: whole, and without what stands beside them."""

from __future__ import annotations

import pytest

from include.extraction.fields.understanding import understand
from tests.page_factory import Row, make_page

APPLICATION = "Student Loan Application"
NOTE = "Promissory Note"


def read(*rows: Row | str) -> dict[str, str]:
    return {name: candidate.value for name, candidate in understand([make_page(rows)]).fields.items()}


@pytest.mark.parametrize(
    "printed",
    [
        "Mount Ansel University Medical School USD 23,500.00",
        "Mount Ansel University Medical School $11000.00",
        "Mount Ansel University Medical School",
    ],
)
def test_a_school_of_a_university_is_named_whole(printed: str) -> None:
    fields = read(APPLICATION, "", {54: "School", 340: "Loan program"}, {54: printed, 340: "Private Student Loan"})
    assert fields["school_name"] == "Mount Ansel University Medical School"


def test_a_name_ends_where_the_next_label_begins() -> None:
    fields = read(APPLICATION, "", "Name of School: Northam College of Arts and Sciences Amount Requested: $49,111.00")
    assert fields["school_name"] == "Northam College of Arts and Sciences"


def test_the_program_under_a_lender_is_no_part_of_its_name() -> None:
    fields = read(
        NOTE, "", {54: "6. Payee", 340: "7. Servicing Agent"},
        {54: "Highgarth Scholars Fund", 340: "Cobble Creek Borrower Services, Inc."},
        {54: "Federal Consolidation Loan", 340: "742944444"}, "", "8. Note Amount $4,500.00",
    )  # fmt: skip
    assert fields["lender_name"] == "Highgarth Scholars Fund"


def test_a_name_may_begin_with_a_word_of_labels() -> None:
    fields = read(NOTE, "", {54: "Lender", 300: "Garden Payment Trust Company"})
    assert fields.get("lender_name") != "Garden"
