"""Whose document a page belongs to: the numbers, names, dates and amounts on it, compared with those of other pages.

Two pages are *tied* where one repeats what identifies the other, and they *differ* where labels of the same wording name
another number or another person. Scans are compared with some tolerance, masked numbers by the digits that are left.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from include.extraction.fields.identifiers import find_identifiers
from include.extraction.fields.label_texts import LabelText, texts_near
from include.extraction.fields.labels import LabelHit, labelled_tokens
from include.extraction.fields.layout import DocumentLayout, Token
from include.extraction.fields.people import find_person, parse_person
from include.extraction.fields.phrases import words_of
from include.extraction.fields.values import find_values

_NUMBERS = frozenset({"account_number", "application_number", "borrower_ssn_last4"})
_DATES = frozenset({"document_date", "due_date", "payoff_good_through_date"})
_CLEAR_PLACE = 0.89
"""From here on a text stands beside or right under its label."""
_SAME_LINE = 0.95
_CLEAR_LABEL = 0.84
"""Trust in a label with one misread word."""
_MASKED = re.compile(
    r"(?:(?:account\s)?ending(?:\s(?:in|with))?[\s:]*|[Xx*#\u2022\u25cf\u00b7.\u2026-][Xx*#\u2022\u25cf\u00b7.\u2026\s-]+)(?P<last>\d{3,6})(?!\d)",
    re.IGNORECASE,
)
_FIRST_WORDS = 6
_OF_A_YEAR = re.compile(r"\b(?:tax|calendar)\syear\b|\b1098\b|\binterest\sstatement\b", re.IGNORECASE)
_YEAR = re.compile(r"(?<![\d/-])20\d\d(?![\d/-])")
_LOOKALIKES = str.maketrans("OQILSBZ", "0011582")
_BANK = re.compile(r"\b(?:bank|checking|savings|routing|debit)\b", re.IGNORECASE)
DECISIVE_KINDS = ("account", "application")
"""A document has one of them; it may have several loans and references."""
_KINDS = (
    ("application", {"application", "app", "request"}),
    ("account", {"account"}),
    ("loan", {"loan", "note", "agreement", "contract"}),
)
"""What a number counts, by the words of its label; the first that fits."""
_WEAK_NAME = 0.5
_REFERENCES = re.compile(
    r"\b(?:references?:|relatives|people we may contact|emergency contact)|^references\b", re.IGNORECASE
)
_HEADING_LINES = 4
_PEOPLE = frozenset({"borrower", "borrowers", "applicant", "student", "customer", "maker", "member", "holder", "payer"})
_TWO_EDITS_FROM = 8
_AMOUNT = re.compile(r"(?<![\d.,])\d{1,3}(?:,?\d{3})*\.\d{2}(?![\d%])(?!\s?%)")
_TELLING_DIGITS = 5
"""An amount of so many digits that is not round hardly stands on two documents by chance: ``128.17``."""
_WRAPPED = 3
"""So many words of a name may stand on the next line."""
_FEWEST_LETTERS = 3
_SHORTEST_NUMBER = 6
"""Characters of a number that may be looked for in a text."""
_NEARLY = 88.0


@dataclass(frozen=True, slots=True)
class Number:
    """An account, application or social security number.

    Attributes:
        kind: What it counts, from its label.
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
        wording: What the label calls the borrower; empty where none does.
        label: The words of the label; none where the name stands by itself.
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
        """Whether a borrower or a number other than one for taxes is named: a cosigner has one of those too."""
        return bool(self.people) or any(number.kind != "ssn" for number in self.numbers)

    def add(self, other: PageIdentity) -> None:
        """Take another page's in."""
        self.numbers += other.numbers
        self.people += other.people
        for wording, dates in other.dates.items():
            self.dates[wording] |= dates
        self.amounts |= other.amounts
        self.lines += other.lines
        self.texts += other.texts
        self.joined += other.joined
        self.printed = self.printed and other.printed


