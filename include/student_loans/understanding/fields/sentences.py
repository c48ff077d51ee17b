"""Sentences that may state no value of the document's loan: conditions, limits, examples, general charges.

Notes and letters state values in sentences ("I promise to pay the principal sum of $12,000"), and print as many that do not
belong to the loan: "the late charge is 5% or $25", "even if your amount due is $0", "for example, a loan of $10,000 at 10%".
Rules take no value that stands in words of an *aside*; the fitted model weighs the kind of aside beside all else, because a
sentence that says the rate of the loan may end in charges of collection.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from student_loans.understanding.fields.layout import DocumentLayout, Segment, Token

_FEWEST_WORDS = 7
_LOWER_CASE = 0.4
"""Share of the words of a sentence that begin with a small letter."""
_SENTENCE_END = re.compile(r"(?<!\b[A-Z])(?<!\bNo)(?<!\bInc)(?<!\bSt)[.;!?](?=\s|$)")
_ENDS = (".", ";", "!", "?")
_MAIN_CLAUSE = r"\b(?:you|we|i|it|they)\s(?:will|shall|must|agree|owe\b(?!.*\b(?:is|are|equals?|falls?|exceeds?)\b))\b"
_CONDITION = re.compile(
    r"(?:^|\b(?=(?:if|unless|when|whenever)\b)|[,;(]\s*|\b(?:and|or|even|only|that|but|except)\s)"
    r"(?:if|unless|when|whenever|where|whether|until|in case|in the event|"
    rf"as long as|provided|should)\b(?:(?!{_MAIN_CLAUSE})[^,;:])*$",
    re.IGNORECASE,
)
"""The value's own clause begins with a conjunction of condition."""
_LIMIT = re.compile(
    r"\b(?:up to|at least|at most|not? (?:more|less|higher|lower|greater|fewer) than|"
    r"(?:more|less|greater|higher|lower|fewer) than|not exceed(?:ing)?|exceeds?|(?:maximum|minimum)(?: \w+){0,3}|"
    r"as (?:low|high|much|little) as|between|from|capped at|limit(?:ed)? (?:of|to)|ranges? from|starting at|"
    r"(?:greater|lesser|larger|smaller|higher|lower) of|over|under|above|below)\s+"
    r"(?:(?:an? |the )?(?:\w+ ){0,3}?(?:amount|rate|sum|total) of )?[$(]?\s?$",
    re.IGNORECASE,
)
"""Words right before a value that is a limit and not a value of the loan."""
_EXAMPLE = re.compile(
    r"\b(?:for example|examples?|e\.g\.|hypothetical(?:ly)?|suppose|assum(?:e|es|ed|ing|ptions?)|for instance|sample|"
    r"illustrat\w+|would (?:rise|increase|be|cost|pay)|typical|if you (?:had|borrow(?:ed)?))\b",
    re.IGNORECASE,
)
_CHARGE_WORDS = r"(?:charges?|fees?|costs?|penalt(?:y|ies))"
_ANYTHING = r"(?:[^.]|\.(?=\d))"
"""Also the cents of an amount between the two."""
_CHARGE = re.compile(
    r"\b(?:late|returned?|returns|dishonou?red|insufficient|nsf|rejected|unpaid check|collection|replacement|expedited|"
    rf"overnight|stop payment|wire)\b{_ANYTHING}{{0,60}}?\b{_CHARGE_WORDS}\b|\bwhichever is\b|"
    rf"\b{_CHARGE_WORDS}\b{_ANYTHING}{{0,40}}?\b(?:late|returned?|dishonou?red|insufficient|each (?:return|check|payment))\b",
    re.IGNORECASE,
)
ASIDES = _NONE, _OF_AGE, OF_EXAMPLE, _OF_CHARGE, OF_LIMIT, _OF_CONDITION = (
    "", "age", "example", "charge", "limit", "condition",
)  # fmt: skip
"""Kinds of asides; the first is none."""
_AGE = re.compile(r"^\s?(?:years?\s)?(?:of age|old|or older)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of running text.

    Attributes:
        text: Its words, joined by single spaces.
        tokens: The same words.
        starts: Where each begins in the text.
    """

    text: str
    tokens: tuple[Token, ...]
    starts: tuple[int, ...]


class Sentences:
    """The sentences of a document, by the words that they consist of."""

    def __init__(self, layout: DocumentLayout) -> None:
        self._of: dict[Token, Sentence] = {}
        for paragraph in _paragraphs(layout):
            for sentence in _split(paragraph):
                if _is_sentence(sentence):
                    self._of.update(dict.fromkeys(sentence.tokens, sentence))

    def of(self, token: Token) -> Sentence | None:
        """The sentence of a word; None outside running text."""
        return self._of.get(token)

    def aside(self, tokens: Sequence[Token], grammar: str) -> str:
        """What the words around a value speak of, if it may not be this document's loan; else an empty string.

        Args:
            tokens: The words of the value.
            grammar: Dates may be part of conditions: "if we receive it by March 31" names the day that counts.
        """
        sentence = self._of.get(tokens[0])
        if sentence is None or grammar in ("identifier", "masked_identifier", "year"):
            return ""
        place = sentence.tokens.index(tokens[0])
        before = sentence.text[: sentence.starts[place]]
        last = place + len(tokens)
        after = sentence.text[sentence.starts[last] :] if last < len(sentence.tokens) else ""
        is_date = grammar == "date"
        kinds = (
            (_OF_AGE, grammar == "term" and _AGE.search(after)),
            (OF_EXAMPLE, _EXAMPLE.search(before)),
            (_OF_CHARGE, not is_date and _CHARGE.search(sentence.text)),
            (OF_LIMIT, not is_date and _LIMIT.search(before)),
            (_OF_CONDITION, not is_date and _CONDITION.search(before)),
        )
        return next((kind for kind, found in kinds if found), _NONE)


def _paragraphs(layout: DocumentLayout) -> list[list[Segment]]:
    """Segments that continue one another."""
    following = {s.index: s.continuation for s in layout.segments if _runs_on(s)}
    heads = [s.index for s in layout.segments if s.index not in set(following.values())]
    paragraphs = []
    for head in heads:
        paragraph, index = [layout.segments[head]], following.get(head)
        while index is not None:
            paragraph.append(layout.segments[index])
            index = following.get(index)
        paragraphs.append(paragraph)
    return paragraphs


def _runs_on(segment: Segment) -> bool:
    return segment.continuation is not None and len(segment.tokens) >= _FEWEST_WORDS


def _split(paragraph: Sequence[Segment]) -> list[Sentence]:
    tokens = [token for segment in paragraph for token in segment.tokens]
    parts: list[list[Token]] = [[]]
    for token in tokens:
        parts[-1].append(token)
        if token.text.endswith(_ENDS) and len(token.text) > 2 and _SENTENCE_END.search(token.text):
            parts.append([])
    return [_sentence(part) for part in parts if part]


def _sentence(tokens: Sequence[Token]) -> Sentence:
    starts, offset = [], 0
    for token in tokens:
        starts.append(offset)
        offset += len(token.text) + 1
    return Sentence(" ".join(token.text for token in tokens), tuple(tokens), tuple(starts))


def _is_sentence(sentence: Sentence) -> bool:
    """Whether words form a sentence; a label and its value do not."""
    words = sentence.text.split()
    return len(words) >= _FEWEST_WORDS and sum(word[0].islower() for word in words) >= _LOWER_CASE * len(words)
