"""Names of people: what stands around them is no part of them."""

from __future__ import annotations

import pytest

from include.extraction.fields.understanding import understand
from tests.page_factory import make_page


@pytest.mark.parametrize(
    "printed", ["Applicant Namc: Imani P. Jefferson", "Applicant Name: Imani P. Jefferson Phone: (555) 555-0195"]
)
def test_a_name_ends_and_begins_at_labels(printed: str) -> None:
    rows = ("Student Loan Application", "", "Application ID: 171834-01", printed, "Loan Amount Requested: $9,600.00")
    fields = understand([make_page(rows)]).fields
    assert fields["borrower_name"].value == "Imani P. Jefferson"
