"""Names of lenders, servicers and schools: what they look like, and where they stand when no label says so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from include.extraction.fields.assignment import Candidate
from include.extraction.fields.label_texts import LabelText, texts_near
from include.extraction.fields.labels import LabelHit, is_label
from include.extraction.fields.layout import DocumentLayout, Segment, Token

ORGANISATION_WORD = re.compile(
    r"\b(?:inc|llc|l\.l\.c|lp|llp|corp|corporation|company|co|trust|capital|lending|lenders?|finance|financial|funding|"
    r"credit|union|bank|bancorp|banking|servicing|services?|loans?|management|partners|group|associates|fsb|n\.\s?a|na|"
    r"cooperative|co-op|solutions|agency|authority|foundation|education|educational|fund|funds|assistance|servicers?|"
    r"savings|c\.u|federal|resource|resources|advantage|student aid|holdings|ventures|mutual|processing|finco|fcu|center|centre|"
    r"administration|administrators|commission|exchange|scholars|thrift|association|assn|bureau|partnership)\b\.?",
    re.IGNORECASE,
)
SCHOOL_WORD = re.compile(
    r"\b(?:university|univ|college|institute|school|academy|polytechnic|seminary|conservatory|campus|tech)\b",
    re.IGNORECASE,
)
_LEGAL_SUFFIX = re.compile(r"^(?:inc|llc|l\.l\.c|corp|co|ltd|n\.?a|lp|llp|fsb)[.,;]*$", re.IGNORECASE)
_INNER = frozenset({"of", "the", "and", "for", "at", "in", "&"})
_NAME_START = re.compile(r"^[A-Z&(\u00c0-\u00de0-9]")
NO_NAME = re.compile(
    r"(?<!Trust )\d{3}|@|\$|[\[\]]|^(?:an?|the)\s\w+$|^\d{1,2}[.)]|^(?:street|city)\b|\bcity,|\bcity or\b|\bstreet$"
    r"|\b(?:you|your|amount|payment|number|address|telephone|zip|name|corrected|checked|may|shall|without|named|guarantor|identification|certifications?|"
    r"fail|account\s(?:no|number|id))\b",
    re.IGNORECASE,
)
PRODUCT = re.compile(
    r"(?:(?:direct|federal|private|student|education|graduate|undergraduate|parent|grad|subsidized|unsubsidized|stafford|"
    r"plus|consolidation|refinance|loans?|program|type|product)\s*)+",
    re.IGNORECASE,
)
_LOAN_TYPE = re.compile(
    r"(?:federal\s|direct\s)+(?:consolidation|subsidized|unsubsidized|plus|stafford)(?:\sloans?)?"
    r"|private\s(?:education|student)\sloans?",
    re.IGNORECASE,
)
_STOP = re.compile(
    r"^(?:p\.?o\.?|box|suite|attn|phone|tel|nmls|www|email|address|dear|date|a|an|and its|is|will|has)\b", re.IGNORECASE
)
_NEXT_CELL = re.compile(r"^(?:(?:usd|amount|payment|number|your?)\b|\$)", re.IGNORECASE)
"""What a name that is whole does not go on with: an amount or a label that a reader joined to it."""
_NAME = r"(?P<name>[A-Z][\w'.&-]*(?:,?\s(?:[A-Z&][\w'.&-]*|of|and|for|the)){1,6}),?\s"
_SAYS = {
    "servicer_name": re.compile(
        _NAME
        + r"(?:services\s(?:this|your|the|my)\sloan|(?:is|acts\sas)\sthe\sservicer|which\s(?:acts\sas\s(?:the\s)?servicer|"
        r"services)|will\sservice\s|is\sservicing|\(?(?:the\s)?[\"\u201c]servicer)"
    ),
    "lender_name": re.compile(
        _NAME + r"\(?(?:hereinafter\s)?,?\s?(?:the|called\sthe)\s[\"\u201c](?:lender|holder|creditor)", re.IGNORECASE
    ),
}
_SCHOOL_IN_TEXT = re.compile(
    r"(?:(?:[A-Z][\w'.&-]+|St\.)\s+){1,4}(?:University|College|Institute|Polytechnic|Academy|Conservatory|Seminary)"
    r"(?:\s(?:University|College|Institute)\b)?"
    r"(?:\s+(?:of|for|at)(?:\s+(?:the\s+)?[A-Z]\w+){1,3}(?:\s+and\s+[A-Z]\w+)?|(?:\s+[A-Z]\w+){1,2}\s+School\b(?!\s+(?:Code|Name)))?"
    r"|(?:University|College)\s+of(?:\s+[A-Z]\w+){1,3}"
)


def parse_organisation(text: LabelText) -> tuple[str, tuple[Token, ...]] | None:
    """The organisation's name that a text begins with, with its tokens."""
    tokens = list(text.tokens)
    taken: list[Token] = []
    for index, token in enumerate(tokens[:10]):
        word = token.text
        if taken and (_STOP.match(word) or re.match(r"^[|\u00b7\u2022(]", word)):
            break
        if _NEXT_CELL.match(word) and _is_whole(taken):
            break
        if text.prose and not _NAME_START.match(word) and word.lower() not in _INNER:
            break
        taken.append(token)
        following = tokens[index + 1].text if index + 1 < len(tokens) else ""
        if text.prose and _ends_name(word, following):
            break
    while text.prose and taken and taken[-1].text.lower().strip(",") in _INNER:
        taken.pop()
    taken = _without_product(taken)
    name = _tidy(" ".join(token.text for token in taken))
    if (
        len(name) < 4
        or _LEGAL_SUFFIX.match(name)
        or NO_NAME.search(name)
        or PRODUCT.fullmatch(name)
        or not re.search(r"[A-Za-z]{3}", name)
    ):
        return None
    return name, tuple(taken)


