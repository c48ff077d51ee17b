"""Read the fields of a document from its words: type, values, names, choices and schedule."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from student_loans.pages.words import PageText
from student_loans.records import UNKNOWN_TYPE, DocumentType, field_catalog
from student_loans.understanding.fields import organisations
from student_loans.understanding.fields.assignment import Candidate
from student_loans.understanding.fields.choices import find_choice
from student_loans.understanding.fields.direction import find_labels_below
from student_loans.understanding.fields.document_type import TypeDecision, decide_type, is_of_type
from student_loans.understanding.fields.document_values import read_values
from student_loans.understanding.fields.labels import LabelHit, label_vocabulary, labelled_tokens
from student_loans.understanding.fields.layout import DocumentLayout, Token
from student_loans.understanding.fields.letterhead import find_letterhead, find_who_serves
from student_loans.understanding.fields.letters import MISREAD, NO_LABEL
from student_loans.understanding.fields.loans import SeveralLoans, find_loans
from student_loans.understanding.fields.longer_names import LONGER, is_printed_longer
from student_loans.understanding.fields.payment_groups import PaymentGroups, find_payment_groups
from student_loans.understanding.fields.people import find_person
from student_loans.understanding.fields.person_names import common_words
from student_loans.understanding.fields.schedule import Schedule, read_schedule
from student_loans.understanding.fields.spelling import repair_name
from student_loans.understanding.fields.unknown_captions import UNKNOWN_CAPTION, find_unknown_captions
from student_loans.understanding.fields.unread_labels import UNREAD_LABEL, find_unread_labels
from student_loans.understanding.partition.several_documents import find_first_document
from student_loans.understanding.weighing.known import CHOICES
from student_loans.understanding.weighing.model import ReadingModel, reading_model
from student_loans.understanding.weighing.reader import Offer, choose, offer_of
from student_loans.understanding.weighing.type_model import PLAIN, evidence_of

_EASILY_READ = "\u00ff"
"""The last of the letters that recognition was measured to read as surely as those without accents."""
_FEWEST_ROWS = 3
"""Fewer rows are not a schedule: a row of boxes looks like one instalment."""
_SURE_WITHOUT_LABEL = 0.9
"""Probability from which a name without a label is given, for a person to confirm: of such names on sets E, F, G and L, left out
of the fit, 12 of 13 were right, and 10 of 14 below it."""


_NO_LOANS, _NO_GROUPS = SeveralLoans(), PaymentGroups()


@dataclass(frozen=True, slots=True)
class Understanding:
    """The fields of a document and the doubts about them.

    Attributes:
        fields: The best candidate of each field that was found.
        schedule: The rows of a repayment schedule.
        doubted: Fields with a reason why the value may not be whole or not a name; most are left out of ``fields``.
        layout: The words of the file's first document; no value comes from another.
        pages: Reasons why the file's pages are more or less than one document.
        loans: The single loans, if there are several.
        payment_groups: Payments that are printed in groups.
        unread: Fields that may be printed and were not read, each with a reason.
    """

    decision: TypeDecision
    fields: dict[str, Candidate]
    schedule: Schedule
    layout: DocumentLayout
    doubted: Mapping[str, Candidate] = dataclasses.field(default_factory=dict)
    pages: tuple[str, ...] = ()
    loans: SeveralLoans = _NO_LOANS
    payment_groups: PaymentGroups = _NO_GROUPS
    unread: Mapping[str, str] = dataclasses.field(default_factory=dict)

    @property
    def doubts(self) -> dict[str, str]:
        """Why fields are left out or have to be confirmed, by field."""
        return {name: candidate.doubt for name, candidate in self.doubted.items() if candidate.doubt}

    @property
    def document_type(self) -> DocumentType:
        """The document's type."""
        return self.decision.document_type


def understand(pages: Sequence[PageText], model: ReadingModel | None = None) -> Understanding:
    """Read the fields of a file's first document from its words; an unknown document has none.

    Args:
        pages: The words of all pages.
        model: The fitted model; None means the one that ships with the product.
    """
    model = model or reading_model()
    first = find_first_document(pages, model.starts)
    layout = first.layout
    table = read_schedule(layout)
    ruled = decide_type(layout, len(table.rows))
    decision = model.types.judge(evidence_of(layout, ruled, len(table.rows)), ruled)
    if decision.document_type is UNKNOWN_TYPE:
        return Understanding(decision, {}, Schedule(), layout, pages=first.reasons)
    reading = examine(layout, table, decision.document_type)
    labels, wanted, loans, groups = reading.labels, reading.wanted, reading.loans, reading.groups
    fields = choose(reading.offer, model)
    _choices(layout, labels, labelled_tokens(labels), wanted, fields)
    _finish_names(layout, fields)
    schedule = table if field_catalog().types[decision.document_type].has_schedule else Schedule()
    fields.update((candidate.field, candidate) for candidate in groups.fields if candidate.field in wanted)
    # A value at its own label is preferred to the total of a column.
    fields.update((c.field, c) for c in loans.totals if c.field in wanted and c.field not in fields)
    outside = [label for label in labels if (loans.headers | groups.own).isdisjoint(label.tokens)]
    unread = dict.fromkeys(find_unknown_captions(layout, labels, fields, wanted), UNKNOWN_CAPTION)
    unread |= dict.fromkeys(find_unread_labels(layout, outside, fields, wanted), UNREAD_LABEL)
    doubted = {name: candidate for name, candidate in fields.items() if candidate.doubt is not None}
    fields = {name: kept for name, candidate in fields.items() if (kept := _kept(candidate)) is not None}
    surely = schedule.rows or decision.confidence >= PLAIN
    if not surely and not is_of_type(decision.document_type, layout, fields | doubted):
        unknown = replace(decision, document_type=UNKNOWN_TYPE, confidence=1 - decision.confidence)
        return Understanding(unknown, {}, Schedule(), layout, pages=first.reasons)
    return Understanding(decision, fields, schedule, layout, doubted, first.reasons, loans, groups, unread)


