"""Names of lenders, servicers and schools: what they look like, and where they stand when no label says so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from student_loans.understanding.fields.assignment import Candidate
from student_loans.understanding.fields.labels import LabelHit, is_label, label_vocabulary
from student_loans.understanding.fields.layout import DocumentLayout, Segment, Token
from student_loans.understanding.fields.letters import CAPITALS, GOES_ON, OTHER_SCRIPT, in_other_script
from student_loans.understanding.fields.phrases import words_of
from student_loans.understanding.fields.placing import PROSE_WORDS, LabelPlace, next_line_of_sentence, places

ORGANISATION_WORD = re.compile(
    r"\b(?:inc|llc|l\.l\.c|lp|llp|corp|corporation|company|co|trust|capital|lending|lenders?|finance|financial|funding|"
    r"credit|union|bank|bancorp|banking|servicing|services?|loans?|management|partners|group|associates|fsb|n\.\s?a|na|"
    r"cooperative|co-op|solutions|agency|authority|foundation|education|educational|fund|funds|assistance|servicers?|"
    r"savings|c\.u|federal|resource|resources|advantage|student aid|holdings|ventures|mutual|processing|finco|fcu|center|centre|"
    r"administration|administrators|commission|exchange|scholars|thrift|association|assn|bureau|partnership|"
    r"(?:department|dept\.?|board|ministry|secretary)\sof)\b\.?",
    re.IGNORECASE,
)
SCHOOL_WORD = re.compile(
    r"\b(?:university|univ|college|institute|school|academy|polytechnic|seminary|conservatory|campus|tech)\b",
    re.IGNORECASE,
)
LEGAL_SUFFIX = re.compile(r"^(?:inc|llc|l\.l\.c|corp|co|ltd|n\.?a|lp|llp|fsb)[.,;]*$", re.IGNORECASE)
INNER_WORDS = frozenset({"of", "the", "and", "for", "at", "in", "&"})
_NAME_START = re.compile(rf"^[{CAPITALS}&(0-9]")
NO_NAME = re.compile(
    r"(?<!Trust )(?<!\d)\d{3}|@|\$|[\[\]]|^(?:an?|the)\s\w+$|^\d{1,2}[.)]|^(?:street|city|attn)\b|\bcity,|\bcity or\b|\bstreet$"
    r"|\b(?:you|your|amount|payment|number|address|telephone|zip|name|corrected|checked|may|shall|without|named|guarantor|identification|certifications?|"
    r"fail|account\s(?:no|number|id))\b"
    r"|^\d+\s(?:[\w.]+\s){1,3}(?:st|ave|avenue|road|rd|blvd|boulevard|drive|dr|lane|ln|court|ct|way|place|pl|square|sq)\.?$",
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
_NAME = rf"(?P<name>[{CAPITALS}][\w'.&-]*(?:,?\s(?:[{CAPITALS}&][\w'.&-]*|of|and|for|the)){{1,6}}),?\s"
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
_SAYS_WORD = re.compile(r"servic|[\"\u201c](?:lender|holder|creditor)", re.IGNORECASE)
"""What both have: looked for first, as most sentences have none."""
_SERVES_A = re.compile(r"\b(?:servicer|agent|administrator)\s(?:for|of|to|on behalf of)$", re.IGNORECASE)
_CARE_OF = re.compile(r"c/o[:.]?$", re.IGNORECASE)
_SCHOOL_IN_TEXT = re.compile(
    rf"(?:(?:[{CAPITALS}][\w'.&-]+|St\.)\s+){{1,4}}(?:University|College|Institute|Polytechnic|Academy|Conservatory|Seminary)"
    r"(?:\s(?:University|College|Institute)\b)?"
    rf"(?:\s+(?:of|for|at)(?:\s+(?:the\s+)?[{CAPITALS}]\w+){{1,3}}(?:\s+and\s+[{CAPITALS}]\w+)?"
    rf"|(?:\s+[{CAPITALS}]\w+){{1,2}}\s+School\b(?!\s+(?:Code|Name)))?"
    rf"|(?:University|College)\s+of(?:\s+[{CAPITALS}]\w+){{1,3}}"
)


Named = tuple[str, tuple[Token, ...]]
"""A name with its tokens."""
_MOST_NEXT = 7
_TIGHT, _FARTHEST_NEXT = 0.95, 1.6
"""Farthest that the second line of a name stands under the first, surely and perhaps, in text heights."""


def parse_organisation(text: LabelPlace) -> tuple[str, tuple[Token, ...]] | None:
    """The organisation's name that a text begins with, with its tokens."""
    tokens = list(text.tokens)
    taken: list[Token] = []
    for index, token in enumerate(tokens[:10]):
        word = token.text
        if taken and (_STOP.match(word) or re.match(r"^[|\u00b7\u2022(]", word)):
            break
        if taken and word[0].isdigit() and taken[-1].text.endswith(","):
            break  # its address
        if _NEXT_CELL.match(word) and _is_whole(taken):
            break
        if text.prose and not _NAME_START.match(word) and word.lower() not in INNER_WORDS:
            break
        taken.append(token)
        following = tokens[index + 1].text if index + 1 < len(tokens) else ""
        if text.prose and _ends_name(word, following):
            break
    while text.prose and taken and taken[-1].text.lower().strip(",") in INNER_WORDS:
        taken.pop()
    taken = _without_product(taken)
    name = _tidy(" ".join(token.text for token in taken))
    if (
        len(name) < 4
        or LEGAL_SUFFIX.match(name)
        or NO_NAME.search(name)
        or PRODUCT.fullmatch(name)
        or not re.search(r"[^\W\d_]{3}", name)
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
    if LEGAL_SUFFIX.match(following):
        return False
    if LEGAL_SUFFIX.match(word):
        return True
    return word.endswith((",", ";", ":", ")")) or (word.endswith(".") and len(word) > 3)


def _tidy(name: str) -> str:
    """Drop the sentence's punctuation after a name, keep the abbreviation's."""
    name = re.sub(r"[,;:*\u2020\u2021\u00b9\u00b2\u00b3]+$", "", name).lstrip("(\"\u201c'").rstrip("\"\u201d')")
    if name.endswith(".") and not re.search(r"\b(?:inc|corp|co|ltd|n\.a|l\.l\.c)\.$", name, re.IGNORECASE):
        name = name[:-1]
    return name


def find_labelled(
    layout: DocumentLayout, field: str, labels: Sequence[LabelHit], labelled: frozenset[Token]
) -> list[Candidate]:
    """Organisations that a label names, best first."""
    found = [
        candidate
        for label in labels
        if label.field == field and _may_ask(layout, label)
        for text in places(layout, label, labelled)
        if (candidate := _at_label(layout, label, text, labelled)) is not None
    ]
    return sorted((c for c in found if c.score > 0.42), key=lambda c: -c.score)


def _may_ask(layout: DocumentLayout, label: LabelHit) -> bool:
    """Whether the words of a label ask for an organisation where they stand."""
    if label.words == 1 and not label.leads and len(layout.segment_of(label.last).tokens) > 5:
        return False  # "the lender" within a sentence of legal text
    if label.field == "school_name":
        return not _ends_a_name(layout, label)
    return label.field != "lender_name" or not _is_served(layout, label)


def _at_label(
    layout: DocumentLayout, label: LabelHit, text: LabelPlace, labelled: frozenset[Token]
) -> Candidate | None:
    """The organisation that a text near a label names."""
    field = label.field
    if not text.prose and label.leads and in_other_script(text.tokens[0].text):
        return Candidate(field, text.text, text.text, text.tokens, text.fit, label=label, doubt=OTHER_SCRIPT)
    parsed = parse_organisation(text)
    if parsed is None:
        return None
    shape = SCHOOL_WORD if field == "school_name" else ORGANISATION_WORD
    (name, tokens), doubt = _with_next_line(layout, label, text, parsed, shape, labelled)
    shaped = bool(shape.search(name))
    if not _NAME_START.match(name) and not name[0].isdigit():
        return None
    if not shaped and (text.prose or len(name.split()) > 6 or text.fit < 0.6):
        return None
    if not shaped and label_vocabulary().words.issuperset(words_of(name)):
        return None  # the head of the next column
    score = text.fit * (1.0 if shaped else 0.62) * (0.75 + 0.08 * min(3, label.words)) * label.quality
    score *= 0.9 if text.prose else 1.0
    if text.prose and _breaks_off(layout, tokens, shape):
        doubt = GOES_ON
    return Candidate(field, name, name, tokens, score, label=label, doubt=doubt)


def _breaks_off(layout: DocumentLayout, tokens: Sequence[Token], shape: re.Pattern[str]) -> bool:
    """Whether a name ends with a line of prose and the next begins with a word that may end it: ``Polytechnic / Institute``."""
    segment = layout.segment_of(tokens[-1])
    if tokens[-1] is not segment.tokens[-1] or tokens[-1].text.endswith((",", ".", ";", ":")):
        return False
    following = layout.lines[segment.line + 1 : segment.line + 2]
    if len(segment.tokens) <= PROSE_WORDS or layout.right_neighbour(segment) or not following:
        return False
    word = following[0][0].tokens[0].text
    return bool(_NAME_START.match(word) and (shape.match(word) or ORGANISATION_WORD.match(word)))


def _is_served(layout: DocumentLayout, label: LabelHit) -> bool:
    """Whether the servicer is named behind a lender: ``As the servicer for your lender, Ashby Services``."""
    segment = layout.segment_of(label.tokens[0])
    ends = label.last.text.endswith(",") or label.last is segment.tokens[-1]
    if label.leads or not ends:
        return False
    before = " ".join(token.text for token in segment.tokens[: label.tokens[0].position])
    return _SERVES_A.search(before) is not None


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
    text: LabelPlace,
    parsed: Named,
    shape: re.Pattern[str],
    labelled: frozenset[Token],
) -> tuple[Named, str | None]:
    """Join the second line of a cell when the name breaks over it: ``Ashdown Institute of / Technology``.

    Where a second line may belong to the name and need not, the doubt says so: ``Ashby Bank / Consumer Lending``.
    """
    name, tokens = parsed
    if text.prose or len(tokens) != len(text.tokens):
        return parsed, None
    segment = layout.segment_of(tokens[0])
    unfinished = name.split()[-1].lower() in INNER_WORDS
    for line in layout.lines[segment.line + 1 : segment.line + 3]:
        if any(abs(other.x0 - label.x0) < segment.height and other.x0 < tokens[0].x0 - 2 for other in line):
            break  # the label column has something there: it is the next row
        for other in line:
            gap = (other.y0 - segment.y1) / segment.height
            near = other.page == segment.page and -0.5 < gap < _FARTHEST_NEXT
            aligned = abs(other.x0 - tokens[0].x0) < 0.8 * segment.height
            if is_label(other, labelled) and (label.last in other.tokens or not _may_end(name, other, shape)):
                if aligned:
                    return parsed, None  # the next label
                continue
            if _LOAN_TYPE.fullmatch(other.text) or not (near and aligned and _is_line_of_name(other)):
                continue
            ends = all(shape.match(t.text) or LEGAL_SUFFIX.match(t.text) for t in other.tokens)
            begun = not shape.search(name)
            completes = unfinished or ends or (begun and shape.search(other.text))
            joined = f"{name} {other.text}", (*tokens, *other.tokens)
            if gap > _TIGHT:
                return parsed, GOES_ON if completes and label.last.x1 < tokens[0].x0 else None
            if completes:
                return joined, None
            return parsed, None if begun or LEGAL_SUFFIX.match(tokens[-1].text) else _doubt_below(other, shape)
    return parsed, None


