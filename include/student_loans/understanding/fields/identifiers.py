"""Identifiers: account and application numbers as printed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from student_loans.privacy import is_social_security_number

_IDENTIFIER = re.compile(
    r"(?<![\w$.,%*])(?=[A-Z0-9\u2010-\u2013-]*\d)[A-Z0-9](?:[A-Z0-9]|[\u2010-\u2013-](?=[A-Z0-9]))+(?![\w%]|[.,/]\d)",
    re.IGNORECASE,
)
_HYPHEN = re.compile("[\u2010-\u2013]")
_GROUPED = re.compile(r"(?<![\w$.,/#%-])(?:\d{2,6}(?:\s\d{2,6}){1,4}|[A-Z]{1,4}(?:\s\d{2,6}){2,4})(?![\w%]|[.,/-]\d)")
_IN_GROUPS = re.compile(
    r"(?:(?:^|(?<=[:#]\s))(?P<code>[A-Z]{1,4})\s)?(?<![\w$.,/#%-])\d[\dA-Z-]{0,14}(?:\s\d[\d-]{0,7}){0,5}(?![\w%]|[.,/-]\d|\s\d)"
)
"""``LCL 03 771902 5``, ``BX 7740-219``, ``4 0031 7792 11``: groups of any length, after a code that begins the cell."""
_JOINED = re.compile(r"(?<![\w$.,/#%-])[A-Z]{2,6}(?P<sign>[./])[A-Z0-9-]+(?:(?P=sign)[A-Z0-9-]+)*(?![\w%]|[.,/]\d)")
"""``PCB/APP/51120``, ``NLB.ED.8801``: begun by letters, as no date or amount is."""
_GROUP = re.compile(r"(?=.*[A-Z0-9])[A-Z0-9#*(][A-Z0-9./#*()_-]{0,15}|[/|-]")
_CODE = re.compile(r"(?=(?:.*\d){2})(?=.*[A-Z_#*/()|.-])[A-Z0-9][A-Z0-9._/#*()|-]{2,23}", re.IGNORECASE)
"""A word of digits with letters or signs: ``Z-31``, ``R_3nK81x``, ``CSL*550018-02``."""
_IN_BRACKETS = re.compile(r"\([^()]+\)")
_AMOUNT_LIKE = re.compile(
    r"[\d,]+\.\d\d|\d{1,2}\.\d{1,4}|\d{1,2}/\d{1,2}(?:/\d{2,4})?|\d+[.)]|\(?\d+\)?|\d{1,3}(?:,\d{3})+"
)
_YEARS = re.compile(r"(?:19|20)(\d\d)-(\d\d)")
_MOST_GROUPS, _FEWEST_OF_GROUPS, _LONGEST_CODE_WORD = 6, 3, 5
"""Most groups of a number, its fewest digits, and the longest group of letters alone."""
_STRICTNESS_OF_GROUPS = 0.4
"""Of what only a label proves to be a number in groups, or one of few digits."""
_NOT_GROUPED = re.compile(r"\d{3}\s\d{3}[\s-]\d{4}|(?:(?:19|20)\d\d\s?)+|\d{5}\s\d{4}|\d{1,2}\s\d{1,2}\s(?:19|20)?\d\d")
"""Telephone numbers, years, ZIP codes, dates."""
_ZIP_CODE = re.compile(r"\b[A-Z]{2}\s\d{5}$")
_AREA_CODE = re.compile(r"\(\d{3}\)\s?$")
_FEWEST_GROUPED, _MOST_GROUPED = 8, 16
"""Characters of a number in groups."""
_LONGEST_IN_GROUPS, _FEWEST_IN_GROUPS, _STRICTNESS_IN_GROUPS = 20, 6, 0.9
"""Most characters and fewest digits of a number in groups of any length, and its strictness."""
_FEWEST_DIGITS = 4
_NOT_IDENTIFIER = re.compile(
    r"(?:1-)?\d{3}-\d{3}-\d{4}|1-\d{3}-[A-Z0-9-]{7,9}"  # telephone
    r"|\d{2}-\d{7}|\d{5}-\d{4}"  # employer identification number, ZIP+4
    r"|\d{1,2}-\d{1,2}-(?:\d{2}|\d{4})|\d{4}-\d{2}-\d{2}|(?:19|20)\d{2}(?:-(?:19|20)?\d{2})?"  # date, year, academic year
    r"|\d+(?:st|nd|rd|th)|1098-E",
    re.IGNORECASE,
)
_STREET = re.compile(
    r"\s(?:[NSEW]\.?\s)?(?:[A-Z][\w'.]*\s){1,3}"
    r"(?:street|st|avenue|ave|road|rd|boulevard|blvd|drive|dr|lane|ln|court|ct|way|place|pl|circle|cir|parkway|pkwy|"
    r"terrace|ter|highway|hwy|square|sq|suite|ste|plaza|trail|loop)\b",
    re.IGNORECASE,
)


def identifier_strictness(text: str) -> float:
    """How strongly a token looks like an account or application number: 0.0 for not at all.

    Example:
        >>> identifier_strictness("4265-5855-86"), identifier_strictness("1-800-555-0118")
        (1.0, 0.0)
    """
    digits = sum(c.isdigit() for c in text)
    letters = sum(c.isalpha() for c in text)
    if digits < _FEWEST_DIGITS or len(text) > 26 or letters > digits + 4 or (letters and text != text.upper()):
        return 0.0
    if is_social_security_number(text):
        return 0.0
    if _NOT_IDENTIFIER.fullmatch(text):
        # Ten digits in the shape of a telephone number may be an account number, but only a label proves it.
        return _STRICTNESS_OF_GROUPS if re.fullmatch(r"\d{3}-\d{3}-\d{4}|\d{2}-\d{7}", text) else 0.0
    return 1.0 if digits >= 6 else 0.7


def find_identifiers(text: str) -> Iterator[tuple[int, int, str, float]]:
    """Every identifier in ``text``: start, end, value, strictness."""
    strict = list(_find_strict(text))
    yield from strict
    yield from _in_any_groups(text, {(start, end) for start, end, *_ in strict})


def _find_strict(text: str) -> Iterator[tuple[int, int, str, float]]:
    """Identifiers of a form that little else has."""
    for match in _IDENTIFIER.finditer(text):
        value = _HYPHEN.sub("-", match.group())
        strictness = identifier_strictness(value)
        if _ZIP_CODE.search(text[: match.end()]) or _AREA_CODE.search(text[: match.start()]):
            continue
        if strictness and not (match.group().isdigit() and _STREET.match(text, match.end())):
            yield match.start(), match.end(), value, strictness

    for match in _GROUPED.finditer(text):
        joined = re.sub(r"\s", "", match.group())
        other = _NOT_GROUPED.fullmatch(match.group()) or is_social_security_number(match.group())
        if _FEWEST_GROUPED <= len(joined) <= _MOST_GROUPED and not other:
            yield match.start(), match.end(), joined, 1.0
    taken = {match.span() for match in _GROUPED.finditer(text)}
    for match in _IN_GROUPS.finditer(text):
        joined = re.sub(r"\s", "", match.group())
        other = _NOT_GROUPED.fullmatch(match.group()) or is_social_security_number(match.group())
        several = " " in match.group() and match.span() not in taken and not other
        if several and len(joined) <= _LONGEST_IN_GROUPS and sum(map(str.isdigit, joined)) >= _FEWEST_IN_GROUPS:
            yield match.start(), match.end(), joined, _STRICTNESS_IN_GROUPS
    for match in _JOINED.finditer(text):
        if sum(character.isdigit() for character in match.group()) >= _FEWEST_DIGITS:
            yield match.start(), match.end(), match.group(), 1.0


def _in_any_groups(text: str, known: Collection[tuple[int, int]]) -> Iterator[tuple[int, int, str, float]]:
    """What a label may show to be a number: words of digits and letters, and runs of them: ``HEAM 004 881 2270 G``."""
    run: list[tuple[int, int]] = []
    for start, end, runs_on in _words(text):
        word = text[start:end]
        if _CODE.fullmatch(word) and (start, end) not in known and not _is_other(word):
            yield start, end, word, _STRICTNESS_OF_GROUPS
        fits = _GROUP.fullmatch(word) is not None and not (word.isalpha() and len(word) > _LONGEST_CODE_WORD)
        run += [(start, end)] if fits else []
        if not (fits and runs_on):
            yield from _runs_of_groups(text, run, known)
            run = []
    yield from _runs_of_groups(text, run, known)


def _words(text: str) -> Iterator[tuple[int, int, bool]]:
    """The words of a text without the marks around them, each with whether no mark parts it from the next."""
    for match in re.finditer(r"\S+", text):
        word = match.group()
        bare = word.rstrip(".,;:")
        start = match.start()
        if _IN_BRACKETS.fullmatch(bare):
            start, bare = start + 1, bare[1:-1]
        elif "(" not in bare:
            bare = bare.rstrip(")")
        yield start, start + len(bare), bare == word


def _runs_of_groups(
    text: str, run: Sequence[tuple[int, int]], known: Collection[tuple[int, int]]
) -> Iterator[tuple[int, int, str, float]]:
    """A run of groups, and what is left of it without the letters at its ends."""
    if not 1 < len(run) <= 2 * _MOST_GROUPS:
        return
    digits = [any(character.isdigit() for character in text[start:end]) for start, end in run]
    if not any(digits):
        return
    first, last = digits.index(True), len(digits) - 1 - digits[::-1].index(True)
    for begin in {first, max(0, first - 1)}:
        for end in {last, min(len(run) - 1, last + 1)}:
            span = (run[begin][0], run[end][1])
            printed = text[span[0] : span[1]]
            joined = re.sub(r"\s", "", printed)
            enough = sum(map(str.isdigit, joined)) >= _FEWEST_OF_GROUPS and len(joined) <= _LONGEST_IN_GROUPS
            several = 1 < end - begin + 1 <= _MOST_GROUPS
            if several and enough and span not in known and not _is_other(printed) and joined[-1] not in "/|-":
                yield *span, joined, _STRICTNESS_OF_GROUPS


def _is_other(printed: str) -> bool:
    """Whether a word or a run is a date, a telephone number, an amount or another known thing."""
    years = _YEARS.fullmatch(printed)
    if years and int(years[2]) != (int(years[1]) + 1) % 100:
        return False  # ``2016-31`` is no academic year
    known = _NOT_GROUPED.fullmatch(printed) or _NOT_IDENTIFIER.fullmatch(printed) or _ZIP_CODE.search(printed)
    amounts = all(_AMOUNT_LIKE.fullmatch(word) for word in printed.split()) and not printed.replace(" ", "").isdigit()
    return bool(known) or amounts or is_social_security_number(printed)
