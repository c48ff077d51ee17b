"""What a document offers for its fields: every value and every name, with what is known of each before it is weighed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from student_loans.understanding.fields.assignment import Candidate
from student_loans.understanding.fields.labels import LabelHit
from student_loans.understanding.fields.layout import DocumentLayout, Segment, Stretch, Token
from student_loans.understanding.fields.letterhead import own_words
from student_loans.understanding.fields.organisations import (
    LEGAL_SUFFIX,
    ORGANISATION_WORD,
    SCHOOL_WORD,
    compact,
    occurrences,
)
from student_loans.understanding.fields.person_names import CITY_LINE, common_words, parse_person
from student_loans.understanding.fields.values import Value
from student_loans.understanding.fields.wordings import CONDITIONAL
from student_loans.understanding.weighing.contexts import SLOTS, Context, Surroundings
from student_loans.understanding.weighing.name_spans import NameSpan, find_name_spans

_STREET = re.compile(r"^\d{1,6}\s*[A-Za-z]|^\d{1,6}\s+\w|^P\.?\s?O\.?\s?Box|^RR\s|^Apt|^One\s|^Suite", re.IGNORECASE)
_LINES_OF_ADDRESS = 5
_MOST_OCCURRENCES = 6

Scores = Mapping[str, float]
"""Field or decoy to the fit of its best label, in [0, 1]."""


@dataclass(frozen=True, slots=True, eq=False)
class ValueOption:
    """A value that may be that of a field.

    Attributes:
        value: The value with its place.
        context: The texts around it.
        labelled: How well labels of the vocabulary fit it, by field.
        labels: The label that fits best, by field.
        apart: Whether it belongs to one of several loans, or to a group of payments.
        supposed: Whether the label of its cell says what would be: ``You would owe``, of another day or another plan.
    """

    value: Value
    context: Context
    labelled: Scores
    labels: Mapping[str, LabelHit]
    apart: bool
    supposed: bool


@dataclass(frozen=True, slots=True, eq=False)
class NameOption:
    """A run of words that may be a name.

    Attributes:
        span: The words.
        context: The texts around them.
        labelled: How well the rules for names place it, by field.
        looks: What the words look like, see :data:`LOOKS`.
        candidates: The rules' candidate of this name by field, which may have a doubt.
    """

    span: NameSpan
    context: Context
    labelled: Scores
    looks: tuple[float, ...]
    candidates: Mapping[str, Candidate]


LOOKS = (
    "rank", "words", "organisation", "school", "legal", "digit", "upper", "capitals", "person", "own", "common", "address",
    "occurrences", "before", "behind", "labelled", "colon", "whole", "comma", "lines", "ends_in_comma", "apart",
)  # fmt: skip
"""Looks of a name: rank of its size on the first page, number of words, whether it has a word of organisations or schools, a
legal form, a digit, only capitals; the share of capitalised words; whether it has the shape of a person's name; the shares of
words that nothing else uses, and of common ones; whether an address is below; how often it stands in the document; words
before and behind it in its cell; the share of words of labels; whether a colon is before it; whether it is its whole cell,
holds a comma, how many lines it has, whether it ends in a comma; whether it belongs to one of several loans."""


def value_options(
    layout: DocumentLayout,
    surroundings: Surroundings,
    values: Iterable[Value],
    pairs: Iterable[tuple[float, LabelHit, Value]],
    mentions: Iterable[tuple[Value, float]],
    apart: frozenset[Token],
) -> list[ValueOption]:
    """The values with their contexts.

    Args:
        layout: The document's words.
        surroundings: Of the same words.
        values: What the document prints.
        pairs: Fit of a label and a value, best first.
        mentions: Places of choices and years, with the score of the rules.
        apart: Words of single loans and groups of payments.
    """
    scores: dict[Value, dict[str, float]] = defaultdict(dict)
    labels: dict[Value, dict[str, LabelHit]] = defaultdict(dict)
    for score, label, value in pairs:
        if label.field not in scores[value]:
            scores[value][label.field], labels[value][label.field] = score, label
    named = dict(mentions)
    for value, score in named.items():
        if score:
            scores[value][value.grammar] = score
    options = []
    for value in (*values, *named):
        context = surroundings.of(value)
        own_apart, supposed = not apart.isdisjoint(value.tokens), _is_supposed(context)
        own = {} if supposed else scores[value]
        options.append(ValueOption(value, context, own, labels[value], own_apart, supposed))
    return options


def _is_supposed(context: Context) -> bool:
    """Whether the label of a cell says what would be."""
    texts = dict(zip(SLOTS, context.texts, strict=True))
    label = texts["cell"] or texts["left"] or texts["above"]
    return not context.prose and CONDITIONAL.search(label) is not None


def name_options(
    layout: DocumentLayout,
    surroundings: Surroundings,
    found: Mapping[str, Sequence[Candidate]],
    labelled: frozenset[Token],
    apart: frozenset[Token],
) -> list[NameOption]:
    """The names with their contexts.

    Args:
        layout: The document's words.
        surroundings: Of the same words.
        found: Field to the candidates of the rules for names.
        labelled: Words of labels.
        apart: Words of single loans.
    """
    candidates: dict[str, dict[str, Candidate]] = defaultdict(dict)
    for field, own in found.items():
        for candidate in sorted(own, key=lambda each: each.score):
            candidates[compact(candidate.value)][field] = candidate
    scores = {key: {field: each.score for field, each in own.items()} for key, own in candidates.items()}
    spans = find_name_spans(layout)
    spans += _spans_of(candidates, {compact(span.value) for span in spans})
    looks = _Looks(layout, labelled, apart)
    return [
        NameOption(span, surroundings.of(span), scores.get(key, {}), looks.of(span, key), candidates.get(key, {}))
        for span in spans
        if (key := compact(span.value)) and (key in scores or looks.may_be_a_name(span))
    ]


def _spans_of(candidates: Mapping[str, Mapping[str, Candidate]], known: set[str]) -> list[NameSpan]:
    """Names that only the rules find, such as those with a box for each part."""
    only = (next(iter(own.values())) for key, own in candidates.items() if key not in known)
    return [
        NameSpan(each.tokens, each.value, False, False, len({token.segment for token in each.tokens})) for each in only
    ]


class _Looks:
    def __init__(self, layout: DocumentLayout, labelled: frozenset[Token], apart: frozenset[Token]) -> None:
        self._layout, self._labelled, self._apart = layout, labelled, apart
        self._common = common_words(layout)
        self._addresses: dict[int, int] = {}
        first = layout.first_page()
        self._heights = sorted({round(s.height, 1) for s in layout.segments if s.page == first}, reverse=True)

    def may_be_a_name(self, span: NameSpan) -> bool:
        """Whether a span has a word that is its own, or one of organisations: headings and sentences have none."""
        text = span.value
        if ORGANISATION_WORD.search(text) or SCHOOL_WORD.search(text):
            return True
        return any(word not in self._common for word in re.findall(r"\w+", text.lower()) if len(word) > 1)

    def of(self, span: NameSpan, key: str) -> tuple[float, ...]:
        """The looks of a name, in the order of :data:`LOOKS`."""
        layout, tokens, text = self._layout, span.tokens, span.value
        segment, last = layout.segment_of(span.first), layout.segment_of(span.last)
        words = [bare for word in text.split() if (bare := re.sub(r"\W", "", word))] or [""]
        person = parse_person(tokens, cell=True)
        return (
            sum(height > round(segment.height, 1) + 0.3 for height in self._heights),
            len(tokens),
            bool(ORGANISATION_WORD.search(text)),
            bool(SCHOOL_WORD.search(text)),
            bool(LEGAL_SUFFIX.match(text.split()[-1])),
            any(character.isdigit() for character in text),
            text.isupper(),
            sum(word[:1].isupper() for word in words) / len(words),
            (person is not None) + (person is not None and len(person[1]) == len(tokens)),
            len(own_words(text, self._common)) / len(words),
            sum(word.lower() in self._common for word in words) / len(words),
            self._address_below_of(last),
            min(_MOST_OCCURRENCES, occurrences(layout, text)) if key else 0,
            min(span.first.position, 12),
            min(len(last.tokens) - 1 - span.last.position, 12),
            sum(token in self._labelled for token in tokens) / len(tokens),
            span.first.position > 0 and segment.tokens[span.first.position - 1].text.endswith(":"),
            span.whole_cell,
            span.crosses_comma,
            span.lines,
            span.last.text.endswith(","),
            not self._apart.isdisjoint(tokens),
        )

    def _address_below_of(self, segment: Segment) -> int:
        """The same, worked out once for each cell."""
        if segment.index not in self._addresses:
            self._addresses[segment.index] = self._address_below(segment)
        return self._addresses[segment.index]

    def _address_below(self, segment: Segment) -> int:
        """2 where a line with city and state is below, 1 where one with a street is, else 0."""
        found = 0
        for line in self._layout.lines[segment.line + 1 : segment.line + 1 + _LINES_OF_ADDRESS]:
            for other in line:
                aligned = abs(other.x0 - segment.x0) < 1.5 * segment.height
                if other.page == segment.page and aligned and other.y0 - segment.y1 < 5 * segment.height:
                    if CITY_LINE.search(other.text):
                        return 2
                    found = max(found, int(_STREET.match(other.text) is not None))
        return found


def place_of(layout: DocumentLayout, words: Stretch) -> tuple[float, ...]:
    """Where some words stand: page, number of pages, top, left and right as fractions of the page, size in usual text heights."""
    width, height = layout.sizes[words.first.page]
    size = words.first.height / layout.text_height
    return words.first.page, len(layout.sizes), words.y0 / height, words.x0 / width, words.x1 / width, size
