"""Value grammars: the printed forms of money, rates, terms and years, and their normal forms.

A :class:`Reading` carries a *strictness* in (0, 1]: 1.0 for a form that can hardly be anything else (``$18,250.00``), less
for looser forms and for those that needed an OCR repair (``$l8,25O.OO``). OCR errors are repaired only within a shape that
the grammar proves.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from student_loans.privacy import find_masked_identifiers
from student_loans.understanding.fields.dates import AMERICAN, DateOrder, find_dates
from student_loans.understanding.fields.identifiers import find_identifiers
from student_loans.understanding.fields.layout import Stretch, Token
from student_loans.understanding.fields.money import A_RANGE, find_amounts
from student_loans.understanding.fields.number_words import find_number_words

_DIGIT = r"[0-9OoQlI|SsBZz]"
_LOOKALIKES = str.maketrans("OoQlI|SsBZz", "00011155822")

_MONEY_MISREAD = re.compile(
    rf"(?<!\w)(?:[$§]\s?|(?P<sign>S)(?=\d))(?P<whole>{_DIGIT}{{1,3}}(?:[,.]\s?{_DIGIT}{{3}})*|{_DIGIT}+)[.,]\s?(?P<cents>{_DIGIT}{{2}})(?!\w)"
)
_MONEY_BELOW_A_DOLLAR = re.compile(r"(?<![\w.,$])\$?\s?\.(?P<cents>\d{2,6})(?![\w%.,-])")
_RATE = re.compile(
    r"(?<![\w$.,/])(?:(?P<whole>\d{1,2}(?:\s?[.,]\s?\d{1,4})?)\s?\)?(?:(?:\s|-|\sand\s)(?P<numerator>\d{1,2})/(?P<denominator>\d{1,2})"
    r"|\s?(?P<vulgar>[\u00bc-\u00be\u215b-\u215e]))?)"
    r"\s?(?:%|percent\b|per ?cent(?:um)?\b|pct\b)(?!age)",
    re.IGNORECASE,
)
_RATE_BARE = re.compile(r"(?<![\w$.,/-])(?P<whole>\d{1,2}\.\d{1,4})(?![\w,/%-]|\.\d|\s?(?:%|per|pct))")
_RATE_ALONE = re.compile(r"(?P<whole>\d{1,2})")
"""The whole of a cell under a label that has the percent sign."""
_RATE_UNIT = re.compile(r"\s(?:\([\w.\s]+\)\s)?per\s?cent(?:um)?\b", re.IGNORECASE)
_EACH = r"(?:(?:consecutive|equal|scheduled|substantially|successive|level|regular)\s+)*(?:monthly\s+)?"
"""Words between a number and its payments."""
_TERM_UNIT = re.compile(
    r"\s" + _EACH + r"(?:(?P<months>months?|payments|instal+ments)|(?P<years>years?))\b",
    re.IGNORECASE,
)
_EVEN_FRACTIONS = (2, 4, 5, 8, 10, 16, 32)
_MARGIN = re.compile(r"[+\u2212]\s*$|\b(?:plus|margin of)\s*$", re.IGNORECASE)
"""Words before a rate that is added to another one: ``SOFR + 3.10%``."""
_STEP = re.compile(r"\bby\s(?:up to\s)?$", re.IGNORECASE)
"""Words before a change of a rate, which is not a rate itself: ``drops by 0.50%``."""
_FROM = re.compile(r"\d\s?%?\s?(?:to|through|[-\u2013\u2014])\s?$", re.IGNORECASE)
_TO = re.compile(r"\s?%?\s?(?:to|through|[-\u2013\u2014])\s?\d{1,2}(?:\.\d+)?\s?%", re.IGNORECASE)
"""``4.29% to 14.83%`` prints the range of offered rates, not the loan's rate."""
_MONTHS = re.compile(
    r"(?<![\w$.,])(\d{1,3})\)?[\s-]*(?:\((?:\d+|[a-z\s-]+)\)\s*)?"
    + _EACH
    + r"(months?|mos?\b|mths?\b|payments\b|instal+ments\b)",
    re.IGNORECASE,
)
_YEARS = re.compile(r"(?<![\w$.,])(\d{1,2})\)?[\s-]*(?:\([a-z\s-]+\)\s*)?(?:years?|yrs?)\b", re.IGNORECASE)
_YEARS_AND_MONTHS = re.compile(
    r"(?<![\w$.,])(\d{1,2})\s?(?:years?|yrs?\.?),?\s(?:(?:and|&)\s)?(\d{1,2})\s?(?:months?|mos?\b)", re.IGNORECASE
)
_INTEGER = re.compile(r"(?<![\w$.,/-])(\d{1,3})(?![\w%/]|[.,-]\d)")
_YEAR = re.compile(r"(?<![\d/.-])(19[89]\d|20\d\d)(?![\d/]|[.-]\d)")
_DIGIT_LIKE = re.compile(r"\d|[$\u00a7S]\s?[OoQlI|SsBZz]")
"""A digit, or letters behind a sign of dollars that may be misread ones."""
_LONGEST_TERM = 480
"""Months."""
_TEXTS_KEPT = 2048


