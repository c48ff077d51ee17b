"""The sender's name in the letterhead: an organisation set large at the head of the first page."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from student_loans.understanding.fields.assignment import Candidate
from student_loans.understanding.fields.layout import DocumentLayout, Segment, Token
from student_loans.understanding.fields.letters import GOES_ON, NO_LABEL
from student_loans.understanding.fields.organisations import NO_NAME, ORGANISATION_WORD, PRODUCT, SCHOOL_WORD, compact
from student_loans.understanding.fields.person_names import common_words

_TITLE_WORD = re.compile(
    r"\b(?:bill|your|application|agreement|note|statement|disclosure|schedule|quote|letter|notice|form|summary|information|payoff|"
    r"billing|repayment|amortization|copy|important|page|truth|confirmation|document|upload|receipt|cover|void|interest)\b",
    re.IGNORECASE,
)
ORGANISATION_END = re.compile(
    r"\b(?:inc|llc|corp|corporation|company|co|trust|bank|union|fcu|servicing|services?|center|centre|agency|authority|"
    r"foundation|fund|group|associates|association|administration|solutions|partners)\.?$",
    re.IGNORECASE,
)
"""Last words of names that may hold a word of titles: ``Northgate Repayment Services``."""
_SERVES = re.compile(
    r"\b(?:servic\w+|administrat\w+|repayment|loan management|account management|loan care)\b", re.IGNORECASE
)
_NO_ORGANISATION = re.compile(
    r"(?<!& )(?<!and )\b(?:loan|program|plan|account|department|dept|office|desk|division)\W*$", re.IGNORECASE
)
"""Last words of what an organisation has and is not: ``Smart Choice Student Loan``, ``Loan Servicing Department``."""
_LARGE = 1.25
"""Size from which text is set as a letterhead, in usual text heights."""
_BETWEEN = 2
"""Farthest line that the second of a name is: a line of another column may stand between them."""
_SHORTEST_WORD = 2
_DOUBTED = 0.05
_SERVES_PENALTY = 0.3
"""Deduction from the score of a servicer's name in the search for the lender."""


def find_letterhead(layout: DocumentLayout, field: str, labelled: frozenset[Token]) -> Iterator[Candidate]:
    """Find organisations at the head of the first page: large text in its upper fifth."""
    first = layout.first_page()
    common = common_words(layout)
    for segment in layout.segments:
        if segment.page != first or segment.y0 > 0.2 * layout.sizes[segment.page][1]:
            continue
        if labelled.issuperset(segment.tokens):
            continue
        above = _begun_above(layout, segment, labelled)
        tokens = _without_logo([*_begun_on_the_left(layout, segment), *above, *segment.tokens])
        name = " ".join(token.text for token in tokens).strip(" \u00b7|-\u2013\u2014,")
        if not 1 <= len(name.split()) <= 8 or re.search(r"\d|@|www|:|\$", name) or len(name) < 5 or is_no_name(name):
            continue
        size = min(2.0, segment.height / layout.text_height)
        shaped = bool(ORGANISATION_WORD.search(name))
        if not shaped and (size < _LARGE or not own_words(name, common)):
            continue
        below = _goes_on_below(layout, segment)
        if below and not ORGANISATION_END.search(name):
            continue  # read with its second line
        doubt = GOES_ON if below else _doubt(layout, name, tokens, common, shaped=shaped)
        serves = field == "lender_name" and _SERVES.search(name)
        height = 1 - segment.y0 / (0.2 * layout.sizes[segment.page][1])
        score = min(0.95, (0.6 if shaped else 0.3) + 0.12 * size + 0.08 * height)
        score -= (_SERVES_PENALTY if serves else 0.0) + (_DOUBTED if doubt else 0.0)
        yield Candidate(field, name, name, tuple(tokens), score, doubt=doubt)


def is_no_name(name: str) -> bool:
    """Whether the words of a head belong to a title, a product or a school."""
    return bool(
        NO_NAME.search(name)
        or (_TITLE_WORD.search(name) and not ORGANISATION_END.search(name))
        or PRODUCT.fullmatch(name)
        or (SCHOOL_WORD.search(name) and not ORGANISATION_WORD.search(name))
    )