def _kept(candidate: Candidate) -> Candidate | None:
    """The candidate as a field has it; None if its doubt is that it is not whole, or that the model is not sure either."""
    if candidate.doubt is None:
        return candidate
    sure = candidate.doubt == NO_LABEL and candidate.score >= _SURE_WITHOUT_LABEL
    return replace(candidate, doubt=None) if sure else None


@dataclass(frozen=True, slots=True)
class Examined:
    """What the rules see in a document before the model weighs it.

    Attributes:
        labels: Labels, without those of single loans.
        wanted: Fields of the type.
        offer: Values and names with the evidence for each.
    """

    labels: Sequence[LabelHit]
    wanted: frozenset[str]
    loans: SeveralLoans
    groups: PaymentGroups
    offer: Offer


def examine(layout: DocumentLayout, table: Schedule, document_type: DocumentType) -> Examined:
    """Examine everything that a document of a type may say.

    Args:
        layout: The document's words.
        table: Its table of instalments.
        document_type: Its type, other than ``unknown``.
    """
    labels = label_vocabulary().find(layout, document_type)
    labelled = labelled_tokens(labels)
    rules = field_catalog().types[document_type]
    wanted = frozenset(field_catalog().fields_of(document_type))
    is_table = not rules.is_bill and len(table.rows) >= _FEWEST_ROWS
    loans = find_loans(layout, document_type, labels, table.lines)
    groups = find_payment_groups(layout, labels, table.lines)
    apart = frozenset(loans.own | groups.own)
    outside = [label for label in labels if (loans.own | loans.heads).isdisjoint(label.tokens)]
    values = [v for v in read_values(layout, table.own if is_table else ()) if groups.own.isdisjoint(v.tokens)]
    free = [value for value in values if apart.isdisjoint(value.tokens) and not value.aside]
    layout.labels_below = find_labels_below(layout, outside, free, table.lines)
    names = _names_by_rules(layout, outside, labelled, wanted)
    offer = offer_of(layout, document_type, outside, values, names, wanted, apart)
    return Examined(outside, wanted, loans, groups, offer)


def _choices(
    layout: DocumentLayout,
    labels: Sequence[LabelHit],
    labelled: frozenset[Token],
    wanted: Iterable[str],
    fields: dict[str, Candidate],
) -> None:
    """Find the choices that the model does not weigh."""
    others = [name for name in field_catalog().choices if name in wanted and name not in CHOICES]
    found = [find_choice(layout, name, labels, labelled) for name in others]
    fields.update((candidate.field, candidate) for candidate in found if candidate is not None)


def _names_by_rules(
    layout: DocumentLayout, labels: Sequence[LabelHit], labelled: frozenset[Token], wanted: Collection[str]
) -> dict[str, list[Candidate]]:
    """Names at labels, in sentences that say whose they are, and in the letterhead, with the fit of each."""
    catalog = field_catalog()
    heads = labelled_tokens(label for label in labels if label.quality == 1.0)
    found: dict[str, list[Candidate]] = {}
    for field in catalog.names_of("person"):
        if field in wanted:
            found[field] = find_person(layout, field, labels, labelled)
    for field in catalog.names_of("school"):
        if field in wanted:
            schools = organisations.find_labelled(layout, field, labels, labelled)
            found[field] = [*schools, *organisations.find_school_in_text(layout)]
    for field in catalog.names_of("organisation"):
        if field in wanted:
            found[field] = [*_said(layout, field, labels, labelled), *find_letterhead(layout, field, heads)]
    if "servicer_name" in found:
        found["servicer_name"] += find_who_serves(layout, heads)
    return found


def _finish_names(layout: DocumentLayout, fields: dict[str, Candidate]) -> None:
    """Repair the spelling of organisations from their other places, and doubt names that may not be whole."""
    catalog = field_catalog()
    common = common_words(layout)
    for name in (*catalog.names_of("organisation"), *catalog.names_of("school")):
        if name in fields:
            candidate = fields[name]
            fields[name] = replace(candidate, value=repair_name(candidate.value, candidate.tokens, layout))
            if fields[name].doubt is None and is_printed_longer(layout, candidate.tokens, common):
                fields[name] = replace(fields[name], doubt=LONGER)
    for name in (*catalog.names_of("person"), *catalog.names_of("organisation"), *catalog.names_of("school")):
        if name in fields and fields[name].doubt is None and _is_easily_misread(fields[name]):
            fields[name] = replace(fields[name], doubt=MISREAD)


def _said(
    layout: DocumentLayout, field: str, labels: Sequence[LabelHit], labelled: frozenset[Token]
) -> list[Candidate]:
    """Organisations that a label or a sentence names for a field."""
    found = [
        *organisations.find_labelled(layout, field, labels, labelled),
        *organisations.find_before(layout, field),
    ]
    if field == "servicer_name":
        found.extend(organisations.find_care_of(layout))
    return found


def _is_easily_misread(candidate: Candidate) -> bool:
    """Whether a name from a picture has letters that recognition takes for one another: ``ş`` and ``ș``, ``ő`` and ``ö``."""
    read = any(token.word.confidence < 1.0 for token in candidate.tokens)
    return read and any(letter.isalpha() and letter > _EASILY_READ for letter in candidate.value)