def identify_pages(layout: DocumentLayout, labels: Sequence[LabelHit]) -> dict[int, PageIdentity]:
    """What identifies each page.

    Args:
        layout: The words of all pages.
        labels: The listed labels on them.
    """
    pages = {number: PageIdentity() for number in layout.sizes}
    for segment in layout.segments:
        page = pages[segment.page]
        following = layout.segments[segment.continuation].tokens if segment.continuation is not None else []
        page.lines.append(frozenset([*_words(segment.text), *_words(_text(following[:_WRAPPED]))]))
        page.texts.append(segment.text)
        page.joined += _compact(segment.text)
        page.amounts.update(a for a in _AMOUNT.findall(segment.text) if _is_telling(a))
        if _OF_A_YEAR.search(segment.text):
            page.dates[("year",)].update(_YEAR.findall(segment.text))
        page.printed = page.printed and segment.tokens[0].word.confidence == 1.0
    labelled = labelled_tokens(labels)
    for label in labels:
        if label.leads and label.quality >= _CLEAR_LABEL:
            page = pages[label.last.page]
            if label.field in _NUMBERS:
                page.numbers.extend(_numbers(layout, label, labelled))
            elif label.field in _DATES:
                page.dates[words_of(_text(label.tokens))].update(_dates(layout, label, labelled))
    for candidate in find_person(layout, "borrower_name", labels, labelled):
        if candidate.score >= _WEAK_NAME and (candidate.label or not _is_reference(layout, candidate.tokens[0])):
            asked = candidate.label
            person = Person(
                _calls(asked) if asked else "",
                tuple(_words(candidate.value)),
                _printed(candidate.tokens),
                asked.tokens if asked else (),
            )
            pages[candidate.tokens[0].page].people.append(person)
    return pages


def _is_reference(layout: DocumentLayout, name: Token) -> bool:
    """Whether a name stands under a heading of other people, whom a borrower names."""
    line = layout.line_of(name)
    return any(_REFERENCES.search(s.text) for each in layout.lines[max(0, line - _HEADING_LINES) : line] for s in each)


def _text(tokens: Iterable[Token]) -> str:
    return " ".join(token.text for token in tokens)


def _is_telling(amount: str) -> bool:
    """Whether an amount hardly stands on two documents by chance."""
    return sum(character.isdigit() for character in amount) >= _TELLING_DIGITS and not amount.endswith(".00")


def _printed(tokens: Iterable[Token]) -> bool:
    return all(token.word.confidence == 1.0 for token in tokens)


def _calls(label: LabelHit) -> str:
    return next((word for word in words_of(_text(label.tokens)) if word in _PEOPLE), "")


def _near(layout: DocumentLayout, label: LabelHit, labelled: frozenset[Token], least: float) -> Iterator[LabelText]:
    for text in texts_near(layout, label, labelled):
        if text.place >= least and not text.prose:
            yield text


def _numbers(layout: DocumentLayout, label: LabelHit, labelled: frozenset[Token]) -> Iterator[Number]:
    """The first number beside or under a label; a bank's is none of the loan's."""
    line = layout.line_of(label.last)
    around = layout.lines[max(0, line - 1) : line + 2]
    if any(_BANK.search(_lending_aside(segment.text)) for each in around for segment in each):
        return
    kind = _kind(label)
    for text in _near(layout, label, labelled, _CLEAR_PLACE):
        words = _text(text.tokens[:_FIRST_WORDS])
        printed = _printed(text.tokens)
        if masked := _MASKED.match(words):
            yield Number(kind, masked["last"], True, printed, label.tokens)
            return
        if kind == "ssn":
            read = [r.value for r in find_values(words) if r.grammar == "masked_identifier"]
            yield from (Number(kind, value, True, printed, label.tokens) for value in read[:1])
            return
        for start, _, value, strictness in find_identifiers(words):
            if start <= 1 and strictness == 1.0:
                yield Number(kind, _compact(value), False, printed, label.tokens)
                return


_NAMES_OF_BANKS = re.compile(r"\b[A-Z]\w+ (?:Savings )?Bank\b")


def _lending_aside(text: str) -> str:
    """A text without the names of banks: ``Ostrander Savings Bank`` lends."""
    return _NAMES_OF_BANKS.sub("", text)


def _kind(label: LabelHit) -> str:
    if label.field == "borrower_ssn_last4":
        return "ssn"
    words = set(words_of(_text(label.tokens)))
    return next((kind for kind, telling in _KINDS if words & telling), "reference")


def _dates(layout: DocumentLayout, label: LabelHit, labelled: frozenset[Token]) -> Iterator[str]:
    """The date beside a label; under it only where it is the document's: columns of instalments have dates under theirs."""
    whole = label.field == "document_date" and label.words > 1
    for text in _near(layout, label, labelled, _CLEAR_PLACE if whole else _SAME_LINE):
        if whole or layout.line_of(text.tokens[0]) == layout.line_of(label.last):
            yield from [reading.value for reading in find_values(text.text) if reading.grammar == "date"][:1]
        return


