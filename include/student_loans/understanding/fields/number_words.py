"""Numbers written in words: ``eight``, ``one hundred twenty``, ``five and one-half``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

_UNITS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_NUMBERS = {word: number for number, word in enumerate(_UNITS)} | {
    word: 10 * number for number, word in enumerate(_TENS, start=2)
}
_HUNDRED = "hundred"
_PARTS = {"half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "eighth": 8, "tenth": 10, "sixteenth": 16}
"""Denominators by their names; those without a finite decimal form give no number."""
_WORD = rf"(?:{'|'.join((*_NUMBERS, _HUNDRED))})"
_SPELT = re.compile(
    rf"\b(?P<whole>{_WORD}(?:(?:[\s-]|(?<={_HUNDRED})\sand\s){_WORD})*)"
    rf"(?:\sand\s(?P<parts>{_WORD})[\s-](?P<of>{'|'.join(_PARTS)})s?)?(?![\w-])",
    re.IGNORECASE,
)
_ENOUGH = re.compile(rf"\b{_WORD}\b", re.IGNORECASE)
_NOT_FINITE = frozenset({3})


def find_number_words(text: str) -> Iterator[tuple[int, int, Decimal]]:
    """Every number in words: start, end and number.

    Example:
        >>> [(text, str(number)) for *_, number in find_number_words(text := "five and one-half percent")]
        [('five and one-half percent', '5.5')]
    """
    for match in _SPELT.finditer(text) if _ENOUGH.search(text) else ():
        whole = _whole(re.findall(r"[a-z]+", match["whole"].lower()))
        if whole is None:
            continue
        if match["of"] is None:
            yield match.start(), match.end(), Decimal(whole)
        elif (of := _PARTS[match["of"].lower()]) not in _NOT_FINITE:
            parts = _NUMBERS.get(match["parts"].lower(), 1)
            yield match.start(), match.end(), whole + Decimal(parts) / of


def _whole(words: list[str]) -> int | None:
    """The number that some words say; None where they are no number: ``five six``."""
    total, last = 0, 1000
    for word in words:
        if word == "and":
            continue
        if word == _HUNDRED:
            if not 1 <= total < 10:
                return None
            total, last = total * 100, 100
            continue
        number = _NUMBERS[word]
        size = 10 if number >= 20 else 1
        if size >= last or (last == 10 and number >= 10):
            return None
        total, last = total + number, size
    return total
