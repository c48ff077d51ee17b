"""What a document is: by its title, its phrases and its labels, and never a loan for a paper of another trade."""

from __future__ import annotations

import pytest

from student_loans.records import DocumentType
from student_loans.understanding.decision import MINIMUM_TYPE_CONFIDENCE
from student_loans.understanding.fields.document_type import decide_type, is_of_type
from student_loans.understanding.fields.layout import arrange
from student_loans.understanding.understand import understand
from tests.page_factory import Row, make_page
from tests.student_loans.understanding.fields.other_papers import OTHER_PAPERS, RARE_WORDINGS


def type_of(*rows: Row | str) -> DocumentType:
    return understand([make_page(rows)]).document_type


@pytest.mark.parametrize("name", OTHER_PAPERS)
def test_papers_of_other_trades_are_unknown(name: str) -> None:
    decision = understand([make_page(OTHER_PAPERS[name])]).decision
    unsure = decision.confidence < MINIMUM_TYPE_CONFIDENCE  # then a person looks
    assert decision.document_type is DocumentType.UNKNOWN or unsure


@pytest.mark.parametrize(
    ("document_type", "rows"),
    [pytest.param(kind, rows, id=name) for kind, papers in RARE_WORDINGS.items() for name, rows in papers],
)
def test_titles_that_nobody_listed_are_understood(document_type: str, rows: list[Row | str]) -> None:
    assert type_of(*rows) == document_type


def test_the_same_bill_is_a_loan_only_where_words_of_lending_stand() -> None:
    body: list[Row | str] = [
        "",
        {54: "Amount Due", 300: "$51.77"},
        {54: "Due Date", 300: "03/22/2024"},
        "Detach and remit.",
    ]
    assert type_of("Milford District", "Your Bill", *body) is DocumentType.UNKNOWN
    assert type_of("Milford Student Lending", "Your Loan Bill", *body) is DocumentType.BILLING_STATEMENT


def test_a_table_of_instalments_speaks_for_a_schedule() -> None:
    page = arrange([make_page(["Payments of your student loan", {54: "No.", 120: "Due Date", 220: "Payment"}])])
    with_rows, without = (decide_type(page, rows).scores[DocumentType.REPAYMENT_SCHEDULE] for rows in (3, 2))
    assert with_rows > without


def test_a_letter_that_repeats_what_an_application_asked_for_is_not_plainly_one() -> None:
    rows: list[Row | str] = [
        {54: "Application number", 250: "ED-25-0719"},
        {54: "Amount requested", 250: "$11,200.00"},
        {54: "Application date", 250: "July 19, 2025"},
        "We are unable to make the student loan that the borrower asked for.",
    ]
    decision = decide_type(arrange([make_page(["About the Loan that You Asked for", *rows])]))
    assert (decision.document_type, decision.plain) == (DocumentType.LOAN_APPLICATION, False)
    assert decide_type(arrange([make_page(["Notice of Action Taken", *rows])])).document_type is DocumentType.UNKNOWN
    assert decide_type(arrange([make_page(["Student Loan Application", *rows])])).plain


@pytest.mark.parametrize(
    ("rows", "read", "expected"),
    [
        (["A page about payoff"], {"payoff_amount"}, True),
        ([{54: "Payoff Amount", 300: "see below"}], set(), True),
        (["A page about payoff"], {"borrower_name"}, False),
        (["You may ask us for what is left of the loan to pay."], set(), False),
    ],
    ids=["value", "label", "another value", "words"],
)
def test_a_document_is_of_a_type_where_it_prints_what_the_type_is_about(
    rows: list[Row | str], read: set[str], expected: bool
) -> None:
    assert is_of_type(DocumentType.PAYOFF_LETTER, arrange([make_page(rows)]), read) is expected


def test_a_letter_that_only_speaks_of_a_payoff_is_no_payoff_letter() -> None:
    lines = [
        "Stillbrook Loan Servicing",
        "",
        "Student Loan Payoff Letter",
        "",
        "Dear borrower, thank you for your call.",
    ]
    assert type_of(*lines) is DocumentType.UNKNOWN
    assert type_of(*lines, {54: "Payoff Amount", 300: "$10,100.00"}) is DocumentType.PAYOFF_LETTER


def test_a_paper_that_a_sentence_names_is_no_title() -> None:
    rows = [
        "Calderwell Loan Servicing",
        "",
        "Your loans now belong to us, and so does the promissory note that you have signed.",
    ]
    title, mention = (
        decide_type(arrange([make_page([*head, *rows])])).scores[DocumentType.PROMISSORY_NOTE]
        for head in (["Promissory Note"], [])
    )
    assert title > 5 > mention


@pytest.mark.parametrize(
    ("thing", "expected"), [("vehicle", DocumentType.UNKNOWN), ("studies", DocumentType.BILLING_STATEMENT)]
)
def test_a_bill_for_a_loan_of_another_trade_is_unknown(thing: str, expected: DocumentType) -> None:
    rows: list[Row | str] = [
        "Bowline Credit", "Monthly Loan Statement", "", {54: "Account Number", 300: "4471-0092"},
        {54: "Due Date", 300: "03/22/2024"},
        {54: "Total Amount Due", 300: "$351.77"}, {54: "Past Due", 300: "$0.00"}, "", f"Your loan was made for a {thing}.",
    ]  # fmt: skip
    assert type_of(*rows) is expected


def test_the_subject_of_a_letter_is_its_title() -> None:
    rows: list[Row | str] = [
        "Northfen Credit Union", "July 30, 2024", "", {54: "Application number", 250: "ED-25-0719"},
        {54: "Application date", 250: "July 19, 2025"}, {54: "Amount requested", 250: "$11,200.00"}, "",
    ]  # fmt: skip
    letter = "Thank you for applying for a private education loan. We looked at it with care."
    assert type_of(*rows, "RE: Your student loan application", letter) is DocumentType.LOAN_APPLICATION
    assert type_of(*rows, "RE: STATEMENT OF CREDIT DENIAL", letter) is DocumentType.UNKNOWN


def test_a_promise_to_pay_makes_a_note_without_a_label() -> None:
    assert (
        type_of("Promissory Note", "", "For value received, I promise to pay what I borrow.")
        is DocumentType.PROMISSORY_NOTE
    )
    assert type_of("Promissory Note", "", "You may ask us for the loan papers.") is DocumentType.UNKNOWN


def test_a_titled_bill_is_one_whatever_it_calls_the_amount_due() -> None:
    labels: list[Row | str] = [
        {54: "Account Number", 300: "4471-0092"}, {54: "Borrower", 300: "Ann Lee"}, {54: "Statement Date", 300: "03/02/2024"},
        {54: "Interest Rate", 300: "5.50%"}, {54: "Past Due", 300: "$0.00"}, {54: "Unpaid Principal", 300: "$8,121.60"},
    ]  # fmt: skip
    assert type_of("Student Loan Billing Statement", "", *labels) is DocumentType.BILLING_STATEMENT
    assert type_of("Student Loan Billing Statement", "", *labels[:2]) is DocumentType.UNKNOWN
