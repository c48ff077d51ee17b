"""Decide the type of a document, from its title, its phrases and the fields that its labels ask for.

Bills of other trades ask for amounts by a date too, so a type needs words of lending, and words of other trades count
against all types. All words are data in ``document_types.yaml``. A field counts more the fewer types have it.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial

from student_loans.catalog import TypesFile, types_file
from student_loans.records import UNKNOWN_TYPE, DocumentType, field_catalog
from student_loans.understanding.fields.labels import label_vocabulary
from student_loans.understanding.fields.layout import DocumentLayout, Token
from student_loans.understanding.fields.phrases import Match, PhraseIndex, words_of
from student_loans.understanding.fields.titles import Title, find_titles
from student_loans.understanding.fields.wordings import LEAST_SIMILARITY, Wordings

_TITLE_BONUS, _TOP_BONUS = 1.2, 0.4
"""Factor for phrases at the head of page one, in large print or not."""
_FIELD_WEIGHT = 2.0
"""Weight of a label whose field one type has."""
_TITLE_WEIGHT = 8.0
"""Weight of a title that is listed, in the size of the text."""
_FEWEST_LENDING_WORDS = 2
"""In the text; one at the head is enough."""
_CLEAR_TITLE = 0.15
"""A title whose next type is less near by so much, in cosine similarity, counts in full."""
_TITLE_PHRASE = 5.0
"""A phrase of this weight makes a line a title."""
_NEAR_TITLE = 0.35
"""And so does being so near to a listed title, from 0 to 1."""
_NO_TYPE = "none"
_MANY_LABELS = 6
"""So many labels of a type under its title are of it, without one that defines it."""
_SENTENCE = 9
"""A line of so many words is one of a sentence."""
_FEWEST_ROWS, _ROWS_WEIGHT = 3, 3.0
"""A table of so many instalments speaks for a schedule."""
_TYPES = tuple(document_type for document_type in DocumentType if document_type is not UNKNOWN_TYPE)


@dataclass(frozen=True, slots=True)
class TypeDecision:
    """The type with the score of each.

    Attributes:
        confidence: In [0, 1], from the lead of the best type.
        foreign: Weight of the phrases of other trades.
        lending: Number of places with words of lending.
        about_lending: Whether one of them is at the head, or there are several.
        titled_otherwise: Whether a title is that of another paper.
        plain: A title names the type, or other evidence is strong. A letter that refuses a loan repeats much of what the
            application asked for, but does not have its title.
    """

    document_type: DocumentType
    confidence: float
    scores: dict[DocumentType, float]
    plain: bool = True
    foreign: float = 0.0
    lending: int = 0
    about_lending: bool = True
    titled_otherwise: bool = False


class TypeVocabulary:
    """The phrases and titles of each type, the words of lending and those of other trades (type ``unknown``)."""

    def __init__(self, file: TypesFile) -> None:
        types = {DocumentType(name): entry for name, entry in file.types.items()}
        self.minimum = file.minimum_score
        self.untitled = file.untitled_score
        self.least_confidence = file.minimum_confidence
        self.defining = {kind: frozenset(entry.defining) for kind, entry in types.items()}
        self.operative = {
            kind: frozenset(words_of(phrase) for phrase in entry.operative) for kind, entry in types.items()
        }
        self.lending = frozenset(words_of(term) for term in file.lending)
        self.weights: dict[tuple[str, ...], dict[DocumentType, float]] = {}
        weighted = {**{kind: entry.phrases for kind, entry in types.items()}, UNKNOWN_TYPE: file.other_trades}
        for kind, phrases in weighted.items():
            for phrase, weight in phrases.items():
                self.weights.setdefault(words_of(phrase), {})[kind] = weight
        best = {phrase: max((w, t) for t, w in types.items()) for phrase, types in self.weights.items()}
        self.telling = {f" {' '.join(phrase)} ": each for phrase, each in best.items() if each[0] >= _TITLE_PHRASE}
        self._joined = {phrase: f" {' '.join(phrase)} " for phrase in self.weights}
        self.index = PhraseIndex([*self.weights, *self.lending])
        titled = {
            **{kind.value: entry.titles for kind, entry in types.items()},
            _NO_TYPE: file.titles_of_any_paper,
            UNKNOWN_TYPE.value: file.titles_of_other_papers,
        }
        papers = [f" {' '.join(words_of(title))} " for titles in titled.values() for title in titles]
        self.papers = frozenset(p for p in self.weights if any(f" {' '.join(p)} " in paper for paper in papers))
        self.titles = Wordings({title: [name] for name, titles in titled.items() for title in titles})

    def phrases_in(self, text: str) -> list[tuple[str, ...]]:
        """The weighted phrases that a text holds, exactly."""
        joined = f" {' '.join(words_of(text))} "
        return [phrase for phrase, words in self._joined.items() if words in joined]


@cache
def type_vocabulary() -> TypeVocabulary:
    """The vocabulary that ships with the product, loaded once."""
    return TypeVocabulary(types_file())


def decide_type(layout: DocumentLayout, table_rows: int = 0) -> TypeDecision:
    """The type that the document's words support; ``unknown`` if too few do, or if more support another trade.

    Args:
        layout: The document's words.
        table_rows: Rows of a table of instalments that were found in it.
    """
    vocabulary = type_vocabulary()
    matches = vocabulary.index.find(layout)
    scores = dict.fromkeys(DocumentType, 0.0)
    titles = find_titles(layout)
    _add_phrases(scores, layout, matches, titles)
    _add_titles(scores, layout, titles)
    _add_fields(scores, layout)
    entries = field_catalog().types
    for document_type in _TYPES:
        if entries[document_type].has_schedule and table_rows >= _FEWEST_ROWS:
            scores[document_type] += _ROWS_WEIGHT
    foreign = scores.pop(UNKNOWN_TYPE)
    lending = _places_of_lending(matches)
    ranked = sorted(scores.items(), key=lambda item: -item[1])
    (first, score), (_, second) = ranked[0], ranked[1]
    own = score - foreign
    about = _is_about_lending(layout, lending)
    of_others, other_title = _weight_of_other_trades(matches), UNKNOWN_TYPE in title_types(titles).values()
    known = partial(
        TypeDecision,
        scores=scores,
        foreign=of_others,
        lending=len(lending),
        about_lending=about,
        titled_otherwise=other_title,
    )
    # A bill of any trade has the words of a bill, so their number proves little.
    of_another_trade = entries[first].is_bill and of_others > len(lending)
    if own < vocabulary.minimum or of_another_trade or not about:
        return known(UNKNOWN_TYPE, 1 - max(0.0, min(1.0, own / (2 * vocabulary.minimum))))
    confidence = 1 / (1 + math.exp(-0.45 * (own - max(second - foreign, vocabulary.minimum * 0.7))))
    if confidence < vocabulary.least_confidence:
        return known(UNKNOWN_TYPE, 1 - confidence)
    plain = own >= vocabulary.untitled or first in title_types(titles).values()
    return known(first, confidence, plain=plain)


def is_of_type(document_type: DocumentType, layout: DocumentLayout, read: Collection[str]) -> bool:
    """Whether a document prints a value or a label of a defining field of its type, or its defining words.

    A title and many other labels of the type are enough: then the defining label has an unlisted wording.

    Args:
        document_type: The type that its words support.
        layout: Its words.
        read: Fields with a value, whole or doubtful.
    """
    vocabulary, asked = type_vocabulary(), label_vocabulary().fields_asked(layout)
    defining = vocabulary.defining[document_type]
    if not defining.isdisjoint(read) or not defining.isdisjoint(asked):
        return True
    operative = vocabulary.operative[document_type]
    if operative and any(match.phrase in operative for match in vocabulary.index.find(layout)):
        return True
    others = asked.intersection(field_catalog().fields_of(document_type))
    return len(others) >= _MANY_LABELS and document_type in title_types(find_titles(layout)).values()


def _places_of_lending(matches: Iterable[Match]) -> set[tuple[Token, ...]]:
    """The places of words of lending."""
    lending = type_vocabulary().lending
    return {match.tokens for match in matches if match.phrase in lending and match.quality == 1.0}


def _weight_of_other_trades(matches: Iterable[Match]) -> float:
    """The weight of the phrases of other trades, each counted once, at any place."""
    weights = type_vocabulary().weights
    phrases = {match.phrase for match in matches if match.phrase in weights}
    return sum(weights[phrase].get(UNKNOWN_TYPE, 0.0) for phrase in phrases)


def _is_about_lending(layout: DocumentLayout, places: Collection[tuple[Token, ...]]) -> bool:
    """Whether words of lending are at the head, or in several places."""
    return len(places) >= _FEWEST_LENDING_WORDS or any(_prominence(layout, tokens[0]) > 1 for tokens in places)


def _add_phrases(
    scores: dict[DocumentType, float], layout: DocumentLayout, matches: Iterable[Match], titles: Iterable[Title]
) -> None:
    """Count each phrase once, at its place of highest weight; a title on two lines is one phrase."""
    vocabulary = type_vocabulary()
    best: dict[tuple[str, ...], float] = {}
    found = [
        (match.phrase, match.tokens[0], match.quality)
        for match in matches
        if match.phrase in vocabulary.weights and not (match.phrase in vocabulary.papers and _is_mention(layout, match))
    ]
    for title in titles:
        found += [(phrase, title.first, 1.0) for phrase in vocabulary.phrases_in(title.text)]
    for phrase, token, quality in found:
        best[phrase] = max(best.get(phrase, 0.0), quality * _prominence(layout, token))
    for phrase, prominence in best.items():
        for document_type, weight in vocabulary.weights[phrase].items():
            scores[document_type] += weight * prominence


def _is_mention(layout: DocumentLayout, match: Match) -> bool:
    """Whether a document's name is part of a sentence, which may mention any document: ``you will get a billing statement``."""
    first = match.tokens[0]
    segment = layout.segment_of(first)
    heads = first is segment.tokens[0] and first.text[0].isupper()
    return not heads and (len(segment.tokens) >= _SENTENCE or segment.index in layout.prose_ends)


