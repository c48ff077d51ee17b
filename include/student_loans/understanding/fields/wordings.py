"""Unlisted labels: find the nearest listed wording by meaning.

Static word embeddings (``wordllama``, whose model is inside its wheel) put ``Date Funds Sent`` beside ``funding date``.
A listed decoy that is nearer wins, so ``Gross Annual Income`` asks for no field.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from student_loans.library_objects import load_once
from student_loans.understanding.fields.layout import Segment, Token

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LEAST_SIMILARITY = 0.66
"""Cosine similarity from which a wording counts; names of organisations stay below it to nearly all labels."""
NEAR_BEST = 0.12
"""A second field is possible when its similarity is so little lower: the value's grammar decides."""
MOST_WORDS = 8
ENUMERATOR = re.compile(r"^-?\(?(?:\d{1,2}|[a-zA-Z])[.),]$|^[#\u2022\u25cf\u25cb\u25a0\u25aa*-]+$|^\d{1,2}$")
_VALUE = re.compile(r"[$%]|\d")
_WORD = re.compile(r"[A-Za-z]{3}")
_SENTENCE = re.compile(r"\b(?:are|is|will|may|must|can|shall|we|i|dear|thank|if)\b", re.IGNORECASE)
_UNFINISHED = re.compile(r"(?:\b(?:at|of|the|and|or|for|to|a|an|with|in|on|by|your|this)|[.,;])$", re.IGNORECASE)
_PART = re.compile(r"(?:to|toward|towards|from|of)\s", re.IGNORECASE)
"""``to interest``, ``to principal``: where the parts of a payment went, and nothing that an account has."""
_CHOICE = re.compile(r"(?:(?:fixed|variable|interest|rate|yes|no|none)\W*)+", re.IGNORECASE)
_ANY_LOAN = re.compile(r"(?:\b(?:private|federal|direct|student|education|loans?|[a-z]|\d+)\b\W*)+", re.IGNORECASE)
"""What is said of any loan, ``Student Loan`` and ``Loan B``, asks for nothing, near as it is to what does."""
_VAGUE = frozenset(
    {"amount", "description", "total", "number", "name", "payment", "balance", "item", "type", "charges"}
)
"""Single words that head columns of anything: only a listed wording may be so short."""
CONDITIONAL = re.compile(r"\b(?:would|could|might)\b(?! like\b)", re.IGNORECASE)
"""``You would owe`` heads an amount that is not owed: one of another day or another plan."""
_COMPANY = re.compile(r"\b(?:inc|llc|corp|n\.a|lp|fsb)\.?$", re.IGNORECASE)
_MOST_VALUE_WORDS = 3
_SHORT = 4
_MOST_KNOWN = 5000
"""Number of texts whose fields are cached, because a lender's labels are on each of its documents."""


def load_model() -> Any:
    """The word embeddings, loaded once."""
    return load_once(("wordllama",), _load)


def _load() -> Any:
    import wordllama

    # The model is in the package's own folder; nothing may be downloaded.
    return wordllama.WordLlama.load(cache_dir=Path(wordllama.__file__).parent, disable_download=True)


def label_span(segment: Segment) -> tuple[Token, ...]:
    """The words of a cell that may be a label: those before its colon or value; () if it is not a label.

    A sentence is not a label: it continues after its first value, has a verb, or ends in the middle.
    """
    tokens = list(segment.tokens)
    while tokens and ENUMERATOR.match(tokens[0].text):
        tokens.pop(0)
    span: list[Token] = []
    for token in tokens:
        if _VALUE.search(token.text):
            break
        span.append(token)
        if token.text.endswith((":", "?")):
            break
    text = " ".join(token.text for token in span)
    if not 1 <= len(span) <= MOST_WORDS or not _WORD.search(text) or not _begins_like_a_label(segment, text):
        return ()
    complete = len(span) == len(tokens) or text.endswith((":", "?"))
    if not complete and len(tokens) - len(span) > _MOST_VALUE_WORDS:
        return ()
    if len(span) == 1 and text.strip(".:?").lower() in _VAGUE:
        return ()
    if (
        _PART.match(text)
        or _CHOICE.fullmatch(text)
        or _ANY_LOAN.fullmatch(text)
        or _COMPANY.search(text)
        or CONDITIONAL.search(text)
    ):
        return ()
    if len(span) > _SHORT and not text.endswith((":", "?")) and (_SENTENCE.search(text) or _UNFINISHED.search(text)):
        return ()
    return tuple(span)


def _begins_like_a_label(segment: Segment, text: str) -> bool:
    """Whether a text begins with a capital, or is a short cell in lower case only, as on modern pages."""
    small = text == text.lower() and len(segment.tokens) <= _SHORT + 2 and not segment.text[0].isdigit()
    return text[0].isupper() or text[0] == '"' or small


class Wordings:
    """The listed wordings as points, each with its field or decoy.

    Args:
        phrases: Wording to the fields that it may ask for.
    """

    def __init__(self, phrases: Mapping[str, Sequence[str]]) -> None:
        self._fields = [(field, phrase) for phrase, fields in phrases.items() for field in fields]
        self._points: NDArray[np.float32] | None = None
        self._known: dict[str, dict[str, float]] = {}

    def nearest(self, texts: Sequence[str]) -> list[dict[str, float]]:
        """For each text, the fields whose wordings are nearest, with their similarity in [-1, 1]."""
        unknown = [text for text in dict.fromkeys(texts) if text not in self._known]
        if len(self._known) > _MOST_KNOWN:
            self._known.clear()
            unknown = list(dict.fromkeys(texts))
        self._known.update(zip(unknown, self._compare(unknown), strict=True))
        return [self._known[text] for text in texts]

    def _compare(self, texts: Sequence[str]) -> list[dict[str, float]]:
        import numpy as np

        if not texts:
            return []
        if self._points is None:
            self._points = load_model().embed([phrase for _, phrase in self._fields], norm=True)
        similarities = load_model().embed([text.lower() for text in texts], norm=True) @ self._points.T
        result = []
        for row in similarities:
            found: dict[str, float] = {}
            for index in np.argsort(-row)[:40]:
                field, similarity = self._fields[index][0], float(row[index])
                if similarity < max(LEAST_SIMILARITY, max(found.values(), default=0.0) - NEAR_BEST):
                    break
                found.setdefault(field, similarity)
            result.append(found)
        return result
