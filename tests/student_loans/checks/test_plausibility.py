"""What cannot be, whatever was read: each rule fails alone, and what real papers print passes all of them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from student_loans.checks.document_checks import run_checks
from student_loans.checks.limits import limits_of
from student_loans.checks.plausibility import NAME, check_plausibility
from student_loans.records import DocumentType
from student_loans.validation.suite import load_suite

BILL, NOTE, PAYOFF = DocumentType.BILLING_STATEMENT, DocumentType.PROMISSORY_NOTE, DocumentType.PAYOFF_LETTER
PLAIN = {
    "lender_name": "Alder Gate Student Finance", "servicer_name": "Cedarbrook Loan Servicing",
    "borrower_name": "Marcus Ellery Dunham III", "cosigner_name": "Gerald Ames", "school_name": "Westmark University",
    "account_number": "CB-7730194", "application_number": "AG-A-440917", "borrower_ssn_last4": "5716",
    "document_date": "2025-03-12", "due_date": "2025-04-02", "loan_amount": "20000.00", "interest_rate": "6.875",
    "monthly_payment": "214.37", "past_due_amount": "214.37", "amount_due": "428.74", "term_months": "120",
    "principal_balance": "18204.37", "accrued_interest": "112.20", "current_balance": "18316.57", "per_diem": "3.2421",
    "payoff_amount": "18316.57",
}  # fmt: skip


def reasons(document_type: DocumentType = BILL, **changes: str) -> list[str]:
    return [check.reason for check in check_plausibility(document_type, PLAIN | changes)]


def test_what_papers_print_passes() -> None:
    assert reasons() == []


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("monthly_payment", "214.371", "monthly_payment has not two decimal places"),
        ("monthly_payment", "214", "monthly_payment has not two decimal places"),
        ("per_diem", "3.2421345", "per_diem has not two decimal places"),
        ("interest_rate", "6.87512", "interest_rate has more than 4 decimal places"),
        ("accrued_interest", "-112.20", "accrued_interest is below zero"),
        ("loan_amount", "2000000.00", "loan_amount is above what student loans come to"),
        ("loan_amount", "0.00", "loan_amount is zero"),
        ("term_months", "1200", "term_months is no term of a student loan"),
        ("document_date", "1925-03-12", "document_date is not in the years of student loans"),
        ("past_due_amount", "500.00", "past_due_amount is above amount_due"),
        ("accrued_interest", "19000.00", "accrued_interest is above principal_balance"),
        ("monthly_payment", "21437.00", "monthly_payment is above loan_amount"),
        ("principal_balance", "19000.00", "principal_balance is above payoff_amount"),
        ("amount_due", "42874.00", "amount_due is above current_balance"),
        ("lender_name", "Marcus Ellery DUNHAM III", "lender_name is borrower_name"),
        ("cosigner_name", "Marcus Ellery Dunham III", "borrower_name is cosigner_name"),
        ("borrower_name", "Account Number", "borrower_name is the wording of a label or title"),
        ("lender_name", "Promissory Note", "lender_name is the wording of a label or title"),
        ("borrower_name", "Marcus 4460", "borrower_name has digits"),
        ("school_name", "---", "school_name has no letters"),
        ("account_number", "CBLOANS", "account_number has no digits"),
        ("account_number", "987-65-4321", "account_number looks like a social security number"),
        ("account_number", "800-555-0151", "account_number looks like a telephone number"),
        ("account_number", "03/12/2025", "account_number looks like a date"),
        ("account_number", "55999-1234", "account_number looks like a postal code"),
        ("application_number", "18,316.57", "application_number looks like an amount"),
        ("account_number", "987655716", "account_number may be the borrower's social security number"),
    ],
)
def test_what_no_paper_prints_is_a_fault(field: str, value: str, reason: str) -> None:
    assert reason in reasons(**{field: value})
    assert not reasons()


@pytest.mark.parametrize("field", ["current_balance", "principal_balance", "amount_due"])
def test_an_overpaid_account_is_below_zero(field: str) -> None:
    assert not [reason for reason in reasons(**{field: "-128.44"}) if "zero" in reason]


def test_a_balance_of_nothing_bounds_no_amount() -> None:
    assert reasons(current_balance="0.00", principal_balance="0.00", payoff_amount="0.00") == []


def test_the_school_of_a_perkins_note_is_its_lender_and_never_the_borrower() -> None:
    assert reasons(NOTE, school_name=PLAIN["lender_name"]) == []
    assert reasons(PAYOFF, school_name=PLAIN["lender_name"]) == ["school_name is lender_name"]
    assert reasons(NOTE, school_name=PLAIN["borrower_name"]) == ["school_name is borrower_name"]


@pytest.mark.parametrize(
    "number", ["5938-4981-16", "404980641-65", "E713416081", "3034161936", "12-3456789", "0740671468"]
)
def test_account_numbers_of_lenders_look_like_nothing_else(number: str) -> None:
    assert reasons(account_number=number) == []


def test_they_are_among_the_checks_of_every_known_type() -> None:
    wrong = {"borrower_name": "Ada Lund", "lender_name": "Ada Lund"}
    for document_type in DocumentType:
        names = [check.name for check in run_checks(document_type, wrong)]
        assert (NAME in names) is (document_type is not DocumentType.UNKNOWN)


def test_no_reason_holds_a_value() -> None:
    values = dict.fromkeys(PLAIN, "987-65-4321")
    for check in check_plausibility(BILL, values):
        assert "987" not in check.reason


@pytest.mark.parametrize("name", ["interest_rate", "apr", "loan_amount", "term_months", "tax_year"])
def test_checks_and_expectations_have_the_limits_of_the_catalogue(name: str) -> None:
    limits = limits_of(name)
    assert limits is not None
    least, greatest = limits
    (expected,) = [
        one["kwargs"]
        for one in load_suite()["expectations"]
        if one["kwargs"].get("column") == name and one["type"] == "expect_column_values_to_be_between"
    ]
    assert (expected["min_value"], expected["max_value"]) == (least, greatest)
    document_type = DocumentType.FORM_1098E if name == "tax_year" else DocumentType.LOAN_DISCLOSURE
    cents = ".00" if name == "loan_amount" else ""

    def fails(value: Decimal) -> bool:
        checks = run_checks(document_type, {name: f"{value}{cents}"})
        return any(name in check.fields and not check.passed for check in checks)

    assert fails(greatest + 1)
    assert not fails(greatest)
    assert not fails(least)
