"""Which values a new reading would change: by field, by lender, in dollars for money."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from student_loans.records import DocumentRecord, FieldKind, field_catalog

EXAMPLES_KEPT = 200
NO_LENDER = "(no lender read)"
SCHEDULE, LOANS = "schedule", "loans"
_HIDDEN = "••••"


@dataclass(slots=True)
class FieldChanges:
    """One field over all documents.

    Attributes:
        added: Documents that have a value only in the new reading.
        removed: Documents that have a value only in the published record.
        changed: Documents with another value.
        dollars: Sum of the sizes of the changes of amounts that both have; None for fields that are not money.
        net_dollars: The same with signs: positive when amounts have grown.
    """

    added: int = 0
    removed: int = 0
    changed: int = 0
    dollars: Decimal | None = None
    net_dollars: Decimal | None = None

    @property
    def documents(self) -> int:
        """Documents in which the field differs."""
        return self.added + self.removed + self.changed


@dataclass(slots=True)
class LenderChanges:
    """One lender: documents compared, documents that differ, values that differ, and the size in dollars."""

    documents: int = 0
    differ: int = 0
    values: int = 0
    dollars: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class ValueChange:
    """One value that differs, for a person to look at. None where there is none; masked identifiers are hidden."""

    document_id: str
    source_uri: str
    field: str
    published: str | None
    new: str | None


@dataclass(slots=True)
class Comparison:
    """A new reading against the published records.

    Attributes:
        documents: Compared.
        differ: Of those, how many differ in a value, status or type.
        statuses: (published, new) to documents, where they differ.
        types: The same for document types.
        fields: Field to its changes, only those that differ.
        lenders: Published lender to its changes.
        examples: The first ``EXAMPLES_KEPT`` values that differ.
    """

    documents: int = 0
    differ: int = 0
    statuses: Counter[tuple[str, str]] = field(default_factory=Counter)
    types: Counter[tuple[str, str]] = field(default_factory=Counter)
    fields: dict[str, FieldChanges] = field(default_factory=dict)
    lenders: defaultdict[str, LenderChanges] = field(default_factory=lambda: defaultdict(LenderChanges))
    examples: list[ValueChange] = field(default_factory=list)

    @property
    def values(self) -> int:
        """Values that differ."""
        return sum(one.documents for one in self.fields.values())

    @property
    def dollars(self) -> Decimal:
        """Sizes of the changes of all amounts."""
        return sum((one.dollars for one in self.fields.values() if one.dollars is not None), Decimal(0))

    def to_json(self) -> dict[str, Any]:
        """Counts and dollars; no value of a document and no name of a lender's customer."""
        return {
            "documents": self.documents,
            "differ": self.differ,
            "values": self.values,
            "dollars": str(self.dollars),
            "statuses": _transitions(self.statuses),
            "types": _transitions(self.types),
            "fields": {name: _field_json(self.fields[name]) for name in sorted(self.fields)},
        }


def compare(pairs: Iterable[tuple[DocumentRecord | None, DocumentRecord]]) -> Comparison:
    """Compare new records with published ones.

    Args:
        pairs: Published and new record of each document; a document that has none published counts as all new.
    """
    result = Comparison()
    for published, new in pairs:
        _add(result, published, new)
    return result


def _add(result: Comparison, published: DocumentRecord | None, new: DocumentRecord) -> None:
    changes = list(_value_changes(published, new))
    result.documents += 1
    lender = result.lenders[_lender(published) or _lender(new) or NO_LENDER]
    lender.documents += 1
    other = False
    if published is not None and published.status is not new.status:
        result.statuses[published.status.value, new.status.value] += 1
        other = True
    if published is not None and published.document_type is not new.document_type:
        result.types[published.document_type.value, new.document_type.value] += 1
        other = True
    if changes or other:
        result.differ += 1
        lender.differ += 1
    lender.values += len(changes)
    for change in changes:
        lender.dollars += abs(_count(result.fields, change))
    result.examples += [_shown(change) for change in changes][: EXAMPLES_KEPT - len(result.examples)]


def _value_changes(published: DocumentRecord | None, new: DocumentRecord) -> Iterator[ValueChange]:
    before = _values(published) if published else {}
    after = _values(new)
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) != after.get(name):
            yield ValueChange(new.document_id, new.source_uri, name, before.get(name), after.get(name))


def _values(record: DocumentRecord) -> dict[str, str]:
    values = {name: value.value for name, value in record.fields.items()}
    if record.loans:
        rows = [sorted((name, field.value) for name, field in loan.items()) for loan in record.loans]
        values[LOANS] = f"{len(rows)} loans, digest {hashlib.sha256(repr(rows).encode()).hexdigest()[:8]}"
    if record.schedule:
        digest = hashlib.sha256(repr([row.cells() for row in record.schedule]).encode()).hexdigest()
        values[SCHEDULE] = f"{len(record.schedule)} rows, digest {digest[:8]}"
    return values


def _count(fields: dict[str, FieldChanges], change: ValueChange) -> Decimal:
    """Count a change; returns its size in dollars, with a sign, zero when it is not one between two amounts."""
    one = fields.setdefault(change.field, FieldChanges())
    is_money = field_catalog().kinds.get(change.field) is FieldKind.MONEY
    if is_money and one.dollars is None:
        one.dollars = one.net_dollars = Decimal(0)
    if change.published is None:
        one.added += 1
    elif change.new is None:
        one.removed += 1
    else:
        one.changed += 1
    if not is_money or change.published is None or change.new is None:
        return Decimal(0)
    difference = _amount(change.new) - _amount(change.published)
    one.dollars = (one.dollars or Decimal(0)) + abs(difference)
    one.net_dollars = (one.net_dollars or Decimal(0)) + difference
    return difference


def _amount(value: str) -> Decimal:
    try:
        return Decimal(value)
    except InvalidOperation:
        return Decimal(0)


def _lender(record: DocumentRecord | None) -> str | None:
    if record is None:
        return None
    name = record.fields.get("lender_name") or record.fields.get("servicer_name")
    return name.value if name else None


def _shown(change: ValueChange) -> ValueChange:
    """The change as a report may show it: of a social security number, that it differs and no digit."""
    if field_catalog().kinds.get(change.field) is not FieldKind.MASKED_IDENTIFIER:
        return change
    hidden = [None if value is None else _HIDDEN for value in (change.published, change.new)]
    return ValueChange(change.document_id, change.source_uri, change.field, *hidden)


def _transitions(counts: Mapping[tuple[str, str], int]) -> dict[str, int]:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return {f"{before} -> {after}": count for (before, after), count in ordered}


def _field_json(one: FieldChanges) -> dict[str, Any]:
    data: dict[str, Any] = {"added": one.added, "removed": one.removed, "changed": one.changed}
    if one.dollars is not None:
        data |= {"dollars": str(one.dollars), "net_dollars": str(one.net_dollars)}
    return data
