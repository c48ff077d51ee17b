"""Label vocabulary: which field a printed label asks for. The words are data: ``fields.yaml`` has them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from student_loans.catalog import fields_file
from student_loans.errors import ConfigurationError, ErrorCode
from student_loans.records import UNKNOWN_TYPE, DocumentType, FieldKind, field_catalog
from student_loans.understanding.fields.layout import DocumentLayout, Segment, Stretch, Token, overlap
from student_loans.understanding.fields.phrases import Match, PhraseIndex, words_of
from student_loans.understanding.fields.wordings import ENUMERATOR, Wordings, label_span

_GRAMMARS: dict[FieldKind, str] = {kind: kind.value for kind in FieldKind if kind is not FieldKind.WHOLE_NUMBER}
_PROSE = 6
_CHOICE_WORDS = frozenset({"fixed", "variable", "rate"})
_SHORTEST_WORD = 5
"""Shorter words that end in a point are abbreviations."""
_LAYOUTS_KEPT = 4
"""Number of layouts whose matches are cached: a document, and parts of it that are examined as pages."""
_WORDED = frozenset({"name", "choice"})
"""Grammars of values that may consist of words of labels: ``Borrower signature``."""
_TELLING = 3
"""A listed wording of so many words at the head of a cell says what the cell asks for, whatever follows it."""
DECOY = "decoy:"
"""Prefix of the pseudo-fields for values that no field needs."""


@dataclass(frozen=True, slots=True)
class LabelHit(Stretch):
    """A label on a page.

    Attributes:
        field: The field that it asks for, or ``decoy:<grammar>``.
        grammar: The grammar of the value that it asks for.
        tokens: The label's own tokens.
        words: Number of words: longer labels are stronger evidence.
        quality: 1.0 for a listed wording, less for misread words, the similarity for one that is not listed.
        stacked: Whether it runs over two lines.
        leads: Whether it begins its cell; ``5.`` or ``(b)`` may stand before it.
        behind: Whether it follows its value, as words of a sentence do.
    """

    field: str
    grammar: str
    tokens: tuple[Token, ...]
    words: int
    quality: float
    stacked: bool
    leads: bool
    behind: bool = False

    @property
    def decoy(self) -> bool:
        """Whether no type has a field for the label's value."""
        return self.field.startswith(DECOY)


