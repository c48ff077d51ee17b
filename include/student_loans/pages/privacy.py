"""Social security numbers leave a page's words as soon as they are read: only the last four digits are kept."""

from __future__ import annotations

import re
from dataclasses import replace

from student_loans.identifiers import redact_ssn
from student_loans.pages.words import PageText, Word

_GROUPS = (re.compile(r"\d{3}"), re.compile(r"\d{2}"), re.compile(r"\d{4}\W?"))
_DIGITS, _SHORTEST = 9, 11
"""Digits of a number, and its characters with the two signs between its groups."""


def redact_page(page: PageText) -> PageText:
    """The page with each number reduced, within a word (``987-65-4321``) or over three (``987 65 4321``)."""
    words = [replace(word, text=redact_ssn(word.text)) if _may_hold_number(word) else word for word in page.words]
    firsts = [index for index, word in enumerate(words[:-2]) if _GROUPS[0].fullmatch(word.text)]
    for index in firsts:
        group = words[index : index + 3]
        if all(shape.fullmatch(word.text) for shape, word in zip(_GROUPS, group, strict=True)):
            words[index] = replace(group[0], text="***")
            words[index + 1] = replace(group[1], text="**")
    return replace(page, words=tuple(words))


def _may_hold_number(word: Word) -> bool:
    return len(word.text) >= _SHORTEST and sum(character.isdigit() for character in word.text) >= _DIGITS
