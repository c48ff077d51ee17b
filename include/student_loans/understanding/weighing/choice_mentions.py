"""Every place where a document names the kind of rate, the kind of loan or a year: values whose place says what they are of."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Sequence

from student_loans.understanding.fields.assignment import Candidate
from student_loans.understanding.fields.choices import (
    boxes_of,
    find_loan_type,
    find_rate_type,
    find_tax_year,
    find_years,
    word_of,
)
from student_loans.understanding.fields.labels import LabelHit
from student_loans.understanding.fields.layout import DocumentLayout, Token
from student_loans.understanding.fields.values import Value
from student_loans.understanding.weighing.known import CHOICES

_MOST = 40
"""Places of one field, at most: terms of many pages repeat a word on each."""
_YEAR = "tax_year"
_PLUS = "plus"


def find_mentions(
    layout: DocumentLayout,
    labels: Sequence[LabelHit],
    labelled: frozenset[Token],
    wanted: Collection[str],
    rate: Candidate | None,
) -> list[tuple[Value, float]]:
    """The places with the score of the rules: theirs has one, the others have zero.

    Where a form has boxes to tick, only the ticked one is a value.

    Args:
        layout: The document's words.
        labels: Its labels.
        labelled: Words of labels.
        wanted: Fields of the type.
        rate: The value that fits best for the interest rate by its label.
    """
    rules = {
        "rate_type": lambda: find_rate_type(layout, rate, labels, labelled),
        "loan_type": lambda: find_loan_type(layout, labels, labelled),
        _YEAR: lambda: find_tax_year(layout),
    }
    found = []
    for field in CHOICES:
        if field not in wanted:
            continue
        ruled, places = rules[field](), list(itertools.islice(_places(layout, field), _MOST))
        if ruled is not None:
            places = [place for place in places if set(place.tokens).isdisjoint(ruled.tokens)]
            found.append((Value(field, ruled.value, ruled.raw, ruled.tokens, 1.0, doubt=ruled.doubt), ruled.score))
        found += [(place, 0.0) for place in places]
    return found


def _places(layout: DocumentLayout, field: str) -> Iterator[Value]:
    if field == _YEAR:
        for line in layout.lines:
            for year, tokens in find_years(line):
                yield Value(field, year, " ".join(token.text for token in tokens), tokens, 1.0)
        return
    offered, _ = boxes_of(layout, field)
    value_of = word_of(field)
    for segment in () if offered else layout.segments:
        for token in segment.tokens:
            value = value_of(token.text)
            if value and not (value == _PLUS and token.text.islower()):
                yield Value(field, value, token.text, (token,), 1.0)