class LabelVocabulary:
    """Every known wording with the fields that it may ask for.

    Args:
        wordings: Field or decoy to its wordings.
        by_type: Document type to field to wordings that mean the field on such a document only.
        behind: Field to wordings that follow their value in a sentence.
    """

    def __init__(
        self,
        wordings: Mapping[str, Iterable[str]],
        by_type: Mapping[DocumentType, Mapping[str, Iterable[str]]],
        behind: Mapping[str, Iterable[str]],
    ) -> None:
        self._fields: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for field, phrases in wordings.items():
            for phrase in phrases:
                words = words_of(phrase)
                if not words:
                    raise ConfigurationError(
                        ErrorCode.INVALID_SETTINGS, f"fields.yaml: {field} has a label without a word; remove it."
                    )
                self._fields[words].append(field)
        self._only: dict[DocumentType, dict[tuple[str, ...], list[str]]] = defaultdict(lambda: defaultdict(list))
        for document_type, fields in by_type.items():
            for field, phrases in fields.items():
                for phrase in phrases:
                    self._only[document_type][words_of(phrase)].append(field)
        self._behind: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for field, phrases in behind.items():
            for phrase in phrases:
                self._behind[words_of(phrase)].append(field)
        self._index_behind = PhraseIndex(self._behind)
        own = (words for meanings in self._only.values() for words in meanings)
        index = PhraseIndex([*self._fields, *own])
        # Cached, because the decision of the type and the search for fields use the same matches.
        self._matches = lru_cache(maxsize=_LAYOUTS_KEPT)(lambda layout: _longest(index.find(layout)))
        self._whatever_type = lru_cache(maxsize=_LAYOUTS_KEPT)(lambda layout: self._listed(layout, UNKNOWN_TYPE))
        self._wordings = Wordings({" ".join(words): fields for words, fields in self._fields.items()})
        self.words = frozenset(word for words in [*self._fields, *self._behind] for word in words)

    def find(self, layout: DocumentLayout, document_type: DocumentType) -> list[LabelHit]:
        """Labels of a document: listed wordings, then unlisted ones of nearly the same meaning."""
        listed = self._listed(layout, document_type)
        return listed + self._unlisted(layout, listed) + self._following(layout)

    def listed(self, layout: DocumentLayout) -> list[LabelHit]:
        """Labels worded as listed, whatever the document's type."""
        return list(self._whatever_type(layout))

    def fields_asked(self, layout: DocumentLayout) -> frozenset[str]:
        """Fields of the listed labels that begin their cells, whatever the document's type."""
        hits = self.listed(layout)
        return frozenset(hit.field for hit in hits if hit.leads and not hit.decoy)

    def _following(self, layout: DocumentLayout) -> list[LabelHit]:
        """Wordings that follow their value."""
        return [
            LabelHit(
                field, grammar_of(field), match.tokens, len(match.phrase), match.quality, False, False, behind=True
            )
            for match in _longest(self._index_behind.find(layout))
            for field in self._behind[match.phrase]
        ]

    def _unlisted(self, layout: DocumentLayout, listed: Sequence[LabelHit]) -> list[LabelHit]:
        """Cells that look like a label with an unlisted wording."""
        covered = frozenset(token for label in listed for token in label.tokens)
        headed = {label.tokens[0] for label in listed if label.words >= _TELLING}
        taken = _name_cells(layout, listed)
        running = {s.continuation for s in layout.segments if s.continuation is not None and len(s.tokens) >= _PROSE}
        spans = [
            span
            for segment in layout.segments
            if segment.index not in taken
            and segment.index not in running
            and (span := label_span(segment))
            and not covered.issuperset(span)
            and span[0] not in headed
        ]
        texts = [" ".join(words_of(" ".join(token.text for token in span))) for span in spans]
        hits = []
        for span, fields in zip(spans, self._wordings.nearest(texts), strict=True):
            for field, similarity in fields.items():
                hits.append(LabelHit(field, grammar_of(field), span, len(span), similarity, stacked=False, leads=True))
        return hits

    def _listed(self, layout: DocumentLayout, document_type: DocumentType) -> list[LabelHit]:
        """Labels worded as listed; of overlapping phrases, the longest counts."""
        hits: list[LabelHit] = []
        for match in self._matches(layout):
            if _ends_a_sentence(layout, match.tokens):
                continue
            stacked = len({layout.line_of(token) for token in match.tokens}) > 1
            leads = _leads(layout, match.tokens[0])
            own = self._only[document_type].get(match.phrase, ())
            for field in own or self._fields.get(match.phrase, ()):
                grammar = grammar_of(field)
                hits.append(LabelHit(field, grammar, match.tokens, len(match.phrase), match.quality, stacked, leads))
        heads = {(hit.tokens[0].segment, hit.grammar) for hit in hits if hit.leads and not hit.decoy}
        apart = [
            hit
            for hit in hits
            if (hit.tokens[0].segment, hit.grammar) not in heads or not _explains(layout, hit.tokens[0])
        ]
        return _first_of_cells(layout, apart)


def _ends_a_sentence(layout: DocumentLayout, tokens: Sequence[Token]) -> bool:
    """Whether a word is alone on a line, as the end of a sentence from the line above: ``a yearly / rate.``, in a box."""
    text = tokens[-1].text
    alone = len(tokens) == len(layout.segment_of(tokens[0]).tokens) == 1
    return alone and text.endswith(".") and len(text) >= _SHORTEST_WORD and text[0].islower()


def _leads(layout: DocumentLayout, token: Token) -> bool:
    """Whether a word begins its cell, apart from a number or letter of enumeration."""
    return all(ENUMERATOR.match(before.text) for before in layout.segment_of(token).tokens[: token.position])


def _first_of_cells(layout: DocumentLayout, hits: Sequence[LabelHit]) -> list[LabelHit]:
    """Labels without those after another label in a cell that holds only labels: ``Principal still owed`` asks for the first."""
    cells: dict[int, list[LabelHit]] = defaultdict(list)
    for hit in hits:
        if not hit.stacked:
            cells[hit.last.segment].append(hit)
    whole = {index: tuple(layout.segments[index].tokens) for index, own in cells.items() if _fill(layout, index, own)}
    return [
        hit if hit.stacked or hit.last.segment not in whole else replace(hit, tokens=whole[hit.last.segment])
        for hit in hits
        if hit.stacked or hit.leads or hit.last.segment not in whole
    ]


