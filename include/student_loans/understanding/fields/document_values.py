"""Find every value that a document prints, in cells, columns and sentences, before values are assigned to fields."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from student_loans.understanding.fields.broken_dates import find_broken_dates
from student_loans.understanding.fields.joined_values import find_joined_values
from student_loans.understanding.fields.layout import DocumentLayout, Segment, Token
from student_loans.understanding.fields.money import ANOTHER_CURRENCY, speaks_of_another_currency
from student_loans.understanding.fields.sentences import Sentences
from student_loans.understanding.fields.ticks import unticked_terms
from student_loans.understanding.fields.values import Value, find_values
from student_loans.understanding.fields.wholeness import begins_with_label, left_over

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
_UNIT_BEHIND = re.compile(rf"per ?cent|%|{_UNIT.pattern}", re.IGNORECASE)
_BOX_NUMBER = re.compile(r"\d{1,2} [A-Z(]")
_PROSE_WORDS = 5
"""A line of at least so many words may end in the middle of a value."""
_PERCENT_AS_EIGHT = re.compile(r"\d{1,2}\.\d{2,3}8")
_OF_LABEL_OR_CODE = 0.3
_EXAMPLE = 0.6
"""Factor for values under a heading that announces examples."""


def read_values(layout: DocumentLayout, excluded: Collection[Token] = ()) -> list[Value]:
    """Every value that may belong to the document's loan, whole or with a reason why it may not be whole.

    Args:
        layout: The document's words.
        excluded: Words of tables, whose values are read separately.
    """
    joined = [*find_joined_values(layout), *find_broken_dates(layout)]
    parts = {(value.grammar, token) for value in joined for token in value.tokens}
    found = [*joined, *_values_of_segments(layout, parts), *_values_over_lines(layout)]
    examples, sentences, foreign = (
        _example_lines(layout),
        Sentences(layout),
        speaks_of_another_currency(" ".join(segment.text for segment in layout.segments)),
    )
    values = []
    for value in found:
        line = layout.line_of(value.first)
        if value.first in excluded:
            continue
        doubt = ANOTHER_CURRENCY if foreign and value.grammar == "money" else value.doubt
        stated = sentences.of(value.first) is not None
        aside = sentences.aside(value.tokens, value.grammar)
        penalty = _EXAMPLE if line in examples else 1.0
        values.append(replace(value, penalty=penalty, doubt=doubt, in_sentence=stated, aside=aside))
    return values


def _values_of_segments(layout: DocumentLayout, parts: Collection[tuple[str, Token]]) -> Iterator[Value]:
    """Values within one segment that are not part of a joined value."""
    numbered = _numbered_boxes(layout)
    unticked = {place for row in layout.lines for place in unticked_terms(row)}
    percent_signs = any("%" in segment.text for segment in layout.segments)
    for segment in layout.segments:
        number_ends = _end_of_number(segment, numbered)
        for reading in find_values(segment.text, layout.date_order()):
            tokens = tuple(segment.tokens_between(reading.start, reading.end))
            if not tokens or any((reading.grammar, token) in parts for token in tokens):
                continue
            if reading.end <= number_ends:
                continue  # the number of a box: "16. Installment amount"
            if reading.grammar == "term" and (segment.index, reading.start) in unticked:
                continue  # a choice that is not ticked: "5 years [X] 10 years"
            if reading.grammar == "term" and reading.end == len(segment.text) and _unit_follows(layout, segment):
                continue  # "in 20 / years": read whole from both lines
            raw = segment.text[reading.start : reading.end]
            rate = reading.grammar == "rate" and percent_signs
            value = _without_percent_sign(reading.value, raw, tokens) if rate else reading.value
            doubt = reading.doubt or left_over(layout, segment, reading)
            # "ID 4471 0098" is a label and a number, "DL 70 0918" a number: only what is around it can tell.
            labelled = reading.grammar == "identifier" and begins_with_label(raw)
            strictness = min(reading.strictness, _OF_LABEL_OR_CODE) if labelled else reading.strictness
            yield Value(reading.grammar, value, raw, tokens, strictness, doubt=doubt)


def _unit_follows(layout: DocumentLayout, segment: Segment) -> bool:
    """Whether the next line begins with the unit of the number that ends this one."""
    following = layout.next_line(segment) if len(segment.tokens) >= _PROSE_WORDS else None
    return following is not None and _UNIT.match(following.text) is not None


def _numbered_boxes(layout: DocumentLayout) -> frozenset[int]:
    """Segments that begin with a box number, in a form that numbers its labels: ``20 Repayment term``, ``21 Pay``."""
    numbers = {
        segment.index: (segment.page, int(segment.tokens[0].text))
        for segment in layout.segments
        if len(segment.tokens) > 1 and _BOX_NUMBER.match(segment.text)
    }
    known = set(numbers.values())
    return frozenset(
        index
        for index, (page, n) in numbers.items()
        if ((page, n - 1) in known and ((page, n + 1) in known or n > 2)) or {(page, n + 1), (page, n + 2)} <= known
    )


def _end_of_number(segment: Segment, numbered: Collection[int]) -> int:
    """The end of a box number at the head of a segment; 0 if there is none."""
    if match := _ENUMERATED.match(segment.text):
        return match.end()
    return len(segment.tokens[0].text) if segment.index in numbered else 0


def _without_percent_sign(value: str, raw: str, tokens: Sequence[Token]) -> str:
    """Correct a rate whose percent sign OCR read as an eight: ``7.098`` for ``7.09%``."""
    misread = _PERCENT_AS_EIGHT.fullmatch(raw) and min(token.word.confidence for token in tokens) < 1.0
    return value[:-1] if misread else value


def _values_over_lines(layout: DocumentLayout) -> Iterator[Value]:
    """Dates, terms and rates that go on behind the end of a line of prose or of a blank that was filled in."""
    for segment in layout.segments:
        if len(segment.tokens) >= _PROSE_WORDS and (following := layout.next_line(segment)):
            yield from _broken_values(layout, segment, following)
        behind = layout.right_neighbour(segment) if segment.text[-1].isdigit() else None
        if behind is not None and _UNIT_BEHIND.match(behind.text):
            yield from _broken_values(layout, segment, behind)


def _broken_values(layout: DocumentLayout, segment: Segment, following: Segment) -> Iterator[Value]:
    tokens = segment.tokens[-3:] + following.tokens[:3]
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
            raw = text[reading.start : reading.end]
            yield Value(reading.grammar, reading.value, raw, inside, reading.strictness, doubt=reading.doubt)


def _example_lines(layout: DocumentLayout) -> set[int]:
    """Lines under a heading that announces examples; their values do not belong to this loan."""
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
