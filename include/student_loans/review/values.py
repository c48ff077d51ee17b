"""Convert the text that a reviewer types to the normal form of the field."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from student_loans.checks.limits import MONEY_PLACES, may_be_negative, places_of
from student_loans.errors import ErrorCode, ReviewError
from student_loans.privacy import find_numbers
from student_loans.records import FieldKind, field_catalog

_LONGEST = 200
_LARGEST = Decimal(10) ** 12
_DATE_FORMS = (
    "%Y-%m-%d",
    "%m/%d/%Y",
    "%m-%d-%Y",
    "%B %d, %Y",
    "%b %d, %Y",
    "%B %d %Y",
    "%b %d %Y",
    "%d %B %Y",
    "%d %b %Y",
)
_FORMS = {
    FieldKind.NAME: "a name on one line",
    FieldKind.IDENTIFIER: "letters, digits and hyphens with at least one digit, no spaces",
    FieldKind.MASKED_IDENTIFIER: "the last four digits only",
    FieldKind.DATE: "a date such as 2026-03-14 or 3/14/2026",
    FieldKind.MONEY: "an amount such as 18250.00",
    FieldKind.RATE: "a percentage a year such as 7.25",
    FieldKind.WHOLE_NUMBER: "a whole number",
}

_CREDIT = re.compile(r"[-\u2212]\s?(?P<amount>\$?\s?[\d,.]+)|\((?P<bracketed>\$?\s?[\d,.]+)\)")
"""An amount below zero, as only a balance may be."""


def normal_form(name: str, text: str) -> str:
    """The normal form of a typed value.

    Args:
        name: A field of the catalogue.
        text: As typed: ``$18,250`` and ``3/14/2026`` are understood.

    Raises:
        ReviewError: ``invalid_value``, naming the field and the form it needs, never the value.

    Example:
        >>> normal_form("loan_amount", "$18,250"), normal_form("due_date", "3/14/2026"), normal_form("apr", "7.25 %")
        ('18250.00', '2026-03-14', '7.25')
    """
    kind = field_catalog().kinds.get(name)
    if kind is None:
        raise ReviewError(ErrorCode.INVALID_VALUE, f"There is no field {name[:40]!r}.")
    typed = " ".join(text.split())
    value = _choice(name, typed) if kind is FieldKind.CHOICE else _PARSERS[kind](name, typed)
    if value is None or not value or len(value) > _LONGEST:
        choices = ", ".join(field_catalog().choices.get(name, ()))
        form = f"one of {choices}" if kind is FieldKind.CHOICE else _FORMS[kind]
        raise ReviewError(ErrorCode.INVALID_VALUE, f"{name}: needs {form}.")
    return value


def describe_form(name: str) -> str:
    """Describe the form of a field's value to the person who types it."""
    kind = field_catalog().kinds[name]
    return f"one of {', '.join(field_catalog().choices[name])}" if kind is FieldKind.CHOICE else _FORMS[kind]


def _name(_: str, typed: str) -> str | None:
    # A social security number typed into a name field would be stored; names have no nine digits.
    return None if find_numbers(typed, named=True) or not any(c.isalpha() for c in typed) else typed


def _identifier(_: str, typed: str) -> str | None:
    if find_numbers(typed):
        return None
    value = typed.replace(" ", "").upper()
    return value if re.fullmatch(r"[A-Z0-9][A-Z0-9-]*", value) and any(c.isdigit() for c in value) else None


def _masked(_: str, typed: str) -> str | None:
    match = re.fullmatch(r"(?:[Xx*#]{3}[- ]?[Xx*#]{2}[- ]?)?([0-9]{4})", typed)
    return match[1] if match else None


def _date(_: str, typed: str) -> str | None:
    for form in _DATE_FORMS:
        try:
            # A calendar date has no time zone.
            found: date = datetime.strptime(typed, form).date()  # noqa: DTZ007
        except ValueError:
            continue
        return found.isoformat() if 1900 <= found.year <= 2200 else None
    return None


def _money(name: str, typed: str) -> str | None:
    credit = may_be_negative(name) and _CREDIT.fullmatch(typed)
    number = _decimal(re.sub(r"^\$\s?|,(?=\d{3})", "", (credit["amount"] or credit["bracketed"]) if credit else typed))
    if number is None or number >= _LARGEST:
        return None
    places = -int(number.as_tuple().exponent)
    if places > places_of(name):
        return None
    value = f"{number:.{max(MONEY_PLACES, places)}f}"
    return f"-{value}" if credit and number else value


def _rate(_: str, typed: str) -> str | None:
    number = _decimal(re.sub(r"\s?(%|percent)$", "", typed))
    return f"{number:f}" if number is not None and number <= 100 and -int(number.as_tuple().exponent) <= 6 else None


def _whole(_: str, typed: str) -> str | None:
    return str(int(typed)) if re.fullmatch(r"[0-9]{1,4}", typed) and int(typed) > 0 else None


def _choice(name: str, typed: str) -> str | None:
    value = typed.lower()
    return value if value in field_catalog().choices[name] else None


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text) if re.fullmatch(r"[0-9]+(\.[0-9]+)?", text) else None
    except InvalidOperation:
        return None


_PARSERS = {
    FieldKind.NAME: _name,
    FieldKind.IDENTIFIER: _identifier,
    FieldKind.MASKED_IDENTIFIER: _masked,
    FieldKind.DATE: _date,
    FieldKind.MONEY: _money,
    FieldKind.RATE: _rate,
    FieldKind.WHOLE_NUMBER: _whole,
}
