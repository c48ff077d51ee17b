"""Names of people: what they look like, and where they stand when no label says so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from student_loans.understanding.fields.assignment import Candidate
from student_loans.understanding.fields.labels import LabelHit
from student_loans.understanding.fields.layout import DocumentLayout, Segment, Token
from student_loans.understanding.fields.letters import NO_LABEL, OTHER_SCRIPT, in_other_script, is_capitalised
from student_loans.understanding.fields.name_boxes import caption_of_part, find_names_in_boxes, whose
from student_loans.understanding.fields.organisations import occurrences
from student_loans.understanding.fields.person_names import (
    CITY_LINE,
    JOINS,
    Person,
    common_words,
    parse_person,
    parse_single,
    parts_of_name,
)
from student_loans.understanding.fields.phrases import words_of
from student_loans.understanding.fields.placing import LabelPlace, places
from student_loans.understanding.fields.whole_names import ANOTHER_NAME, SINGLE, Cell, doubt_behind, with_next_line

_PART_LINES, _HEADING_WORDS = 14, 7
_WHOSE = re.compile(r"borrower|applicant|student|maker|customer|account|member|dear|\bfor\b|\bto\b", re.IGNORECASE)
_PART = re.compile(
    r"(?P<cosigner>co-?\s?(?:signer|borrower|applicant|maker)|guarantor|apply with you)"
    r"|(?P<other>references?\b|relatives?\b|people (?:who|we)|contacts?\b|emergency|employer|know where)"
    r"|(?P<borrower>borrower|applicant|\bstudent\b|about you|^you$|your details|who you are)",
    re.IGNORECASE,
)
"""Headings of the parts of a form by the person they are about."""
_FIELD_OF_PART = {"cosigner": "cosigner_name", "borrower": "borrower_name"}
_OF_ONE_WORD = 0.6
"""Factor for a name of one word: more often it is a part of one, or none."""
_PREPOSITIONS, _OF_PREPOSITION, _TWICE = frozenset({"for", "to"}), 0.55, 2
"""``To Ann Lee`` names a person; ``FOR INTERNAL USE ONLY`` does not: what follows is a name where it stands elsewhere too."""
_STREET = re.compile(r"^\d{1,6}\s*[A-Za-z]|^\d{1,6}\s+\w|^P\.?\s?O\.?\s?Box|^RR\s|^Apt", re.IGNORECASE)
_SIGNS = re.compile(
    r"(?:also )?(?:signs|executes|joins in|guarantees)\b.{0,40}\bco-?\s?(?:signer|borrower|maker)\b", re.IGNORECASE
)
_BEGINS_SIGNING = re.compile(r"also$|signs|executes|joins|guarantees", re.IGNORECASE)
_OPENS_DEFINITION = frozenset("(\"\u201c'")
_DIGIT = re.compile(r"\d")
_PROMISES = re.compile(r"\bi\b|received|undersigned", re.IGNORECASE)
"""Words that stand before the name of the person who promises."""
_LETTER = re.compile(r"([A-H])\.\s")
_ZIP = re.compile(r"^\d{5}(?:-\d{4})?$")
_DEFINED = {"borrower_name": "borrower", "cosigner_name": r"co-?\s?(?:signer|borrower)"}


def find_person(
    layout: DocumentLayout, field: str, labels: Sequence[LabelHit], labelled: frozenset[Token]
) -> list[Candidate]:
    """Every candidate for a person's name, best first."""
    common = common_words(layout)
    found = [*_labelled(layout, field, labels, labelled, common), *_in_boxes(layout, field)]
    found.extend(_defined_in_prose(layout, field))
    if field == "borrower_name":
        found.extend(_addressees(layout, labelled, common))
        found.extend(_undersigned(layout))
    return sorted((c for c in found if not _is_heading(c, common)), key=lambda candidate: -candidate.score)


def _is_heading(candidate: Candidate, common: frozenset[str]) -> bool:
    """Whether all words of a candidate are no names in this document: ``PAST DUE. Please``."""
    words = [word for word in re.findall(r"\w+", candidate.value.lower()) if len(word) > 1]
    return bool(words) and common.issuperset(words)


def _in_boxes(layout: DocumentLayout, field: str) -> Iterator[Candidate]:
    """Names of which each part has a box of its own."""
    for words, line, candidate in find_names_in_boxes(layout):
        person = whose(words)
        part = _PART.search(person)
        if part is None and person:
            continue  # a parent's, an employer's
        asked = _FIELD_OF_PART.get(str(part.lastgroup)) if part else _part_over(layout, line, "borrower_name")
        if asked == field:
            yield replace(candidate, field=field)