def _add_titles(scores: dict[DocumentType, float], layout: DocumentLayout, titles: Sequence[Title]) -> None:
    """Count for each type the line at the head that is most similar to one of its titles."""
    best: dict[DocumentType, float] = {}
    for title, similarities in zip(
        titles, type_vocabulary().titles.nearest([title.text for title in titles]), strict=True
    ):
        name, nearness = _nearest_type(similarities)
        if name != _NO_TYPE:
            weight = _TITLE_WEIGHT * nearness * _prominence(layout, title.first)
            best[DocumentType(name)] = max(best.get(DocumentType(name), 0.0), weight)
    for document_type, weight in best.items():
        scores[document_type] += weight


def speaks_of_lending(text: str) -> bool:
    """Whether a text has a word of lending."""
    return not type_vocabulary().lending.isdisjoint((word,) for word in words_of(text))


def foreign_weight(text: str) -> float:
    """The weight by which the phrases of a text support another trade more than any type."""
    vocabulary = type_vocabulary()
    sums = dict.fromkeys(DocumentType, 0.0)
    for phrase in vocabulary.phrases_in(text):
        for document_type, weight in vocabulary.weights[phrase].items():
            sums[document_type] += weight
    return sums.pop(UNKNOWN_TYPE) - max(sums.values())


