"""Read printed dates into ISO 8601.

A document has one order of day and month: :func:`find_order` takes it from the dates that have only one reading, and
:func:`find_dates` reads the other dates in this order. A date is read whole or not at all: digits left over beside it
show that it is another date, or not a date. Two-digit years are from 1970 to 2069, the window of POSIX ``strptime`` moved by one
year.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH_NAMES = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
]  # fmt: skip
_MONTH = (
    r"(?P<{0}>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)"
)
_YEAR = r"(?P<{0}>(?:19|20)\d{{2}}|'?\d{{2}})"
_LEFT = r"(?:(?<![\w/$-])(?<!\d\.)|(?<=/\d{4}-)|(?<=[\s,](?:19|20)\d\d-))"
"""What may stand before a date: no part of a longer number, but the first date of a range."""
_RIGHT = r"(?!\w|/|-(?!\d{1,2}/\d{1,2}/|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))|\.\d)"
_TIME = r"(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?"
DATE = re.compile(
    _LEFT + r"(?:"
    + _MONTH.format("name1") + r"[.,]?\s*(?P<day1>\d{1,2})(?:\s?(?:st|nd|rd|th)\b)?\s?[.,]?\s*(?P<year1>(?:19|20)\d{2}|'\d{2})"
    r"|(?P<day2>\d{1,2})(?P<of>(?:\s?(?:st|nd|rd|th)\b)?(?:\s+day\b)?(?:\s+of\b)?)(?P<sep2>\s?[-/]\s?|\.|\s*)"
    + _MONTH.format("name2") + r"[.,]?[\s,/-]*(?P<year2>(?:19|20)\d{2}|'?\d{2}(?!,?\s*\d{4}))"
    r"|(?P<year3>(?:19|20)\d{2})(?P<sep3>\s?[-/.]\s?)(?P<month3>\d{1,2})(?P=sep3)(?P<day3>\d{1,2})" + _TIME +
    r"|(?P<a>\d{1,2})\s?(?P<sep>[-/.])\s?(?P<b>\d{1,2})\s?(?P=sep)\s?" + _YEAR.format("year4") +
    r"|" + _MONTH.format("name5") + r"(?P<sep5>[-/])(?P<day5>\d{1,2})(?P=sep5)" + _YEAR.format("year5") +
    r"|(?P<year6>(?:19|20)\d{2})(?P<sep6>[-/])" + _MONTH.format("name6") + r"(?P=sep6)(?P<day6>\d{1,2})"
    r")" + _RIGHT,
    re.IGNORECASE,
)  # fmt: skip
_COMPACT = re.compile(
    r"(?:^|\b(?:dated?|due|on|of|through|thru|until|by|as of)\s?[:.]?\s)"
    r"(?P<whole>(?P<year>(?:19[789]|20[0-6])\d)(?P<month>\d\d)(?P<day>\d\d)|"
    r"(?P<a>\d\d)(?P<b>\d\d)(?P<last>(?:19[789]|20[0-6])\d))$",
    re.IGNORECASE,
)
"""Eight digits that are all that is printed in a place, or end it behind words that ask for a date."""
_NOISY = re.compile(
    r"(?<![\w/.$-])(?P<a>[0-9OIl]{1,2})(?P<sep>[/])(?P<b>[0-9OIl]{1,2})(?P=sep)(?P<year>[12I][0-9OIl]{3})(?![\w/-])"
)
_NOISY_NAME = re.compile(
    r"(?<![\w/.$-])(?P<name>[A-Za-z0-9]{3,9})[.,]?\s(?P<day>\d{1,2})[.,]?\s(?P<year>(?:19|20)\d{2})(?![\w/-]|\.\d)"
)
_REST_OF_YEAR = re.compile(r"\s(\d{2})(?![\w%/]|[.,-]\d)")
_CENTURIES = frozenset({"19", "20"})
_FORMAT = re.compile(
    r"(?<![a-z])(?:(?P<month>m{1,2})|(?P<day>d{1,2}))\s?[-/.]\s?(?(month)d|m){1,2}\s?[-/.]\s?y{2,4}(?![a-z])",
    re.IGNORECASE,
)
"""A form that says how to write dates: ``(mm/dd/yyyy)``."""
_DIGIT = re.compile(r"\d")
_MAY_BE_DATE = re.compile(r"[a-z]|[-/.].*[-/.]|\d{8}", re.IGNORECASE)
"""What every date has: letters, two signs between its numbers, or eight digits. Most cells of a table have none of them."""
_ALIKE = str.maketrans(
    {
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d", "-"),
        **dict.fromkeys("\u00a0\u2007\u2009\u202f", " "),
        **dict.fromkeys("\u2018\u2019\u02bc\u2032", "'"),
        **dict.fromkeys("\u2044\u2215\uff0f", "/"),
        # A footnote mark is not a digit of the year.
        **dict.fromkeys("\u00b9\u00b2\u00b3\u2070\u2074\u2075\u2076\u2077\u2078\u2079", "*"),
    }
)
"""Characters that look the same, one for one, so that places in the text stay."""

ORDER_UNPROVED = "the order of day and month is not proved"
"""Doubt of a date with two readings, in a document that does not look American."""
ORDER_CONTRADICTED = "dates of the document contradict each other in the order of day and month"
YEAR_IN_PIECES = "the year is printed in two pieces"
_TWO_DIGIT_YEAR, _MISREAD, _COMPACT_STRICTNESS = 0.8, 0.6, 0.4
_AMERICAN_TERRITORIES = frozenset({"US", "AS", "GU", "MP", "PR", "UM", "VI", "GE"})
_LAST_MONTH, _PAIR = 12, 2
_FEWEST_INSTALMENTS = 6
"""A column of so many dates a month apart shows by its rhythm which number is the month."""
_MISREAD_PROOFS = 10
"""One order is proved this many times as often as the other: the rare one is a misread digit of a scan."""


@dataclass(frozen=True, slots=True)
class DateOrder:
    """The order of day and month in a document's numeric dates that have two readings.

    Attributes:
        day_first: Whether ``04/06/2025`` is the fourth of June.
        dotted_day_first: The same for ``04.06.2025``.
        doubt: Why the order is not certain; None if it is.
        dotted_doubt: The same for dates with dots.
    """

    day_first: bool = False
    dotted_day_first: bool = True
    doubt: str | None = None
    dotted_doubt: str | None = None


AMERICAN = DateOrder()
"""Month first, but day first with dots: what a document that proves nothing prints."""


class FoundDate(NamedTuple):
    """A date in a text: its characters, ISO form, strictness, and why it may be another date."""

    start: int
    end: int
    value: str
    strictness: float
    doubt: str | None = None


def _year(text: str) -> int:
    text = text.strip("'")
    number = int(text)
    if len(text) > _PAIR:
        return number
    return 2000 + number if number < 70 else 1900 + number


def _month(name: str) -> int:
    return _MONTHS.index(name[:3].lower()) + 1


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _numeric(first: int, second: int, year: int, order: DateOrder, *, dotted: bool) -> tuple[date | None, str | None]:
    """A numeric date in the document's order, and a doubt if it has two readings and the order is not proved."""
    month_first, day_first = _date(year, first, second), _date(year, second, first)
    if month_first is None or day_first is None or month_first == day_first:
        return month_first or day_first, None
    if dotted:
        return (day_first if order.dotted_day_first else month_first), order.dotted_doubt
    return (day_first if order.day_first else month_first), order.doubt