def _labelled(
    layout: DocumentLayout,
    field: str,
    labels: Sequence[LabelHit],
    labelled: frozenset[Token],
    common: frozenset[str],
) -> Iterator[Candidate]:
    for label in labels:
        if _asked_by(layout, label) != field or caption_of_part(_text_of(label.tokens)):
            continue
        cell = Cell(label.tokens, labelled, common)
        for text in places(layout, label, labelled):
            read = _read_cell(layout, text, cell)
            if read is None:
                continue
            (name, tokens), doubt = read
            score = text.fit * (0.6 + 0.1 * min(4, label.words + 2 * label.leads)) * label.quality
            if text.prose:
                score *= 0.75
            elif len(tokens) >= len(text.tokens):
                score = min(1.0, score * 1.08)
            if len(tokens) == 1:
                score *= _OF_ONE_WORD
                doubt = doubt or (None if _is_plain(layout, label, tokens[0]) else SINGLE)
            if _may_be_a_note(label, name) and occurrences(layout, name) < _TWICE:
                score *= _OF_PREPOSITION
                doubt = doubt or NO_LABEL
            yield Candidate(field, name, name, tokens, score, label=label, doubt=doubt)


def _read_cell(layout: DocumentLayout, text: LabelPlace, cell: Cell) -> tuple[Person, str | None] | None:
    """The name that a text near a label holds, with the doubt whether it is whole."""
    if not text.prose and in_other_script(text.tokens[0].text):
        return (text.text, text.tokens), OTHER_SCRIPT
    name = parse_person(text.tokens, cell=not text.prose)
    if name is None and not text.prose:
        name = parse_single(text.tokens)
    if name is None:
        return None
    if doubt := doubt_behind(name, text.tokens, cell, prose=text.prose):
        return name, doubt
    if text.prose:
        return name, None
    whole, doubt = with_next_line(layout, name, cell)
    if len(whole[1]) == 1 and whole[0].lower() in cell.common:
        return None  # a heading or a choice
    return whole, doubt


def _may_be_a_note(label: LabelHit, name: str) -> bool:
    """Whether a preposition and what follows it are set alike, as in a note: ``FOR INTERNAL USE ONLY``."""
    word = _text_of(label.tokens).strip(",:")
    alike = is_capitalised(word) and word.isupper() == name.isupper()
    initials = any(len(part.strip(".")) == 1 for part in name.split())
    return word.lower() in _PREPOSITIONS and alike and not initials


def _is_plain(layout: DocumentLayout, label: LabelHit, word: Token) -> bool:
    """Whether a label asks for a whole name so plainly, and one word was read so surely, that this is the name."""
    says = "name" in {part for token in label.tokens for part in words_of(token.text)}
    segment = layout.segment_of(word)
    beside = any(other.x0 > segment.x0 and parts_of_name(other.tokens) for other in layout.lines[segment.line])
    return says and label.leads and label.quality == 1.0 and word.word.confidence == 1.0 and not beside


def _text_of(tokens: Sequence[Token]) -> str:
    return " ".join(token.text for token in tokens)


def _asked_by(layout: DocumentLayout, label: LabelHit) -> str | None:
    """The field that a label asks for: ``Name`` asks for the person whose part of the form it stands in."""
    named = _PART.search(_text_of(label.tokens)) if label.quality < 1.0 else None
    if label.field == "cosigner_name" and named and named.lastgroup == "borrower":
        return None  # a wording that only resembles one of the cosigner's: "Signature of Borrower"
    if label.field != "borrower_name" or not label.leads or _WHOSE.search(_text_of(label.tokens)):
        return label.field
    return _part_over(layout, layout.line_of(label.tokens[0]), label.field)


def _part_over(layout: DocumentLayout, line: int, otherwise: str) -> str | None:
    """The field of the person whose part of a form a line stands in, by the nearest heading over it."""
    page = layout.lines[line][0].page
    for row in reversed(layout.lines[max(0, line - _PART_LINES) : line]):
        heading = row[0]
        if heading.page != page:
            break
        alone = (
            len(row) == 1 and len(heading.tokens) <= _HEADING_WORDS and not any(c.isdigit() for c in heading.text[3:])
        )
        if alone and (part := _PART.search(heading.text)):
            return _FIELD_OF_PART.get(str(part.lastgroup))
    return otherwise


def _defined_in_prose(layout: DocumentLayout, field: str) -> Iterator[Candidate]:
    """``NAME (the "Borrower")``, ``NAME ("you", the borrower)`` and ``NAME, the Borrower,``."""
    if field not in _DEFINED:
        return
    definition = re.compile(rf"^[(\"\u201c'].{{0,22}}{_DEFINED[field]}", re.IGNORECASE)
    named = re.compile(rf"(?:the|your) {_DEFINED[field]}\b[,.;]", re.IGNORECASE)
    for segment in layout.segments:
        tokens = list(segment.tokens[1:] if _is_lettered(layout, segment) else segment.tokens)
        if len(tokens) >= 5 and (following := layout.next_line(segment)):
            tokens += following.tokens[:8]
        for index in range(2, len(tokens)):
            if _defines(tokens, index, definition, named) or (field == "cosigner_name" and _signs(tokens, index)):
                person = _person_before(tokens[:index])
                if person:
                    before = tokens[: tokens.index(person[1][0])]
                    joint = before and JOINS.fullmatch(before[-1].text) and _person_before(before[:-1])
                    doubt = ANOTHER_NAME if joint else None
                    yield Candidate(field, person[0], person[0], person[1], 0.92, doubt=doubt)


