"""Compare what identifies the document of a page with that of other pages.

Two pages are *tied* where one repeats what identifies the other, and they *differ* where labels of the same wording name
another number or another person. Scans are compared with a tolerance, masked numbers by their visible digits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from student_loans.understanding.fields.layout import Token

DECISIVE_KINDS = ("account", "application")
"""A document has one of them; it may have several loans and references."""
_LOOKALIKES = str.maketrans("OQILSBZ", "0011582")
_TWO_EDITS_FROM = 8
"""From so many characters on, two may be misread."""
_FEWEST_LETTERS = 3
"""Shorter parts of a name are initials."""
_SHORTEST_NUMBER = 6
"""Least characters of a number for a search in a text."""
_NEARLY = 88.0
"""Likeness of a number to a stretch of a text, of 100."""


@dataclass(frozen=True, slots=True)
class Number:
    """An account, application or social security number.

    Attributes:
        kind: The kind of number, from its label.
        masked: Whether only the last digits are printed.
        label: The words of its label.
    """

    kind: str
    value: str
    masked: bool
    printed: bool
    label: tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """A borrower's name.

    Attributes:
        wording: The label's word for the borrower; empty without a label.
        label: The words of the label; none if the name has no label.
    """

    wording: str
    words: tuple[str, ...]
    printed: bool
    label: tuple[Token, ...]


@dataclass(slots=True)
class PageIdentity:
    """What identifies the document of a page.

    Attributes:
        dates: The wording of a date's label to the dates beside it.
        lines: The words of each line of a cell or paragraph with the first ones of the next, in lower case.
        texts: The lines as they are printed.
        joined: Its letters and digits without spaces, look-alikes made digits.
    """

    numbers: list[Number] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    dates: dict[tuple[str, ...], set[str]] = field(default_factory=lambda: defaultdict(set))
    amounts: set[str] = field(default_factory=set)
    lines: list[frozenset[str]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    joined: str = ""
    printed: bool = True

    @property
    def text(self) -> str:
        """The words of its lines."""
        return " ".join(self.texts)

    @property
    def is_known(self) -> bool:
        """Whether a number or a borrower is named."""
        return bool(self.numbers or self.people)

    @property
    def is_known_well(self) -> bool:
        """Whether a borrower, or a number other than a tax number, is named: a cosigner has a tax number too."""
        return bool(self.people) or any(number.kind != "ssn" for number in self.numbers)

    def add(self, other: PageIdentity) -> None:
        """Add the data of another page."""
        self.numbers += other.numbers
        self.people += other.people
        for wording, dates in other.dates.items():
            self.dates[wording] |= dates
        self.amounts |= other.amounts
        self.lines += other.lines
        self.texts += other.texts
        self.joined += other.joined
        self.printed = self.printed and other.printed


def _digits(value: str) -> str:
    return value.translate(_LOOKALIKES)


def same_number(one: Number, other: Number, *, surely: bool = False) -> bool:
    """Whether two numbers may be the same: masked ones by their last digits, scanned ones within one or two edits.

    Args:
        one: A number.
        other: Another.
        surely: Whether masked numbers of scans must agree in every digit: four digits are often similar by chance.
    """
    a, b = sorted((one.value, other.value), key=len)
    masked = one.masked or other.masked
    if masked:
        b = b[-len(a) :]
    elif len(a) >= _SHORTEST_NUMBER and (b.startswith(a) or b.endswith(a)):
        return True
    if (one.printed and other.printed) or (masked and surely):
        return a == b
    allowed = 1 if masked or len(a) < _TWO_EDITS_FROM else 2
    return Levenshtein.distance(_digits(a), _digits(b), score_cutoff=allowed) <= allowed


def same_person(one: Person, other: Person) -> bool:
    """Whether two names may belong to one person: in any order, ignoring initials."""
    exact = one.printed and other.printed
    a, b = (_long(person.words) for person in (one, other))
    shorter, longer = sorted((a, b), key=len)
    hits = sum(any(_alike(word, each, exact=exact) for each in longer) for word in shorter)
    return hits >= min(2, len(shorter))


def _long(words: Iterable[str]) -> list[str]:
    return [word for word in words if len(word) >= _FEWEST_LETTERS] or list(words)


def _alike(one: str, other: str, *, exact: bool) -> bool:
    if exact or one == other:
        return one == other
    allowed = 2 if len(one) >= _TWO_EDITS_FROM else 1
    return Levenshtein.distance(one, other, score_cutoff=allowed) <= allowed


def stands_on(page: PageIdentity, person: Person) -> bool:
    """Whether a line of a page prints a person's name."""
    words = _long(person.words)
    if person.printed and page.printed:
        return any(line.issuperset(words) for line in page.lines)
    return any(all(any(_alike(word, each, exact=False) for each in line) for word in words) for line in page.lines)