def _compact(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).upper()


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text.casefold())


def _digits(value: str) -> str:
    return value.translate(_LOOKALIKES)


def same_number(one: Number, other: Number, *, surely: bool = False) -> bool:
    """Whether two numbers may be one: masked ones by their last digits, scanned ones within an edit or two.

    Args:
        one: A number.
        other: Another.
        surely: Whether masked numbers of scans must be alike in every digit: four digits are soon nearly alike.
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
    """Whether two names may be one person's: initials aside, in any order."""
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
    """Whether a person's name stands on a line of a page."""
    words = _long(person.words)
    if person.printed and page.printed:
        return any(line.issuperset(words) for line in page.lines)
    return any(all(any(_alike(word, each, exact=False) for each in line) for word in words) for line in page.lines)


def is_numbered(page: PageIdentity, number: Number, *, surely: bool = False) -> bool:
    """Whether a number stands somewhere on a page, with a label or without."""
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
    """Whether both name a borrower, or both have a number other than one for taxes."""
    numbered = [any(number.kind != "ssn" for number in each.numbers) for each in (one, other)]
    return all(numbered) or bool(one.people and other.people)


def share_amount(before: PageIdentity, page: PageIdentity) -> bool:
    """Whether a page repeats an amount of the pages before it that is hardly there by chance."""
    return not before.amounts.isdisjoint(page.amounts)


def share_person(before: PageIdentity, page: PageIdentity) -> bool:
    """Whether a borrower's name of one stands on the other."""
    return any(stands_on(page, p) for p in before.people) or any(stands_on(before, p) for p in page.people)


def differing_number(before: PageIdentity, page: PageIdentity, kinds: Iterable[str]) -> str | None:
    """The kind of a number of which a page has another one than the pages before it."""
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
    """Whether a page names another borrower: neither name stands on the other's pages.

    Args:
        before: The pages before.
        page: The page.
        same_wording: Whether labels have to call them the same.
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


def find_strangers(layout: DocumentLayout, labels: Sequence[LabelHit]) -> dict[int, tuple[Token, Token]]:
    """Pages on which labels of one wording name two accounts or two borrowers, with the first words of two such labels.

    Several loans are no several documents: numbers of loans do not count.
    """
    twice = _repeated(labels)
    found: dict[int, tuple[Token, Token]] = {}
    first: dict[tuple[int, str], list[tuple[Token, Number | Person]]] = defaultdict(list)
    labelled = labelled_tokens(labels) if twice else frozenset()
    for label in sorted(twice, key=lambda each: (each.last.page, each.y0, each.x0)):
        owner = next(_owners(layout, label, labelled), None)
        known = first[label.last.page, _asks(label)]
        if owner and known and not any(_same(owner, other) for _, other in known):
            found.setdefault(label.last.page, (known[0][0], label.tokens[0]))
        if owner:
            known.append((label.tokens[0], owner))
    return found


def _repeated(labels: Sequence[LabelHit]) -> list[LabelHit]:
    """Labels of accounts and borrowers whose wording stands on their page again."""
    asking: dict[tuple[int, str], list[LabelHit]] = defaultdict(list)
    for label in labels:
        if label.leads and label.quality == 1.0 and (wording := _asks(label)):
            asking[label.last.page, wording].append(label)
    return [label for same in asking.values() if len({each.tokens for each in same}) > 1 for label in same]


def _asks(label: LabelHit) -> str:
    """The wording of a label that asks for the document's account or borrower; empty for others."""
    if label.field == "borrower_name":
        return _calls(label)
    number = label.field in ("account_number", "application_number") and _kind(label) in DECISIVE_KINDS
    return " ".join(words_of(_text(label.tokens))) if number else ""


def _owners(layout: DocumentLayout, label: LabelHit, labelled: frozenset[Token]) -> Iterator[Number | Person]:
    if label.field != "borrower_name":
        yield from _numbers(layout, label, labelled)
        return
    for text in _near(layout, label, labelled, _CLEAR_PLACE):
        person = parse_person(text.tokens)
        if person and len(person[1]) == len(text.tokens):
            yield Person(_calls(label), tuple(_words(person[0])), _printed(person[1]), label.tokens)


def _same(one: Number | Person, other: Number | Person) -> bool:
    if isinstance(one, Number) and isinstance(other, Number):
        return same_number(one, other)
    return isinstance(one, Person) and isinstance(other, Person) and same_person(one, other)
