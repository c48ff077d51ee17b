"""Accepted only when nothing speaks against any part of the document."""

from __future__ import annotations

from dataclasses import replace

import pytest

from student_loans.records import ExtractedField, Status
from student_loans.understanding.confidence import ConfidenceModel, SourceModel
from student_loans.understanding.decision import decide, faults
from student_loans.understanding.document import find
from student_loans.understanding.findings import Findings
from tests.page_factory import Row, make_page

MODEL = ConfidenceModel(SourceModel(0.0, {}, 0.9, {}), SourceModel(0.0, {}, 0.8, {}))
LETTER: tuple[Row | str, ...] = (
    "Stillbrook Loan Servicing, LLC", "", "Payoff Quote - Loan Payoff Statement", "",
    {54: "Borrower", 300: "Maria de la Cruz"}, {54: "Account Number", 300: "4460-4092-9841"},
    {54: "Quote Date", 300: "05/02/2024"}, {54: "Principal", 300: "$10,000.00"}, {54: "Interest", 300: "$100.00"},
    {54: "Payoff Amount", 300: "$10,100.00"}, {54: "Good Through", 300: "05/22/2024"}, {54: "Per Diem", 300: "$1.92"},
    {54: "Interest Rate", 300: "7.00%"},
)  # fmt: skip


def findings(*rows: Row | str) -> Findings:
    return find([make_page(rows)])


def fields(found: Findings, confidence: float = 0.99) -> dict[str, ExtractedField]:
    return {
        name: ExtractedField(candidate.value, candidate.raw, confidence, 1, (0, 0, 1, 1))
        for name, candidate in found.understanding.fields.items()
    }


@pytest.fixture(scope="module")
def letter() -> Findings:
    return findings(*LETTER)


def test_a_complete_document_without_doubt_is_accepted(letter: Findings) -> None:
    assert decide(letter, fields(letter), MODEL) == (Status.ACCEPTED, ())


def test_a_low_confidence_sends_it_to_review_and_names_the_field(letter: Findings) -> None:
    doubtful = fields(letter) | {"per_diem": replace(fields(letter)["per_diem"], confidence=0.61)}
    assert decide(letter, doubtful, MODEL) == (Status.REVIEW, ("per_diem: confidence 0.6100 is below 0.9000",))


def test_a_missing_required_field_is_a_fault() -> None:
    found = findings(*(row for row in LETTER if row != {54: "Account Number", 300: "4460-4092-9841"}))
    assert faults(found) == ["account_number: required for this document type, not found"]


def test_what_the_file_itself_gives_as_a_reason_is_a_fault_whatever_is_read(letter: Findings) -> None:
    notice = "attachments: open them"
    assert faults(find(letter.texts, (notice,))) == [notice]
    assert faults(find([make_page(["Please wait"])], (notice,))) == ["document_type: none of the known types", notice]


def test_a_value_that_may_not_be_whole_is_left_out_with_the_reason() -> None:
    joint = {54: "Borrower", 300: "Maria de la Cruz and Juan Cruz"}
    found = findings(*(joint if isinstance(row, dict) and "Borrower" in row.values() else row for row in LETTER))
    assert "borrower_name" not in found.understanding.fields
    assert "borrower_name: another name is printed with it" in faults(found)
    assert not any("Cruz" in reason for reason in faults(found))


def test_amounts_that_contradict_each_other_are_a_fault_without_values() -> None:
    wrong = {54: "Payoff Amount", 300: "$99,300.00"}
    found = findings(*(wrong if isinstance(row, dict) and "Payoff Amount" in row.values() else row for row in LETTER))
    reasons = faults(found)
    assert any("payoff_amount" in reason for reason in reasons)
    assert not any("99,300" in reason or "99300" in reason for reason in reasons)


def test_an_unknown_document_is_never_accepted() -> None:
    found = findings("Corner Grocery", "Thank you")
    assert decide(found, {}, MODEL) == (Status.REVIEW, ("document_type: none of the known types",))


def test_a_page_without_words_is_a_fault(letter: Findings) -> None:
    silent = find([*letter.texts, make_page([], number=2)])
    assert "page 2: no text was read" in faults(silent)


def test_a_blank_page_is_no_fault(letter: Findings) -> None:
    blank = replace(make_page([], number=2), quality_score=0.0)
    assert faults(find([*letter.texts, blank])) == []


def test_values_read_from_images_have_a_threshold_of_their_own(letter: Findings) -> None:
    scanned = replace(letter, evidence={name: replace(one, printed=0.0) for name, one in letter.evidence.items()})
    assert decide(letter, fields(letter, 0.85), MODEL)[0] is Status.REVIEW
    assert decide(scanned, fields(scanned, 0.85), MODEL) == (Status.ACCEPTED, ())


def test_a_schedule_with_a_missing_row_is_a_fault() -> None:
    rows: list[Row] = []
    balance = 500_00
    for number in (1, 2, 3, 4, 6, 7):
        balance -= 50_00
        cells = (f"{number}", f"0{number}/05/2024", "51.00", "50.00", "1.00", f"{balance / 100:.2f}")
        rows.append(dict(zip((54, 90, 200, 280, 360, 440), cells, strict=True)))
    found = findings("Amortization Schedule", {54: "No.", 90: "Date", 200: "Payment"}, *rows)
    assert "schedule: 1 rows are missing, the first is 5" in faults(found)


