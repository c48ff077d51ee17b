"""Whether an extracted value is the true one."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation

from student_loans.records import FieldKind, field_catalog


def same_value(field: str, value: str, truth: str) -> bool:
    """Compare two normal forms: rates by number, names without case and punctuation, everything else exactly."""
    kind = field_catalog().kinds[field]
    if kind is FieldKind.NAME:
        return _letters(value) == _letters(truth)
    if kind is FieldKind.RATE or field == "per_diem":
        try:
            return Decimal(value) == Decimal(truth)
        except InvalidOperation:
            return False
    return value == truth


def _letters(name: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", name).casefold())
