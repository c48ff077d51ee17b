"""Names of organisations: whole, and without what stands beside them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from student_loans.understanding.fields.layout import arrange
from student_loans.understanding.fields.letters import GOES_ON, NO_LABEL, OTHER_SCRIPT
from student_loans.understanding.fields.organisations import find_school_in_text
from student_loans.understanding.understand import Understanding, understand
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
    wanted = {54: "Amount Requested", 340: "$9,500.00"}
    fields = read(
        APPLICATION, "", {54: "School", 340: "Loan program"}, {54: printed, 340: "Private Student Loan"}, "", wanted
    )
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


FORM_1098E = "Form 1098-E Student Loan Interest Statement"
DISCLOSURE_ROWS: tuple[Row, ...] = (
    {54: "Borrower", 300: "Maria Lopez"}, {54: "Loan Amount", 300: "$10,000.00"}, {54: "Finance Charge", 300: "$1,000.00"},
    {54: "Annual Percentage Rate", 300: "7.00%"}, {54: "Total of Payments", 300: "$11,000.00"},
    {54: "Amount Financed", 300: "$10,000.00"}, {54: "Account Number", 300: "4460-4092-9841"},
)  # fmt: skip
DISCLOSURE = "Private Education Loan Final Disclosure"
LARGE = 5 / 792
"""What a line of a letterhead is higher than the text, as a share of the page."""


def lender_of(understanding: Understanding) -> str | None:
    """The lender that was read, or why it was not or has to be confirmed."""
    candidate = understanding.fields.get("lender_name")
    return understanding.doubts.get("lender_name") or (candidate.value if candidate else None)


def under_head(*head: str, rows: tuple[Row | str, ...] = ()) -> Understanding:
    """A disclosure under a letterhead in large letters."""
    page = make_page((*head, "", DISCLOSURE, "", *rows, *DISCLOSURE_ROWS))
    large = sum(len(line.split()) for line in head)
    words = [
        replace(word, bbox=(*word.bbox[:3], word.bbox[3] + LARGE)) if index < large else word
        for index, word in enumerate(page.words)
    ]
    return understand([replace(page, words=tuple(words))])


@pytest.mark.parametrize(
    "head",
    [
        "FOR INTERNAL USE ONLY", "OFFICE COPY", "Payoff Calculator Results", "Account Details", "Loan Servicing Department",
        "CONFIDENTIAL", "Welcome Back", "Account Dashboard", "Smart Choice Student Loan", "My Student Loans", "Maria Lopez",
        "Retain For Your Records", "Experian",
    ],
)  # fmt: skip
def test_a_heading_a_note_a_product_or_a_person_is_no_lender(head: str) -> None:
    assert lender_of(under_head(head)) in (None, NO_LABEL)


@pytest.mark.parametrize(
    ("head", "lender"),
    [
        (("Granite Bank",), "Granite Bank"), (("Łódź Savings & Loan",), "Łódź Savings & Loan"),
        (("Commonwealth Ridge", "Student Loan Corporation"), "Commonwealth Ridge Student Loan Corporation"),
        (("Vanguardia Loan", "Support"), "Vanguardia Loan Support"),
    ],
)  # fmt: skip
def test_a_letterhead_names_the_lender_whole(head: tuple[str, ...], lender: str) -> None:
    assert lender_of(under_head(*head)) == lender


def test_a_brand_is_a_lender_where_the_document_speaks_of_it() -> None:
    assert lender_of(under_head("Lindenet")) == NO_LABEL
    assert (
        lender_of(under_head("Lindenet", rows=("Questions? Write to Lindenet, PO Box 82, Lincoln, NE 68501",)))
        == "Lindenet"
    )


@pytest.mark.parametrize("lender", ["Navarro Peak", "U.S. Department of Learning", "Banca Română de Învăţământ"])
def test_what_a_label_names_is_the_lender_whoever_sends_the_paper(lender: str) -> None:
    assert lender_of(under_head("FedCredit Servicing", rows=({54: "Lender/Owner:", 300: lender},))) == lender


@pytest.mark.parametrize(
    ("printed", "lender"),
    [
        ("Сбербанк", OTHER_SCRIPT), ("Granite Bank*", "Granite Bank"), ("Granite Bank\u00b9", "Granite Bank"),
        ("Granite Bank, 12 Main St, Lincoln, NE 68501", "Granite Bank"), ("Maria Lopez", None),
    ],
)  # fmt: skip
def test_what_stands_at_a_lenders_label(printed: str, lender: str | None) -> None:
    assert lender_of(under_head("", rows=({54: "Lender", 300: printed},))) == lender


@pytest.mark.parametrize(
    ("below", "lender"),
    [
        ("Corporation", "Commonwealth Student Loan Corporation"), ("Consumer Lending Center", GOES_ON),
        ("Oak Hall", "Commonwealth Student Loan"), ("12 Main Street", "Commonwealth Student Loan"),
    ],
)  # fmt: skip
def test_the_second_line_of_a_lenders_name_is_joined_or_doubted(below: str, lender: str) -> None:
    rows = (
        NOTE,
        "",
        {54: "Lender", 300: "Commonwealth Student Loan"},
        {300: below},
        "",
        {54: "Borrower", 300: "Maria Lopez"},
    )
    found = lender_of(understand([make_page((*rows, "", "Loan Amount $4,500.00"), leading=11.0)]))
    assert found == lender or (found is None and below == "Oak Hall")  # what a line without a label is, is not sure


def test_the_box_of_a_form_1098e_names_the_lender_and_who_cares_for_it() -> None:
    understanding = understand([make_page((
        FORM_1098E, "", "Recipient's/Lender's name, address and telephone number", "U.S. Department of Learning",
        "c/o FedCredit Servicing", "P.O. Box 9635", "", "Borrower's name and address", "Emeka G Farnsworth",
        "91 Cobblestone Ct", "Ashby Point, ME 04099", "", "1. Student loan interest received by lender", "$1,984.87",
    ))])  # fmt: skip
    names = {name: c.value for name, c in understanding.fields.items() if name.endswith("_name")}
    assert names.pop("servicer_name", "FedCredit Servicing") == "FedCredit Servicing"
    assert names == {"lender_name": "U.S. Department of Learning", "borrower_name": "Emeka G Farnsworth"}


def test_the_servicer_of_a_lender_is_not_the_lender() -> None:
    fields = read(
        FORM_1098E, "", "As the servicer for your lender, Granary Education Services is furnishing this statement on behalf of",
        "Blackthorn Collegiate Lending. It received $1,989.82 of student loan interest from you.",
    )  # fmt: skip
    assert fields.get("lender_name") == "Blackthorn Collegiate Lending"


def test_a_school_in_a_sentence_is_read_whole_or_doubted() -> None:
    sentence = "Good news, your request for a loan to help pay for your attendance at Dunmore Polytechnic"
    understanding = understand(
        [make_page((APPLICATION, "", sentence, "Institute has been approved.", "Loan Amount $4,500.00"))]
    )
    school = understanding.fields.get("school_name")
    assert (school.value if school else understanding.doubts["school_name"]) in (
        "Dunmore Polytechnic Institute",
        GOES_ON,
    )


@pytest.mark.parametrize("label", ["Holder of Loan", "Holder of the Loan:", "Lender"])
def test_words_that_complete_a_label_are_no_name(label: str) -> None:
    fields = read(
        "Loan Payoff Quote", "", {54: label, 300: "First Ottery Bank, N.A."}, {54: "Payoff Amount", 300: "$6,450.30"}
    )
    assert fields["lender_name"] == "First Ottery Bank, N.A."


def test_a_trust_is_named_with_its_year_and_its_servicer_is_not_the_lender() -> None:
    trust = "Wilmore Trust Company, as trustee for EdFund Trust 2019-B"
    fields = read(
        "Student Loan Promissory Note", "", {54: "Lender Name", 300: trust},
        {54: "Servicer for the Lender", 300: "Marrow Creek Services"},
        {54: "Loan Amount", 300: "$9,500.00"},
    )  # fmt: skip
    assert fields["lender_name"] in (trust, "Wilmore Trust Company")  # a careful reader may give either
    assert fields["servicer_name"] == "Marrow Creek Services"


def test_a_label_over_a_letterhead_is_no_part_of_it() -> None:
    fields = read(
        "Payee", "Highgarth Scholars Fund", "", FORM_1098E, "", {54: "Interest received by lender", 300: "$112.20"}
    )
    assert fields["lender_name"] == "Highgarth Scholars Fund"


def test_a_long_second_line_of_a_name_belongs_to_it_or_is_a_doubt() -> None:
    page = make_page(
        [NOTE, "", {54: "Lender", 300: "Harmon Education Finance"}, {300: "Company of the Upper Midwest, LLC"}, "",
         {54: "Loan Amount", 300: "$9,500.00"}], leading=11.0,
    )  # fmt: skip
    understanding = understand([page])
    whole = "Harmon Education Finance Company of the Upper Midwest, LLC"
    assert understanding.doubts.get("lender_name") == GOES_ON or understanding.fields["lender_name"].value == whole


def test_a_heading_that_is_a_school_and_a_colon_names_none_and_ends_nothing() -> None:
    assert list(find_school_in_text(arrange([make_page(["Pinebrook College:", "Ann Lee"])]))) == []
