"""Read the fields of a document from its words: type, values, names, choices and schedule."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from student_loans.pages.words import PageText
from student_loans.records import UNKNOWN_TYPE, DocumentType, field_catalog
from student_loans.understanding.fields import organisations
from student_loans.understanding.fields.assignment import Candidate, assign
from student_loans.understanding.fields.choices import find_choice, find_loan_type, find_rate_type, find_tax_year
from student_loans.understanding.fields.direction import find_labels_below
from student_loans.understanding.fields.document_type import TypeDecision, decide_type, is_of_type
from student_loans.understanding.fields.document_values import read_values
from student_loans.understanding.fields.labels import LabelHit, label_vocabulary, labelled_tokens
from student_loans.understanding.fields.layout import DocumentLayout, Token
from student_loans.understanding.fields.letterhead import find_letterhead, find_who_serves
from student_loans.understanding.fields.letters import MISREAD
from student_loans.understanding.fields.loans import SeveralLoans, find_loans
from student_loans.understanding.fields.longer_names import LONGER, is_printed_longer
from student_loans.understanding.fields.payment_groups import PaymentGroups, find_payment_groups
from student_loans.understanding.fields.people import find_person
from student_loans.understanding.fields.person_names import common_words
from student_loans.understanding.fields.schedule import Schedule, read_schedule
from student_loans.understanding.fields.several_documents import find_first_document
from student_loans.understanding.fields.spelling import repair_name
from student_loans.understanding.fields.unknown_captions import UNKNOWN_CAPTION, find_unknown_captions
from student_loans.understanding.fields.unread_labels import UNREAD_LABEL, find_unread_labels
from student_loans.understanding.fields.values import Value

_CHOICES_WITH_RULES = frozenset({"rate_type", "loan_type"})
_ORGANISATIONS_WITH_RULES = frozenset({"lender_name", "servicer_name", "school_name"})
"""Fields whose own rules are code; any other choice or name of the catalogue is found at its label."""
_MINIMUM_NAME_SCORE = 0.45
_PLAIN = 0.45
"""Score from which a name at a label of its own leaves the letterhead out."""
_TELLING = 3
_EASILY_READ = "\u00ff"
"""The last of the letters that recognition was measured to read as surely as those without accents."""
_HEAD = 0.25
"""Share of the first page's height in which a letter has its date."""
_LOOSE = 0.5
"""A date of no more strictness than this may be an account number: it needs a label."""
_FEWEST_ROWS = 3
"""Fewer rows are not a schedule: a row of boxes looks like one instalment."""


_NO_LOANS, _NO_GROUPS = SeveralLoans(), PaymentGroups()


@dataclass(frozen=True, slots=True)
class Understanding:
    """The fields of a document and the doubts about them.

    Attributes:
        fields: The best candidate of each field that was found.
        schedule: The rows of a repayment schedule.
        doubted: Fields that are printed but left out, each with a reason why the value may not be whole.
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
        """Why fields are left out, by field."""
        return {name: candidate.doubt for name, candidate in self.doubted.items() if candidate.doubt}

    @property
    def document_type(self) -> DocumentType:
        """The document's type."""
        return self.decision.document_type


def understand(pages: Sequence[PageText]) -> Understanding:
    """Read the fields of a file's first document from its words; an unknown document has none."""
    first = find_first_document(pages)
    layout = first.layout
    table = read_schedule(layout)
    decision = decide_type(layout, len(table.rows))
    if decision.document_type is UNKNOWN_TYPE:
        return Understanding(decision, {}, Schedule(), layout, pages=first.reasons)
    labels = label_vocabulary().find(layout, decision.document_type)
    labelled = labelled_tokens(labels)
    wanted, rules = (
        set(field_catalog().fields_of(decision.document_type)),
        field_catalog().types[decision.document_type],
    )
    is_table = not rules.is_bill and len(table.rows) >= _FEWEST_ROWS
    loans = find_loans(layout, decision.document_type, labels, table.lines)
    groups = find_payment_groups(layout, labels, table.lines)
    apart = loans.own | groups.own
    labels = [label for label in labels if (loans.own | loans.heads).isdisjoint(label.tokens)]
    values = [v for v in read_values(layout, table.lines if is_table else ()) if apart.isdisjoint(v.tokens)]
    layout.labels_below = find_labels_below(layout, labels, values, table.lines)
    fields = assign(layout, labels, values, wanted)
    _choices(layout, labels, labelled, wanted, fields)
    _names(layout, labels, labelled, decision.document_type, wanted, fields)
    blank = any(
        label.field == "document_date" and label.leads and label.words > 1 and label.quality == 1.0 for label in labels
    )
    if "document_date" in wanted and "document_date" not in fields and not blank:
        used = {token for candidate in fields.values() for token in candidate.tokens}
        free = [value for value in values if used.isdisjoint(value.tokens)]
        fields.update((c.field, c) for c in _letter_date(layout, free, table.lines))
    schedule = table if rules.has_schedule else Schedule()
    fields = {name: candidate for name, candidate in fields.items() if apart.isdisjoint(candidate.tokens)}
    fields.update((candidate.field, candidate) for candidate in groups.fields if candidate.field in wanted)
    # A value at its own label is preferred to the total of a column.
    fields.update((c.field, c) for c in loans.totals if c.field in wanted and c.field not in fields)
    outside = [label for label in labels if (loans.headers | groups.own).isdisjoint(label.tokens)]
    unread = dict.fromkeys(find_unknown_captions(layout, labels, fields, wanted), UNKNOWN_CAPTION)
    unread |= dict.fromkeys(find_unread_labels(layout, outside, fields, wanted), UNREAD_LABEL)
    doubted = {name: candidate for name, candidate in fields.items() if candidate.doubt is not None}
    fields = {name: candidate for name, candidate in fields.items() if candidate.doubt is None}
    if not schedule.rows and not is_of_type(decision.document_type, layout, {*fields, *doubted}):
        unknown = replace(decision, document_type=UNKNOWN_TYPE, confidence=1 - decision.confidence)
        return Understanding(unknown, {}, Schedule(), layout, pages=first.reasons)
    return Understanding(decision, fields, schedule, layout, doubted, first.reasons, loans, groups, unread)


