"""Read printed amounts of money: whole, with sign, cents and currency, or with a reason why an amount is not whole."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

ANOTHER_CURRENCY = "the amount is printed in another currency than US dollars"
A_RANGE = "two amounts or a range are printed"

APOSTROPHES = "'\u2019\u2018\u02bc\u00b4`"
DASHES = "-\u2212\u2010\u2011\u2012\u2013\u2014"
_WHOLE = (
    rf"\d{{1,3}}(?:,\s?\d{{3}}\b)+|\d{{1,3}}(?:\.\d{{3}})+(?=,\s?\d{{2}}\b|\.\d{{2}}\b)|\d{{1,3}}(?:[{APOSTROPHES}]\d{{3}})+\b|"
    r"\d{1,3}(?:\s\d{3})+(?=[.,]\d{2}\b)|\d+"
)
_AMOUNT = re.compile(
    rf"(?P<whole>{_WHOLE})(?:(?P<cents>\s?[.,]\s?\d{{2}}(?:\d{{1,4}})?(?!\d))|(?P<no_cents>[.,]?\s?[\u2012-\u2014-]{{1,2}}(?=\s*$|\))))?"
)
_CURRENCY_BEFORE = re.compile(
    rf"(?P<dollars>US\s?\$|USD\s?\$?|(?<![A-Za-z])[$\u00a7\uff04])\s?(?:(?P<minus>[{DASHES}])\s?|(?P<opened>\()\s?)?\**\s?$",
)
_OTHER_BEFORE = re.compile(r"(?P<other>(?<![A-Za-z])(?:[A-Z]{1,2}\$|[A-Z]{3}\s?\$|[A-Za-z]{3}\.?)|[^\w\s$])\s?\**\s?$")
_OPENED = re.compile(r"[(\[]\s?$")
_MINUS_BEFORE = re.compile(rf"(?:^|[\s:(])[{DASHES}]$|^[{DASHES}]\s$")
_GLUED_BEFORE = re.compile(r"[^\W_]$|[#/,_]$|(?<!\.)\.$|[\w.][-\u2010-\u2014]$")
_GLUED_AFTER = re.compile(
    r"(?!CR\b)(?!(?-i:[A-Z][a-z]+\b))[\w/]|[.,-]\d|\s?[%\u2030]|\s?(?:percent|per\s?cent(?:um)?|pct)\b|\s\d{1,2}/\d{1,2}\s?%",
    re.IGNORECASE,
)
_CURRENCY_AFTER = re.compile(
    r"\**\s?(?P<code>USD|US\b|[A-Z]{3}(?![A-Za-z])|euros?\b|pounds?\b|[^\w\s()%,.;:*$/\[\]-])", re.IGNORECASE
)
_CREDIT_AFTER = re.compile(r"\**\s?(?:\(?CR\b\)?|\(credit\)|credit\b)", re.IGNORECASE)
_MINUS_AFTER = re.compile(rf"\**[{DASHES}](?=\s*$|[),;])")
_CLOSED_AFTER = re.compile(r"\s?[)\]]")
_RANGE_AFTER = re.compile(
    rf"\s?(?:[{DASHES}/]|to|through|or)\s?(?:US)?\$\s?\d|\s?(?:[{DASHES}/]|to|through)\s?\d{{1,3}}(?:,\d{{3}})*\.\d{{2}}\b",
    re.IGNORECASE,
)
_RANGE_BEFORE = re.compile(
    rf"(?:\$\s?[\d,]+(?:\.\d\d)?|\d\.\d\d)\s?(?:[{DASHES}/]|to|through|or)\s?(?:US)?\$?\s?$", re.IGNORECASE
)
_CODE = re.compile(r"\(([A-Z]{3})\)|\bin\s([A-Z]{3})\b")
_NAMED = re.compile(r"\bin\s((?:[a-z]+\s){0,4}(?:dollars|euros?|pounds|pesos|rupees|francs|yen))\b")
_CENTS_BEHIND = re.compile(r"\s\.\d\d")
"""``8500 .00``: boxes for whole dollars, with the cents printed behind them."""
_LONGEST_WHOLE = 9
_PREFIXED = 3
"""A dollar sign with one or two letters of a country before it."""
_PROSE_WORDS = 6
"""In a text of so many words brackets are explanations; in shorter texts they are an accountant's minus."""


class Amount(NamedTuple):
    """An amount of money in a text.

    Attributes:
        start, end: Its characters, with its signs.
        value: Dollars with the printed decimal places; two if none are printed.
        signed: Whether a dollar sign or code is printed at the amount.
        doubt: Why the amount is not whole or not in dollars; None if it is.
    """

    start: int
    end: int
    value: str
    signed: bool
    doubt: str | None = None


def find_amounts(text: str) -> Iterator[Amount]:
    """Every amount with cents, or with a sign or code of a currency.

    Example:
        >>> [(a.value, a.doubt) for a in find_amounts("($128.44) 9'500.00 $9.500,00")]
        [('-128.44', None), ('9500.00', None), ('9500.00', None)]
    """
    for match in _AMOUNT.finditer(text):
        before, after = text[: match.start()], text[match.end() :]
        amount = _amount(match, before, after, text)
        if amount is not None:
            yield amount


