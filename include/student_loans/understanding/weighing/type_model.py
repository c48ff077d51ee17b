"""The type of a document, by a linear model over its words, the words at its head, their meaning, and the scores of the phrases.

Words and pairs of words are hashed, so that a paper of no known wording still has the words of its trade.
"""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from student_loans.records import UNKNOWN_TYPE, DocumentType
from student_loans.understanding.fields.document_type import TypeDecision
from student_loans.understanding.fields.layout import DocumentLayout
from student_loans.understanding.fields.phrases import words_of
from student_loans.understanding.weighing.known import document_types
from student_loans.understanding.weighing.text_model import meanings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float32]

WORD_PLACES = 8192
_MOST_WORDS, _HEAD_CHARACTERS, _MOST_CHARACTERS = 3000, 350, 6000
_SCALE, _MOST_ROWS = 10.0, 5
_OF_UNKNOWN = 0.7
"""Share of the probability of ``unknown`` that the best type must have. With a wrong type a paper goes to review with its values,
with none it goes there without them."""
_DESPITE_RULES, _FEWEST_OF_LENDING = 0.5, 2
"""Probability and number of words of lending from which a type is given although the words of other trades are more."""
PLAIN = 0.9
"""From it on the type is plain without a title that names it."""


@dataclass(frozen=True, slots=True)
class TypeEvidence:
    """What is known of a document's type.

    Attributes:
        text: Its words, in the order of its lines.
        scores: Of the rules, by type.
        ruled: The type that the rules decide on.
        foreign: Weight of the phrases of other trades.
        lending: Number of places with words of lending.
        rows: Instalments in its table.
    """

    text: str
    scores: Mapping[DocumentType, float]
    ruled: DocumentType
    foreign: float
    lending: int
    rows: int

    def word_places(self) -> list[int]:
        """Places of the words of the document, and of those at its head."""
        words = words_of(self.text)[:_MOST_WORDS]
        head = words_of(self.text[:_HEAD_CHARACTERS])
        return [*_hashed(words), *(WORD_PLACES + place for place in _hashed(head))]

    def numbers(self) -> list[float]:
        """What the rules found, each of about one: scores and their lead, the decision, other trades, lending, rows."""
        scores = [self.scores.get(document_type, 0.0) / _SCALE for document_type in document_types()]
        first, second, *_ = sorted(scores, reverse=True)
        return [
            *scores,
            *(float(self.ruled is document_type) for document_type in document_types()),
            first - second,
            min(self.foreign, _SCALE) / _SCALE,
            min(self.lending, _MOST_ROWS) / _MOST_ROWS,
            min(self.rows, _MOST_ROWS) / _MOST_ROWS,
        ]


def _hashed(words: Sequence[str]) -> list[int]:
    grams = [*words, *(f"{a} {b}" for a, b in itertools.pairwise(words))]
    return sorted({zlib.crc32(gram.encode()) % WORD_PLACES for gram in grams})


def evidence_of(layout: DocumentLayout, decision: TypeDecision, rows: int) -> TypeEvidence:
    """The evidence in a document's words and in the rules' decision."""
    text = " ".join(segment.text for segment in layout.segments)
    return TypeEvidence(text, decision.scores, decision.document_type, decision.foreign, decision.lending, rows)


@dataclass(frozen=True, slots=True, eq=False)
class TypeModel:
    """Weights for each of :func:`~.known.document_types`.

    Attributes:
        of_words: (2 * :data:`WORD_PLACES`, types), for the whole document and for its head.
        of_head: Of the meanings of head and document and of the numbers, (twice MEANING and the numbers, types).
        intercept: (types,)
    """

    of_words: Numbers
    of_head: Numbers
    intercept: Numbers

    def probabilities(self, evidence: TypeEvidence) -> dict[DocumentType, float]:
        """The probability of each type."""
        import numpy as np

        places = np.array(evidence.word_places(), np.int64)
        scores = self.intercept + head_features(evidence) @ self.of_head
        for part in (places[places < WORD_PLACES], places[places >= WORD_PLACES]):
            if len(part):
                scores = scores + self.of_words[part].sum(axis=0) / np.sqrt(len(part))
        chances = np.exp(scores - scores.max())
        return dict(zip(document_types(), (chances / chances.sum()).tolist(), strict=True))

    def judge(self, evidence: TypeEvidence, decision: TypeDecision) -> TypeDecision:
        """The type of a document, with its probability as confidence."""
        if decision.document_type not in document_types():
            return decision  # a type that was added since the fit
        chances = self.probabilities(evidence)
        best = max((each for each in chances if each is not UNKNOWN_TYPE), key=lambda each: chances[each])
        titled = decision.document_type is best and decision.plain
        unlike = not titled and chances[best] < _OF_UNKNOWN * chances.get(UNKNOWN_TYPE, 0.0)
        if unlike or not decision.about_lending or _is_of_another_trade(decision, chances[best]):
            best = UNKNOWN_TYPE
        plain = decision.plain and decision.document_type is best
        return replace(decision, document_type=best, confidence=chances[best], plain=plain or chances[best] >= PLAIN)


def _is_of_another_trade(decision: TypeDecision, chance: float) -> bool:
    """Whether the rules see another trade, and neither the model nor the words of lending speak against it."""
    other = decision.foreign > decision.lending or decision.titled_otherwise
    weak = chance < _DESPITE_RULES or decision.lending < _FEWEST_OF_LENDING
    return decision.document_type is UNKNOWN_TYPE and other and weak


def head_features(evidence: TypeEvidence) -> Numbers:
    """The meaning of the head, the numbers, and the meaning of the document, (twice :data:`~.text_model.MEANING` + numbers,)."""
    import numpy as np

    head, whole = meanings([evidence.text[:_HEAD_CHARACTERS], evidence.text[:_MOST_CHARACTERS]])
    return np.concatenate([head, np.array(evidence.numbers(), np.float32), whole])
