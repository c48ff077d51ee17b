"""Choose the value of each field among all that a document offers, by the fitted model: one assignment for the whole document."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from student_loans.records import DocumentType
from student_loans.understanding.fields.assignment import Candidate, score_pairs
from student_loans.understanding.fields.choices import AS_ONE_OF_SEVERAL, GENERALLY
from student_loans.understanding.fields.labels import DECOY, LabelHit, labelled_tokens
from student_loans.understanding.fields.layout import DocumentLayout, Token
from student_loans.understanding.fields.letterhead import is_no_name
from student_loans.understanding.fields.letters import NO_LABEL
from student_loans.understanding.fields.organisations import compact
from student_loans.understanding.fields.sentences import OF_EXAMPLE, OF_LIMIT
from student_loans.understanding.fields.values import Value
from student_loans.understanding.fields.whole_names import ANOTHER_NAME
from student_loans.understanding.fields.wholeness import wrong_places
from student_loans.understanding.weighing.choice_mentions import choice_values
from student_loans.understanding.weighing.contexts import SLOTS, Surroundings
from student_loans.understanding.weighing.known import CHOICES, classes
from student_loans.understanding.weighing.model import KINDS, ReadingModel
from student_loans.understanding.weighing.options import NameOption, ValueOption, name_options, value_options
from student_loans.understanding.weighing.tables import Table, name_table, value_table

LEAST = 0.45
"""Probability from which a value is given: chosen on the sets E, F and G, before they were trained on."""
ANOTHER_IN_CELL = "a sentence states it, and a cell at its label has another value"
_AT_LABEL = 0.85
"""Fit from which a cell stands at a label of its own."""
_MOST_ALTERNATIVES = 4
_LEAST_ALTERNATIVE = 0.02
_OWNERS = frozenset({"lender_name", "borrower_name", "cosigner_name"})
_TAX_NUMBER = re.compile(r"\bssn?\b|\bs\.s\.|social|\btin\b|\btax|last (?:four|4)", re.IGNORECASE)
_CARE_OF = re.compile(r"(?:^|\s)c/o[:.]?(?:\s|$)", re.IGNORECASE)
_BORROWERS = frozenset({"borrower_name", "cosigner_name"})
_PARTIES = _BORROWERS | {"lender_name", "servicer_name", "school_name"}
_ORGANISATIONS = frozenset({"lender_name", "servicer_name"})
_HEADING_WORDS = 6
_SHARED = frozenset({"school_name", "lender_name"})
"""A school may be the lender: both fields then have the same words."""


@dataclass(frozen=True, slots=True, eq=False)
class Offer:
    """All that a document offers for the fields of its type.

    Attributes:
        tables: The pairs of fields and options, by kind.
    """

    layout: DocumentLayout
    values: Sequence[ValueOption]
    names: Sequence[NameOption]
    tables: Mapping[str, Table]


def offer_of(
    layout: DocumentLayout,
    document_type: DocumentType,
    labels: Sequence[LabelHit],
    values: Sequence[Value],
    names: Mapping[str, Sequence[Candidate]],
    wanted: Collection[str],
    apart: frozenset[Token],
) -> Offer:
    """Collect values and names with the evidence for each.

    Args:
        layout: The document's words.
        document_type: Its type.
        labels: Its labels.
        values: Every value that it prints.
        names: Field to the candidates of the rules for names.
        wanted: Fields of the type.
        apart: Words of single loans and of groups of payments.
    """
    surroundings, labelled = Surroundings(layout), labelled_tokens(labels)
    pairs = list(score_pairs(layout, labels, [value for value in values if not value.aside], wanted))
    mentions = choice_values(layout, labels, labelled, wanted, _labelled_rate(pairs))
    of_values = value_options(layout, surroundings, values, pairs, mentions, apart)
    of_names = name_options(layout, surroundings, names, labelled, apart)
    tables = {
        "values": value_table(layout, of_values, document_type, wanted),
        "names": name_table(layout, of_names, document_type, wanted),
    }
    return Offer(layout, of_values, of_names, tables)


def _labelled_rate(pairs: Iterable[tuple[float, LabelHit, Value]]) -> Candidate | None:
    """The value that fits best at a label of the interest rate."""
    rates = (
        Candidate("interest_rate", value.value, value.raw, value.tokens, score, label=label)
        for score, label, value in pairs
        if label.field == "interest_rate"
    )
    return max(rates, key=lambda rate: rate.score, default=None)


def choose(offer: Offer, model: ReadingModel) -> dict[str, Candidate]:
    """The best candidate of each field; the words of a value go to one field."""
    weighed = model.weigh(offer.tables)
    ranked: dict[str, list[Candidate]] = defaultdict(list)
    in_care = {compact(name.span.value) for name in offer.names if _is_in_care(name)}
    for kind in KINDS:
        table = offer.tables[kind]
        order = (-weighed[kind]).argsort(kind="stable")
        for row in order.tolist():
            probability = float(weighed[kind][row])
            if probability < _LEAST_ALTERNATIVE:
                break
            field, option = table.fields[row], table.options[row]
            if kind == "values" and _is_no_value(offer.values[option], field):
                continue
            if field in _OWNERS and compact(offer.names[option].span.value) in in_care:
                continue
            ranked[field].append(_candidate(offer, kind, field, option, probability))
    _add_unknown_fields(offer, ranked)
    return _assigned(ranked)


def _add_unknown_fields(offer: Offer, ranked: dict[str, list[Candidate]]) -> None:
    """Candidates for fields that were added since the fit, by the fit of their labels."""
    for option, value in enumerate(offer.values):
        for field, score in value.labelled.items():
            if not field.startswith(DECOY) and field not in classes():
                ranked[field].append(_candidate(offer, "values", field, option, score))
    for option, name in enumerate(offer.names):
        for field, score in name.labelled.items():
            if field not in classes():
                ranked[field].append(_candidate(offer, "names", field, option, score))
    for field in [field for field in ranked if field not in classes()]:
        ranked[field].sort(key=lambda candidate: -candidate.score)


def _is_no_value(offered: ValueOption, field: str) -> bool:
    """Whether an option cannot be a field's.

    A row's value is never the account's, four digits alone are no tax number, what a label says would be is not, nor is
    an example or a limit, and a choice that is offered beside another one, or is said of loans in general, is not made.
    """
    bare = offered.value.grammar == "masked_identifier" and offered.value.raw.strip().isdigit()
    asked = offered.labelled.get(field, 0.0) > 0 or any(_TAX_NUMBER.search(text) for text in offered.context.texts)
    supposed = offered.supposed and not offered.context.texts[SLOTS.index("cell")]
    supposed |= offered.value.aside in (OF_EXAMPLE, OF_LIMIT)
    return offered.apart or supposed or _is_not_made(offered.value) or _is_decoy(offered, field) or (bare and not asked)


def _is_not_made(value: Value) -> bool:
    """Whether a choice is one of several, or not plainly this loan's."""
    least = AS_ONE_OF_SEVERAL if value.grammar == "tax_year" else GENERALLY
    return value.grammar in CHOICES and value.strictness <= least


