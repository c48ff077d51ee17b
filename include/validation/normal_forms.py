"""The normal form of each kind of field, as patterns that Python and PostgreSQL read alike (CONTRACT: records)."""

from __future__ import annotations

import re
from datetime import date

from include.records import FieldKind, field_catalog

NUMBERS = frozenset({FieldKind.MONEY, FieldKind.RATE, FieldKind.WHOLE_NUMBER})

NORMAL_FORMS = {
    FieldKind.NAME: r"^[^[:space:]]+( [^[:space:]]+)*$",
    FieldKind.IDENTIFIER: r"^[^[:space:]]+$",
    FieldKind.MASKED_IDENTIFIER: r"^[0-9]{4}$",
    FieldKind.DATE: r"^(?!0000)[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$",
    # per_diem is printed with more than two places by some servicers.
    FieldKind.MONEY: r"^-?[0-9]{1,15}[.][0-9]{2,6}$",
    FieldKind.RATE: r"^[0-9]{1,6}([.][0-9]{1,6})?$",
    FieldKind.WHOLE_NUMBER: r"^[0-9]{1,9}$",
}
"""Regular expressions of PostgreSQL; :func:`has_normal_form` translates the one class that Python spells differently."""

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

_PATTERNS = {kind: re.compile(form.replace("[^[:space:]]", r"\S")) for kind, form in NORMAL_FORMS.items()}


def has_normal_form(name: str, value: str) -> bool:
    """Whether a field's value has the form that its kind promises; False for a field that is not in the catalogue.

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
    if _PATTERNS[kind].fullmatch(value) is None:
        return False
    return kind is not FieldKind.DATE or _is_date(value)


def _is_date(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True
