"""The sender's name in the letterhead: an organisation set large at the head of the first page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from include.extraction.fields.assignment import Candidate
from include.extraction.fields.layout import DocumentLayout, Segment, Token
from include.extraction.fields.organisations import NO_NAME, ORGANISATION_WORD, PRODUCT, SCHOOL_WORD

_TITLE_WORD = re.compile(
    r"\b(?:bill|your|application|agreement|note|statement|disclosure|schedule|quote|letter|notice|form|summary|information|payoff|"
    r"billing|repayment|amortization|copy|important|page|truth|confirmation|document|upload|receipt|cover|void|interest)\b",
    re.IGNORECASE,
)
_ORGANISATION_END = re.compile(
    r"\b(?:inc|llc|corp|corporation|company|co|trust|bank|union|fcu|servicing|services?|center|centre|agency|authority|"
    r"foundation|fund|group|associates|association|administration|solutions|partners)\.?$",
    re.IGNORECASE,
)
"""Last words of names that may hold a word of titles: ``Northgate Repayment Services``."""
_SERVES = re.compile(
    r"\b(?:servic\w+|administrat\w+|repayment|loan management|account management|loan care)\b", re.IGNORECASE
)
_SERVES_PENALTY = 0.3
"""Lost by a name of one who serves loans, where the lender is looked for."""


def find_letterhead(layout: DocumentLayout, field: str, labelled: frozenset[Token]) -> Iterator[Candidate]:
    """Organisations at the head of the first page: large text in its upper fifth."""
    first = layout.first_page()
    for segment in layout.segments:
        if labelled.issuperset(segment.tokens):
            continue
        if segment.page != first or segment.y0 > 0.2 * layout.sizes[segment.page][1]:
            continue
        tokens = _without_logo([*_begun_on_the_left(layout, segment), *_begun_above(layout, segment), *segment.tokens])
        name = " ".join(token.text for token in tokens).strip(" \u00b7|-\u2013\u2014,")
        if not 1 <= len(name.split()) <= 8 or re.search(r"\d|@|www|:|\$", name) or len(name) < 5:
            continue
        if (
            NO_NAME.search(name)
            or (_TITLE_WORD.search(name) and not _ORGANISATION_END.search(name))
            or PRODUCT.fullmatch(name)
            or (SCHOOL_WORD.search(name) and not ORGANISATION_WORD.search(name))
        ):
            continue
        size = min(2.0, segment.height / layout.text_height)
        shaped = bool(ORGANISATION_WORD.search(name))
        if not shaped and size < 1.25:
            continue
        serves = field == "lender_name" and _SERVES.search(name)
        height = 1 - segment.y0 / (0.2 * layout.sizes[segment.page][1])
        score = (0.6 if shaped else 0.3) + 0.12 * size + 0.08 * height
        yield Candidate(field, name, name, tuple(tokens), min(0.95, score) - (_SERVES_PENALTY if serves else 0.0))


def find_who_serves(layout: DocumentLayout, labelled: frozenset[Token]) -> list[Candidate]:
    """The servicer in the letterhead of a document that speaks of its lender elsewhere: ``Violet Crown Servicing``."""
    heads = find_letterhead(layout, "servicer_name", labelled)
    return [candidate for candidate in heads if _SERVES.search(candidate.value)]


def _begun_on_the_left(layout: DocumentLayout, segment: Segment) -> list[Token]:
    """A first word of the letterhead that stands off the rest, as a logo's lettering does: ``Granite  Loop Community Bank``."""
    left = [other for other in layout.lines[segment.line] if other.x1 <= segment.x0]
    if not left or not ORGANISATION_WORD.search(segment.text):
        return []
    word = left[-1]
    alone = len(word.tokens) == 1 and word.text.isalpha() and word.text[0].isupper()
    alike = abs(word.height - segment.height) < 0.25 * segment.height
    return list(word.tokens) if alone and alike and segment.x0 - word.x1 < 1.5 * segment.height else []


def _begun_above(layout: DocumentLayout, segment: Segment) -> list[Token]:
    """The first line of a name that is set over two: ``Skyline Student`` over ``Loan Services``."""
    if not ORGANISATION_WORD.match(segment.text) or not segment.line:
        return []
    for other in layout.lines[segment.line - 1]:
        aligned = abs(other.x0 - segment.x0) < 0.5 * segment.height
        tight = other.page == segment.page and segment.y0 - other.y1 < 0.6 * segment.height
        alike = abs(other.height - segment.height) < 0.1 * segment.height
        words = other.text.split()
        named = len(words) <= 4 and all(word[0].isupper() for word in words) and not _TITLE_WORD.search(other.text)
        if aligned and tight and alike and named and not any(character.isdigit() for character in other.text):
            return list(other.tokens)
    return []


def _without_logo(tokens: Sequence[Token]) -> Sequence[Token]:
    """Tokens without the single character that OCR makes of a logo before a name."""
    return tokens[1:] if len(tokens) > 2 and len(tokens[0].text) == 1 and tokens[0].text not in "AI" else tokens