def _from_match(match: re.Match[str], order: DateOrder) -> tuple[date | None, str | None]:
    for place in "1256":
        if match[f"name{place}"]:
            year, month = _year(match[f"year{place}"]), _month(match[f"name{place}"])
            return _date(year, month, int(match[f"day{place}"])), None
    if match["year3"]:
        return _date(int(match["year3"]), int(match["month3"]), int(match["day3"])), None
    return _from_numbers(match, _year(match["year4"]), order)


def _from_numbers(match: re.Match[str], year: int, order: DateOrder) -> tuple[date | None, str | None]:
    if _may_begin_with_year(match) and not order.day_first:
        return None, None
    return _numeric(int(match["a"]), int(match["b"]), year, order, dotted=match["sep"] == ".")


def _may_begin_with_year(match: re.Match[str]) -> bool:
    """Whether the first of three pairs of digits is not a month and may be the year: ``25-06-09``."""
    pairs = match["sep"] == "-" and all(len(match[name]) == _PAIR for name in ("a", "b", "year4"))
    return pairs and int(match["a"]) > _LAST_MONTH


def _short_year(match: re.Match[str]) -> str | None:
    """The year of a match where it is printed with two digits."""
    year = next((match[name] for name in ("year2", "year4", "year5") if match[name]), "")
    return year if 0 < len(year.strip("'")) <= _PAIR else None


