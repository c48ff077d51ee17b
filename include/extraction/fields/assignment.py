"""One assignment of a document's values to fields: by grammar, label, place, and each value used once."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from include.extraction.fields.broken_dates import find_broken_dates
from include.extraction.fields.labels import LabelHit
from include.extraction.fields.layout import DocumentLayout, Segment, Token
from include.extraction.fields.pairing import Value, place_score
from include.extraction.fields.ticks import unticked_terms
from include.extraction.fields.values import find_values

MINIMUM_SCORE = 0.25
_EXAMPLES = re.compile(
    r"(?<![.\w@])(?:examples?|alternatives?|sample|hypothetical|federal direct|repayment options?|"
    r"assum(?:es|ing|ptions?))\b",
    re.IGNORECASE,
)
_EXAMPLE_SENTENCE = re.compile(
    r"(?:for )?examples?[:,]|sample costs?\b|if you borrow(?:ed)?\b|suppose\b|assume\b", re.IGNORECASE
)
_EXAMPLE_LINES = 3
_ENUMERATED = re.compile(r"\d{1,2}[.)](?=\s+[A-Za-z]{2})")
_UNIT = re.compile(r"(?:months?|years?|yrs?|payments|installments)\b", re.IGNORECASE)
_BOX_NUMBER = re.compile(r"\d{1,2} [A-Z(]")
_PERSON = re.compile(
    r"(?P<cosigner>co-?\s?(?:signer|borrower|maker|applicant))|borrower|applicant|student|maker", re.IGNORECASE
)
_HEADING_LINES = 4
_PROSE_WORDS = 5
"""A line of at least so many words may end in the middle of a value."""
_OF_COSIGNER = 0.6
"""Factor for the social security number of a part of the form that is the cosigner's."""
_PERCENT_AS_EIGHT = re.compile(r"\d{1,2}\.\d{2,3}8")
_OTHER_GRAMMAR_BETWEEN, _SAME_GRAMMAR_BETWEEN = 0.75, 0.35


@dataclass(frozen=True, slots=True)
class Candidate:
    """A value for a field, with what speaks for it.

    Attributes:
        score: Evidence in [0, 1], not yet a probability.
        margin: Distance to the best other value for the field.
        label: The label that asks for it, when one does.
    """

    field: str
    value: str
    raw: str
    tokens: tuple[Token, ...]
    score: float
    margin: float = 1.0
    label: LabelHit | None = None
    alternatives: tuple[Candidate, ...] = ()
    doubt: str | None = None


def read_values(layout: DocumentLayout, excluded_lines: Collection[int] = ()) -> list[Value]:
    """Every value of the document, also those that a line's end breaks in prose."""
    examples = _example_lines(layout)
    numbered = _numbered_boxes(layout)
    unticked = {place for row in layout.lines for place in unticked_terms(row)}
    percent_signs = any("%" in segment.text for segment in layout.segments)
    found: list[Value] = []
    broken = {date.segment: date for date in find_broken_dates(layout)}
    for segment in layout.segments:
        if segment.line in excluded_lines:
            continue
        penalty = 0.6 if segment.line in examples else 1.0
        date = broken.get(segment.index)
        if date is not None:
            found.append(Value("date", date.value, date.raw, date.tokens, date.strictness, penalty, date.doubt))
        number_ends = _end_of_number(segment, numbered)
        for reading in find_values(segment.text, layout.date_order()):
            if date and reading.grammar == "date" and reading.end == len(segment.text):
                continue  # "03/31/20" over "25": read whole above
            if reading.end <= number_ends:
                continue  # the number of a box: "16. Installment amount"
            if reading.grammar == "term" and (segment.index, reading.start) in unticked:
                continue  # a choice that was not taken: "5 years [X] 10 years"
            if reading.grammar == "term" and reading.end == len(segment.text) and _unit_follows(layout, segment):
                continue  # "in 20 / years": read whole below
            tokens = tuple(segment.tokens_between(reading.start, reading.end))
            raw = segment.text[reading.start : reading.end]
            if tokens:
                rate = reading.grammar == "rate" and percent_signs
                value = _without_percent_sign(reading.value, raw, tokens) if rate else reading.value
                found.append(Value(reading.grammar, value, raw, tokens, reading.strictness, penalty))
        found.extend(_broken_values(layout, segment, penalty))
    return found