@dataclass(frozen=True, slots=True)
class Reading:
    """A value found in a text.

    Attributes:
        grammar: ``money``, ``rate``, ``date``, ``term``, ``year``, ``identifier`` or ``masked_identifier``.
        start, end: Its characters in the text.
        value: The normal form.
        strictness: How certain the printed form is of this grammar, in (0, 1].
    """

    grammar: str
    start: int
    end: int
    value: str
    strictness: float = 1.0
    doubt: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Value(Stretch):
    """A value on a page.

    Attributes:
        grammar: The grammar that read it.
        value: The normal form.
        raw: What was printed.
        tokens: Where it stands.
        strictness: See :class:`Reading`.
        penalty: Factor in (0, 1] for the value's surroundings: under a heading "examples" it is an example.
        doubt: Why it may not be the whole of what is printed; None where it is.
        in_sentence: Whether it stands in running text.
        aside: What the words around it speak of if it may not be the loan, see :mod:`.sentences`; rules do not take it then.
    """

    grammar: str
    value: str
    raw: str
    tokens: tuple[Token, ...]
    strictness: float
    penalty: float = 1.0
    doubt: str | None = None
    in_sentence: bool = False
    aside: str = ""


def _find_money(text: str) -> Iterator[Reading]:
    for amount in find_amounts(text):
        strictness = 1.0 if amount.signed else 0.9
        yield Reading("money", amount.start, amount.end, amount.value, strictness, amount.doubt)
    for match in _MONEY_BELOW_A_DOLLAR.finditer(text):
        yield Reading("money", match.start(), match.end(), f"0.{match['cents']}", 0.8 if "$" in match.group() else 0.6)
    for match in _MONEY_MISREAD.finditer(text):
        whole = re.sub(r"\D", "", match["whole"].translate(_LOOKALIKES))
        cents = match["cents"].translate(_LOOKALIKES)
        if match["sign"] or not re.fullmatch(r"[\d,.\s]+", match["whole"] + match["cents"]):
            yield Reading("money", match.start(), match.end(), f"{int(whole)}.{cents}", 0.6)


def _find_rates(text: str) -> Iterator[Reading]:
    alone = _RATE_ALONE.fullmatch(text)
    found = [(match, 1.0) for match in _RATE.finditer(text)]
    found += [(match, 0.5) for match in _RATE_BARE.finditer(text)]
    found += [(alone, 0.3)] if alone else []
    for match, strictness in found:
        before, after = text[: match.start()], text[match.end() :]
        margin = _MARGIN.search(before)
        ranged = _FROM.search(before) or _TO.match(after)
        value = _rate(match)
        if value is not None and not _STEP.search(before):
            doubt = A_RANGE if ranged else None
            yield Reading("rate", match.start(), match.end(), value, 0.2 if margin or ranged else strictness, doubt)