def is_numbered(page: PageIdentity, number: Number, *, surely: bool = False) -> bool:
    """Whether a page prints a number, with a label or without."""
    alike = (other for other in page.numbers if (other.kind == "ssn") == (number.kind == "ssn"))
    if any(same_number(number, other, surely=surely) for other in alike):
        return True
    if number.masked or len(number.value) < _SHORTEST_NUMBER:
        return False
    if number.printed and page.printed:
        return number.value in page.joined
    return fuzz.partial_ratio(_digits(number.value), _digits(page.joined), score_cutoff=_NEARLY) > 0


def share_number_or_person(before: PageIdentity, page: PageIdentity) -> bool:
    """Whether a page repeats a number or a borrower of the pages before it."""
    numbers = any(is_numbered(page, n, surely=True) for n in before.numbers)
    numbers = numbers or any(is_numbered(before, n, surely=True) for n in page.numbers)
    return numbers or share_person(before, page)


def are_comparable(one: PageIdentity, other: PageIdentity) -> bool:
    """Whether both name a borrower, or both have a number other than a tax number."""
    numbered = [any(number.kind != "ssn" for number in each.numbers) for each in (one, other)]
    return all(numbered) or bool(one.people and other.people)


def share_amount(before: PageIdentity, page: PageIdentity) -> bool:
    """Whether a page repeats an amount of the pages before it that is unlikely to be there by chance."""
    return not before.amounts.isdisjoint(page.amounts)


def share_person(before: PageIdentity, page: PageIdentity) -> bool:
    """Whether one page prints a borrower's name of the other."""
    return any(stands_on(page, p) for p in before.people) or any(stands_on(before, p) for p in page.people)


def differing_number(before: PageIdentity, page: PageIdentity, kinds: Iterable[str]) -> str | None:
    """The kind of number that differs between a page and the pages before it."""
    for kind in kinds:
        theirs = [n for n in before.numbers if n.kind == kind]
        own = [n for n in page.numbers if n.kind == kind]
        if (
            theirs
            and own
            and not any(is_numbered(before, n) for n in own)
            and not any(is_numbered(page, n) for n in theirs)
        ):
            return kind
    return None


def is_other_person(before: PageIdentity, page: PageIdentity, *, same_wording: bool) -> bool:
    """Whether a page names another borrower: neither page prints the other's name.

    Args:
        before: The pages before.
        page: The page.
        same_wording: Whether the labels must have the same wording.
    """
    if not before.people or not page.people or share_person(before, page):
        return False
    if not same_wording:
        return True
    theirs, own = ({p.wording for p in each.people if p.wording} for each in (before, page))
    return bool(theirs & own)


def differing_dates(before: PageIdentity, page: PageIdentity) -> bool:
    """Whether a label of the same wording has another date."""
    return any(
        dates and before.dates.get(wording) and not dates & before.dates[wording]
        for wording, dates in page.dates.items()
    )


def same_owner(one: Number | Person, other: Number | Person) -> bool:
    """Whether two labels name one number or one borrower."""
    if isinstance(one, Number) and isinstance(other, Number):
        return same_number(one, other)
    return isinstance(one, Person) and isinstance(other, Person) and same_person(one, other)
