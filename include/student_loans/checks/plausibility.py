"""Plausibility checks: a second protection against values that differ from the printed ones.

These checks prove nothing when they pass, so only failures are returned. Each names fields and never values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache

from student_loans.catalog import fields_file, types_file
from student_loans.checks.finance import CENT, decimal_places
from student_loans.checks.limits import (
    FIRST_YEAR,
    LAST_YEAR,
    MONEY_PLACES,
    RATE_PLACES,
    is_within_limits,
    limits_of,
    may_be_negative,
    places_of,
)
from student_loans.checks.results import CheckResult, Values, failed
from student_loans.privacy import is_social_security_number
from student_loans.records import DocumentType, FieldKind, field_catalog

NAME = "plausibility"

_NOT_ABOVE: tuple[tuple[str, str], ...] = (
    ("past_due_amount", "amount_due"),
    ("accrued_interest", "current_balance"),
    ("accrued_interest", "principal_balance"),
    ("accrued_interest", "payoff_amount"),
    ("monthly_payment", "loan_amount"),
    ("monthly_payment", "total_of_payments"),
    ("amount_financed", "total_of_payments"),
    ("origination_fee", "loan_amount"),
    ("finance_charge", "total_of_payments"),
    ("principal_balance", "payoff_amount"),
    ("per_diem", "payoff_amount"),
)
"""An amount, and one that it is never above: a part and its whole, an instalment and the loan that it repays."""
_APART: tuple[tuple[str, str], ...] = (
    ("lender_name", "borrower_name"),
    ("lender_name", "cosigner_name"),
    ("servicer_name", "borrower_name"),
    ("servicer_name", "cosigner_name"),
    ("school_name", "borrower_name"),
    ("school_name", "cosigner_name"),
    ("school_name", "lender_name"),
    ("school_name", "servicer_name"),
    ("borrower_name", "cosigner_name"),
)
"""Names that are never the same. A Perkins loan is lent by its school: on a note the two may be one."""
_FEWEST_LETTERS = 2
_OTHER_NUMBERS: Mapping[str, re.Pattern[str]] = {
    "a telephone number": re.compile(r"(?:1-?)?\(?\d{3}\)?[-.]?\d{3}[-.]\d{4}"),
    "a date": re.compile(
        r"\d{1,2}[/.]\d{1,2}[/.](?:\d{2}|\d{4})|\d{1,2}-\d{1,2}-(?:19|20)\d{2}|(?:19|20)\d{2}-\d{2}-\d{2}"
    ),
    "a postal code": re.compile(r"\d{5}(?:-\d{4})?"),
    "an amount": re.compile(r"\$.*|\d{1,3}(?:,\d{3})*\.\d{2}"),
}
"""What an account number is not, although it has digits and hyphens."""
_SSN_DIGITS = 9
_LAST_DIGITS = 4


def check_plausibility(document_type: DocumentType, values: Mapping[str, str]) -> Iterator[CheckResult]:
    """Failures for values that no document of any lender can print.

    Args:
        document_type: A note's lender may be its school.
        values: Field name to normal form.
    """
    read = Values(values)
    yield from _check_forms(values, read)
    yield from _check_ranges(values, read)
    yield from _check_amounts(read)
    yield from _check_names(document_type, values)
    yield from _check_identifiers(values)


def _check_forms(values: Mapping[str, str], read: Values) -> Iterator[CheckResult]:
    """Places behind the point, and signs."""
    kinds = field_catalog().kinds
    for name in values:
        number = read.number(name) if kinds.get(name) in (FieldKind.MONEY, FieldKind.RATE) else None
        if number is None:
            continue
        places = decimal_places(number)
        if kinds[name] is FieldKind.RATE:
            if places > RATE_PLACES:
                yield failed(NAME, f"{name} has more than {RATE_PLACES} decimal places", name)
            continue
        if not MONEY_PLACES <= places <= places_of(name):
            yield failed(NAME, f"{name} has not two decimal places", name)
        if number < 0 and not may_be_negative(name):
            yield failed(NAME, f"{name} is below zero", name)


def _check_ranges(values: Mapping[str, str], read: Values) -> Iterator[CheckResult]:
    """Amounts, terms and years that loans do not have."""
    for name, entry in field_catalog().fields.items():
        number, limits = read.number(name), limits_of(name)
        if number is None or limits is None:
            continue
        if entry.kind is FieldKind.MONEY and number > limits[1]:
            yield failed(NAME, f"{name} is above what student loans come to", name)
        if entry.grammar == "term" and not is_within_limits(name, number):
            yield failed(NAME, f"{name} is no term of a student loan", name)
    if read.number("loan_amount") == 0:
        yield failed(NAME, "loan_amount is zero", "loan_amount")
    for name in values:
        day = read.date(name) if field_catalog().kinds.get(name) is FieldKind.DATE else None
        if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
            yield failed(NAME, f"{name} is not in the years of student loans", name)


def _check_amounts(read: Values) -> Iterator[CheckResult]:
    """Amounts of which one is a part of the other."""
    for part, whole in _NOT_ABOVE:
        less, more = read.number(part), read.number(whole)
        # A balance of zero or below is not an upper bound for other amounts.
        if less is not None and more is not None and more > 0 and less > more + CENT:
            yield failed(NAME, f"{part} is above {whole}", part, whole)
    for balance in ("current_balance", "principal_balance"):
        due, owed = read.positive("amount_due"), read.positive(balance)
        if due is not None and owed is not None and due > owed + _on_top(read):
            yield failed(NAME, f"amount_due is above {balance}", "amount_due", balance)


def _on_top(read: Values) -> Decimal:
    """What may be due beside a balance: its interest, and fees, which together are less than the balance's interest."""
    accrued, past_due = read.number("accrued_interest"), read.number("past_due_amount")
    return (accrued or Decimal(0)) + (past_due or Decimal(0)) + _HIGHEST_FEES


