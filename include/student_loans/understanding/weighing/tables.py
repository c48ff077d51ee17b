"""The features of every pair of a field and what may be its value: numbers for the fitted trees, without the texts' meaning."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from student_loans.records import DocumentType, field_catalog
from student_loans.understanding.fields.labels import DECOY
from student_loans.understanding.fields.layout import DocumentLayout
from student_loans.understanding.fields.organisations import compact
from student_loans.understanding.fields.sentences import ASIDES
from student_loans.understanding.fields.values import Value
from student_loans.understanding.weighing.contexts import Context
from student_loans.understanding.weighing.known import (
    CHOICES,
    GRAMMARS,
    classes,
    document_types,
    grammar_of_value,
    name_fields,
    value_fields,
)
from student_loans.understanding.weighing.options import NameOption, Scores, ValueOption, place_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

_FARTHEST = (60.0, 20.0, 20.0)
_MILLENNIUM = 2000


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """The pairs of a document's fields and options of one kind.

    Attributes:
        fields: Field of each row.
        options: Index of the option of each row.
        base: Features of each row, (rows, features).
        texts: Texts around each option, one for each slot.
        prose: Whether each option stands in running text.
        names: The text of each option; empty for values, whose digits say nothing.
        same: Groups of options with one value, for groups of more than one.
    """

    fields: tuple[str, ...]
    options: tuple[int, ...]
    base: Numbers
    texts: tuple[tuple[str, ...], ...]
    prose: tuple[bool, ...]
    names: tuple[str, ...]
    same: tuple[tuple[int, ...], ...]


def value_table(
    layout: DocumentLayout, options: Sequence[ValueOption], document_type: DocumentType, wanted: Iterable[str]
) -> Table:
    """The pairs of values and fields of one grammar."""
    fields = [name for name in value_fields() if name in set(wanted)]
    groups = _groups([(option.value.grammar, option.value.value) for option in options])
    labels = _LabelFits([(option.labelled, option.value.value) for option in options])
    numbers = _ValueNumbers([option.value for option in options])
    rows: list[list[float]] = []
    pairs: list[tuple[str, int]] = []
    for index, option in enumerate(options):
        value = option.value
        own = [name for name in fields if grammar_of_value(name) == value.grammar]
        if not own:
            continue
        group = groups[value.grammar, value.value]
        base = [
            _number_of_type(document_type),
            *_of_context(option.context),
            *place_of(layout, value),
            len(group),
            group.index(index),
            option.apart,
            option.supposed,
            *numbers.of(value),
        ]
        for name in own:
            rows.append([classes().index(name), *base, *labels.of(name, index)])
            pairs.append((name, index))
    return _table(rows, pairs, [option.context for option in options], [""] * len(options), groups)


def name_table(
    layout: DocumentLayout, options: Sequence[NameOption], document_type: DocumentType, wanted: Iterable[str]
) -> Table:
    """The pairs of names and fields for names."""
    fields = [name for name in name_fields() if name in set(wanted)]
    keys = [compact(option.span.value) for option in options]
    groups = _groups(keys)
    labels = _LabelFits([(option.labelled, key) for option, key in zip(options, keys, strict=True)])
    longer = _within_longer(options)
    rows: list[list[float]] = []
    pairs: list[tuple[str, int]] = []
    for index, option in enumerate(options):
        group = groups[keys[index]]
        base = [
            _number_of_type(document_type),
            *_of_context(option.context),
            *place_of(layout, option.span),
            len(group),
            group.index(index),
            longer[index],
            *option.looks,
        ]
        for name in fields:
            rows.append([classes().index(name), *base, *labels.of(name, index)])
            pairs.append((name, index))
    return _table(
        rows, pairs, [option.context for option in options], [option.span.value for option in options], groups
    )


def _table(
    rows: Sequence[Sequence[float]],
    pairs: Sequence[tuple[str, int]],
    contexts: Sequence[Context],
    names: Sequence[str],
    groups: Mapping[Hashable, Sequence[int]],
) -> Table:
    import numpy as np

    return Table(
        tuple(name for name, _ in pairs),
        tuple(index for _, index in pairs),
        np.array(rows, np.float64),
        tuple(context.texts for context in contexts),
        tuple(context.prose for context in contexts),
        tuple(names),
        tuple(tuple(group) for group in groups.values() if len(group) > 1),
    )


def _number_of_type(document_type: DocumentType) -> int:
    """The type's number in the model; -1 for a type that was added since."""
    known = document_types()
    return known.index(document_type) if document_type in known else -1