BILL: tuple[Row | str, ...] = (
    "Stillbrook Loan Servicing, LLC", "", "Monthly Student Loan Billing Statement", "",
    {54: "Borrower", 300: "Maria de la Cruz"}, {54: "Account Number", 300: "4460-4092-9841"},
    {54: "Statement Date", 300: "05/02/2024"}, {54: "Payment Due Date", 300: "05/22/2024"},
    {54: "Total Amount Due", 300: "$192.40"}, {54: "Interest Rate", 300: "7.00%"},
)  # fmt: skip


def test_one_balance_of_the_two_is_enough_and_none_is_a_fault() -> None:
    assert faults(findings(*BILL, {54: "Unpaid Principal", 300: "$10,000.00"})) == []
    assert faults(findings(*BILL, {54: "Current Balance", 300: "$10,100.00"})) == []
    assert faults(findings(*BILL)) == [
        "current_balance: required for this document type, not found, and neither is principal_balance"
    ]


def test_what_was_required_and_is_now_expected_is_still_a_fault_when_it_is_missing() -> None:
    rows = [row for row in BILL if not isinstance(row, dict) or "Interest Rate" not in row.values()]
    found = findings(*rows, {54: "Unpaid Principal", 300: "$10,000.00"})
    assert faults(found) == ["interest_rate: expected for this document type, not found"]


def test_a_label_without_a_value_is_a_fault() -> None:
    found = findings(*BILL, {54: "Unpaid Principal", 300: "$10,000.00"}, {54: "Past Due Amount", 300: "12 dollars 50"})
    assert faults(found) == ["past_due_amount: its label is printed, no value was read"]


def test_a_loan_with_a_doubtful_value_is_named_by_its_place() -> None:
    found = findings(*BILL, {54: "Unpaid Principal", 300: "$10,000.00"})
    sure = ExtractedField("001", "001", 0.99, 1, (0, 0, 1, 1))
    loans = ({"loan_number": sure}, {"loan_number": sure, "interest_rate": replace(sure, confidence=0.85)})
    evidence = next(iter(found.evidence.values()))
    found = replace(found, loans=tuple(dict.fromkeys(loan, evidence) for loan in loans))
    one = replace(found, loans=found.loans[:1])
    assert decide(one, fields(one), MODEL, loans[:1]) == (Status.ACCEPTED, ())
    assert decide(found, fields(found), MODEL, loans)[1] == ("loans: values of loan 2 are not sure enough",)


def test_rows_of_loans_that_were_not_read_are_a_fault() -> None:
    head = {54: "Loan", 120: "How it grew", 260: "What is left", 400: "Unpaid Principal"}
    rows = [{54: "first one", 120: f"$1,{n}00.00", 260: f"${n}.00", 400: f"${n},000.00"} for n in (2, 3)]
    found = findings(*BILL, {54: "Current Balance", 300: "$5,100.00"}, "", head, *rows)
    assert "loans: the rows of several loans could not be read" in faults(found)


def test_repayment_terms_in_groups_are_a_schedule() -> None:
    terms: tuple[Row | str, ...] = (
        "Disclosure of Loan Repayment Terms - Repayment Schedule", "", {54: "Loan Amount", 300: "$13,420.55"},
        {54: "Total of Payments", 300: "$18,710.64"}, "",
    )  # fmt: skip
    head = {54: "Number of Payments", 240: "Payment Amount", 400: "Beginning Date"}
    rows = [{54: "24", 240: f"${n}4.17", 400: f"08/20/201{n}"} for n in (6, 8)]
    assert "schedule: no rows were read" in faults(findings(*terms))
    assert "schedule: no rows were read" not in faults(findings(*terms, head, *rows))


def test_a_file_of_two_documents_or_with_missing_pages_is_never_accepted() -> None:
    other = [{54: "Borrower", 300: "Ann Lee Moreno"}, {54: "Account Number", 300: "1180-2231-0071"}]
    found = find([make_page(LETTER), make_page([*LETTER[:4], *other], number=2)])
    (reason,) = faults(found)
    assert reason.startswith("several_documents: page 2 begins another document")
    assert decide(found, fields(found), MODEL) == (Status.REVIEW, (reason,))
    assert faults(findings(*LETTER, "Page 1 of 3")) == ["pages_missing: a counter announces 3 pages, there are 1"]


def test_what_follows_a_paper_of_no_known_type_is_named_too() -> None:
    found = find([make_page(["Corner Grocery", "Receipt"] * 30), make_page(LETTER, number=2)])
    assert [reason.split(":")[0] for reason in faults(found)][-1] == "several_documents"


@pytest.mark.parametrize(
    ("printed", "reason"),
    [
        ("\u20ac10,100.00", "payoff_amount: the amount is printed in another currency than US dollars"),
        ("$10,100.00 - $10,300.00", "payoff_amount: two amounts or a range are printed"),
    ],
)
def test_a_doubt_is_a_reason_and_its_field_is_not_also_missing(printed: str, reason: str) -> None:
    doubted = {54: "Payoff Amount", 300: printed}
    found = findings(*(doubted if isinstance(row, dict) and "Payoff Amount" in row.values() else row for row in LETTER))
    of_field = [each for each in faults(found) if each.startswith("payoff_amount")]
    assert of_field == [reason] or "payoff_amount: its label is printed, no value was read" in of_field
    assert not any(character.isdigit() for character in reason)