def _is_line_of_name(segment: Segment) -> bool:
    """Whether a line holds nothing but the words of a name, as the second line of one does."""
    return len(segment.tokens) <= _MOST_NEXT and re.match(rf"[{CAPITALS}][^\d:]+$", segment.text) is not None


def _doubt_below(segment: Segment, shape: re.Pattern[str]) -> str | None:
    """What lets the line under a whole name belong to it: ``Ashby Bank / Education Lending``, not ``Ashby Bank / Oak Hall``."""
    return GOES_ON if shape.search(segment.text) else None


def _may_end(name: str, segment: Segment, shape: re.Pattern[str]) -> bool:
    """Whether a name may end with words that are a label elsewhere: ``Servicing``, and ``University`` where none came before."""
    whole = shape is SCHOOL_WORD and shape.search(name)
    return not whole and all(shape.match(token.text) for token in segment.tokens)


def find_before(layout: DocumentLayout, field: str) -> Iterator[Candidate]:
    """Organisations of which a sentence says what they do: ``Greenlock Servicing Group services this loan for us``."""
    for segment in layout.segments:
        lines = [line for line in (segment, layout.next_line(segment)) if line]
        if field not in _SAYS or not any(_SAYS_WORD.search(line.text) for line in lines):
            continue
        text = " ".join(line.text for line in lines)
        tokens_of_text = [token for line in lines for token in line.tokens]
        for match in _SAYS[field].finditer(text):
            printed = match["name"].rsplit(". ", 1)[-1]  # what stands before belongs to the sentence before
            first = text[: match.end("name") - len(printed)].count(" ")
            tokens = tokens_of_text[first : first + len(printed.split())]
            name = _tidy(printed)
            if first < len(segment.tokens) and ORGANISATION_WORD.search(name) and not NO_NAME.search(name):
                yield Candidate(field, name, name, tuple(tokens), 0.8)


