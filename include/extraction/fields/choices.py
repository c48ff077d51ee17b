"""Fields with few values: kind of rate, kind of loan, tax year."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from rapidfuzz.distance import Levenshtein

from include.extraction.fields.assignment import Candidate
from include.extraction.fields.label_texts import texts_near
from include.extraction.fields.labels import LabelHit
from include.extraction.fields.layout import DocumentLayout, Segment, Token
from include.extraction.fields.ticks import TICK

_UNCHECKED = re.compile(r"^(?:[\u2610\u25a1]|\[\s?\]|\(\s?\)|[OoLC[|]|LJ|CJ)$")
_LOAN_WORDS = {
    "subsidized": "subsidized", "unsubsidized": "unsubsidized", "plus": "plus", "consolidation": "consolidation",
    "refinance": "refinance", "refinancing": "refinance", "private": "private",
}  # fmt: skip
_RATE_WORDS = {"fixed": "fixed", "variable": "variable"}
_LOAN_IN_PROSE = re.compile(
    rf"\b(?:(?P<yours>your)|for an?)\s(?:(?:federal|direct|parent|grad)\s)?(?P<kind>{'|'.join(_LOAN_WORDS)})"
    r"\s(?:(?:education|student)\s)?loan(?(yours)\b|(?=\s(?:made|held|owned)\b))",
    re.IGNORECASE,
)
_CHOICES = [word for word in (*_LOAN_WORDS, *_RATE_WORDS) if word != "plus"]
_LONG_CHOICE = 5
_RATE_LEAD = re.compile(
    r"(?:rate type|type of rate|rate option|rate is(?: a)?|interest type|type|rate|\ba|your)\s*:?$", re.IGNORECASE
)
_MOST_KINDS = 2
"""Kinds of loan that one name has at most, as in "private refinance loan"."""
_FEDERAL_EXAMPLE = re.compile(r"direct loans|plus for|undergraduate|federal|parents", re.IGNORECASE)
_TAX_YEAR_AFTER = re.compile(
    r"student loan interest|form 1098|1098|tax year|interest statement|annual|tax", re.IGNORECASE
)
_TAX_YEAR_BEFORE = re.compile(r"(?:calendar year|tax year|tax information for|for|during|year)\s*:?\s*$", re.IGNORECASE)


def _plain(text: str) -> str:
    """Lower-case letters of a word; a choice that OCR misread by one letter is put right."""
    word = re.sub(r"[^a-z]", "", text.lower())
    if len(word) >= _LONG_CHOICE and word not in _CHOICES:
        near = [choice for choice in _CHOICES if Levenshtein.distance(word, choice, score_cutoff=1) <= 1]
        return near[0] if near else word
    return word


def _checked_box(layout: DocumentLayout, choices: Mapping[str, str]) -> Candidate | None:
    """The one choice whose box is ticked, or the only one whose box OCR did not read as empty."""
    ticked: list[tuple[str, Token]] = []
    for line in layout.lines:
        tokens = [token for segment in line for token in segment.tokens]
        marks = [_mark(tokens[i - 1] if i else None, token, choices) for i, token in enumerate(tokens)]
        chosen = [token for token, mark in zip(tokens, marks, strict=True) if mark == "ticked"]
        empty = sum(mark == "empty" for mark in marks)
        bare = [token for token, mark in zip(tokens, marks, strict=True) if mark == "bare"]
        if not chosen and empty and len(bare) == 1:
            chosen = bare
        ticked += [(choices[_choice(token.text)], token) for token in chosen]
    if len({value for value, _ in ticked}) != 1:
        return None
    value, token = ticked[0]
    return Candidate("", value, token.text, (token,), 0.9)


def _choice(text: str) -> str:
    return _plain(re.sub(r"^(?:\[.?\]|\(.?\))", "", text))


def _mark(before: Token | None, token: Token, choices: Mapping[str, str]) -> str | None:
    """``ticked``, ``empty`` or ``bare`` for a choice, None for another word."""
    if _choice(token.text) not in choices:
        return None
    attached = re.match(r"^(\[.?\]|\(.?\)|[\u2610-\u2612\u25a1])\w", token.text)
    mark = attached[1] if attached else before.text if before and before.x1 > token.x0 - 3 * token.height else ""
    if TICK.match(mark):
        return "ticked"
    return "empty" if _UNCHECKED.match(mark) else "bare"


def find_rate_type(
    layout: DocumentLayout, rate: Candidate | None, labels: Sequence[LabelHit], labelled: frozenset[Token]
) -> Candidate | None:
    """``fixed`` or ``variable``: a ticked box, else what stands at a label, else the word nearest to the interest rate."""
    box = _checked_box(layout, _RATE_WORDS)
    if box:
        return Candidate("rate_type", box.value, box.raw, box.tokens, box.score)
    best = max(_labelled_rate_types(layout, labels, labelled), key=lambda c: c.score, default=None)
    own = {token for label in labels if label.field == "rate_type" for token in label.tokens}
    for segment in layout.segments:
        for token in segment.tokens:
            value = _RATE_WORDS.get(_plain(token.text))
            if value is None or token in own:
                continue
            score = _rate_word_score(layout, token, rate)
            if score >= 0.5 and (best is None or score > best.score):
                best = Candidate("rate_type", value, token.text, (token,), score)
    return best


def _labelled_rate_types(
    layout: DocumentLayout, labels: Sequence[LabelHit], labelled: frozenset[Token]
) -> Iterator[Candidate]:
    for label in labels:
        if label.field != "rate_type":
            continue
        for text in texts_near(layout, label, labelled):
            words = {_RATE_WORDS[word] for t in text.tokens[:6] if (word := _plain(t.text)) in _RATE_WORDS}
            token = next((t for t in text.tokens[:6] if _plain(t.text) in _RATE_WORDS), None)
            if token and len(words) == 1 and not text.prose:
                yield Candidate("rate_type", words.pop(), token.text, (token,), text.place * label.quality, label=label)


def _rate_word_score(layout: DocumentLayout, token: Token, rate: Candidate | None) -> float:
    segment = layout.segment_of(token)
    before = " ".join(t.text for t in segment.tokens[max(0, token.position - 5) : token.position])
    following = segment.tokens[token.position + 1 : token.position + 3]
    if not following and segment.continuation is not None:
        following = layout.segments[segment.continuation].tokens[:2]
    after = " ".join(t.text for t in following).lower()
    if _FEDERAL_EXAMPLE.search(before):
        return 0.2
    score = 0.3
    if _RATE_LEAD.search(before):
        score = 0.85
    elif after.startswith(("rate", "interest", "per annum", "annual rate", "annual interest")):
        score = 0.6
    if rate is not None and rate.tokens[0].page == token.page:
        first = rate.tokens[0]
        if layout.line_of(first) == segment.line:
            score = max(score, 1.0 if abs(token.x0 - rate.tokens[-1].x1) < 60 else 0.75)
        elif abs(token.middle - first.middle) < 4 * token.height and abs(token.x0 - first.x0) < 150:
            score = max(score, 0.8)
    neighbours = layout.lines[segment.line]
    place = neighbours.index(segment)
    if token.position == 0 and place and re.search(r"\brate\b|\btype\b", neighbours[place - 1].text, re.IGNORECASE):
        score = max(score, 0.9)
    return score


def find_loan_type(layout: DocumentLayout, labels: Sequence[LabelHit], labelled: frozenset[Token]) -> Candidate | None:
    """The kind of loan: a ticked box, else what stands at a label such as ``Loan program``."""
    box = _checked_box(layout, _LOAN_WORDS)
    if box:
        return Candidate("loan_type", box.value, box.raw, box.tokens, box.score)
    found = sorted(_labelled_loan_types(layout, labels, labelled), key=lambda c: -c.score)
    return found[0] if found else _only_kind_named(layout)


def _only_kind_named(layout: DocumentLayout) -> Candidate | None:
    """The kind of loan that a letter speaks of, where it speaks of one: ``your refinance loan``."""
    found: list[Candidate] = []
    for segment in layout.segments:
        for match in _LOAN_IN_PROSE.finditer(segment.text):
            tokens = tuple(segment.tokens_between(match.start("kind"), match.end("kind")))
            value = _LOAN_WORDS[match["kind"].lower()]
            found.append(Candidate("loan_type", value, match.group(), tokens, 0.6))
    return found[0] if len({candidate.value for candidate in found}) == 1 else None


def _labelled_loan_types(
    layout: DocumentLayout, labels: Sequence[LabelHit], labelled: frozenset[Token]
) -> Iterator[Candidate]:
    tables: set[int] = set()
    for label in labels:
        if label.field == "loan_type" and (rows := _kinds_in_column(layout, label)) > 1:
            line = layout.line_of(label.last)
            tables.update(range(line, line + rows + 1))
    for label in labels:
        if label.field != "loan_type":
            continue
        if layout.line_of(label.last) in tables:
            continue  # each row is a loan of its own: none of them is the account
        for text in texts_near(layout, label, labelled):
            if _lists_choices(text.tokens):
                continue  # boxes whose marks were not read: none of them is known to be ticked
            for token in text.tokens[:8]:
                value = _LOAN_WORDS.get(_plain(token.text))
                if value and not (value == "private" and "refinanc" in text.text.lower()):
                    score = (
                        text.place * label.quality * (0.8 + 0.05 * min(3, label.words)) * (0.6 if text.prose else 1.0)
                    )
                    yield Candidate("loan_type", value, text.text, (token,), score, label=label)
                    break


def _lists_choices(tokens: Sequence[Token]) -> bool:
    """Whether a text is the labels of several boxes: more kinds of loan than a name has, or an empty box among them."""
    kinds = {kind for token in tokens if (kind := _LOAN_WORDS.get(_plain(token.text)))}
    boxes = any(_UNCHECKED.match(token.text) for token in tokens)
    return len(kinds) > (1 if boxes else _MOST_KINDS)


def _kinds_in_column(layout: DocumentLayout, label: LabelHit) -> int:
    """In how many cells of the column under a label a kind of loan stands."""
    kinds = 0
    line = layout.line_of(label.last)
    for row in layout.lines[line + 1 : line + 9]:
        for segment in row:
            if segment.page == label.last.page and min(segment.x1, label.x1) > max(segment.x0, label.x0):
                kinds += any(_plain(t.text) in _LOAN_WORDS for t in segment.tokens)
    return kinds


def find_tax_year(layout: DocumentLayout) -> Candidate | None:
    """The year that a statement of interest is for."""
    best: Candidate | None = None
    for segment in layout.segments:
        for token in segment.tokens:
            year = token.text.strip(".,:;()")
            if not re.fullmatch(r"20[0-4]\d|199\d", year):
                continue
            score = _tax_year_score(layout, segment, token)
            if best is None or score > best.score:
                best = Candidate("tax_year", year, token.text, (token,), score)
    return best if best and best.score >= 0.35 else None


def _tax_year_score(layout: DocumentLayout, segment: Segment, token: Token) -> float:
    """How much the words around a year say that it is the tax year, in [0, 1]."""
    before = " ".join(t.text for t in segment.tokens[max(0, token.position - 4) : token.position])
    neighbour = layout.right_neighbour(segment)
    following = [*segment.tokens[token.position + 1 :], *(neighbour.tokens if neighbour else ())]
    after = " ".join(t.text for t in following[:4])
    if re.search(r"\brev|january|february|march|april|\b(?:by|before|after|since|until)\b|omb", before, re.IGNORECASE):
        return 0.1
    asked = bool(
        _TAX_YEAR_BEFORE.search(before) or (not before and _TAX_YEAR_BEFORE.search(_label_of(layout, segment)))
    )
    # A year in a line of other words may be a house number: it says nothing by itself.
    alone = len(segment.tokens) <= 2
    return (0.35 if alone else 0.2) + 0.35 * asked + 0.3 * bool(_TAX_YEAR_AFTER.search(after))


def _label_of(layout: DocumentLayout, segment: Segment) -> str:
    """The text on the left of a cell, or else over it."""
    line = layout.lines[segment.line]
    left = [other for other in line if other.x1 <= segment.x0]
    if left:
        return left[-1].text
    over = layout.lines[segment.line - 1] if segment.line else []
    return " ".join(o.text for o in over if o.page == segment.page and min(o.x1, segment.x1) > max(o.x0, segment.x0))
