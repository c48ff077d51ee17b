"""Social security numbers: every printed shape of one, and the ways to take it out of text.

This is the only place that knows what a social security number looks like. Pages, records, names of files, addresses,
logs, reports and pictures all ask it. Three degrees of proof are needed, by what is at stake:

* The **shape**, three, two and four digits with signs or spaces between, is proof enough in any text.
* **Nine digits in another grouping** (``987654321``, one digit a box) may be an account number: a label has to stand
  before them (:func:`find_numbers`) or beside them on the page (:mod:`student_loans.pages.privacy`).
* A **name of a file or an address** has no labels and no account numbers to be read: nine digits in a row are enough
  (:func:`redact_name`, :func:`redact_address`, :func:`plain`).

Employer identification numbers (``12-3456789``), ZIP+4, telephone numbers, dates and amounts have other groups.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote

SHOWN = "[number]"
"""Replacement of a number in names, logs and reports, where not even its last four digits may appear."""
_SHORTEST = 9
_KEPT = 4
_ENCODED_AT_MOST = 3
"""Times that an address may have been percent-encoded."""

_MASK = r"[Xx*#\u2022\u25cf\u00b7]"
_DASHES = r"-\u00ad\u2010-\u2015\u2212\ufe58\ufe63\uff0d"
"""At the head of brackets: whatever is set for a hyphen; one that does not break a line is \u2010 once it is normalised."""
_GAP = r"[\s\u200b\u2060\ufeff]"
_SIGN = rf"{_GAP}{{0,3}}[{_DASHES}_./]{{1,2}}{_GAP}{{0,3}}"
_BETWEEN = rf"(?:{_SIGN}|{_GAP}{{1,3}})"
_LOOKALIKE = "OoQIlSsBZz"
"""Letters that OCR reads for the digits 0, 1, 5, 8 and 2."""
_FEWEST_DIGITS = 6
"""Digits that a number with misread ones has at least."""
_MOST_MISREAD = 2

_MAY_HOLD = re.compile(r"(?:\d[^\d]{0,9}){6}")
"""Six digits close together, which every shape has and few texts have: a fast first test."""
_SHAPE = re.compile(
    rf"(?<![\d$€£])(?:\d{{3}}|{_MASK}{{3}})\)?(?P<s>{_BETWEEN})(?:\d{{2}}|{_MASK}{{2}})(?P<t>{_BETWEEN})"
    r"\d{4}(?!\d)"
)
_BOXES = re.compile(
    rf"(?<!\d)(?<!\d\s)\d(?:{_GAP}\d){{2}}{_GAP}{{0,2}}[{_DASHES}]{_GAP}{{0,2}}\d{_GAP}\d{_GAP}{{0,2}}[{_DASHES}]"
    rf"{_GAP}{{0,2}}\d(?:{_GAP}\d){{3}}(?!\s?\d)"
)
"""``9 8 7 - 6 5 - 4 3 2 1``."""
_MISREAD = re.compile(
    rf"(?<![^\W_])(?<!\d[{_DASHES}])[\dOoQIl][\d{_LOOKALIKE}]{{2}}{_GAP}?[{_DASHES}]{_GAP}?[\d{_LOOKALIKE}]{{2}}{_GAP}?[{_DASHES}]{_GAP}?"
    rf"[\d{_LOOKALIKE}]{{4}}(?![^\W_])(?![{_DASHES}]\d)"
)
"""Not begun by S or B, as an account number may be: ``S12-34-5678``."""
_CONTINUED = re.compile(rf"[{_DASHES}/_.,]\d")
_CONTINUES = re.compile(rf"\d[{_DASHES}/_.,]$")
_BARE = re.compile(r"(?<!\d)\d{9}(?!\d)")
_DIGEST = re.compile(r"(?<![0-9A-Za-z])[0-9a-f]{32,}(?![0-9A-Za-z])")

_LABEL = (
    r"(?<![^\W\d_])(?:s\.?\s?s\.?\s?n\.?s?(?![^\W\d_])|s\.?s\.?\s?(?:#|no\b|number|num\b)|soc(?:ial)?\.?\s?sec(?:urity|\b)\.?"
    r"|(?<!lender\ss\s)(?<!lender's\s)(?<!recipient's\s)(?<!payer's\s)(?<!filer's\s)(?<!employer\s)(?<!federal\s)(?<!school\s)"
    r"(?:i?tin(?![^\W\d_])|tax\s?(?:payer)?(?:[’']?s)?\s(?:id\b|i\.d\.|identification|ident\b)))"
)
_WORDS_BETWEEN = (
    r"number|numbers|num|no|nbr|id|tin|itin|ssn|is|was|of|the|your|for|borrower|student|applicant|cosigner|holder|s|or|and|"
    r"taxpayer|identification|card|claim|required|requested|optional|nine|digits|full"
)
_AFTER_LABEL = rf"(?:[\W_]{{1,12}}(?:(?:{_WORDS_BETWEEN})(?![^\W\d_]))?){{0,6}}"
_OPTIONAL = rf"(?:{_SIGN}|{_GAP}{{0,3}})"
_ANY_DIGIT = rf"[\d{_LOOKALIKE}]"
_LABELLED_NUMBER = (
    rf"(?:{_ANY_DIGIT}{{3}}{_OPTIONAL}{_ANY_DIGIT}{{2}}{_OPTIONAL}{_ANY_DIGIT}{{4}}|\d(?:[\s|_{_DASHES}]{{0,3}}\d){{8}})"
    rf"(?![^\W_])(?!{_GAP}?[{_DASHES}/.,]\d)"
)
_EIN = re.compile(rf"\d{{2}}[{_DASHES}]\d{{7}}")
_LABELLED = re.compile(rf"{_LABEL}{_AFTER_LABEL}(?P<number>{_LABELLED_NUMBER})", re.IGNORECASE)
_LABELLED_ALONE = re.compile(_LABELLED_NUMBER)
_NAMES_IT = re.compile(_LABEL, re.IGNORECASE)
_LABEL_AT_END = re.compile(rf"{_LABEL}{_AFTER_LABEL}$", re.IGNORECASE)
_OTHER_NUMBER = re.compile(
    r"\b(?:account|acct|loan|application|reference|member|customer|phone|telephone|ein|employer|certificate)\b",
    re.IGNORECASE,
)

# What reading takes for the last four digits, whole numbers and masked ones, from the surest form to the least.
_SEPARATOR = rf"\s?[{_DASHES}_./]{{1,2}}\s?"
_SUFFIX = r"(?:-?[A-Z]\d?)?(?![\w-])"
"""Behind the number of a claim or of a card: ``724-44-6790-A``."""
_READ = (
    (
        re.compile(
            rf"(?<![\w-])(?:\d{{3}}|{_MASK}{{2,5}}){_SEPARATOR}(?:\d{{2}}|[_.]?{_MASK}{{1,4}}){_SEPARATOR}(?P<last>\d{{4}}){_SUFFIX}"
        ),
        1.0,
    ),
    (re.compile(rf"(?<![\w-]){_MASK}{{3,7}}\s?-?\s?(?P<last>\d{{4}})(?![\w-])"), 0.9),
    (
        re.compile(rf"(?<![\w-])(?:\d{{3}}\s\d{{2}}|{_MASK}{{3}}\s{_MASK}{{2}})\s(?P<last>\d{{4}})(?![\w-])"),
        0.9,
    ),
    (
        re.compile(
            r"(?:last\s+(?:four|4)(?:\s+digits)?|ending(?:\s+in)?)[\s:]{0,3}(?:of\s+ssn[\s:]*)?(?P<last>\d{4})(?!\d)",
            re.IGNORECASE,
        ),
        0.8,
    ),
    (re.compile(r"(?<![\w$.,/#-])(?P<last>\d{4})(?![\w%/]|[.,-]\d)"), 0.5),
)
_REDUCED = re.compile(r"\*{3}-\*{2}-\w{4}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]+")


@dataclass(frozen=True, slots=True)
class SocialSecurityNumber:
    """A number found in a text.

    Attributes:
        start, end: Its characters in the text.
        hidden: Places of the digits that may not be shown: all but the last four.
        last: The last four, as printed.
    """

    start: int
    end: int
    hidden: tuple[int, ...]
    last: str


def find_numbers(text: str, *, named: bool = False) -> list[SocialSecurityNumber]:
    """Every social security number in a text of which more than the last four digits are printed, in order.

    Args:
        text: Any text.
        named: The text is a name or an address: nine digits in a row need no label, and other figures may stand around.

    Example:
        >>> [number.last for number in find_numbers("SSN: 987654321, account 123456789, phone 800-555-0118")]
        ['4321']
    """
    if not _may_hold_number(text):
        return []
    return _numbers(text, [*_shaped(text, named=named), *_labelled(text), *(_bare(text) if named else ())])


def find_shapes(text: str) -> list[SocialSecurityNumber]:
    """Those of :func:`find_numbers` that their shape alone proves, for words whose order on the page is not sure."""
    return _numbers(text, _shaped(text, named=False)) if _may_hold_number(text) else []


def _may_hold_number(text: str) -> bool:
    return len(text) >= _SHORTEST and bool(_MAY_HOLD.search(text))


def _numbers(text: str, spans: Iterable[tuple[int, int]]) -> list[SocialSecurityNumber]:
    """The numbers at some places, the first of those that overlap."""
    found: list[SocialSecurityNumber] = []
    for start, end in sorted(set(spans)):
        number = _number(text, start, end)
        if number.hidden and not (found and start < found[-1].end):
            found.append(number)
    return found


def _shaped(text: str, *, named: bool) -> Iterator[tuple[int, int]]:
    for match in _SHAPE.finditer(text):
        if _is_whole(text, match, named=named):
            yield match.span()
    yield from (match.span() for match in _BOXES.finditer(text))
    for match in _MISREAD.finditer(text):
        misread = sum(character in _LOOKALIKE for character in match.group())
        if 0 < misread <= _MOST_MISREAD:
            yield match.span()


def _is_whole(text: str, match: re.Match[str], *, named: bool) -> bool:
    """Whether a shape is a whole number: not part of a longer number, nor figures that follow each other by chance."""
    first, second = (_kind(match[name]) for name in ("s", "t"))
    before, after = text[max(0, match.start() - 2) : match.start()], text[match.end() : match.end() + 2]
    if first != second and "-" not in (first, second):
        return False  # 123.45 6789 is an amount and a number
    if first == second == "" and (before[-1:].isalnum() or after[:1].isalnum()):
        return False
    return named or not (_CONTINUES.search(before) or _CONTINUED.match(after))


def _kind(between: str) -> str:
    """What separates two groups: a sign, ``-`` for every dash, nothing for spaces."""
    signs = re.sub(rf"{_GAP}+", "", between)
    return "-" if re.search(rf"[{_DASHES}]", signs) else signs[:1]


def _labelled(text: str) -> Iterator[tuple[int, int]]:
    for match in _LABELLED.finditer(text):
        if is_labelled_number(match["number"]):
            yield match.span("number")


def _bare(text: str) -> Iterator[tuple[int, int]]:
    digests = [match.span() for match in _DIGEST.finditer(text)]
    for match in _BARE.finditer(text):
        if not any(start <= match.start() < end for start, end in digests):
            yield match.span()


def _number(text: str, start: int, end: int) -> SocialSecurityNumber:
    digits = [at for at in range(start, end) if is_digit(text[at])]
    return SocialSecurityNumber(start, end, tuple(digits[:-_KEPT]), "".join(text[at] for at in digits[-_KEPT:]))


def is_digit(character: str) -> bool:
    """Whether a character within a number is a digit, or a letter that OCR reads for one."""
    return character.isdigit() or character in _LOOKALIKE


def is_labelled_number(text: str) -> bool:
    """Whether a text is a social security number, given that its label says so.

    Example:
        >>> [is_labelled_number(text) for text in ("987654321", "9 8 7 6 5 4 3 2 1", "98765-4321", "12-3456789")]
        [True, True, True, False]
    """
    if _EIN.fullmatch(text) or not _LABELLED_ALONE.fullmatch(text):
        return False
    return sum(character.isdigit() for character in text) >= _FEWEST_DIGITS


def ends_with_label(text: str) -> bool:
    """Whether a text ends in a label of a social security number, so that what follows is one.

    Example:
        >>> ends_with_label("Borrower's Social Security No.:"), ends_with_label("SSN and account number")
        (True, False)
    """
    return bool(_LABEL_AT_END.search(text))


def holds_label(text: str) -> bool:
    """Whether a label of a social security number stands anywhere in a text."""
    return bool(_NAMES_IT.search(text))


def names_number(text: str) -> bool:
    """Whether a label, wherever in it, names a social security number and no number of another kind after it."""
    labels = list(_NAMES_IT.finditer(text))
    return bool(labels) and not _OTHER_NUMBER.search(text, labels[-1].end())


def is_social_security_number(text: str) -> bool:
    """Whether a text is a number in the shape of three, two and four digits, and nothing else."""
    return any((number.start, number.end) == (0, len(text)) for number in find_numbers(text))


def hide(text: str, places: Iterable[int]) -> str:
    """``text`` with asterisks at these places: nothing moves, so that a word keeps its place on the page.

    Example:
        >>> hide("987.65.4321", find_numbers("987.65.4321")[0].hidden)
        '***.**.4321'
    """
    characters = list(text)
    for place in places:
        characters[place] = "*"
    return "".join(characters)


def redact_ssn(text: str) -> str:
    """``text`` with every social security number reduced to its last four digits.

    Example:
        >>> redact_ssn("SSN 987-65-4321, SS# 987654321")
        'SSN ***-**-4321, SS# ***-**-4321'
    """
    return _replaced(text, find_numbers(text), None)


def redact_value(value: str, raw: str) -> tuple[str, str]:
    """A field's normal form and what was printed of it, redacted: a printed number has lost its signs in the normal form.

    Example:
        >>> redact_value("987654321", "987-65-4321"), redact_value("987654321", "987654321")
        (('***-**-4321', '***-**-4321'), ('987654321', '987654321'))
    """
    printed = redact_ssn(raw)
    return (redact_ssn(value) if printed == raw else _replaced(value, find_numbers(value, named=True), None)), printed


def without_ssn(text: str) -> str:
    """``text`` without any digit of a social security number.

    Example:
        >>> without_ssn("message about 987-65-4321 of 123456789 bytes")
        'message about [number] of 123456789 bytes'
    """
    return _replaced(text, find_numbers(text), SHOWN)


def redact_name(name: str) -> str:
    """The name of a file, without a number in any shape.

    Example:
        >>> redact_name("2024_987_65_4321.pdf"), redact_name("note 987654321.pdf")
        ('2024_[number].pdf', 'note [number].pdf')
    """
    return _replaced(name, find_numbers(name, named=True), SHOWN)


def redact_address(uri: str) -> str:
    """An address to store or to show, without a number in any shape, percent-encoded or not; never one to open a file by.

    Example:
        >>> redact_address("file:///inbox/note%20987%2D65%2D4321.pdf")
        'file:///inbox/note%20%5Bnumber%5D.pdf'
    """
    decoded = uri
    for _ in range(_ENCODED_AT_MOST):
        decoded = unquote(decoded, errors="surrogateescape")
    redacted = redact_name(decoded)
    if redacted == decoded:
        return redact_name(uri)
    # What had to be encoded twice to be an address is encoded once: this one is read by people only.
    return quote(redacted, safe="/:?#@!$&'()*+,;=~", errors="surrogateescape")


def plain(text: str) -> str:
    """One line to show: without numbers that look like social security numbers, control and direction characters.

    Of one that was reduced before, not even the last four digits are shown.

    Example:
        >>> plain("note 123-45-6789.pdf"), plain("read ***-**-6789")
        ('note [number].pdf', 'read [number]')
    """
    return _REDUCED.sub(SHOWN, redact_name(_CONTROL.sub(" ", text))).strip()


def _replaced(text: str, numbers: Iterable[SocialSecurityNumber], replacement: str | None) -> str:
    """``text`` with something in place of each number: its last four digits behind asterisks where nothing else is given."""
    parts, end = [], 0
    for number in numbers:
        parts += [text[end : number.start], f"***-**-{number.last}" if replacement is None else replacement]
        end = number.end
    return "".join((*parts, text[end:]))


def find_masked_identifiers(text: str) -> Iterator[tuple[int, int, str, float]]:
    """Every social security number, whole or masked: start, end, last four digits, strictness."""
    taken: list[tuple[int, int]] = []
    for pattern, strictness in _READ:
        for match in pattern.finditer(text):
            if not any(start < match.end() and match.start() < end for start, end in taken):
                taken.append((match.start(), match.end()))
                yield match.start(), match.end(), match["last"], strictness
