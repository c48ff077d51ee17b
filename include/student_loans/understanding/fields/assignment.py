"""How well labels fit values: by grammar, wording and place."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from student_loans.understanding.fields.labels import LabelHit
from student_loans.understanding.fields.layout import DocumentLayout, Token
from student_loans.understanding.fields.placing import fit
from student_loans.understanding.fields.values import Value

_PERSON = re.compile(
    r"(?P<cosigner>co-?\s?(?:signer|borrower|maker|applicant))|borrower|applicant|student|maker", re.IGNORECASE
)
_HEADING_LINES = 4
_OF_COSIGNER = 0.6
"""Factor for the social security number of a part of the form that is the cosigner's."""
_OTHER_GRAMMAR_BETWEEN, _SAME_GRAMMAR_BETWEEN = 0.75, 0.35


@dataclass(frozen=True, slots=True)
class Candidate:
    """A value for a field, with what speaks for it.

    Attributes:
        score: Evidence in [0, 1], not yet a probability.
        margin: Distance to the best other value for the field.
        label: The label that asks for it, when one does.
        doubt: Why the value may not be the whole of what is printed; a reviewer reads it, so it holds no value.
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


def score_pairs(
    layout: DocumentLayout, labels: Sequence[LabelHit], values: Sequence[Value], fields: Collection[str]
) -> list[tuple[float, LabelHit, Value]]:
    """How well labels fit values by wording, place and grammar, best first.

    Args:
        layout: The document's words.
        labels: Its labels.
        values: Its values.
        fields: Fields of the document's type: a wording that asks for several fields asks for the one of these.
    """
    asked = {label.tokens for label in labels if label.field in fields}
    meant = [label for label in labels if label.field in fields or label.decoy or label.tokens not in asked]
    # One word in the middle of a text takes nothing away: "Old Quay Savings Bank" is no savings account.
    meant = [label for label in meant if not label.decoy or label.leads or label.words > 1]
    return _score_pairs(layout, meant, values)


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
            place = fit(layout, label, value)
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
            label.last.x1 <= other.tokens[0].x0 < value.first.x0
            and other.last.x1 <= value.first.x0 + 1
            and other.grammar not in ("choice", "name")
        ):
            factor = min(factor, _SAME_GRAMMAR_BETWEEN if other.grammar == label.grammar else _OTHER_GRAMMAR_BETWEEN)
    return factor