def _unit_follows(layout: DocumentLayout, segment: Segment) -> bool:
    """Whether the next line begins with the unit of the number that ends this one."""
    prose = segment.continuation is not None and len(segment.tokens) >= _PROSE_WORDS
    following = layout.segments[segment.continuation] if prose and segment.continuation is not None else None
    return following is not None and _UNIT.match(following.text) is not None


def _numbered_boxes(layout: DocumentLayout) -> frozenset[int]:
    """Segments that begin with the number of a box, as where a form counts its labels: ``20 Repayment term``, ``21 Pay``."""
    numbers = {
        segment.index: (segment.page, int(segment.tokens[0].text))
        for segment in layout.segments
        if len(segment.tokens) > 1 and _BOX_NUMBER.match(segment.text)
    }
    known = set(numbers.values())
    return frozenset(
        index for index, (page, n) in numbers.items() if (page, n - 1) in known and ((page, n + 1) in known or n > 2)
    )


def _end_of_number(segment: Segment, numbered: Collection[int]) -> int:
    """Where the number of a box ends at the head of a segment; 0 where there is none."""
    if match := _ENUMERATED.match(segment.text):
        return match.end()
    return len(segment.tokens[0].text) if segment.index in numbered else 0


def _without_percent_sign(value: str, raw: str, tokens: Sequence[Token]) -> str:
    """A rate whose percent sign a reader took for an eight, as it was printed: ``7.098`` for ``7.09%``."""
    misread = _PERCENT_AS_EIGHT.fullmatch(raw) and min(token.word.confidence for token in tokens) < 1.0
    return value[:-1] if misread else value


def _broken_values(layout: DocumentLayout, segment: Segment, penalty: float) -> Iterable[Value]:
    """Dates and terms that begin at the end of a line of prose and end on the next."""
    if segment.continuation is None or len(segment.tokens) < _PROSE_WORDS:
        return
    tokens = segment.tokens[-3:] + layout.segments[segment.continuation].tokens[:3]
    text = " ".join(token.text for token in tokens)
    cut = len(" ".join(token.text for token in segment.tokens[-3:]))
    starts = [len(" ".join(t.text for t in tokens[:i])) + (i > 0) for i in range(len(tokens))]
    for reading in find_values(text, layout.date_order()):
        if reading.start < cut < reading.end and reading.grammar in ("date", "term", "rate"):
            inside = tuple(
                token
                for token, start in zip(tokens, starts, strict=True)
                if start < reading.end and reading.start < start + len(token.text)
            )
            yield Value(
                reading.grammar, reading.value, text[reading.start : reading.end], inside, reading.strictness, penalty
            )


def _example_lines(layout: DocumentLayout) -> set[int]:
    """Lines under a heading that announces examples: their values are not this loan's."""
    lines: set[int] = set()
    for line in layout.lines:
        for segment in line:
            if _EXAMPLE_SENTENCE.match(segment.text):
                lines.update(range(segment.line, segment.line + _EXAMPLE_LINES))
            if (
                len(segment.tokens) <= 9
                and _EXAMPLES.search(segment.text)
                and segment.height > 0.9 * layout.text_height
            ):
                bottom = segment.y1 + 14 * layout.text_height
                for later in layout.lines[segment.line : segment.line + 16]:
                    if later[0].page == segment.page and later[0].y0 < bottom:
                        lines.add(later[0].line)
    return lines