@lru_cache(maxsize=1000)
def _misread_month(name: str) -> int | None:
    """The month whose name or abbreviation differs in one letter, when only one does: ``Deo``."""
    name = name.lower()
    months = {known: number for names in (_MONTHS, _MONTH_NAMES) for number, known in enumerate(names, 1)}
    if name in months:
        return None  # spelled correctly, so not misread
    alike = {
        number
        for known, number in months.items()
        if len(known) == len(name) and sum(a != b for a, b in zip(name, known, strict=True)) == 1
    }
    return alike.pop() if len(alike) == 1 else None


def find_dates(text: str, order: DateOrder = AMERICAN) -> Iterator[FoundDate]:
    """Every date in ``text``, read in the document's order of day and month.

    Example:
        >>> [found.value for found in find_dates("due 2/4/2023")]
        ['2023-02-04']
        >>> [found.value for found in find_dates("due 2/4/2023", DateOrder(day_first=True))]
        ['2023-04-02']
    """
    if not _DIGIT.search(text):
        return
    text = text.translate(_ALIKE)
    if not _MAY_BE_DATE.search(text):
        return
    for match in DATE.finditer(text):
        yield from _read_match(text, match, order)
    yield from _find_compact(text, order)
    yield from _find_misread(text, order)


def _read_match(text: str, match: re.Match[str], order: DateOrder) -> Iterator[FoundDate]:
    """The date of a match, or None if its parts are not a date."""
    short = _short_year(match)
    spaced = match["sep"] == "-" and " " in match.group()
    if short and spaced:
        return  # "10 - 12 - 24 months"
    rest = _REST_OF_YEAR.match(text, match.end()) if short in _CENTURIES else None
    if rest is not None and match["a"]:
        found, _ = _from_numbers(match, int(f"{short}{rest[1]}"), order)
        if found is not None:
            yield FoundDate(match.start(), rest.end(), found.isoformat(), _MISREAD, YEAR_IN_PIECES)
        return
    found, doubt = _from_match(match, order)
    if found is not None:
        bare = match["name2"] and not match["of"] and not match["sep2"].strip()
        strictness = 1.0 if not short else _MISREAD if bare else _TWO_DIGIT_YEAR
        yield FoundDate(match.start(), match.end(), found.isoformat(), strictness, doubt)


def _find_compact(text: str, order: DateOrder) -> Iterator[FoundDate]:
    """Eight digits that can be a date, with low strictness, because an account number may look the same."""
    match = _COMPACT.search(text) if text[-1].isdigit() else None
    if match is None:
        return
    if match["year"]:
        found, doubt = _date(int(match["year"]), int(match["month"]), int(match["day"])), None
    else:
        found, doubt = _numeric(int(match["a"]), int(match["b"]), int(match["last"]), order, dotted=False)
    if found is not None:
        yield FoundDate(match.start("whole"), match.end(), found.isoformat(), _COMPACT_STRICTNESS, doubt)


def _find_misread(text: str, order: DateOrder) -> Iterator[FoundDate]:
    """Dates in which OCR took digits for letters, or one letter of the month for another."""
    for match in _NOISY.finditer(text):
        if match.group().replace("/", "").isdigit():
            continue
        digits = str.maketrans("OIl", "011")
        first, second, year = (int(match[name].translate(digits)) for name in ("a", "b", "year"))
        found, doubt = _numeric(first, second, year, order, dotted=False)
        if found is not None:
            yield FoundDate(match.start(), match.end(), found.isoformat(), _MISREAD, doubt)
    for match in _NOISY_NAME.finditer(text):
        month = _misread_month(match["name"])
        found = _date(int(match["year"]), month, int(match["day"])) if month else None
        if found is not None:
            yield FoundDate(match.start(), match.end(), found.isoformat(), _MISREAD)


