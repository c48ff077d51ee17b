"""The places where a document names the kind of rate, the kind of loan or its year, for the model to weigh."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Sequence

from student_loans.understanding.fields.assignment import Candidate
from student_loans.understanding.fields.choices import (
    LEAST_OF_YEAR,
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

_MOST = 40
"""Places of one field, at most: terms of many pages repeat a word on each."""


def choice_values(
    layout: DocumentLayout,
    labels: Sequence[LabelHit],
    labelled: frozenset[Token],
    wanted: Collection[str],
    rate: Candidate | None,
) -> list[tuple[Value, float]]:
    """What may be the value of a choice or a year, with the score of the rules.

    The one that the rules find is the only one. Where they find none, and no statement, label or row of boxes says that there is
    none to find, every mention may be it; their score is zero.

    Args:
        layout: The document's words.
        labels: Its labels.
        labelled: Words of labels.
        wanted: Fields of the type.
        rate: The value that fits best for the interest rate by its label.
    """
    found: list[Candidate] = []
    for field in CHOICES:
        if field not in wanted:
            continue
        if field == "tax_year":
            ruled, others = find_tax_year(layout), tax_years(layout)
            others = (
                [] if any(year.score >= LEAST_OF_YEAR for year in others) else others
            )  # several have the same claim
        elif field == "rate_type":
            ruled = find_rate_type(layout, rate, labels, labelled)
            contradict = rate_statements(layout, rate, labels, labelled) if ruled is None else ()
            others = [] if contradict else _mentions(layout, field, labels)
        else:
            ruled, others = find_loan_type(layout, labels, labelled), _mentions(layout, field, labels)
        found += [ruled] if ruled else others
    return [(Value(c.field, c.value, c.raw, c.tokens, 1.0, doubt=c.doubt), c.score) for c in found]


def _mentions(layout: DocumentLayout, field: str, labels: Iterable[LabelHit]) -> list[Candidate]:
    """Mentions of a choice that no label and no box asks for."""
    asked = [label for label in labels if label.field == field]
    if any(label.leads for label in asked) or boxes_of(layout, field)[0]:
        return []
    return list(itertools.islice(find_mentions(layout, field, asked), _MOST))
