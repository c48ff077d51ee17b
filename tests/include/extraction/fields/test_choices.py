"""Kinds of loan: what stands at a label, which box is ticked, and nothing where the boxes were not read."""

from __future__ import annotations

import pytest

from include.extraction.fields.understanding import understand
from tests.page_factory import make_page

APPLICATION = "Student Loan Application"


def loan_type(printed: str) -> str | None:
    """What an application that prints this under the label is understood to ask for."""
    rows = (APPLICATION, "", {54: "Loan Amount Requested", 300: "Repayment Term"}, {54: "$9,600.00", 300: "96 months"})
    fields = understand([make_page([*rows, "Loan Type", printed])]).fields
    return fields["loan_type"].value if "loan_type" in fields else None


@pytest.mark.parametrize(
    ("printed", "kind"),
    [
        ("Private Refinance Loan", "refinance"),
        ("Direct Unsubsidized Loan", "unsubsidized"),
        ("\u2610 Private \u2612 Refinance \u2610 Consolidation", "refinance"),
        ("\u2610 Private Refinance \u2610 Consolidation", "refinance"),
    ],
)
def test_a_kind_of_loan_is_named_or_ticked(printed: str, kind: str) -> None:
    assert loan_type(printed) == kind


@pytest.mark.parametrize("printed", ["Private Refinance Consolidation", "Private \u25a1 Refinance Consolidation"])
def test_boxes_whose_marks_were_not_read_tell_nothing(printed: str) -> None:
    assert loan_type(printed) is None