def find_order(texts: Iterable[str]) -> DateOrder:
    """The order of day and month in a document, from all of its texts.

    A date with one reading proves it: ``14/05/2025`` day first, ``05/14/2025`` month first. The format that a form asks
    for (``mm/dd/yyyy``) proves it too, and so do the intervals in a column of instalments. Without proof the month is
    read first, with a doubt if the document has a sign that it is not American. The paper size is not such a sign:
    American software also prints on A4.

    Example:
        >>> find_order(["Statement date: 14/05/2025", "Due: 04/06/2025"]).day_first
        True
    """
    signs = _Signs()
    for text in texts:
        _collect(text, signs)
    for place, step in ((1, "day"), (0, "month")):
        if _monthly(signs.numbers, place):
            signs.proofs[step] += 1
    return _decide(signs)


class _Signs:
    """The signs in a document's texts about the order of its dates."""

    def __init__(self) -> None:
        self.proofs: Counter[str] = Counter()
        self.dotted_proofs: Counter[str] = Counter()
        self.numbers: list[tuple[int, int, int]] = []
        self.dotted = False
        self.day_before_name = False
        self.day_after_name = False
        self.abroad = False


@cache
def _countries() -> frozenset[str]:
    """Names of countries at the end of addresses, without the United States and Georgia, which is also a state."""
    from babel import Locale

    names = Locale("en").territories
    return frozenset(name for code, name in names.items() if code.isalpha() and code not in _AMERICAN_TERRITORIES)


def _collect(text: str, signs: _Signs) -> None:
    text = text.translate(_ALIKE)
    signs.abroad |= "," in text and text.rpartition(",")[2].strip(" .") in _countries()
    for asked in _FORMAT.finditer(text):
        signs.proofs["month" if asked["month"] else "day"] += 1
    if not _DIGIT.search(text):
        return
    for match in DATE.finditer(text):
        signs.day_after_name |= match["name1"] is not None
        signs.day_before_name |= match["name2"] is not None and not match["of"] and not match["sep2"].strip()
        if match["a"] is None or _may_begin_with_year(match):
            continue
        first, second, year = int(match["a"]), int(match["b"]), _year(match["year4"])
        signs.dotted |= match["sep"] == "."
        month_first, day_first = _date(year, first, second), _date(year, second, first)
        if month_first or day_first:
            signs.numbers.append((first, second, year))
        if (month_first is None) == (day_first is None):
            continue
        proved = "month" if month_first else "day"
        signs.proofs[proved] += 1
        if match["sep"] == ".":
            signs.dotted_proofs[proved] += 1


def _monthly(numbers: Sequence[tuple[int, int, int]], place: int) -> bool:
    """Whether one number of consecutive dates grows by one each, also over the end of a year, and the other is constant."""
    run = 1
    for before, after in pairwise(numbers):
        months = (after[2] - before[2]) * _LAST_MONTH + after[place] - before[place]
        run = run + 1 if months == 1 and before[1 - place] == after[1 - place] else 1
        if run >= _FEWEST_INSTALMENTS:
            return True
    return False


def _decide(signs: _Signs) -> DateOrder:
    month, day = signs.proofs["month"], signs.proofs["day"]
    if month and day:
        # One misread digit among the many dates of a scan proves nothing.
        month, day = (month if month * _MISREAD_PROOFS > day else 0), (day if day * _MISREAD_PROOFS > month else 0)
    if month and day:
        return DateOrder(doubt=ORDER_CONTRADICTED, dotted_doubt=ORDER_CONTRADICTED)
    if day:
        return DateOrder(day_first=True)
    if month:
        dotted = signs.dotted_proofs["month"] > 0
        return DateOrder(dotted_day_first=not dotted, dotted_doubt=None if dotted else ORDER_UNPROVED)
    named_day_first = signs.day_before_name and not signs.day_after_name
    if signs.dotted or named_day_first or signs.abroad:
        return DateOrder(day_first=True, doubt=ORDER_UNPROVED)
    return AMERICAN
