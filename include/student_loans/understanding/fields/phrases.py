"""Find known phrases among the words of a document, despite OCR errors: misread letters and lost spaces."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from student_loans.understanding.fields.layout import DocumentLayout, Segment, Token

_PIECES = re.compile(r"1st|[a-z]+|\d+|#")
_ABBREVIATED_NUMBER = re.compile(r"\bno[.:](?=\W|$)")
_RECEIVED = re.compile(r"\brec'd\b")
_LOST_SPACE = re.compile(r"(?<='s)(?=[a-z]{3})")
_ABBREVIATIONS = {
    "acct": "account", "amt": "amount", "pmt": "payment", "pymt": "payment", "pmts": "payments", "pymts": "payments",
    "prin": "principal", "bal": "balance", "nbr": "number", "num": "number", "avg": "average", "int": "interest",
    "orig": "original", "chg": "charge", "chgs": "charges", "tot": "total", "ln": "loan", "lns": "loans", "pgm": "program",
    "borr": "borrower", "addr": "address", "dt": "date", "yr": "year", "thru": "through", "pd": "paid", "stmt": "statement",
    "curr": "current", "mos": "months", "mnthly": "monthly", "disb": "disbursement", "svcr": "servicer",
    "est": "estimated", "appl": "application", "instl": "installment", "1st": "first", "dly": "daily",
    "outst": "outstanding", "beg": "beginning", "fin": "finance", "ann": "annual", "pct": "percent", "eff": "effective",
    "recd": "received", "instalment": "installment", "instalments": "installments",
}  # fmt: skip
_MISREAD_QUALITY = 0.85
"""Trust in a phrase falls by this factor for each word that matched only nearly."""


def words_of(text: str) -> tuple[str, ...]:
    """Lower-case letter runs and digit runs of a text.

    Example:
        >>> words_of("Co-borrower's Loan #2")
        ('co', 'borrower', 's', 'loan', '#', '2')
    """
    letters = unicodedata.normalize("NFKD", text.lower().replace("\u2019", "'"))
    plain = "".join(c for c in letters if not unicodedata.combining(c))  # specks read as accents
    plain = _RECEIVED.sub("received", plain)
    plain = _LOST_SPACE.sub(" ", _ABBREVIATED_NUMBER.sub("number ", plain))
    return tuple(_ABBREVIATIONS.get(word, word) for word in _PIECES.findall(plain))


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase found on a page.

    Attributes:
        phrase: The phrase's words.
        tokens: The tokens that it covers, in order.
        quality: 1.0 for an exact match, less for each misread word.
    """

    phrase: tuple[str, ...]
    tokens: tuple[Token, ...]
    quality: float


