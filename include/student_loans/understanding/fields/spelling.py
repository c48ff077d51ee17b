"""Repair misread words of organisations' names, such as ``Servlces``, if the vocabulary or the document proves them."""

from __future__ import annotations

import re
from collections import Counter

from rapidfuzz.distance import Levenshtein

from student_loans.understanding.fields.layout import DocumentLayout, Token

_VOCABULARY = frozenset(
    """academy advantage agency assistance associates authority bancorp banking borrower borrowers capital center college
    commercial community company conservatory cooperative corporation credit district education educational federal
    finance financial foundation funding graduate higher holdings institute lending loans management medical mutual
    national partners polytechnic processing resource resources savings scholars school seminary servicer servicers
    services servicing solutions state student students technical technology trust union university ventures""".split()  # noqa: SIM905
)
_SHORTEST = 6
_LETTERS = re.compile(r"[^\W\d_]+")


def repair_name(name: str, tokens: tuple[Token, ...], layout: DocumentLayout) -> str:
    """Correct the words of a name from OCR that differ in one letter from a proven word."""
    if all(token.word.confidence == 1.0 for token in tokens):
        return name
    spelled = Counter(word for segment in layout.segments for word in _LETTERS.findall(segment.text))
    return _LETTERS.sub(lambda match: _repaired(match.group(), spelled), name)


def _repaired(word: str, spelled: Counter[str]) -> str:
    lower = word.lower()
    if len(word) < _SHORTEST or lower in _VOCABULARY:
        return word
    known = [k for k in _VOCABULARY if len(k) == len(lower) and Levenshtein.distance(lower, k, score_cutoff=1) <= 1]
    if len(known) == 1:
        return _with_case_of(word, known[0])
    # The document's spelling elsewhere, if it is more frequent.
    near = [
        (count, other)
        for other, count in spelled.items()
        if count > spelled[word] and other[0].isupper() and Levenshtein.distance(word, other, score_cutoff=1) == 1
    ]
    return max(near)[1] if near else word


def _with_case_of(word: str, repaired: str) -> str:
    if word.isupper():
        return repaired.upper()
    return repaired.capitalize() if word[0].isupper() else repaired