def find_care_of(layout: DocumentLayout) -> Iterator[Candidate]:
    """The servicer in the lender's address: ``c/o Harborlight Servicing Inc.``."""
    for segment in layout.segments:
        if len(segment.tokens) > 1 and _CARE_OF.match(segment.tokens[0].text):
            parsed = parse_organisation(LabelPlace(tuple(segment.tokens[1:]), 1.0, prose=False))
            if parsed and ORGANISATION_WORD.search(parsed[0]):
                yield Candidate("servicer_name", parsed[0], parsed[0], parsed[1], 0.8)


def find_school_in_text(layout: DocumentLayout) -> Iterator[Candidate]:
    """Schools that stand in a line without a label: ``Prepared for Ann Lee, Pinebrook College``."""
    for segment in layout.segments:
        following = next_line_of_sentence(layout, segment) if layout.right_neighbour(segment) is None else None
        all_tokens = [*segment.tokens, *(following.tokens if following else ())]
        text = " ".join(token.text for token in all_tokens)
        for match in _SCHOOL_IN_TEXT.finditer(text):
            if match.start() >= len(segment.text):
                continue
            first, last = text[: match.start()].count(" "), text[: match.end()].count(" ")
            tokens = tuple(all_tokens[first : last + 1])
            if tokens[-1].segment == segment.index and _whole_name(segment):
                tokens = _after_colon(segment.tokens)
            name = _tidy(" ".join(token.text for token in tokens))
            if not tokens:
                continue  # a heading that ends in a colon
            if ORGANISATION_WORD.search(text[match.end() :].lstrip()[:14]):
                continue  # Corvane College Funding, Inc. is no college
            score = 0.62 if len(segment.tokens) <= 12 else 0.5
            doubt = GOES_ON if _breaks_off(layout, tokens, SCHOOL_WORD) else None
            yield Candidate("school_name", name, name, tokens, score, doubt=doubt)


def _after_colon(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """Tokens after the last colon: a cell may hold its own label."""
    ends = [index for index, token in enumerate(tokens) if token.text.endswith(":")]
    return tuple(tokens[ends[-1] + 1 if ends else 0 :])


def _whole_name(segment: Segment) -> bool:
    """Whether a cell holds nothing but capitalised words, as a name does."""
    words = segment.text.split()
    return len(words) <= 7 and all(word[0].isupper() or word.lower() in INNER_WORDS for word in words)


def occurrences(layout: DocumentLayout, name: str) -> int:
    """How often a name stands in the document, spaces, case and punctuation aside."""
    key = compact(name)
    return _compact_text(layout).count(key) if key else 0


@lru_cache(maxsize=1)
def _compact_text(layout: DocumentLayout) -> str:
    return compact(" ".join(segment.text for segment in layout.segments))


def compact(text: str) -> str:
    """Letters and digits of a text, lower case: equal for spellings that differ in spacing only."""
    return re.sub(r"[\W_]+", "", text.casefold())