def _groups(keys: Sequence[Hashable]) -> dict[Hashable, list[int]]:
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for index, key in enumerate(keys):
        groups[key].append(index)
    return groups


def _of_context(context: Context) -> list[float]:
    gaps = (context.left_gap, context.above_gap, context.below_gap)
    return [
        context.prose,
        context.column,
        context.column_place,
        context.line_values,
        context.total,
        *(min(gap, most) for gap, most in zip(gaps, _FARTHEST, strict=True)),
    ]


class _LabelFits:
    """How well labels fit, beside the best fit of other options.

    Args:
        options: For each option its fits by field, and its value.
    """

    def __init__(self, options: Sequence[tuple[Scores, str]]) -> None:
        self._options = options
        self._best: dict[str, list[tuple[float, str]]] = defaultdict(list)
        for scores, value in options:
            for name, score in scores.items():
                self._best[name].append((score, value))
        for name in self._best:
            self._best[name].sort(reverse=True)

    def of(self, name: str, index: int) -> list[float]:
        """Fit for a field, for other fields, for what is no field, and that of another value for the field."""
        scores, value = self._options[index]
        own = scores.get(name, 0.0)
        others = [score for field, score in scores.items() if field != name and not field.startswith(DECOY)]
        decoys = [score for field, score in scores.items() if field.startswith(DECOY)]
        rival = next((score for score, other in self._best.get(name, ()) if other != value), 0.0)
        return [own, max(others, default=0.0), max(decoys, default=0.0), rival, own > rival]


class _ValueNumbers:
    """What a value is among those of its document."""

    def __init__(self, values: Sequence[Value]) -> None:
        self._counts = Counter(value.grammar for value in values)
        self._different = Counter(grammar for grammar, _ in {(value.grammar, value.value) for value in values})
        self._largest = max((float(v.value) for v in values if v.grammar == "money"), default=1.0)
        dates = sorted({value.value for value in values if value.grammar == "date"})
        self._dates = {date: place / max(1, len(dates) - 1) for place, date in enumerate(dates)}

    def of(self, value: Value) -> list[float]:
        """Grammar, how and where it is printed, how many there are, and up to four numbers that depend on the grammar."""
        return [
            GRAMMARS.index(value.grammar) if value.grammar in GRAMMARS else -1,
            value.strictness,
            value.penalty,
            value.in_sentence,
            ASIDES.index(value.aside),
            value.doubt is not None,
            self._counts[value.grammar],
            self._different[value.grammar],
            value.raw.startswith("$"),
            *self._own(value),
        ]

    def _own(self, value: Value) -> tuple[float, ...]:
        text = value.value
        if value.grammar == "money":
            amount = float(text)
            return math.log10(abs(amount) + 1), amount == 0, amount < 0, amount / max(1.0, self._largest)
        if value.grammar == "date":
            return self._dates[text], len(self._dates), int(text[:4]) - 2000, 0.0
        if value.grammar in ("rate", "term"):
            return float(text), float(text) % 12 == 0, 0.0, 0.0
        if value.grammar in CHOICES:
            choices = field_catalog().choices.get(value.grammar, ())
            number = choices.index(text) if text in choices else float(text) - _MILLENNIUM
            return number, len(value.tokens), value.first.text[:1].isupper(), 0.0
        return len(text), sum(map(str.isdigit, text)) / max(1, len(text)), "-" in value.raw, 0.0


def _within_longer(options: Sequence[NameOption]) -> list[int]:
    """For each name, the number of longer ones that hold all its words."""
    holding: dict[int, list[int]] = defaultdict(list)
    tokens = [frozenset(map(id, option.span.tokens)) for option in options]
    for index, own in enumerate(tokens):
        for token in own:
            holding[token].append(index)
    return [
        sum(tokens[index] < tokens[other] for other in set(holding[id(option.span.first)]))
        for index, option in enumerate(options)
    ]
