"""The places where a document names the kind of rate, the kind of loan or its year, for the model to weigh."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence
from dataclasses import replace

from student_loans.understanding.fields.assignment import Candidate
from student_loans.understanding.fields.choices import (
    PLAINLY,
    find_loan_type,
    find_mentions,
    find_rate_type,
    find_tax_year,
    tax_years,
)
from student_loans.understanding.fields.labels import LabelHit
from student_loans.understanding.fields.layout import DocumentLayout, Token
from student_loans.understanding.fields.values import Value
from student_loans.understanding.weighing.known import CHOICES

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
            ruled, others = find_tax_year(layout), [(year, year.score) for year in tax_years(layout)]
        elif field == "rate_type":
            ruled, others = find_rate_type(layout, rate, labels, labelled), _mentions(layout, field, labels)
        else:
            ruled, others = find_loan_type(layout, labels, labelled), _mentions(layout, field, labels)
        own = frozenset(ruled.tokens) if ruled else frozenset()
        found += [(ruled, PLAINLY)] if ruled else []
        found += [(replace(other, score=0.0), use) for other, use in others if own.isdisjoint(other.tokens)]
    return [(Value(c.field, c.value, c.raw, c.tokens, use, doubt=c.doubt), c.score) for c, use in found]


def _mentions(layout: DocumentLayout, field: str, labels: Sequence[LabelHit]) -> list[tuple[Candidate, float]]:
    return list(itertools.islice(find_mentions(layout, field, labels), _MOST))
