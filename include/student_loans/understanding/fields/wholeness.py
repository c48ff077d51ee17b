"""Check that a value is the whole text of its cell: digits left over beside it may be part of the value."""

from __future__ import annotations

import re

from student_loans.checks.limits import places_of
from student_loans.understanding.fields.joined_values import next_line_of_cell
from student_loans.understanding.fields.labels import label_vocabulary
from student_loans.understanding.fields.layout import DocumentLayout, Segment
from student_loans.understanding.fields.money import A_RANGE
from student_loans.understanding.fields.values import Reading

DIGITS_BESIDE = "digits beside it may belong to it"
LETTERS_BESIDE = "letters before it may belong to it"
DIGITS_BELOW = "digits under it may belong to it"
NOT_TWO_PLACES = "the amount is not printed with two places"
_AMOUNT = re.compile(r"-?\d+\.(?P<places>\d{2,})")
_SHORT_CELL = 5
"""Words of a cell in which digits beside a value are not part of a sentence."""
_BEFORE = {
    "identifier": re.compile(r"(?:^|\s)[A-Z]{0,3}\d{1,6}[\s-]$"),
    "date": re.compile(r"\d[\s/.-]{0,3}$"),
    "money": re.compile(r"\d[,.\s]?$"),
    "rate": re.compile(r"\d[\s./-]?$"),
    "term": re.compile(r"(?:^|[^\w.,])\d{1,3}\s?(?:[-\u2013/]|to|or)?\s?$"),
}
_AFTER = {
    "identifier": re.compile(r"^[\s-]\d{1,6}(?![\d/.,%])|^[\u2010-\u2014-]$"),
    "date": re.compile(r"^\s?[/-]?\d(?!\d?:)"),
    "money": re.compile(r"^[.,]?\s\d{1,3}(?![\d/.,%])$|^[.,]?\d"),
    "rate": re.compile(r"^\s?\d"),
    "term": re.compile(r"^\s\d\b"),
}
_CODE_BEFORE = re.compile(r"([A-Z]{1,4})[\s-]")
"""``JM 60932217``, alone in its cell."""
_AMOUNT_BEFORE = re.compile(r"\$\s?\d[\d,]*(?:\.\d\d)?\s?[-/\u2013\u2212]?\s?$")
_AMOUNT_AFTER = re.compile(r"^\s?[-/\u2013\u2212]?\s?\$\s?\d")
_DIGITS_ONLY = re.compile(r"[.,]?\d{1,6}")


def left_over(layout: DocumentLayout, segment: Segment, reading: Reading) -> str | None:
    """Why a value may be only a part of the text in its cell; None without a sign of that."""
    if reading.grammar not in _BEFORE or len(segment.tokens) > _SHORT_CELL:
        return None
    before, after = segment.text[: reading.start], segment.text[reading.end :]
    if reading.grammar == "money" and (_AMOUNT_BEFORE.search(before) or _AMOUNT_AFTER.search(after)):
        return A_RANGE
    if _BEFORE[reading.grammar].search(before) or _AFTER[reading.grammar].search(after):
        return DIGITS_BESIDE
    if reading.grammar == "identifier" and _begins_with_a_code(before):
        return LETTERS_BESIDE
    if after or reading.grammar not in ("identifier", "money"):
        return None
    below = next_line_of_cell(layout, segment)
    return DIGITS_BELOW if below is not None and _DIGITS_ONLY.fullmatch(below.text) else None


def _begins_with_a_code(before: str) -> bool:
    """Whether a cell begins with capitals that are not a word of a label such as ``ID`` and ``ACCT``."""
    code = _CODE_BEFORE.fullmatch(before)
    return code is not None and code[1].lower() not in label_vocabulary().words


def begins_with_label(text: str) -> bool:
    """Whether a number in groups begins with a word of a label, such as ``ID`` or ``ACCT``, which is no code."""
    word, space, _ = text.partition(" ")
    return bool(space) and word.isalpha() and word.lower() in label_vocabulary().words


def wrong_places(field: str, grammar: str, value: str) -> str | None:
    """Why an amount does not have the decimal places of its field; None if it has."""
    if grammar != "money":
        return None
    amount = _AMOUNT.fullmatch(value)
    return None if amount and len(amount["places"]) <= places_of(field) else NOT_TWO_PLACES
