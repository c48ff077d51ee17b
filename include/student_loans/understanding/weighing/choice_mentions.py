"""The places where a document names the kind of rate, the kind of loan or its year, for the model to weigh."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence
from dataclasses import replace

from student_loans.understanding.fields.assignment import Candidate
from student_loans.understanding.fields.choices import (
    AS_ONE_OF_SEVERAL,
    PLAINLY,
    boxes_of,
    find_loan_type,
    find_mentions,
    find_rate_type,
    find_tax_year,
    rate_statements,
    tax_years,
)
from student_loans.understanding.fields.labels import LabelHit
from student_loans.understanding.fields.layout import DocumentLayout, Token
from student_loans.understanding.fields.values import Value
from student_loans.understanding.weighing.known import CHOICES

_ASKED_FOR = 0.55
"""Score of a year beside the words ``tax year``; two such years are those of two papers or of a comparison."""
_MOST = 40
"""Places of one field, at most: terms of many pages repeat a word on each."""


def choice_values(
    layout: DocumentLayout,
    labels: Sequence[LabelHit],
    labelled: frozenset[Token],
    wanted: Collection[str],
    rate: Candidate | None,
) -> list[tuple[Value, float]]:
    """What may be the value of a choice or a year, with the score of the rules; it is zero where they do not find it.

    The strictness of a year is its score; that of a choice says how it is used (see :data:`~.choices.PLAINLY`): where boxes,
    a label or statements that contradict each other say that there is none to find, every mention is one of several.

    Args:
        layout: The document's words.
        labels: Its labels.
        labelled: Words of labels.
        wanted: Fields of the type.
        rate: The value that fits best for the interest rate by its label.
    """
    found: list[tuple[Candidate, float]] = []
    for field in CHOICES:
        if field not in wanted:
            continue
        if field == "tax_year":
            ruled, years = find_tax_year(layout), tax_years(layout)
            asked_for = {year.value for year in years if year.score >= _ASKED_FOR}
            others = [(year, AS_ONE_OF_SEVERAL if len(asked_for) > 1 else year.score) for year in years]
        elif field == "rate_type":
            ruled = find_rate_type(layout, rate, labels, labelled)
            contradict = ruled is None and len(rate_statements(layout, rate, labels, labelled)) > 1
            others = _mentions(layout, field, labels, asked=contradict)
        else:
            ruled, others = find_loan_type(layout, labels, labelled), _mentions(layout, field, labels)
        own = frozenset(ruled.tokens) if ruled else frozenset()
        found += [(ruled, PLAINLY)] if ruled else []
        found += [(replace(other, score=0.0), use) for other, use in others if own.isdisjoint(other.tokens)]
    return [(Value(c.field, c.value, c.raw, c.tokens, use, doubt=c.doubt), c.score) for c, use in found]


def _mentions(
    layout: DocumentLayout, field: str, labels: Sequence[LabelHit], *, asked: bool = False
) -> list[tuple[Candidate, float]]:
    """The mentions of a choice with their use."""
    asked = asked or any(label.field == field and label.leads for label in labels) or boxes_of(layout, field)[0]
    found = itertools.islice(find_mentions(layout, field, labels), _MOST)
    return [(candidate, AS_ONE_OF_SEVERAL if asked else use) for candidate, use in found]
