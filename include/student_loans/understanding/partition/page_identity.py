"""Whose document a page belongs to: the numbers, names, dates and amounts on it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from student_loans.understanding.fields.identifiers import find_identifiers
from student_loans.understanding.fields.labels import LabelHit, labelled_tokens
from student_loans.understanding.fields.layout import DocumentLayout, Token
from student_loans.understanding.fields.people import find_person
from student_loans.understanding.fields.person_names import parse_person
from student_loans.understanding.fields.phrases import words_of
from student_loans.understanding.fields.placing import LabelPlace, places
from student_loans.understanding.fields.values import find_values
from student_loans.understanding.partition.identities import DECISIVE_KINDS, Number, PageIdentity, Person, same_owner

_NUMBERS = frozenset({"account_number", "application_number", "borrower_ssn_last4"})
_DATES = frozenset({"document_date", "due_date", "payoff_good_through_date"})
_CLEAR_LABEL = 0.84
"""Trust in a label with one misread word."""
_MASKED = re.compile(
    r"(?:(?:account\s)?ending(?:\s(?:in|with))?[\s:]*|[Xx*#\u2022\u25cf\u00b7.\u2026-][Xx*#\u2022\u25cf\u00b7.\u2026\s-]+)(?P<last>\d{3,6})(?!\d)",
    re.IGNORECASE,
)
_FIRST_WORDS = 6
_OF_A_YEAR = re.compile(r"\b(?:tax|calendar)\syear\b|\b1098\b|\binterest\sstatement\b", re.IGNORECASE)
_YEAR = re.compile(r"(?<![\d/-])20\d\d(?![\d/-])")
_BANK = re.compile(r"\b(?:bank|checking|savings|routing|debit)\b", re.IGNORECASE)
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
_AMOUNT = re.compile(r"(?<![\d.,])\d{1,3}(?:,?\d{3})*\.\d{2}(?![\d%])(?!\s?%)")
_TELLING_DIGITS = 5
"""An amount of so many digits that is not round hardly stands on two documents by chance: ``128.17``."""
_WRAPPED = 3
"""So many words of a name may stand on the next line."""


def identify_pages(layout: DocumentLayout, labels: Sequence[LabelHit]) -> dict[int, PageIdentity]:
    """What identifies each page.

    Args:
        layout: The words of all pages.
        labels: The listed labels on them.
    """
    pages = {number: PageIdentity() for number in layout.sizes}
    for segment in layout.segments:
        page = pages[segment.page]
        following = layout.next_line(segment)
        wrapped = _text(following.tokens[:_WRAPPED]) if following else ""
        page.lines.append(frozenset([*_words(segment.text), *_words(wrapped)]))
        page.texts.append(segment.text)
        page.joined += _compact(segment.text)
        page.amounts |= telling_amounts(segment.text)
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


def telling_amounts(text: str) -> set[str]:
    """The amounts of a text that hardly stand on another document by chance."""
    return {amount for amount in _AMOUNT.findall(text) if _is_telling(amount)}


def _is_telling(amount: str) -> bool:
    """Whether an amount hardly stands on two documents by chance."""
    return sum(character.isdigit() for character in amount) >= _TELLING_DIGITS and not amount.endswith(".00")


def _printed(tokens: Iterable[Token]) -> bool:
    return all(token.word.confidence == 1.0 for token in tokens)


def _calls(label: LabelHit) -> str:
    return next((word for word in words_of(_text(label.tokens)) if word in _PEOPLE), "")


def _near(layout: DocumentLayout, label: LabelHit, labelled: frozenset[Token]) -> Iterator[LabelPlace]:
    """What stands beside a label, or over or under it as the page's values do."""
    return (place for place in places(layout, label, labelled) if place.expected and not place.prose)


def _numbers(layout: DocumentLayout, label: LabelHit, labelled: frozenset[Token]) -> Iterator[Number]:
    """The first number beside or under a label; a bank's is none of the loan's."""
    line = layout.line_of(label.last)
    around = layout.lines[max(0, line - 1) : line + 2]
    if any(_BANK.search(_lending_aside(segment.text)) for each in around for segment in each):
        return
    kind = _kind(label)
    for text in _near(layout, label, labelled):
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
    for text in _near(layout, label, labelled):
        if whole or layout.line_of(text.tokens[0]) == layout.line_of(label.last):
            yield from [reading.value for reading in find_values(text.text) if reading.grammar == "date"][:1]
        return


def _compact(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).upper()


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text.casefold())


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
        if owner and known and not any(same_owner(owner, other) for _, other in known):
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
    for text in _near(layout, label, labelled):
        person = parse_person(text.tokens)
        if person and len(person[1]) == len(text.tokens):
            yield Person(_calls(label), tuple(_words(person[0])), _printed(person[1]), label.tokens)