def _is_whole(tokens: Sequence[Token]) -> bool:
    """Whether some words have what names of schools or lenders have: ``College``, ``Bank``."""
    name = " ".join(token.text for token in tokens)
    return bool(SCHOOL_WORD.search(name) or ORGANISATION_WORD.search(name))


def _without_product(tokens: list[Token]) -> list[Token]:
    """A name without the type of loan that a reader joined to it from the next cell."""
    for index in range(2, len(tokens)):
        if _LOAN_TYPE.fullmatch(" ".join(token.text for token in tokens[index:])):
            return tokens[:index]
    return tokens


def _ends_name(word: str, following: str) -> bool:
    """Whether a sentence's name ends with this word."""
    if _LEGAL_SUFFIX.match(following):
        return False
    if _LEGAL_SUFFIX.match(word):
        return True
    return word.endswith((",", ";", ":", ")")) or (word.endswith(".") and len(word) > 3)


def _tidy(name: str) -> str:
    """Drop the sentence's punctuation after a name, keep the abbreviation's."""
    name = re.sub(r"[,;:]+$", "", name).lstrip("(\"\u201c'").rstrip("\"\u201d')")
    if name.endswith(".") and not re.search(r"\b(?:inc|corp|co|ltd|n\.a|l\.l\.c)\.$", name, re.IGNORECASE):
        name = name[:-1]
    return name


def find_labelled(
    layout: DocumentLayout, field: str, labels: Sequence[LabelHit], labelled: frozenset[Token]
) -> list[Candidate]:
    """Organisations that a label names, best first."""
    shape = SCHOOL_WORD if field == "school_name" else ORGANISATION_WORD
    found = []
    for label in labels:
        if label.field != field:
            continue
        segment = layout.segment_of(label.last)
        if label.words == 1 and not label.leads and len(segment.tokens) > 5:
            continue  # "the lender" within a sentence of legal text
        if field == "school_name" and _ends_a_name(layout, label):
            continue
        for text in texts_near(layout, label, labelled):
            parsed = parse_organisation(text)
            if parsed is None:
                continue
            name, tokens = _with_next_line(layout, label, text, parsed, shape, labelled)
            shaped = bool(shape.search(name))
            if not _NAME_START.match(name) and not name[0].isdigit():
                continue
            if not shaped and (text.prose or len(name.split()) > 6 or text.place < 0.6):
                continue
            score = text.place * (1.0 if shaped else 0.62) * (0.75 + 0.08 * min(3, label.words)) * label.quality
            found.append(Candidate(field, name, name, tokens, score * (0.9 if text.prose else 1.0), label=label))
    return sorted((c for c in found if c.score > 0.42), key=lambda c: -c.score)


def _ends_a_name(layout: DocumentLayout, label: LabelHit) -> bool:
    """Whether a label is the last word of a school's name: ``Mount Ansel University``, ``Medical School``."""
    first = label.tokens[0]
    if label.leads or not (label.words == 1 or label.stacked):
        return False
    before = layout.segment_of(first).tokens[first.position - 1].text
    return before[0].isupper() and not before.endswith(":")