def _is_decoy(offered: ValueOption, field: str) -> bool:
    """Whether a label that is known to ask for no field fits a value better than those of a field."""
    decoy = max((score for name, score in offered.labelled.items() if name.startswith(DECOY)), default=0.0)
    return decoy >= _AT_LABEL and offered.labelled.get(field, 0.0) < decoy


def _is_in_care(name: NameOption) -> bool:
    """Whether ``c/o`` stands before a name, or begins it: who cares for a paper is not who owns the loan."""
    before = name.context.texts[SLOTS.index("cell")]
    return _CARE_OF.search(before) is not None or _CARE_OF.match(name.span.value) is not None


def _candidate(offer: Offer, kind: str, field: str, option: int, probability: float) -> Candidate:
    if kind == "values":
        offered = offer.values[option]
        value, label = offered.value, offered.labels.get(field)
        doubt = value.doubt or wrong_places(field, value.grammar, value.value) or _doubt_of_cells(offer, field, value)
        return Candidate(field, value.value, value.raw, value.tokens, probability, label=label, doubt=doubt)
    name = offer.names[option]
    if ruled := name.candidates.get(field):
        doubt = ruled.doubt or _doubt_of_another(offer, field, name.span.tokens)
        return replace(ruled, score=probability, margin=1.0, alternatives=(), doubt=doubt)
    text = name.span.value
    doubt = _doubt_of_rules(offer, field, name.span.tokens) or _doubt_of_heading(offer, field, name)
    return Candidate(field, text, text, name.span.tokens, probability, doubt=doubt)


