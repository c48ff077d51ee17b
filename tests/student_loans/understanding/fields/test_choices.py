"""Choices: which box is ticked, what is stated plainly, and nothing where neither is so."""

from __future__ import annotations

import pytest

from student_loans.understanding.fields.choices import MARK_UNREAD
from student_loans.understanding.understand import Understanding, understand
from tests.page_factory import Row, make_page

EMPTY, CROSSED, FILLED = "\u2610", "\u2612", "\u25a0"
RATE: Row = {54: "Interest rate:", 200: "6.18%"}


def application(*rows: Row | str, printed: bool = True) -> Understanding:
    """An application with some rows at its end."""
    head: tuple[Row | str, ...] = (
        "Alder Gate Student Finance", "Student Loan Application", "Application number: AG-440917",
        {54: "Loan Amount Requested", 300: "Repayment Term"}, {54: "$9,600.00", 300: "96 months"},
    )  # fmt: skip
    return understand([make_page([*head, *rows], printed=printed)])


def read(field: str, *rows: Row | str, printed: bool = True) -> str | None:
    """The value of a field in an application with these rows."""
    fields = application(*rows, printed=printed).fields
    return fields[field].value if field in fields else None


@pytest.mark.parametrize(
    "rows",
    [
        [f"Rate type: {EMPTY} Fixed {CROSSED} Variable"],
        [f"Rate type: Fixed {EMPTY} Variable {CROSSED}"],
        [f"Rate type: {EMPTY}Fixed {CROSSED}Variable"],
        [f"Rate type: Fixed{EMPTY} Variable{CROSSED}"],
        [f"Rate type: {EMPTY} Fixed {CROSSED} Variable {EMPTY} Not sure"],
        [f"Rate type: {EMPTY} Fixed {CROSSED} Variable {EMPTY} other: ______"],
        [f"Rate type: {EMPTY} Fixed interest rate {CROSSED} Variable interest rate"],
        ["Rate type: [ ] Fixed [ x ] Variable"],
        ["Rate type: Fixed rate [ ] Variable rate [X]"],
        ["Rate type: ( ) Fixed (X) Variable"],
        ["Rate type: (\u2022) Variable ( ) Fixed"],
        ["Rate type: ____ Fixed _X_ Variable"],
        ["Rate type: X Variable ____ Fixed"],
        ["Rate type: o Fixed x Variable"],
        [{54: "Rate type:", 200: EMPTY, 220: "Fixed", 280: CROSSED, 300: "Variable"}],
        [{54: "Rate type:", 200: "Variable", 250: CROSSED, 300: "Fixed", 340: EMPTY}],
        [{54: "Rate type:", 200: "\u25cb Fixed", 300: "\u25cf Variable"}],
        [{54: "Rate type:", 200: "\u274d Fixed", 300: "\u25cf Variable"}],
        [{54: "Rate type:", 200: "\uf0a8 Fixed", 300: "\uf0fe Variable"}],
        [{54: "Rate type:", 200: "\u00a8 Fixed", 300: "\u00fe Variable"}],
        [{54: "Rate option", 220: f"{EMPTY} Fixed"}, {220: f"{CROSSED} Variable"}],
        [f"Fixed {EMPTY}", f"Variable {CROSSED}"],
        ["[ ] I choose a fixed interest rate", "[X] I choose a variable interest rate"],
    ],
)
def test_the_one_ticked_box_is_the_choice(rows: list[Row | str]) -> None:
    assert read("rate_type", *rows) == "variable"


@pytest.mark.parametrize(
    "rows",
    [
        ["Rate type: [X] Fixed [X] Variable"],
        [f"Rate type: {EMPTY} Fixed {EMPTY} Variable"],
        [f"Rate type: {FILLED} Fixed {FILLED} Variable"],
        [{54: "Rate type:", 200: "\u25cf Fixed", 300: "\u25cf Variable"}],
        [{54: "Rate type:", 200: "\ue123 Fixed", 300: "\ue123 Variable"}],
        ["Rate type: Fixed / Variable"],
        ["Rate type: Fixed or Variable (circle one)"],
        [{54: "Rate type:", 220: "Fixed", 300: "Variable"}],
        [{54: "Rate option", 220: "Fixed"}, {220: "Variable"}],
        [f"Rate type: Fixed {CROSSED} Variable"],
        [RATE, f"{EMPTY} Fixed {EMPTY} Variable", "Your interest rate is fixed."],
    ],
)
def test_boxes_of_which_none_or_two_are_ticked_say_nothing(rows: list[Row | str]) -> None:
    assert read("rate_type", *rows) is None


@pytest.mark.parametrize(
    ("kind", "rows"),
    [
        ("fixed", ["Rate type: Fixed"]),
        ("fixed", ["Is your rate fixed or variable? Fixed"]),
        ("variable", ["Rate type: \u2713 Variable"]),
        ("fixed", ["Interest rate: 6.18% fixed"]),
        ("variable", ["Interest rate: 6.18% (Variable)"]),
        ("variable", [{54: "Interest rate:", 200: "Variable, currently 6.18%"}]),
        ("variable", [{54: "Variable Rate", 220: "6.18%"}]),
        ("fixed", ["FIXED INTEREST RATE", "6.18%", "A variable rate equals the index plus a margin, and may change."]),
        ("fixed", [{54: "Fixed interest rate:", 220: "6.18%"}, "If your rate is variable, it may change."]),
        ("variable", [RATE, "Your interest rate is variable. It may change."]),
        ("variable", [RATE, "The interest rate on your loan is variable and may increase."]),
        ("variable", [RATE, "This loan has a variable interest rate."]),
        ("fixed", ["Interest will accrue on this loan at a fixed rate of 6.18% per annum."]),
    ],
)
def test_a_plain_statement_is_the_choice(kind: str, rows: list[Row | str]) -> None:
    assert read("rate_type", *rows) == kind