_HIGHEST_FEES = Decimal(500)
"""Dollars of late and other fees that a bill may hold beside the balance."""


def _check_names(document_type: DocumentType, values: Mapping[str, str]) -> Iterator[CheckResult]:
    """Names that are each other's, a label's or a title's, or no names at all."""
    catalog = field_catalog()
    names = {name: _folded(value) for name, value in values.items() if catalog.kinds.get(name) is FieldKind.NAME}
    people = catalog.names_of("person")
    school_lends = catalog.types[document_type].school_lends
    for one, other in _APART:
        lending_school = one == "school_name" and school_lends and other not in people
        if one in names and names[one] == names.get(other) and not lending_school:
            yield failed(NAME, f"{one} is {other}", one, other)
    for name, text in names.items():
        if text in _printed_words():
            yield failed(NAME, f"{name} is the wording of a label or title", name)
        elif sum(letter.isalpha() for letter in text) < _FEWEST_LETTERS:
            yield failed(NAME, f"{name} has no letters", name)
        elif name in people and any(letter.isdigit() for letter in text):
            yield failed(NAME, f"{name} has digits", name)


def _folded(text: str) -> str:
    """Letters and digits of a text without their case."""
    return re.sub(r"[\W_]+", "", text).casefold()


@cache
def _printed_words() -> frozenset[str]:
    """Wordings of labels and titles, folded: what a form says itself is nobody's name."""
    fields, types = fields_file(), types_file()
    wordings = [wording for entry in fields.fields.values() for wording in entry.wordings]
    wordings += [wording for decoys in fields.decoys.values() for wording in decoys]
    titles = [title for entry in types.types.values() for title in entry.titles]
    titles += [*types.titles_of_any_paper, *types.titles_of_other_papers]
    return frozenset(_folded(text) for text in (*wordings, *titles))


def _check_identifiers(values: Mapping[str, str]) -> Iterator[CheckResult]:
    """Numbers that are something else's."""
    for name, kind in field_catalog().kinds.items():
        text = values.get(name)
        if text is None or kind is not FieldKind.IDENTIFIER:
            continue
        if not any(letter.isdigit() for letter in text):
            yield failed(NAME, f"{name} has no digits", name)
        if is_social_security_number(text):
            yield failed(NAME, f"{name} looks like a social security number", name)
        for other, pattern in _OTHER_NUMBERS.items():
            if pattern.fullmatch(text):
                yield failed(NAME, f"{name} looks like {other}", name)
        digits, last = re.sub(r"\D", "", text), values.get("borrower_ssn_last4")
        if len(digits) == _SSN_DIGITS and last is not None and digits[-_LAST_DIGITS:] == last:
            yield failed(NAME, f"{name} may be the borrower's social security number", name, "borrower_ssn_last4")