def _defines(tokens: Sequence[Token], index: int, definition: re.Pattern[str], named: re.Pattern[str]) -> bool:
    """Whether the words from a place on say who was named before it, in brackets or between commas."""
    text = tokens[index].text
    if text in ("the", "your"):
        return tokens[index - 1].text.endswith(",") and bool(named.match(_text_of(tokens[index : index + 4])))
    return text[0] in _OPENS_DEFINITION and bool(definition.match(_text_of(tokens[index : index + 4])))


def _signs(tokens: Sequence[Token], index: int) -> bool:
    """Whether the words from a place on say that who was named before it signs as a cosigner."""
    begins = _BEGINS_SIGNING.match(tokens[index].text)
    return bool(begins and _SIGNS.match(_text_of(tokens[index : index + 8])))


def _is_lettered(layout: DocumentLayout, segment: Segment) -> bool:
    """Whether a paragraph begins with the letter of a list, ``A.``: another one at the same edge has the letter beside it."""
    match = _LETTER.match(segment.text)
    if match is None:
        return False
    beside = {chr(ord(match[1]) - 1) + ".", chr(ord(match[1]) + 1) + "."}
    return any(
        other.page == segment.page and abs(other.x0 - segment.x0) < segment.height and other.tokens[0].text in beside
        for other in layout.segments
    )


def _person_before(tokens: Sequence[Token]) -> tuple[str, tuple[Token, ...]] | None:
    """The person's name that some words end with."""
    for start in range(max(0, len(tokens) - 6), len(tokens) - 1):
        person = parse_person(tokens[start:])
        if person and len(person[1]) == len(tokens) - start:
            return person
    return None


def _undersigned(layout: DocumentLayout) -> Iterator[Candidate]:
    """``I, NAME, promise to pay``; ``FOR VALUE RECEIVED, NAME promises``."""
    for segment in layout.segments:
        tokens = list(segment.tokens)
        if len(tokens) < 5 or not _PROMISES.search(segment.text):
            continue
        if following := layout.next_line(segment):
            tokens += following.tokens[:8]
        for index in range(1, len(segment.tokens)):
            if _promises_next(tokens[max(0, index - 2) : index]):
                person = parse_person(tokens[index:])
                if person:
                    doubt = doubt_behind(person, tokens[index:], Cell((), frozenset(), ()), prose=True)
                    yield Candidate("borrower_name", person[0], person[0], person[1], 0.88, doubt=doubt)


def _promises_next(before: Sequence[Token]) -> bool:
    """Whether the last two words before a name begin a promise: ``I,``; ``VALUE RECEIVED,``; ``the undersigned,``."""
    last = before[-1].text.lower().rstrip(",.")
    received = last == "received" and before[0].text.lower().endswith("value")
    return last == "i" or received or last.endswith("undersigned")


def _addressees(layout: DocumentLayout, labelled: frozenset[Token], common: frozenset[str]) -> Iterator[Candidate]:
    """A person's name over a street and a city line."""
    for segment in layout.segments:
        if len(segment.tokens) == 1 or _DIGIT.search(segment.text):
            continue  # no whole name
        person = parse_person(segment.tokens)
        if person is None or len(person[1]) != len(segment.tokens):
            continue
        person, doubt = with_next_line(layout, person, Cell((), labelled, common))
        last = layout.segment_of(person[1][-1])
        below = _column_below(layout, last)
        if below and doubt:
            below = below[1:]  # what may be the name's second line
        if below and _STREET.match(below[0]) and any(CITY_LINE.search(text) for text in below[:3]):
            top = segment.y0 / layout.sizes[segment.page][1]
            raw = _text_of(person[1])
            yield Candidate("borrower_name", person[0], raw, person[1], 0.8 if top < 0.5 else 0.6, doubt=doubt)


def _column_below(layout: DocumentLayout, segment: Segment) -> list[str]:
    texts = []
    for line in layout.lines[segment.line + 1 : segment.line + 7]:
        for other in line:
            aligned = abs(other.x0 - segment.x0) < 1.2 * segment.height
            if other.page == segment.page and aligned and other.y0 - segment.y1 < 5 * segment.height:
                neighbour = layout.right_neighbour(other)
                zip_code = neighbour.text if neighbour and _ZIP.match(neighbour.text) else ""
                texts.append(f"{other.text} {zip_code}".strip())
    return texts