def _amount(match: re.Match[str], before: str, after: str, text: str) -> Amount | None:
    dollars = _CURRENCY_BEFORE.search(before)
    code = _CURRENCY_AFTER.match(after)
    own_code = code is not None and code["code"].upper() in ("USD", "US")
    foreign = _foreign_before(before, dollars) or (code is not None and not own_code and _is_currency(code["code"]))
    signed = bool(dollars or own_code or foreign)
    cents = match["cents"]
    if not signed and (
        cents is None or (re.search(r"\s", cents) and not _CENTS_BEHIND.match(cents)) or " " in match["whole"]
    ):
        return None
    if not (dollars or foreign) and _GLUED_BEFORE.search(before) and not _MINUS_BEFORE.search(before):
        return None
    if not own_code and not foreign and _GLUED_AFTER.match(after):
        return None
    digits = re.sub(r"\D", "", match["whole"])
    if len(digits) > _LONGEST_WHOLE:
        return None
    start, end = (dollars.start() if dollars else match.start()), match.end() + (code.end() if own_code and code else 0)
    left, right = text[:start], text[end:]
    start, end, negative = _sign(left, right, start, end, before, len(text.split()))
    value = f"{'-' if negative else ''}{int(digits)}.{re.sub(r'[^0-9]', '', cents or '') or '00'}"
    doubt = ANOTHER_CURRENCY if foreign else None
    if _RANGE_AFTER.match(right) or _RANGE_BEFORE.search(left):
        doubt = A_RANGE
    return Amount(start, end, value, signed, doubt)


def _foreign_before(before: str, dollars: re.Match[str] | None) -> bool:
    """Whether a sign or code of another currency than US dollars is before an amount."""
    stem = before if dollars is None else before[: dollars.start()] + dollars["dollars"]
    other = _OTHER_BEFORE.search(stem.rstrip())
    if other is None:
        return False
    sign = other["other"].replace(" ", "").rstrip(".")
    if sign.endswith("$"):
        # ``C$`` and ``CAD $`` are Canada's; ``DUE $`` is a label and its amount.
        return sign not in ("US$", "$") and (len(sign) <= _PREFIXED or sign[:-1] in _currency_codes())
    return _is_currency(sign)


def _is_currency(sign: str) -> bool:
    """Whether a sign, code or word is that of a currency other than US dollars."""
    if len(sign) == 1:
        return unicodedata.category(sign) == "Sc" and sign not in "$\uff04"
    return sign.upper() in _currency_codes() or sign.lower().rstrip("s") in ("euro", "pound")


@cache
def _currency_codes() -> frozenset[str]:
    """The codes of ISO 4217 except that of US dollars."""
    from babel import Locale

    return frozenset(Locale("en").currencies) - {"USD", "USN", "USS"}


def _sign(left: str, right: str, start: int, end: int, before: str, words: int) -> tuple[int, int, bool]:
    """Where an amount with its sign begins and ends, and whether it is negative."""
    if match := _CREDIT_AFTER.match(right):
        return start, end + match.end(), True
    dollars = _CURRENCY_BEFORE.search(before)
    if dollars and (dollars["minus"] or dollars["opened"]):
        closed = _CLOSED_AFTER.match(right)
        return start, end + (closed.end() if closed else 0), True
    if (minus := _MINUS_BEFORE.search(left) or _MINUS_BEFORE.search(before)) is not None:
        return min(start, minus.end() - len(minus.group().lstrip())), end, True
    if match := _MINUS_AFTER.match(right):
        return start, end + match.end(), True
    opened, closed = _OPENED.search(left) or _OPENED.search(before), _CLOSED_AFTER.match(right)
    if opened and closed and words < _PROSE_WORDS:
        return min(start, opened.start()), end + closed.end(), True
    return start, end, False


def speaks_of_another_currency(texts: str) -> bool:
    """Whether a document says that its amounts are in another currency: ``(CAD)``, ``in Canadian dollars``."""
    if any(code in _currency_codes() for match in _CODE.finditer(texts) for code in match.groups() if code):
        return True
    return any(_is_foreign(name.split()) for name in _NAMED.findall(texts.casefold()))


def _is_foreign(words: Sequence[str]) -> bool:
    """Whether words end in the name of another currency than US dollars; ``euros`` is one by itself."""
    bare = len(words) == 1 and words[0] != "dollars"
    return bare or any(" ".join(words[start:]) in _currency_names() for start in range(len(words)))


@cache
def _currency_names() -> frozenset[str]:
    """English names of currencies other than US dollars: ``canadian dollars``, ``euros``."""
    from babel import Locale

    names = Locale("en").currencies
    foreign = [name.casefold() for code, name in names.items() if code not in ("USD", "USN", "USS")]
    return frozenset([*foreign, *(f"{name}s" for name in foreign)])
