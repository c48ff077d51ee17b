"""The type of a document, from the phrases that its kind prints and the fields that its labels ask for.

The phrases are data in ``document_types.yaml``. A field says the more the fewer types have it.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from importlib import resources

from include.errors import ConfigurationError, ErrorCode
from include.extraction.fields.labels import label_vocabulary
from include.extraction.fields.layout import DocumentLayout
from include.extraction.fields.phrases import Match, PhraseIndex, words_of
from include.records import DocumentType, field_catalog

_TITLE_BONUS, _TOP_BONUS = 1.2, 0.4
"""A phrase at the head of page one counts this much more, set large or not."""
_FIELD_WEIGHT = 2.0
"""Weight of a label whose field one type has."""


@dataclass(frozen=True, slots=True)
class TypeDecision:
    """The type with the score of each.

    Attributes:
        confidence: In [0, 1], from how far the best type stands ahead.
    """

    document_type: DocumentType
    confidence: float
    scores: dict[DocumentType, float]


class TypePhrases:
    """The weighted phrases of each type."""

    def __init__(self, minimum: float, weights: dict[tuple[str, ...], list[tuple[DocumentType, float]]]) -> None:
        self.minimum = minimum
        self.weights = weights
        self.index = PhraseIndex(weights)


@cache
def type_phrases() -> TypePhrases:
    """The phrases that ship with the product, read once.

    Raises:
        ConfigurationError: ``invalid_settings``: a type that does not exist.
    """
    import yaml

    text = resources.files("include.config").joinpath("document_types.yaml").read_text(encoding="utf-8")
    data = yaml.safe_load(text)
    weights: dict[tuple[str, ...], list[tuple[DocumentType, float]]] = defaultdict(list)
    for name, phrases in data["phrases"].items():
        if name not in set(DocumentType):
            raise ConfigurationError(ErrorCode.INVALID_SETTINGS, f"document_types.yaml: {name} is no document type.")
        for phrase, weight in phrases.items():
            weights[words_of(str(phrase))].append((DocumentType(name), float(weight)))
    return TypePhrases(float(data["minimum_score"]), weights)


def decide_type(layout: DocumentLayout) -> TypeDecision:
    """The type whose phrases the document prints; ``unknown`` when too few are there."""
    phrases = type_phrases()
    best: dict[tuple[str, ...], float] = {}
    head = layout.first_page() if layout.sizes else 0
    for match in phrases.index.find(layout):
        best[match.phrase] = max(best.get(match.phrase, 0.0), _prominence(layout, match, head))
    scores: dict[DocumentType, float] = dict.fromkeys((t for t in DocumentType if t is not DocumentType.UNKNOWN), 0.0)
    for phrase, prominence in best.items():
        for document_type, weight in phrases.weights[phrase]:
            scores[document_type] += weight * prominence
    if any(score >= phrases.minimum / 3 for score in scores.values()):
        _add_fields(scores, layout)
    ranked = sorted(scores.items(), key=lambda item: -item[1])
    (first, score), (_, second) = ranked[0], ranked[1]
    confidence = 1 / (1 + math.exp(-0.45 * (score - max(second, phrases.minimum * 0.7))))
    if score < phrases.minimum:
        return TypeDecision(DocumentType.UNKNOWN, 1 - min(1.0, score / (2 * phrases.minimum)), scores)
    return TypeDecision(first, confidence, scores)


def _add_fields(scores: dict[DocumentType, float], layout: DocumentLayout) -> None:
    """Count the fields that labels ask for; a bill of another trade has some too, so they only add to phrases."""
    catalog = field_catalog()
    for field in label_vocabulary().fields_asked(layout):
        types = [document_type for document_type in scores if field in catalog.fields_of(document_type)]
        for document_type in types:
            scores[document_type] += _FIELD_WEIGHT / len(types) ** 2


def _prominence(layout: DocumentLayout, match: Match, head: int) -> float:
    """1.0 in the text, more at the head of the first page."""
    token = match.tokens[0]
    top = token.page == head and token.y0 < 0.3 * layout.sizes[token.page][1]
    if not top:
        return match.quality
    large = token.height > 1.12 * layout.text_height
    return match.quality * (1 + (_TITLE_BONUS if large else _TOP_BONUS))
