"""All checks of one document. A check that does not apply gives no result, which is not a failure."""

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
from student_loans.checks.results import CHECK_STRENGTH, CheckResult, Values
from student_loans.checks.schedules import check_schedule, row_problems
from student_loans.errors import ConfigurationError, ErrorCode
from student_loans.records import UNKNOWN_TYPE, DocumentType, ScheduleRow, field_catalog

__all__ = ["CHECK_STRENGTH", "CheckResult", "row_problems", "run_checks"]

_ValueCheck = Callable[[Values], Iterator[CheckResult]]

_CHECKS: Mapping[str, _ValueCheck] = {
    "accrued_interest": check_accrued_interest,
    "amortization": check_amortization,
    "amount_due": check_amount_due,
    "amount_financed": check_amount_financed,
    "apr": check_apr,
    "current_balance": check_current_balance,
    "date_order": check_date_order,
    "finance_charge": check_finance_charge,
    "payoff_amount": check_payoff_amount,
    "per_diem": check_per_diem,
    "rates": check_rates,
    "tax_year": check_tax_year,
    "term_dates": check_term_dates,
    "total_of_payments": check_total_of_payments,
}
"""By the names that ``document_types.yaml`` gives the types: a new check is registered here."""


def run_checks(
    document_type: DocumentType, values: Mapping[str, str], schedule: Sequence[ScheduleRow] = ()
) -> tuple[CheckResult, ...]:
    """Check a document's values against each other.

    Args:
        document_type: Decides which checks run; ``unknown`` has none.
        values: Field name to normal form. Malformed values count as absent.
        schedule: The rows of a repayment schedule; ignored for types that have none.

    Returns:
        The checks that applied. The same name may come more than once, with other fields.

    Raises:
        ConfigurationError: ``invalid_settings``: the type names a check that does not exist.
    """
    entry, read = field_catalog().types[document_type], Values(values)
    results = [result for name in entry.checks for result in _check(name)(read)]
    if entry.has_schedule:
        results += check_schedule(read, schedule)
    if document_type is not UNKNOWN_TYPE:
        results += check_plausibility(document_type, values)
    return tuple(results)


def _check(name: str) -> _ValueCheck:
    if name not in _CHECKS:
        raise ConfigurationError(
            ErrorCode.INVALID_SETTINGS,
            f"document_types.yaml: {name} is not a check; the checks are {', '.join(_CHECKS)}.",
        )
    return _CHECKS[name]
