"""Names of people: what they look like, and where they stand when no label says so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from include.extraction.fields.assignment import Candidate
from include.extraction.fields.label_texts import texts_near
from include.extraction.fields.labels import LabelHit
from include.extraction.fields.layout import DocumentLayout, Segment, Token
from include.extraction.fields.organisations import ORGANISATION_WORD, SCHOOL_WORD

_NAME_PART = re.compile(
    r"^(?:[A-Z\u00c0-\u00de][\w'\u2019\-]*[.,]?|[A-Z]\.?|de|la|van|von|der|den|del|di|da|dos|al|bin|y|[IVX]+|[JS][rR]\.?,?)$"
)
_SUFFIX = re.compile(r"^(?:jr|sr|i{2,3}|iv|esq)\.?$", re.IGNORECASE)
_NOT_A_NAME = frozenset(
    """borrower cosigner co-signer lender servicer school loan account acct date name amount student applicant number address
    street city state zip employer and or of the to a an rate term type payment total note information section page
    application statement disclosure inc llc trust bank education signature signed relationship parent self mail member
    notice private graduate undergraduate full time half fixed variable direct program phone email monthly annual
    payments principal interest box copy form department schedule summary terms important see for from with per not no
    yes none value received promise pay day dear customer your you we our this that is are was by on at in as if any all
    subsidized unsubsidized plus consolidation refinance federal print sign here signature(s) capacity maker guarantor
    printed home permanent mailing social security taxpayer identification calculated sincerely obligation
    monday tuesday wednesday thursday friday saturday sunday should
    citizen u.s. resident request certifications authorizations understandings details joint obligor primary contact credit
    be must completed unit reporting tax desk team billing office services first middle last initial suffix
    agreement creditor holder recipient payer copy filer""".split()  # noqa: SIM905
)
_PART_LINES, _HEADING_WORDS = 14, 7
_WHOSE = re.compile(r"borrower|applicant|student|maker|customer|account|member|dear|\bfor\b|\bto\b", re.IGNORECASE)
_PART = re.compile(
    r"(?P<cosigner>co-?\s?(?:signer|borrower|applicant|maker)|guarantor|apply with you)"
    r"|(?P<other>references?\b|relatives?\b|people (?:who|we)|contacts?\b|emergency|employer|know where)"
    r"|(?P<borrower>borrower|applicant|\bstudent\b|about you|^you$|your details|who you are)",
    re.IGNORECASE,
)
"""Headings of the parts of a form by the person they are about."""
_LONGEST_TITLE = 3
_MOST_PARTS = 6
_LOST_INITIAL = re.compile(r"^(?:[A-Z]{5,}|[A-Z][a-z]{2,}[A-Z])\.$")
"""A given name and an initial without the space between: ``VALENTINAF.``"""
_STREET = re.compile(r"^\d{1,6}\s*[A-Za-z]|^\d{1,6}\s+\w|^P\.?\s?O\.?\s?Box|^RR\s|^Apt", re.IGNORECASE)
_CITY_LINE = re.compile(r"\b[A-Z]{2}\.?,?\s*\d\s?\d{4}(?:-\d{4})?\b")
_SIGNS = re.compile(
    r"(?:also )?(?:signs|executes|joins in|guarantees)\b.{0,40}\bco-?\s?(?:signer|borrower|maker)\b", re.IGNORECASE
)
_LETTER = re.compile(r"([A-H])\.\s")
_ZIP = re.compile(r"^\d{5}(?:-\d{4})?$")
_DEFINED = {"borrower_name": "borrower", "cosigner_name": r"co-?\s?(?:signer|borrower)"}


def parse_person(tokens: Sequence[Token]) -> tuple[str, tuple[Token, ...]] | None:
    """The longest beginning of some words that is shaped like a person's name, with its tokens.

    Example: ``Linh S. Okafor, 12 Elm Street`` gives ``Linh S. Okafor``.
    """
    parts, used = _name_parts(tokens)
    long_parts = sum(len(part.strip(".")) > 1 and part[0].isupper() for part in parts)
    if len(parts) < 2 or long_parts < 2 or "".join(parts).lower() in _NOT_A_NAME:  # "PRINCIP AL"
        return None
    name = " ".join(parts)
    if _CITY_LINE.search(" ".join(token.text for token in tokens[: len(used) + 2])):
        return None
    following = " ".join(token.text for token in tokens[len(used) : len(used) + 2])
    if not _closes(used[-1]) and following[:1].isupper() and ORGANISATION_WORD.search(following):
        return None
    if ORGANISATION_WORD.search(name) or SCHOOL_WORD.search(name):
        return None
    return name, tuple(used)


def _name_parts(tokens: Sequence[Token]) -> tuple[list[str], list[Token]]:
    """The parts of a name that some words begin with, at most six, and their tokens."""
    parts: list[str] = []
    used: list[Token] = []
    for token in tokens[:8]:
        if token.text.endswith(":") and not used:
            continue  # the end of a label that a reader misread: "Namc: Imani Jefferson"
        core = token.text.strip('()"\u201c\u201d:;*')
        bare = core.strip(".,").lower()
        if not _NAME_PART.match(core) or (len(bare) > 1 and bare in _NOT_A_NAME) or not bare:
            break
        suffix = bool(_SUFFIX.match(bare))
        if lost := _LOST_INITIAL.match(core):
            core = f"{core[:-2]} {core[-2:]}"
        parts.append(core if suffix and core.endswith(".") else core.rstrip(","))
        if len(parts) == 1 and 1 < len(tokens) <= _MOST_PARTS and _last_name_first(core, tokens[1:]):
            parts[0] = core
        used.append(token)
        sentence_ends = token.text.endswith(".") and len(bare) > _LONGEST_TITLE and not suffix and not lost
        list_ends = token.text.endswith((",", ";", ")")) and len(parts) > 1 and not _suffix_follows(tokens, len(used))
        if sentence_ends or list_ends or len(parts) == _MOST_PARTS:
            break
    while parts and parts[-1].lower() in ("de", "la", "van", "von", "y"):
        parts.pop()
        used.pop()
    return parts, used


def _last_name_first(core: str, following: Sequence[Token]) -> bool:
    """Whether a comma after the first word sets the family name off: ``PEMBROKE, ANN L.``; a suffix follows the whole name."""
    return core.endswith(",") and len(core) > 2 and not _SUFFIX.match(following[0].text.strip(".,"))


def _closes(token: Token) -> bool:
    """Whether the sentence or list goes on with something else after a word."""
    return token.text.endswith((",", ";", ")", ":"))


def _suffix_follows(tokens: Sequence[Token], index: int) -> bool:
    return index < len(tokens) and bool(_SUFFIX.match(tokens[index].text.strip(".,")))


def find_person(
    layout: DocumentLayout, field: str, labels: Sequence[LabelHit], labelled: frozenset[Token]
) -> list[Candidate]:
    """Every candidate for a person's name, best first."""
    found = [*_labelled(layout, field, labels, labelled), *_defined_in_prose(layout, field)]
    if field == "borrower_name":
        found.extend(_addressees(layout))
        found.extend(_undersigned(layout))
    return sorted(found, key=lambda candidate: -candidate.score)