def _find_in_words(text: str) -> Iterator[Reading]:
    """Rates and terms whose number is in words: ``eight percent``, ``sixty equal monthly payments``."""
    for start, end, number in find_number_words(text):
        if unit := _RATE_UNIT.match(text, end):
            yield Reading("rate", start, unit.end(), f"{number:f}", 0.9)
        elif (unit := _TERM_UNIT.match(text, end)) and number == int(number):
            months = int(number) * (12 if unit["years"] else 1)
            if 1 <= months <= _LONGEST_TERM:
                yield Reading("term", start, unit.end(), str(months), 0.9)


def _rate(match: re.Match[str]) -> str | None:
    """The normal form of a rate: ``6.875`` for ``6 7/8``; None for a fraction without a finite decimal form."""
    groups = match.groupdict()
    whole, numerator, denominator = match["whole"], groups.get("numerator"), groups.get("denominator")
    if vulgar := groups.get("vulgar"):
        return f"{Decimal(whole) + Decimal(str(unicodedata.numeric(vulgar))):f}"
    if numerator is None or denominator is None:
        return re.sub(r"\s", "", whole).replace(",", ".")
    if int(denominator) not in _EVEN_FRACTIONS:
        return None
    return str(Decimal(whole) + Decimal(numerator) / Decimal(denominator))


def _find_terms(text: str) -> Iterator[Reading]:
    taken: list[tuple[int, int]] = []
    for match in _YEARS_AND_MONTHS.finditer(text):
        taken.append((match.start(), match.end()))
        yield Reading("term", match.start(), match.end(), str(12 * int(match[1]) + int(match[2])))
    for pattern, months, strictness in ((_MONTHS, 1, 1.0), (_YEARS, 12, 0.9), (_INTEGER, 1, 0.6)):
        for match in pattern.finditer(text):
            count = int(match[1]) * months
            if not 1 <= count <= _LONGEST_TERM or any(start <= match.start() < end for start, end in taken):
                continue
            taken.append((match.start(), match.end()))
            yield Reading("term", match.start(), match.end(), str(count), strictness)


def _find_years(text: str) -> Iterator[Reading]:
    for match in _YEAR.finditer(text):
        yield Reading("year", match.start(), match.end(), match[1])


def find_values(text: str, order: DateOrder = AMERICAN) -> tuple[Reading, ...]:
    """Every value in a text that any grammar reads; several grammars may read the same characters.

    Example:
        >>> [(r.grammar, r.value) for r in find_values("$18,250.00 at 7.25% due March 4, 2024")]
        [('money', '18250.00'), ('rate', '7.25'), ('date', '2024-03-04'), ('year', '2024')]
    """
    # Cached, because schedules, loans and fields read the same cells. Without a digit a number can only be in words.
    return _find_values(text, order) if _DIGIT_LIKE.search(text) else tuple(_find_in_words(text))


@lru_cache(maxsize=_TEXTS_KEPT)
def _find_values(text: str, order: DateOrder) -> tuple[Reading, ...]:
    strict = [*_find_money(text), *_find_rates(text)]
    strict += [Reading("date", *found) for found in find_dates(text, order)]
    loose = [Reading("masked_identifier", *found) for found in find_masked_identifiers(text)]
    loose += [*_find_terms(text), *_find_years(text), *_find_in_words(text)]
    loose += [Reading("identifier", *found) for found in find_identifiers(text)]
    return (*strict, *(reading for reading in loose if reading.grammar == "year" or not _inside(reading, strict)))


def _inside(reading: Reading, others: list[Reading]) -> bool:
    """Whether a stricter reading of another grammar covers part of this one."""
    return any(other.start < reading.end and reading.start < other.end and other.strictness > 0.5 for other in others)