class PhraseIndex:
    """Phrases by their first word, with the vocabulary that misread words are compared to."""

    def __init__(self, phrases: Iterable[tuple[str, ...]]) -> None:
        self._by_first: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        vocabulary: set[str] = set()
        for phrase in dict.fromkeys(phrases):
            self._by_first[phrase[0]].append(phrase)
            vocabulary.update(phrase)
        self._vocabulary = frozenset(vocabulary)
        self._by_length: dict[int, list[str]] = defaultdict(list)
        for word in sorted(self._vocabulary):
            self._by_length[len(word)].append(word)
        self._normalise = lru_cache(maxsize=50_000)(self._normalise_uncached)

    def _nearest(self, word: str) -> str | None:
        """The vocabulary word within one edit, or two for words of eight letters or more."""
        allowed = 1 if len(word) < 7 else 2
        best: tuple[int, str] | None = None
        for length in range(len(word) - 1, len(word) + 2):
            for known in self._by_length.get(length, ()):
                distance = Levenshtein.distance(word, known, score_cutoff=allowed)
                if distance <= allowed and len(known) >= 4 and (best is None or distance < best[0]):
                    best = (distance, known)
        return best[1] if best else None

    def _break(self, word: str) -> tuple[str, ...] | None:
        """Split a run of letters that lost its spaces into vocabulary words, as few as possible."""
        best: list[tuple[str, ...] | None] = [()] + [None] * len(word)
        for end in range(2, len(word) + 1):
            for start in range(max(0, end - 16), end - 1):
                head, piece = best[start], word[start:end]
                if head is not None and piece in self._vocabulary:
                    current = best[end]
                    if current is None or len(head) + 1 < len(current):
                        best[end] = (*head, piece)
        return best[-1] if best[-1] and len(best[-1]) > 1 else None

    def _normalise_uncached(self, text: str) -> tuple[tuple[str, float], ...]:
        """A token's text as vocabulary words with the certainty of each."""
        words: list[tuple[str, float]] = []
        for word in words_of(text):
            if word in self._vocabulary or len(word) < 4 or word.isdigit():
                words.append((word, 1.0))
            elif len(word) >= 6 and (pieces := self._break(word)):
                words.extend((piece, 1.0) for piece in pieces)
            elif len(word) >= 5 and (near := self._nearest(word)):
                words.append((near, _MISREAD_QUALITY))
            else:
                words.append((word, 1.0))
        return tuple(words)

    def normalise(self, segment: Segment) -> list[tuple[str, Token, float]]:
        """The words of a segment, each with its token and its certainty."""
        words = [(word, token, trust) for token in segment.tokens for word, trust in self._normalise(token.text)]
        return self._rejoined(words)

    def _rejoined(self, words: list[tuple[str, Token, float]]) -> list[tuple[str, Token, float]]:
        """Close gaps that OCR found within a word: ``loa n``."""
        joined = words[:1]
        for word, token, trust in words[1:]:
            before = joined[-1][0]
            whole = before + word
            known = whole in self._vocabulary and len(whole) >= 4
            if known and (before not in self._vocabulary or word not in self._vocabulary):
                joined[-1] = (whole, joined[-1][1], min(trust, joined[-1][2]))
            else:
                joined.append((word, token, trust))
        return joined

    def find(self, layout: DocumentLayout) -> list[Match]:
        """Every phrase in the document, within a segment or continued in its continuation."""
        words = [self.normalise(segment) for segment in layout.segments]
        found: list[Match] = []
        for segment in layout.segments:
            own = words[segment.index]
            starts = [start for start, (word, _, _) in enumerate(own) if word in self._by_first]
            if not starts:
                continue
            stream = own + self._following(layout, segment, words)
            texts = tuple([word for word, _, _ in stream])
            for start in starts:
                for phrase in self._by_first[texts[start]]:
                    end = start + len(phrase)
                    if texts[start:end] == phrase and self._stands(stream, start, end, len(own), segment, layout):
                        part = stream[start:end]
                        quality = 1.0
                        for _, _, trust in part:
                            quality *= trust
                        found.append(Match(phrase, tuple(dict.fromkeys(token for _, token, _ in part)), quality))
        return found

    @staticmethod
    def _following(
        layout: DocumentLayout, segment: Segment, words: Sequence[list[tuple[str, Token, float]]]
    ) -> list[tuple[str, Token, float]]:
        """The words of up to three lines that continue a segment."""
        following: list[tuple[str, Token, float]] = []
        for _ in range(3):
            if segment.continuation is None:
                break
            segment = layout.segments[segment.continuation]
            following += words[segment.index]
        return following

    @staticmethod
    def _stands(
        stream: Sequence[tuple[str, Token, float]],
        start: int,
        end: int,
        own: int,
        segment: Segment,
        layout: DocumentLayout,
    ) -> bool:
        """Whether the words ``start:end`` may be one phrase: in one line, in prose, or as a stacked label."""
        if end <= own or len(segment.tokens) >= 5:
            return True
        # A stacked label: it starts its cell, fills the lines that it touches, and no colon ends it before.
        last = stream[end - 1][1]
        fills = end == len(stream) or stream[end][1].segment != last.segment
        rows = _has_value(layout, layout.segment_of(last)) and layout.right_neighbour(segment) is not None
        return start == 0 and fills and not rows and not segment.tokens[-1].text.endswith(":")


def _has_value(layout: DocumentLayout, segment: Segment) -> bool:
    """Whether a number is right of a segment; then the row is complete and not the second half of a label."""
    neighbour = layout.right_neighbour(segment)
    return neighbour is not None and any(character.isdigit() for character in neighbour.text)