def _choices(
    layout: DocumentLayout,
    labels: Sequence[LabelHit],
    labelled: frozenset[Token],
    wanted: Iterable[str],
    fields: dict[str, Candidate],
) -> None:
    found = []
    if "rate_type" in wanted:
        found.append(find_rate_type(layout, fields.get("interest_rate"), labels, labelled))
    if "loan_type" in wanted:
        found.append(find_loan_type(layout, labels, labelled))
    others = [name for name in field_catalog().choices if name in wanted and name not in _CHOICES_WITH_RULES]
    found += [find_choice(layout, name, labels, labelled) for name in others]
    if "tax_year" in wanted:
        fields.pop("tax_year", None)
        year = find_tax_year(layout)
        found.append(year)
        if year:  # the four digits of a year are not part of another number
            for name in [n for n, candidate in fields.items() if not set(year.tokens).isdisjoint(candidate.tokens)]:
                del fields[name]
    fields.update((candidate.field, candidate) for candidate in found if candidate is not None)


def _names(
    layout: DocumentLayout,
    labels: Sequence[LabelHit],
    labelled: frozenset[Token],
    document_type: DocumentType,
    wanted: set[str],
    fields: dict[str, Candidate],
) -> None:
    catalog = field_catalog()
    for field in catalog.names_of("person"):
        if field in wanted:
            candidates = find_person(layout, field, labels, labelled)
            if field != "borrower_name" and "borrower_name" in fields:
                candidates = [c for c in candidates if c.value != fields["borrower_name"].value]
            _take(fields, _with_votes(layout, candidates))
    if "school_name" in wanted:
        schools = organisations.find_labelled(layout, "school_name", labels, labelled)
        _take(fields, _with_votes(layout, [*schools, *organisations.find_school_in_text(layout)]))
    _lender_and_servicer(layout, labels, labelled, document_type, wanted, fields)
    for field in (*catalog.names_of("organisation"), *catalog.names_of("school")):
        if field in wanted and field not in _ORGANISATIONS_WITH_RULES:
            others = organisations.find_labelled(layout, field, labels, labelled)
            _take(fields, _with_votes(layout, _not_people(fields, others)))


def _lender_and_servicer(
    layout: DocumentLayout,
    labels: Sequence[LabelHit],
    labelled: frozenset[Token],
    document_type: DocumentType,
    wanted: set[str],
    fields: dict[str, Candidate],
) -> None:
    """Find lender and servicer in the letterhead and at their labels."""
    head = f"{field_catalog().types[document_type].sender}_name"
    other = "lender_name" if head == "servicer_name" else "servicer_name"
    heads = labelled_tokens(label for label in labels if label.quality == 1.0)
    if other in wanted:
        found = _said(layout, other, labels, labelled, fields)
        served = find_who_serves(layout, heads) if other == "servicer_name" else []
        _take(fields, found or _not_people(fields, served))
    candidates = _said(layout, head, labels, labelled, fields)
    if not any(_is_plain(layout, candidate) for candidate in candidates):
        candidates += _not_people(fields, find_letterhead(layout, head, heads))
    if other in fields:
        # A name at the label of the other field is not taken from the letterhead.
        theirs = organisations.compact(fields[other].value)
        candidates = [c for c in candidates if c.label is not None or organisations.compact(c.value) != theirs]
    _take(fields, _with_votes(layout, candidates))
    for name in (head, other, "school_name"):
        if name in fields:
            fields[name] = replace(fields[name], value=repair_name(fields[name].value, fields[name].tokens, layout))
    names = [organisations.compact(fields[name].value) for name in (head, other) if name in fields]
    if len(names) == 2 and names[0] == names[1]:
        del fields[other]
    common = common_words(layout)
    for name in (head, other, "school_name"):
        if name in fields and fields[name].doubt is None and is_printed_longer(layout, fields[name].tokens, common):
            fields[name] = replace(fields[name], doubt=LONGER)


