"""Reasons and messages of documents as a report may show them: without values.

Reasons are written without values, but file names come from the sender. This is a second protection: no value of the record
and no social security number passes.
"""

from __future__ import annotations

import re

from student_loans.privacy import plain
from student_loans.records import DocumentRecord, FieldKind, field_catalog

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_SHORTEST_VALUE = 4
"""Characters from which on a value is replaced."""
# A choice or a count of months says nothing about a person, and its words are words of reasons too.
_HARMLESS = frozenset({FieldKind.CHOICE, FieldKind.WHOLE_NUMBER})


def without_values(text: str, record: DocumentRecord) -> str:
    """One line to show, also without any value of the record."""
    kinds = field_catalog().kinds
    found: set[str] = set()
    values = [*record.fields.items(), *(item for loan in record.loans for item in loan.items())]
    for name, field in values:
        if kinds.get(name) not in _HARMLESS:
            found |= {field.value, field.raw}
    for value in sorted(found, key=len, reverse=True):
        if len(value) >= _SHORTEST_VALUE:
            text = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", "[value]", text)
    return plain(text)


def kind_of_reason(reason: str) -> str:
    """A reason without its numbers, so that the same reason of many documents counts as one.

    Example:
        >>> kind_of_reason("apr: confidence 0.61 is below 0.90")
        'apr: confidence is below the limit'
        >>> kind_of_reason("page 3 of 4 could not be read")
        'page … of … could not be read'
    """
    text = re.sub(r"confidence \d[\d.]* is below \d[\d.]*", "confidence is below the limit", reason)
    return _NUMBER.sub("…", text)
