"""All checks of one document. A check that does not apply is silent, and its silence is no failure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from student_loans.checks.balances import (
    check_accrued_interest,
    check_amount_due,
    check_current_balance,
    check_payoff_amount,
    check_per_diem,
    check_tax_year,
)
from student_loans.checks.loan_terms import (
    check_amortization,
    check_amount_financed,
    check_apr,
    check_date_order,
    check_finance_charge,
    check_rates,
    check_term_dates,
    check_total_of_payments,
)
from student_loans.checks.plausibility import check_plausibility
from student_loans.checks.results import WITNESS, CheckResult, Values
from student_loans.checks.schedules import check_schedule, row_problems
from student_loans.records import DocumentType, ScheduleRow

__all__ = ["WITNESS", "CheckResult", "row_problems", "run_checks"]

_ValueCheck = Callable[[Values], Iterator[CheckResult]]

_COST: tuple[_ValueCheck, ...] = (
    check_amortization,
    check_total_of_payments,
    check_finance_charge,
    check_amount_financed,
    check_apr,
    check_rates,
    check_term_dates,
    check_date_order,
)
_CHECKS: Mapping[DocumentType, tuple[_ValueCheck, ...]] = {
    DocumentType.PROMISSORY_NOTE: _COST,
    DocumentType.LOAN_DISCLOSURE: _COST,
    DocumentType.REPAYMENT_SCHEDULE: _COST,
    DocumentType.LOAN_APPLICATION: (check_rates,),
    DocumentType.BILLING_STATEMENT: (
        check_amount_due,
        check_current_balance,
        check_accrued_interest,
        check_rates,
        check_date_order,
    ),
    DocumentType.PAYOFF_LETTER: (
        check_payoff_amount,
        check_current_balance,
        check_per_diem,
        check_accrued_interest,
        check_rates,
        check_date_order,
    ),
    DocumentType.FORM_1098E: (check_tax_year,),
}


def run_checks(
    document_type: DocumentType, values: Mapping[str, str], schedule: Sequence[ScheduleRow] = ()
) -> tuple[CheckResult, ...]:
    """Check a document's values against each other.

    Args:
        document_type: Decides which checks are asked; ``unknown`` has none.
        values: Field name to normal form. Malformed values count as absent.
        schedule: The rows of a repayment schedule; ignored for other types.

    Returns:
        The checks that applied. The same name may come more than once, with other fields.
    """
    read = Values(values)
    results = [result for check in _CHECKS.get(document_type, ()) for result in check(read)]
    if document_type is DocumentType.REPAYMENT_SCHEDULE:
        results += check_schedule(read, schedule)
    if document_type is not DocumentType.UNKNOWN:
        results += check_plausibility(document_type, values)
    return tuple(results)