def _labelled(
    layout: DocumentLayout, field: str, labels: Sequence[LabelHit], labelled: frozenset[Token]
) -> Iterator[Candidate]:
    for label in labels:
        if _asked_by(layout, label) != field:
            continue
        leads = label.leads
        for text in texts_near(layout, label, labelled):
            person = parse_person(text.tokens)
            if person is None:
                continue
            name, tokens = person
            score = text.place * (0.6 + 0.1 * min(4, label.words + 2 * leads)) * label.quality
            if text.prose:
                score *= 0.75
            elif len(tokens) == len(text.tokens):
                score = min(1.0, score * 1.08)
            yield Candidate(field, name, name, tokens, score, label=label)


def _asked_by(layout: DocumentLayout, label: LabelHit) -> str | None:
    """The field that a label asks for: ``Name`` asks for the person whose part of the form it stands in."""
    text = " ".join(token.text for token in label.tokens)
    if label.field != "borrower_name" or not label.leads or _WHOSE.search(text):
        return label.field
    line = layout.line_of(label.tokens[0])
    for row in reversed(layout.lines[max(0, line - _PART_LINES) : line]):
        heading = row[0]
        if heading.page != label.last.page:
            break
        alone = (
            len(row) == 1 and len(heading.tokens) <= _HEADING_WORDS and not any(c.isdigit() for c in heading.text[3:])
        )
        if alone and (part := _PART.search(heading.text)):
            return {"cosigner": "cosigner_name", "borrower": "borrower_name"}.get(str(part.lastgroup))
    return label.field


def _defined_in_prose(layout: DocumentLayout, field: str) -> Iterator[Candidate]:
    """``NAME (the "Borrower")``, ``NAME ("you", the borrower)`` and ``NAME, the Borrower,``."""
    if field not in _DEFINED:
        return
    definition = re.compile(rf"^[(\"\u201c'].{{0,22}}{_DEFINED[field]}", re.IGNORECASE)
    named = re.compile(rf"(?:the|your) {_DEFINED[field]}\b[,.;]", re.IGNORECASE)
    for segment in layout.segments:
        tokens = list(segment.tokens[1:] if _is_lettered(layout, segment) else segment.tokens)
        if segment.continuation is not None and len(tokens) >= 5:
            tokens += layout.segments[segment.continuation].tokens[:8]
        for index, token in enumerate(tokens):
            if index < 2:
                continue
            following = " ".join(t.text for t in tokens[index : index + 4])
            apposition = (
                token.text in ("the", "your") and tokens[index - 1].text.endswith(",") and named.match(following)
            )
            apposition = apposition or (
                field == "cosigner_name" and _SIGNS.match(" ".join(t.text for t in tokens[index : index + 8]))
            )
            if apposition or (token.text[0] in "(\"\u201c'" and definition.match(following)):
                person = _person_before(tokens[:index])
                if person:
                    yield Candidate(field, person[0], person[0], person[1], 0.92)


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
        if len(tokens) < 5:
            continue
        if segment.continuation is not None:
            tokens += layout.segments[segment.continuation].tokens[:8]
        for index in range(len(segment.tokens)):
            before = " ".join(t.text for t in tokens[max(0, index - 2) : index]).lower().rstrip(",.")
            if before == "i" or before.endswith((" i", "value received", "undersigned")):
                person = parse_person(tokens[index:])
                if person:
                    yield Candidate("borrower_name", person[0], person[0], person[1], 0.88)


def _addressees(layout: DocumentLayout) -> Iterator[Candidate]:
    """A person's name over a street and a city line."""
    for segment in layout.segments:
        person = parse_person(segment.tokens)
        if person is None or len(person[1]) != len(segment.tokens):
            continue
        below = _column_below(layout, segment)
        if below and _STREET.match(below[0]) and any(_CITY_LINE.search(text) for text in below[:3]):
            top = segment.y0 / layout.sizes[segment.page][1]
            yield Candidate("borrower_name", person[0], segment.text, person[1], 0.8 if top < 0.5 else 0.6)


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