def _fill(layout: DocumentLayout, cell: int, labels: Sequence[LabelHit]) -> bool:
    """Whether a cell consists of several labels of one kind of number, the first of which leads."""
    grammars = {label.grammar for label in labels}
    several = len({label.tokens for label in labels}) > 1 and len(grammars) == 1 and grammars.isdisjoint(_WORDED)
    covered = {token for label in labels for token in label.tokens}
    return several and any(label.leads for label in labels) and covered.issuperset(layout.segments[cell].tokens)


def _explains(layout: DocumentLayout, token: Token) -> bool:
    """Whether a word is in brackets that explain the label before them: ``Origination fee (part of the loan amount)``."""
    before = layout.segment_of(token).tokens[: token.position + 1]
    opens = [index for index, each in enumerate(before) if each.text.startswith("(")]
    return (
        bool(opens) and opens[-1] > 0 and not any(each.text.rstrip(",.:").endswith(")") for each in before[opens[-1] :])
    )


def _name_cells(layout: DocumentLayout, listed: Iterable[LabelHit]) -> set[int]:
    """Segments beside or under a label that asks for words; such a segment is a value, not a label."""
    taken: set[int] = set()
    for label in listed:
        segment = layout.segment_of(label.last)
        whole = label.leads and label.last.position == len(segment.tokens) - 1
        if label.grammar not in ("name", "choice") or not whole:
            continue
        if neighbour := layout.right_neighbour(segment):
            taken.add(neighbour.index)
        for below in layout.lines[segment.line + 1 : segment.line + 2]:
            taken.update(s.index for s in below if s.page == segment.page and overlap(s, segment) > 0)
    return taken


def _longest(matches: list[Match]) -> list[Match]:
    """Drop matches whose words a longer match has."""
    owner: dict[Token, int] = {}
    kept = []
    for match in sorted(matches, key=lambda m: (-len(m.phrase), -m.quality)):
        if any(owner.get(token, 0) > len(match.phrase) for token in match.tokens):
            continue
        kept.append(match)
        for token in match.tokens:
            owner[token] = max(owner.get(token, 0), len(match.phrase))
    return kept


def grammar_of(field: str) -> str:
    """The grammar of a field's value, or of a decoy's."""
    if field.startswith(DECOY):
        return field.removeprefix(DECOY)
    entry = field_catalog().fields[field]
    return entry.grammar or _GRAMMARS[entry.kind]


@cache
def label_vocabulary() -> LabelVocabulary:
    """The vocabulary of the catalogue, loaded once.

    Raises:
        ConfigurationError: ``invalid_settings``: a label without a word.
    """
    file, catalog = fields_file(), field_catalog()
    wordings = {name: entry.wordings for name, entry in file.fields.items()}
    wordings |= {f"{DECOY}{grammar}": phrases for grammar, phrases in file.decoys.items()}
    by_type = {document_type: entry.wordings for document_type, entry in catalog.types.items()}
    return LabelVocabulary(wordings, by_type, {name: entry.behind for name, entry in file.fields.items()})


def labelled_tokens(labels: Iterable[LabelHit]) -> frozenset[Token]:
    """Tokens of labels that begin their cell, so they are not values. ``Brightwell Loan Servicing`` is a name."""
    return frozenset(token for label in labels if label.leads and not _is_choice(label) for token in label.tokens)


def _is_choice(label: LabelHit) -> bool:
    """Whether a label may also be a choice: ``Variable rate`` may describe the rate above it, or be the kind of rate."""
    return all(token.text.strip(".,:()").lower() in _CHOICE_WORDS for token in label.tokens)


def is_label(segment: Segment, labelled: frozenset[Token]) -> bool:
    """Whether a segment is mostly label words, so that it holds no value of a label beside it."""
    return sum(token in labelled for token in segment.tokens) >= 0.6 * len(segment.tokens)