@pytest.mark.parametrize(
    "row",
    [
        "Variable rates are based on an index.",
        "If your rate is variable, it may change every month.",
        "Fixed and variable rate loans are available.",
        "A variable rate equals the index plus a margin.",
        "The variable rate is equal to the 30-day average SOFR plus a margin.",
        "Direct loans have a fixed rate.",
        "Your loan may have a fixed or variable rate.",
        "If you choose a variable rate, your rate is tied to an index.",
        "Loans with a variable rate are available to eligible borrowers.",
        "We offer a fixed rate and no fees.",
        "You may refinance at a fixed rate at any time.",
        {54: "PLUS for parents", 200: "8.05% fixed"},
        {54: "Repayment type", 200: "Fixed"},
        {54: "Payment plan", 200: "Fixed payments"},
        "Rate type: Fixed for the first five years, then variable",
    ],
)
def test_what_describes_rates_in_general_is_no_statement(row: Row | str) -> None:
    assert read("rate_type", RATE, row) is None


def test_statements_that_contradict_each_other_say_nothing() -> None:
    assert read("rate_type", "Rate type: Fixed", "Your interest rate is variable.") is None


def test_a_box_that_was_not_read_on_a_scan_leaves_a_doubt() -> None:
    found = application(f"Rate type: {EMPTY} Fixed Variable", printed=False).doubted["rate_type"]
    assert (found.value, found.doubt) == ("variable", MARK_UNREAD)
    assert read("rate_type", f"Rate type: {EMPTY} Fixed Variable", printed=True) is None


@pytest.mark.parametrize(
    ("printed", "kind"),
    [
        ("Private Refinance Loan", "refinance"),
        ("Private Consolidation Loan", "consolidation"),
        ("Direct Unsubsidized Loan", "unsubsidized"),
        ("Parent PLUS", "plus"),
        (f"{EMPTY} Private {CROSSED} Refinance {EMPTY} Consolidation", "refinance"),
        (f"{EMPTY} Direct Subsidized {EMPTY} Direct Unsubsidized {CROSSED} Direct PLUS", "plus"),
    ],
)
def test_a_kind_of_loan_is_named_or_ticked(printed: str, kind: str) -> None:
    assert read("loan_type", "Loan Type", printed) == kind


@pytest.mark.parametrize(
    "rows",
    [
        ["Loan Type", "Private Refinance Consolidation"],
        ["Loan Type", "Private \u25a1 Refinance Consolidation"],
        [f"Loan type: {CROSSED} Subsidized {CROSSED} Unsubsidized"],
        ["Loan type: Direct Subsidized and Unsubsidized Loans"],
        ["Loan type: Private or Federal"],
        ["Loan type: Not a private loan"],
        [{54: "Loan type", 200: "Private", 300: "Refinance", 400: "Consolidation"}],
        [{54: "Loan type", 200: "Direct Subsidized"}, {54: "Loan type", 200: "Direct Unsubsidized"}],
    ],
)
def test_several_kinds_of_loan_tell_nothing(rows: list[Row | str]) -> None:
    assert read("loan_type", *rows) is None


def tax_year(*rows: Row | str) -> str | None:
    """The tax year of a statement of interest with these rows."""
    head: tuple[Row | str, ...] = (
        "Form 1098-E Student Loan Interest Statement",
        "RECIPIENT'S/LENDER'S name",
        "LINDENET LLC",
    )
    tail: tuple[Row | str, ...] = (
        {54: "Student loan interest received by lender", 400: "$ 2,593.10"}, "BORROWER'S name", "COLTON N ROURKE",
        {54: "Account number (see instructions)", 300: "7188557918"},
    )  # fmt: skip
    fields = understand([make_page([*head, *rows, *tail])]).fields
    return fields["tax_year"].value if "tax_year" in fields else None


@pytest.mark.parametrize(
    "rows",
    [
        ["(Rev. January 2022)", "For calendar year", "20 24"],
        ["For calendar year 20 24"],
        ["For calendar year 2 0 2 4"],
        [{54: "For calendar year", 200: "20", 230: "24"}],
        [{54: "CALENDAR YEAR", 200: "2024"}],
        [{54: "(Rev. January 2022)", 300: "Calendar year"}, {54: "Cat. No. 25088U", 300: "2024"}],
        ["Form 1098-E (2024)"],
        ["Tax year: 2024", "Date: January 31, 2025", "Your return is due April 15, 2025", "Copyright 2025 Lindenet"],
    ],
)
def test_a_tax_year_is_read_whole_or_in_pieces(rows: list[Row | str]) -> None:
    assert tax_year(*rows) == "2024"


@pytest.mark.parametrize(
    "rows",
    [["(Rev. November 2021)"], ["Return is due April 15, 2025"], ["OMB No. 1545-1576"], ["Statement date 01/31/2025"],
     ["Tax year 2023", "Tax year 2024"]],
)  # fmt: skip
def test_years_of_revisions_and_dates_are_no_tax_years(rows: list[Row | str]) -> None:
    assert tax_year(*rows) is None
