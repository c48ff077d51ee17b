"""The normal form of each kind of field, as patterns that Python and PostgreSQL read alike (CONTRACT: records)."""

from __future__ import annotations

import re
from datetime import date
from functools import cache

from student_loans.checks.limits import MONEY_PLACES, may_be_negative, places_of
from student_loans.records import FieldKind, field_catalog

_PRINT = r"[^\t-\r\u001c- \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
r"""A character that is no white space: Python's ``\S``, spelled out because PostgreSQL's classes know fewer spaces."""

NORMAL_FORMS = {
    FieldKind.NAME: rf"^{_PRINT}+( {_PRINT}+)*$",
    FieldKind.IDENTIFIER: rf"^{_PRINT}+$",
    FieldKind.MASKED_IDENTIFIER: r"^[0-9]{4}$",
    FieldKind.DATE: r"^(?!0000)[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$",
    FieldKind.RATE: r"^[0-9]{1,6}([.][0-9]{1,6})?$",
    FieldKind.WHOLE_NUMBER: r"^[0-9]{1,9}$",
}
"""Regular expressions that PostgreSQL and Python read alike, but for amounts: :func:`form_of` gives those field by field."""

MALFORMED_COLUMNS = {
    FieldKind.NAME: "malformed_names",
    FieldKind.IDENTIFIER: "malformed_identifiers",
    FieldKind.MASKED_IDENTIFIER: "malformed_masked_identifiers",
    FieldKind.DATE: "malformed_dates",
    FieldKind.MONEY: "malformed_amounts",
    FieldKind.RATE: "malformed_rates",
    FieldKind.WHOLE_NUMBER: "malformed_whole_numbers",
    FieldKind.CHOICE: "malformed_choices",
}
"""Kind of field to the column that counts a document's values which have not their normal form."""


def has_normal_form(name: str, value: str) -> bool:
    """Whether a field's value has the normal form of its kind; False for a field that is not in the catalogue.

    Example:
        >>> has_normal_form("loan_amount", "18250.00"), has_normal_form("loan_amount", "$18,250")
        (True, False)
    """
    catalog = field_catalog()
    kind = catalog.kinds.get(name)
    if kind is None:
        return False
    if kind is FieldKind.CHOICE:
        return value in catalog.choices[name]
    if _pattern(name, kind).fullmatch(value) is None:
        return False
    return kind is not FieldKind.DATE or _is_date(value)


def form_of(name: str, kind: FieldKind) -> str:
    """The normal form of a field, as a regular expression of PostgreSQL.

    Amounts of one kind differ: only a balance may be below zero, and a day's interest has fractions of a cent.
    """
    if kind is not FieldKind.MONEY:
        return NORMAL_FORMS[kind]
    sign = "-?" if may_be_negative(name) else ""
    return rf"^{sign}[0-9]{{1,15}}[.][0-9]{{{MONEY_PLACES},{places_of(name)}}}$"


@cache
def _pattern(name: str, kind: FieldKind) -> re.Pattern[str]:
    return re.compile(form_of(name, kind))


def _is_date(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True
