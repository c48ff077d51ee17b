"""Dates in the formats that American documents use, into ISO 8601.

Month first, unless the first number cannot be a month. Two-digit years lie in 1970 to 2069, the window of POSIX
``strptime`` moved by one year.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH_NAMES = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
]  # fmt: skip
_MONTH = (
    r"(?P<{0}>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)"
)
DATE = re.compile(
    r"(?<![\w/.$-])(?:"
    + _MONTH.format("name1") + r"[.,]?\s*(?P<day1>\d{1,2})(?:st|nd|rd|th)?\s?[.,]?\s*(?P<year1>(?:19|20)\d{2}|'\d{2})"
    r"|(?P<day2>\d{1,2})(?:st|nd|rd|th)?(?:\s+day\s+of)?[\s-]*" + _MONTH.format("name2") +
    r"[.,]?[\s,-]*(?P<year2>(?:19|20)\d{2}|\d{2}(?!,?\s*\d{4}))"
    r"|(?P<year3>(?:19|20)\d{2})[-/.](?P<month3>\d{1,2})[-/.](?P<day3>\d{1,2})"
    r"|(?P<a>\d{1,2})\s?(?P<sep>[-/.])\s?(?P<b>\d{1,2})\s?(?P=sep)\s?(?P<year4>(?:19|20)\d{2}|\d{2})" r"|" +
    _MONTH.format("name5") + r"-(?P<day5>\d{1,2})-(?P<year5>(?:19|20)\d{2}|\d{2})" r")(?![\w/-]|\.\d)",
    re.IGNORECASE,
)  # fmt: skip
_NOISY = re.compile(
    r"(?<![\w/.$-])(?P<a>[0-9OIl]{1,2})(?P<sep>[/])(?P<b>[0-9OIl]{1,2})(?P=sep)(?P<year>[12I][0-9OIl]{3})(?![\w/-])"
)


_NOISY_NAME = re.compile(
    r"(?<![\w/.$-])(?P<name>[A-Za-z0-9]{3,9})[.,]?\s(?P<day>\d{1,2})[.,]?\s(?P<year>(?:19|20)\d{2})(?![\w/-]|\.\d)"
)


def _year(text: str) -> int:
    text = text.strip("'")
    number = int(text)
    if len(text) > 2:
        return number
    return 2000 + number if number < 70 else 1900 + number


def _month(name: str) -> int:
    return _MONTHS.index(name[:3].lower()) + 1


def _numeric(first: int, second: int, year: int) -> date | None:
    """Month first, day first only when it must."""
    if first > 12 >= second:
        first, second = second, first
    return _date(year, first, second)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _from_match(match: re.Match[str]) -> date | None:
    if match["name1"]:
        return _date(_year(match["year1"]), _month(match["name1"]), int(match["day1"]))
    if match["name2"]:
        return _date(_year(match["year2"]), _month(match["name2"]), int(match["day2"]))
    if match["year3"]:
        return _date(_year(match["year3"]), int(match["month3"]), int(match["day3"]))
    if match["name5"]:
        return _date(_year(match["year5"]), _month(match["name5"]), int(match["day5"]))
    return _numeric(int(match["a"]), int(match["b"]), _year(match["year4"]))


@lru_cache(maxsize=1000)
def _misread_month(name: str) -> int | None:
    """The month whose name or abbreviation differs in one letter, when only one does: ``Deo``."""
    name = name.lower()
    months = {known: number for names in (_MONTHS, _MONTH_NAMES) for number, known in enumerate(names, 1)}
    if name in months:
        return None  # read well: not this function's case
    alike = {
        number
        for known, number in months.items()
        if len(known) == len(name) and sum(a != b for a, b in zip(name, known, strict=True)) == 1
    }
    return alike.pop() if len(alike) == 1 else None


def find_dates(text: str) -> Iterator[tuple[int, int, str, float]]:
    """Every date in ``text``: start, end, ISO form, strictness.

    Example:
        >>> list(find_dates("due 2/4/2023"))
        [(4, 12, '2023-02-04', 1.0)]
    """
    for match in DATE.finditer(text):
        found = _from_match(match)
        if found is not None:
            yield (
                match.start(),
                match.end(),
                found.isoformat(),
                0.8 if match["year4"] and len(match["year4"]) == 2 else 1.0,
            )
    for match in _NOISY.finditer(text):
        if match.group().replace("/", "").isdigit():
            continue
        digits = str.maketrans("OIl", "011")
        found = _numeric(
            int(match["a"].translate(digits)), int(match["b"].translate(digits)), int(match["year"].translate(digits))
        )
        if found is not None:
            yield match.start(), match.end(), found.isoformat(), 0.6
    for match in _NOISY_NAME.finditer(text):
        month = _misread_month(match["name"])
        found = _date(int(match["year"]), month, int(match["day"])) if month else None
        if found is not None:
            yield match.start(), match.end(), found.isoformat(), 0.6


def parse_date(text: str) -> str | None:
    """ISO form of a text that is one date, else None.

    Example:
        >>> parse_date("February 4, 2023"), parse_date("31.12.2023"), parse_date("2023")
        ('2023-02-04', '2023-12-31', None)
    """
    stripped = text.strip().rstrip(".,;")
    for start, end, value, _ in find_dates(stripped):
        if start == 0 and end == len(stripped):
            return value
    return None