def own_words(name: str, common: Collection[str]) -> list[str]:
    """The words of a name that forms do not use otherwise; they distinguish an organisation from a heading."""
    words = re.findall(r"\w+", name.lower())
    return [w for w in words if len(w) > _SHORTEST_WORD and w not in common and not ORGANISATION_WORD.fullmatch(w)]


def _doubt(
    layout: DocumentLayout, name: str, tokens: Sequence[Token], common: Collection[str], *, shaped: bool
) -> str | None:
    """Why a head may not be an organisation: headings, notes on the copy and products are in large print too."""
    if shaped and own_words(name, common) and not _NO_ORGANISATION.search(name):
        return None
    key, own = compact(name), {token.segment for token in tokens}
    said = any(key in compact(s.text) != key for s in layout.segments if s.index not in own)
    return None if said and own_words(name, common) else NO_LABEL


def find_who_serves(layout: DocumentLayout, labelled: frozenset[Token]) -> list[Candidate]:
    """The servicer in the letterhead of a document that names its lender elsewhere: ``Violet Crown Servicing``."""
    heads = find_letterhead(layout, "servicer_name", labelled)
    return [candidate for candidate in heads if _SERVES.search(candidate.value)]


def _begun_on_the_left(layout: DocumentLayout, segment: Segment) -> list[Token]:
    """The first word of the letterhead, if it is apart from the rest, as in a logo: ``Granite  Loop Community Bank``."""
    left = [other for other in layout.lines[segment.line] if other.x1 <= segment.x0]
    if not left or not ORGANISATION_WORD.search(segment.text):
        return []
    word = left[-1]
    alone = len(word.tokens) == 1 and word.text.isalpha() and word.text[0].isupper()
    alike = abs(word.height - segment.height) < 0.25 * segment.height
    return list(word.tokens) if alone and alike and segment.x0 - word.x1 < 1.5 * segment.height else []


def _begun_above(layout: DocumentLayout, segment: Segment, labelled: frozenset[Token]) -> list[Token]:
    """The first of two lines of a name, ``Skyline Student`` over ``Loan Services``; a label above does not count."""
    if not segment.line or not (ORGANISATION_WORD.match(segment.text) or _is_large(layout, segment)):
        return []
    lines = reversed(layout.lines[max(0, segment.line - _BETWEEN) : segment.line])
    above = [
        other for line in lines for other in line if _is_one_name(other, segment) and labelled.isdisjoint(other.tokens)
    ]
    return list(above[0].tokens) if above and not ORGANISATION_END.search(above[0].text) else []


def _goes_on_below(layout: DocumentLayout, segment: Segment) -> bool:
    """Whether the next line may be the second of a name."""
    below = layout.lines[segment.line + 1 : segment.line + 1 + _BETWEEN]
    return any(
        _is_one_name(segment, other) and (ORGANISATION_WORD.match(other.text) or _is_large(layout, other))
        for line in below
        for other in line
    )


def _is_large(layout: DocumentLayout, segment: Segment) -> bool:
    return segment.height >= _LARGE * layout.text_height


def _is_one_name(above: Segment, below: Segment) -> bool:
    """Whether two lines have the layout of one name, and hold only words of names."""
    aligned = abs(above.x0 - below.x0) < 0.5 * below.height
    tight = above.page == below.page and below.y0 - above.y1 < 0.6 * below.height
    alike = abs(above.height - below.height) < 0.1 * below.height
    named = all(
        len(line.text.split()) <= 4
        and all(word[0].isupper() for word in line.text.split())
        and not (_TITLE_WORD.search(line.text) and not ORGANISATION_END.search(line.text))
        and not any(character.isdigit() for character in line.text)
        for line in (above, below)
    )
    return aligned and tight and alike and named


def _without_logo(tokens: Sequence[Token]) -> Sequence[Token]:
    """Tokens without a single character before the name, which OCR makes of a logo."""
    return tokens[1:] if len(tokens) > 2 and len(tokens[0].text) == 1 and tokens[0].text not in "AI" else tokens