def assign(
    layout: DocumentLayout, labels: Sequence[LabelHit], values: Sequence[Value], fields: Collection[str]
) -> dict[str, Candidate]:
    """The best value of each field; a value goes to one field, and labels of other fields take theirs first."""
    asked = {label.tokens for label in labels if label.field in fields}
    # A wording that asks for several fields asks for the one that this type of document has.
    meant = [label for label in labels if label.field in fields or label.decoy or label.tokens not in asked]
    pairs = _score_pairs(layout, meant, values)
    taken: dict[tuple[str, Token, Token], str] = {}
    chosen: dict[str, Candidate] = {}
    others: dict[str, list[Candidate]] = defaultdict(list)
    for score, label, value in pairs:
        if score < MINIMUM_SCORE:
            break
        key = (value.grammar, value.tokens[0], value.tokens[-1])
        candidate = Candidate(label.field, value.value, value.raw, value.tokens, score, label=label)
        if key in taken:
            if taken[key] != label.field and label.field in chosen:
                others[label.field].append(candidate)
            continue
        if label.field in chosen:
            others[label.field].append(candidate)
            continue
        taken[key] = label.field
        if label.field in fields:
            chosen[label.field] = candidate
    return {field: _with_margin(candidate, others[field]) for field, candidate in chosen.items()}


def _with_margin(candidate: Candidate, others: Sequence[Candidate]) -> Candidate:
    """Note how far the best other value stands behind."""
    rivals = [other for other in others if other.value != candidate.value]
    margin = candidate.score - max((rival.score for rival in rivals), default=0.0)
    return Candidate(
        candidate.field, candidate.value, candidate.raw, candidate.tokens, candidate.score, margin, candidate.label,
        tuple(rivals[:4]),
    )  # fmt: skip


def _score_pairs(
    layout: DocumentLayout, labels: Sequence[LabelHit], values: Sequence[Value]
) -> list[tuple[float, LabelHit, Value]]:
    by_grammar: dict[str, list[Value]] = defaultdict(list)
    for value in values:
        by_grammar[value.grammar].append(value)
    on_line: dict[int, list[LabelHit]] = defaultdict(list)
    for label in labels:
        on_line[layout.line_of(label.tokens[0])].append(label)
    pairs = []
    for label in labels:
        label_line = layout.line_of(label.last)
        own = frozenset(label.tokens)
        wording = 0.5 + 0.5 * min(1.0, 0.55 + 0.15 * label.words)
        if label.field == "borrower_ssn_last4" and _of_cosigner(layout, label):
            wording *= _OF_COSIGNER
        for value in by_grammar[label.grammar]:
            if abs(layout.line_of(value.first) - label_line) > 8 or not own.isdisjoint(value.tokens):
                continue
            place = place_score(layout, label, value)
            if place <= 0.15:
                continue
            score = place * wording * label.quality * (0.6 + 0.4 * value.strictness) * value.penalty
            if layout.line_of(value.first) == label_line:
                score *= _interruption(label, value, on_line[label_line])
            # The same label twice: the first is the heading fact, later ones are legal text and tables.
            score -= 0.0002 * min(100, label_line)
            pairs.append((score, label, value))
    pairs.sort(key=lambda pair: -pair[0])
    return pairs


def _of_cosigner(layout: DocumentLayout, label: LabelHit) -> bool:
    """Whether the person named last before a label, on its line or in a heading over it, is the cosigner."""
    line = layout.line_of(label.tokens[0])
    before = " ".join(segment.text for segment in layout.lines[line] if segment.x0 < label.x0)
    above = [" ".join(segment.text for segment in each) for each in layout.lines[max(0, line - _HEADING_LINES) : line]]
    for text in (before, *reversed(above)):
        if people := list(_PERSON.finditer(text)):
            return people[-1]["cosigner"] is not None
    return False


def _interruption(label: LabelHit, value: Value, line_labels: Sequence[LabelHit]) -> float:
    """Factor below 1 when another label stands between a label and the value after it."""
    factor = 1.0
    for other in line_labels:
        if (
            label.last.x1 <= other.tokens[0].x0 < value.x0
            and other.last.x1 <= value.x0 + 1
            and other.grammar not in ("choice", "name")
        ):
            factor = min(factor, _SAME_GRAMMAR_BETWEEN if other.grammar == label.grammar else _OTHER_GRAMMAR_BETWEEN)
    return factor