def _with_next_line(
    layout: DocumentLayout,
    label: LabelHit,
    text: LabelText,
    parsed: tuple[str, tuple[Token, ...]],
    shape: re.Pattern[str],
    labelled: frozenset[Token],
) -> tuple[str, tuple[Token, ...]]:
    """Join the second line of a cell when the name breaks over it: ``Ashdown Institute of / Technology``."""
    name, tokens = parsed
    if text.prose or len(tokens) != len(text.tokens) or len(tokens) > 5:
        return parsed
    segment = layout.segment_of(tokens[0])
    unfinished = name.split()[-1].lower() in _INNER
    for line in layout.lines[segment.line + 1 : segment.line + 3]:
        if any(abs(other.x0 - label.x0) < segment.height and other.x0 < tokens[0].x0 - 2 for other in line):
            break  # the label column has something there: it is the next row
        for other in line:
            tight = other.page == segment.page and -0.5 < (other.y0 - segment.y1) / segment.height < 0.95
            aligned = abs(other.x0 - tokens[0].x0) < 0.8 * segment.height
            if is_label(other, labelled) and (label.last in other.tokens or not _may_end(name, other, shape)):
                if aligned:
                    return parsed  # the next label
                continue
            if _LOAN_TYPE.fullmatch(other.text):
                continue
            completes = unfinished or _LEGAL_SUFFIX.match(other.text) or shape.search(other.text)
            if tight and aligned and completes and len(other.tokens) <= 4 and re.match(r"[A-Z][^\d:]+$", other.text):
                return f"{name} {other.text}", (*tokens, *other.tokens)
    return parsed


def _may_end(name: str, segment: Segment, shape: re.Pattern[str]) -> bool:
    """Whether a name may end with words that are a label elsewhere: ``Servicing``, and ``University`` where none came before."""
    whole = shape is SCHOOL_WORD and shape.search(name)
    return not whole and all(shape.match(token.text) for token in segment.tokens)


def find_before(layout: DocumentLayout, field: str) -> Iterator[Candidate]:
    """Organisations of which a sentence says what they do: ``Greenlock Servicing Group services this loan for us``."""
    for segment in layout.segments:
        following = layout.segments[segment.continuation].tokens if segment.continuation is not None else []
        text = " ".join(token.text for token in (*segment.tokens, *following))
        for match in _SAYS[field].finditer(text) if field in _SAYS else ():
            printed = match["name"].rsplit(". ", 1)[-1]  # what stands before belongs to the sentence before
            first = text[: match.end("name") - len(printed)].count(" ")
            tokens = (*segment.tokens, *following)[first : first + len(printed.split())]
            name = _tidy(printed)
            if first < len(segment.tokens) and ORGANISATION_WORD.search(name) and not NO_NAME.search(name):
                yield Candidate(field, name, name, tuple(tokens), 0.8)


def find_school_in_text(layout: DocumentLayout) -> Iterator[Candidate]:
    """Schools that stand in a line without a label: ``Prepared for Ann Lee, Pinebrook College``."""
    for segment in layout.segments:
        for match in _SCHOOL_IN_TEXT.finditer(segment.text):
            tokens = tuple(segment.tokens_between(match.start(), match.end()))
            if _whole_name(segment):
                tokens = _after_colon(segment.tokens)
            text = _tidy(" ".join(token.text for token in tokens))
            if ORGANISATION_WORD.search(segment.text[match.end() :].lstrip()[:14]):
                continue  # Corvane College Funding, Inc. is no college
            score = 0.62 if len(segment.tokens) <= 12 else 0.5
            yield Candidate("school_name", text, text, tokens, score)


def _after_colon(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """Tokens after the last colon: a cell may hold its own label."""
    ends = [index for index, token in enumerate(tokens) if token.text.endswith(":")]
    return tuple(tokens[ends[-1] + 1 if ends else 0 :])


def _whole_name(segment: Segment) -> bool:
    """Whether a cell holds nothing but capitalised words, as a name does."""
    words = segment.text.split()
    return len(words) <= 7 and all(word[0].isupper() or word.lower() in _INNER for word in words)


def occurrences(layout: DocumentLayout, name: str) -> int:
    """How often a name stands in the document, spaces, case and punctuation aside."""
    key = compact(name)
    return compact(" ".join(segment.text for segment in layout.segments)).count(key) if key else 0


def compact(text: str) -> str:
    """Letters and digits of a text, lower case: equal for spellings that differ in spacing only."""
    return re.sub(r"[\W_]+", "", text.casefold())
