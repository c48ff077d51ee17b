"""Document records as a table: one row for each document, one typed column for each field."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from student_loans.catalog import NUMBERS
from student_loans.checks.document_checks import CheckResult, run_checks
from student_loans.checks.plausibility import NAME as PLAUSIBILITY
from student_loans.records import REVIEWER, DocumentRecord, FieldKind, Status, field_catalog
from student_loans.validation.normal_forms import MALFORMED_COLUMNS, has_normal_form

if TYPE_CHECKING:
    import pandas as pd

_OWN_COLUMNS = (
    "document_id",
    "document_type",
    "status",
    "page_count",
    "lowest_confidence",
    "incomplete_as",
    "apr_check",
    "implausible",
)


def records_frame(records: Iterable[DocumentRecord]) -> pd.DataFrame:
    """Turn records into a table.

    Args:
        records: Records that have fields: quarantined ones have nothing to validate.

    Returns:
        One row a record. Columns: ``document_id``, ``document_type``, ``status``, ``page_count``,
        ``lowest_confidence`` (NaN without fields); ``incomplete_as``: the document's type when a field that the type
        requires is missing; ``apr_check``: ``agrees`` or ``disagrees`` with the actuarial method, missing where it
        cannot be computed; ``implausible``: number of impossible values of an accepted record; a count
        ``malformed_…`` for each kind of field; and every field of the catalogue: numbers as float64 (missing or
        malformed: NaN), dates as datetime64 (NaT), everything else as text (None).
    """
    import pandas as pd

    kinds = field_catalog().kinds
    rows = [_row(record) for record in records]
    frame = pd.DataFrame(rows, columns=[*_OWN_COLUMNS, *MALFORMED_COLUMNS.values(), *kinds])
    for name, kind in kinds.items():
        if kind in NUMBERS:
            frame[name] = pd.to_numeric(frame[name]).astype("float64")
        elif kind is FieldKind.DATE:
            # An expectation reports dates far in the past or future; the conversion must not fail on them.
            frame[name] = pd.to_datetime(frame[name], errors="coerce", format="%Y-%m-%d")
    return frame


def _row(record: DocumentRecord) -> dict[str, object]:
    catalog = field_catalog()
    confidences = [field.confidence for field in record.fields.values()]
    malformed = dict.fromkeys(MALFORMED_COLUMNS.values(), 0)
    values: dict[str, object] = {}
    for name, field in record.fields.items():
        kind = catalog.kinds.get(name)
        well_formed = has_normal_form(name, field.value)
        if kind is not None and not well_formed:
            malformed[MALFORMED_COLUMNS[kind]] += 1
        # A typed column cannot hold a malformed number or date; malformed text stays text.
        typed = kind in NUMBERS or kind is FieldKind.DATE
        values[name] = field.value if well_formed or not typed else None
    checks = run_checks(record.document_type, {name: field.value for name, field in record.fields.items()})
    complete = catalog.is_complete(record.document_type, record.fields)
    return {
        "document_id": record.document_id,
        "document_type": record.document_type.value,
        "status": record.status.value,
        "page_count": record.page_count,
        "lowest_confidence": min(confidences) if confidences else None,
        "incomplete_as": None if complete else record.document_type.value,
        "apr_check": _apr_check(checks),
        "implausible": _implausible(record, checks),
        **malformed,
        **values,
    }


def _apr_check(checks: Iterable[CheckResult]) -> str | None:
    """Whether the printed APR is one that Regulation Z's actuarial method gives for the printed terms.

    With a deferment the APR may be below the note's rate; see :func:`student_loans.checks.loan_terms.check_apr`.
    """
    return next(("agrees" if check.passed else "disagrees" for check in checks if check.name == "apr"), None)


def _implausible(record: DocumentRecord, checks: Iterable[CheckResult]) -> int:
    """Number of impossible values of an accepted record; 0 if a person accepted the record despite them."""
    decided = any(REVIEWER in field.checked_by for field in record.fields.values())
    if record.status is not Status.ACCEPTED or decided:
        return 0
    return sum(check.name == PLAUSIBILITY for check in checks)