def _said(
    layout: DocumentLayout,
    field: str,
    labels: Sequence[LabelHit],
    labelled: frozenset[Token],
    fields: Mapping[str, Candidate],
) -> list[Candidate]:
    """Organisations that a label or a sentence names for a field."""
    found = [
        *organisations.find_labelled(layout, field, labels, labelled),
        *organisations.find_before(layout, field),
    ]
    if field == "servicer_name":
        found.extend(organisations.find_care_of(layout))
    return _not_people(fields, found)


def _not_people(fields: Mapping[str, Candidate], candidates: Iterable[Candidate]) -> list[Candidate]:
    """Candidates that are not the borrower or the cosigner."""
    people = {_words_of_name(fields[name].value) for name in field_catalog().names_of("person") if name in fields}
    return [candidate for candidate in candidates if _words_of_name(candidate.value) not in people]


def _words_of_name(name: str) -> frozenset[str]:
    """A name's words, whatever their order and case: ``LEE, ANN`` is ``Ann Lee``."""
    return frozenset(re.findall(r"\w+", name.casefold()))


def _is_plain(layout: DocumentLayout, candidate: Candidate) -> bool:
    """Whether a label asks for a name so clearly that the letterhead shows another organisation."""
    label = candidate.label
    if label is None or not label.leads or label.quality < 1.0 or candidate.score < _PLAIN:
        return False
    segment = layout.segment_of(label.last)
    beside = layout.line_of(candidate.tokens[0]) == segment.line  # under one word may be a table of other debts
    closed = label.last is segment.tokens[-1] or label.last.text.endswith(":")
    return closed and (beside or label.words >= _TELLING)


def _take(fields: dict[str, Candidate], candidates: Sequence[Candidate]) -> None:
    """Store the best candidate, with its lead over the next different one."""
    ranked = sorted(candidates, key=lambda candidate: -candidate.score)
    if not ranked or ranked[0].score < _MINIMUM_NAME_SCORE:
        return
    best = ranked[0]
    key = organisations.compact(best.value)
    rivals = tuple(c for c in ranked[1:] if organisations.compact(c.value) != key)
    margin = best.score - (rivals[0].score if rivals else 0.0)
    doubt = best.doubt or (MISREAD if _is_easily_misread(best) else None)
    fields[best.field] = replace(best, doubt=doubt, margin=margin, alternatives=rivals[:4])


def _is_easily_misread(candidate: Candidate) -> bool:
    """Whether a name from a picture has letters that recognition takes for one another: ``ş`` and ``ș``, ``ő`` and ``ö``."""
    read = any(token.word.confidence < 1.0 for token in candidate.tokens)
    return read and any(letter.isalpha() and letter > _EASILY_READ for letter in candidate.value)


def _with_votes(layout: DocumentLayout, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Raise the score of names that the document prints in several places."""
    return [
        replace(c, score=min(1.0, c.score + 0.04 * min(3, organisations.occurrences(layout, c.value) - 1)))
        for c in candidates
    ]


def _letter_date(layout: DocumentLayout, values: Sequence[Value], table: Collection[int]) -> list[Candidate]:
    """The date of a letter, which is alone on a line at its head, without a label."""
    for value in values:
        segment = layout.segment_of(value.first)
        if table and segment.line >= min(table) - 2:
            break
        beside = [other for other in layout.lines[segment.line] if other.x0 > segment.x0]
        alone = len(segment.tokens) <= len(value.tokens) + 1 and not any(re.search(r"\d", s.text) for s in beside)
        head = value.first.page == layout.first_page() and value.first.y0 < _HEAD * layout.sizes[value.first.page][1]
        before = layout.lines[segment.line][0].text.lower().replace(value.raw.lower(), "")
        # A sender's name, or a label with its own value, on the left is not a label of the date.
        labelled = re.search(r"[a-z]{4,}", before) and not re.search(r"\d{4}", before)
        labelled = labelled and not organisations.ORGANISATION_WORD.search(before)
        if value.grammar == "date" and value.strictness > _LOOSE and alone and head and not labelled:
            return [Candidate("document_date", value.value, value.raw, value.tokens, 0.7, doubt=value.doubt)]
    return []