def title_types(titles: Sequence[Title]) -> dict[Title, DocumentType]:
    """The type of each line that is a title, by its phrases or meaning; ``unknown`` for a title of another trade."""
    nearest = type_vocabulary().titles.nearest([title.text for title in titles])
    found: dict[Title, DocumentType] = {}
    for title, similarities in zip(titles, nearest, strict=True):
        name, nearness = _nearest_type(similarities)
        if listed := type_of_phrases(title.text):
            found[title] = listed
        elif name != _NO_TYPE and nearness >= _NEAR_TITLE:
            found[title] = DocumentType(name)
    return found


def type_of_phrases(text: str) -> DocumentType | None:
    """The type of a phrase in a line that has enough weight for a title; None if there is none."""
    joined = f" {' '.join(words_of(text))} "
    found = [telling for phrase, telling in type_vocabulary().telling.items() if phrase in joined]
    listed = max(found)[1] if found else UNKNOWN_TYPE
    return None if listed is UNKNOWN_TYPE else listed


def _nearest_type(similarities: Mapping[str, float]) -> tuple[str, float]:
    """The type of the nearest titles, and the certainty of it, in [0, 1]."""
    (name, first), (_, second), *_ = [
        *sorted(similarities.items(), key=lambda item: -item[1]),
        (_NO_TYPE, 0.0),
        (_NO_TYPE, 0.0),
    ]
    return name, max(0.0, first - LEAST_SIMILARITY) / (1 - LEAST_SIMILARITY) * min(1.0, (first - second) / _CLEAR_TITLE)


def _add_fields(scores: dict[DocumentType, float], layout: DocumentLayout) -> None:
    """Count the fields that labels ask for."""
    catalog = field_catalog()
    for field in label_vocabulary().fields_asked(layout):
        types = [document_type for document_type in _TYPES if field in catalog.fields_of(document_type)]
        for document_type in types:
            scores[document_type] += _FIELD_WEIGHT / len(types) ** 2


def _prominence(layout: DocumentLayout, token: Token) -> float:
    """1.0 in the text, more at the head of the first page."""
    top = token.page == layout.first_page() and token.y0 < 0.3 * layout.sizes[token.page][1]
    if not top:
        return 1.0
    large = token.height > 1.12 * layout.text_height
    return 1 + (_TITLE_BONUS if large else _TOP_BONUS)