def _doubt_of_cells(offer: Offer, field: str, value: Value) -> str | None:
    """A doubt where a sentence states the value of a field and a cell at the field's label has another."""
    if not value.in_sentence:
        return None
    cells = (each for each in offer.values if each.labelled.get(field, 0.0) >= _AT_LABEL and not each.apart)
    other = any(not each.value.in_sentence and each.value.value != value.value for each in cells)
    return ANOTHER_IN_CELL if other else None


def _doubt_of_rules(offer: Offer, field: str, tokens: Sequence[Token]) -> str | None:
    """The doubt of the rules about another name for the field with some of the same words, or over it."""
    own = frozenset(tokens)
    shared = (each.doubt for each in _ruled(offer, field) if each.doubt and not own.isdisjoint(each.tokens))
    return next(shared, None) or _doubt_of_another(offer, field, tokens)


def _ruled(offer: Offer, field: str) -> Iterator[Candidate]:
    """The candidates of the rules for a name."""
    return (candidate for name in offer.names if (candidate := name.candidates.get(field)))


def _doubt_of_another(offer: Offer, field: str, tokens: Sequence[Token]) -> str | None:
    """The doubt about a name under one that the rules found to be printed with another."""
    line = offer.layout.line_of(tokens[0])
    others = (each for each in _ruled(offer, field) if each.doubt == ANOTHER_NAME)
    return ANOTHER_NAME if any(offer.layout.line_of(each.tokens[-1]) == line - 1 for each in others) else None


def _doubt_of_heading(offer: Offer, field: str, name: NameOption) -> str | None:
    """A doubt about a part of a heading that rules know to be no name: ``Payoff Calculator Results``."""
    if field not in _ORGANISATIONS:
        return None
    cell = offer.layout.segment_of(name.span.first)
    heading = len(cell.tokens) <= _HEADING_WORDS and len(cell.tokens) > len(name.span.tokens)
    return NO_LABEL if heading and is_no_name(cell.text) else None


def _assigned(ranked: Mapping[str, Sequence[Candidate]]) -> dict[str, Candidate]:
    """One candidate for each field, the most probable first, whose words no other field has."""
    chosen: dict[str, Candidate] = {}
    taken: dict[Token, str] = {}
    named: dict[str, bool] = {}
    every = sorted((c for own in ranked.values() for c in own), key=lambda candidate: -candidate.score)
    for candidate in every:
        if candidate.score < LEAST:
            break
        field = candidate.field
        owners = {taken[token] for token in candidate.tokens if token in taken}
        if field in chosen or not all({field, owner} == _SHARED for owner in owners):
            continue
        if field in _PARTIES and named.setdefault(compact(candidate.value), field in _BORROWERS) != (
            field in _BORROWERS
        ):
            continue  # who borrows does not lend
        chosen[field] = _with_rivals(candidate, ranked[field])
        taken.update(dict.fromkeys(candidate.tokens, field))
    return chosen


def _with_rivals(candidate: Candidate, others: Sequence[Candidate]) -> Candidate:
    """A candidate with the best candidates of other values, and its lead over them."""
    key = compact(candidate.value)
    rivals = tuple(other for other in others if compact(other.value) != key)
    margin = candidate.score - (rivals[0].score if rivals else 0.0)
    return replace(candidate, margin=margin, alternatives=rivals[:_MOST_ALTERNATIVES])
