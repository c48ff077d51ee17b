"""The catalogue: every document type and every field, from ``document_types.yaml`` and ``fields.yaml`` and nowhere else.

A type or a field is an entry of one of the two files. Its enum member, what a paper must print, the wordings of its
labels, its expectations, its part of the schema of statistics and its filters on the pages are made from that entry.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Annotated, Final, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from student_loans.config_files import Section, read_config
from student_loans.errors import ConfigurationError, ErrorCode

TYPES_FILE, FIELDS_FILE = "document_types.yaml", "fields.yaml"
_UNKNOWN = "unknown"

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,49}$")]
"""A name that is also a column, a key and a part of SQL."""
Choice = Annotated[str, StringConstraints(pattern=r"^[a-z]+$")]
"""One word: a choice is found by its word on the page."""
Wording = Annotated[str, StringConstraints(min_length=1)]
Presence = Literal["required", "expected", "expected_until_known"]


class FieldKind(StrEnum):
    """The normal form a field's value takes."""

    NAME = "name"
    IDENTIFIER = "identifier"
    MASKED_IDENTIFIER = "masked_identifier"
    DATE = "date"
    MONEY = "money"
    RATE = "rate"
    WHOLE_NUMBER = "whole_number"
    CHOICE = "choice"


NUMBERS: Final = frozenset({FieldKind.MONEY, FieldKind.RATE, FieldKind.WHOLE_NUMBER})
_OF_KIND: Final[Mapping[str, frozenset[FieldKind]]] = {
    "names": frozenset({FieldKind.NAME}),
    "choices": frozenset({FieldKind.CHOICE}),
    "grammar": frozenset({FieldKind.WHOLE_NUMBER}),
    "limits": NUMBERS,
    "places": frozenset({FieldKind.MONEY}),
    "signed": frozenset({FieldKind.MONEY}),
    "often_zero": frozenset({FieldKind.MONEY}),
    "at_risk": frozenset({FieldKind.MONEY}),
}
"""Keys of a field's entry that have a meaning for some kinds only."""
_NEEDED: Final = ("names", "choices", "grammar")
"""Of those, the keys that a field of such a kind must have: nothing else says how its values are read."""


class Limits(Section):
    """Least and greatest value of a number, both included, and the expectation about them."""

    min: int | float
    max: int | float
    severity: Literal["critical", "warning", "info"] = "critical"
    expectation: str = Field("", description="Its name; empty means <field>_is_plausible.")
    why: str = ""


class FieldEntry(Section):
    """The entry of one field in ``fields.yaml``; the file explains each key."""

    kind: FieldKind
    names: Literal["person", "organisation", "school"] | None = None
    choices: tuple[Choice, ...] = ()
    grammar: Literal["term", "year"] | None = None
    limits: Limits | None = None
    places: int = Field(2, ge=2, le=6)
    signed: bool = False
    often_zero: bool = False
    at_risk: bool = False
    once: bool = False
    whose: bool = False
    printed_by: dict[Name, Presence] = Field(default_factory=dict)
    wordings: tuple[Wording, ...] = ()
    loan_columns: tuple[Wording, ...] = ()
    behind: tuple[Wording, ...] = ()

    @model_validator(mode="after")
    def _has_the_keys_of_its_kind(self) -> Self:
        for key, kinds in _OF_KIND.items():
            if key in self.model_fields_set and self.kind not in kinds:
                raise ValueError(f"{key} has no meaning for kind {self.kind.value}")
            if key in _NEEDED and self.kind in kinds and not getattr(self, key):
                raise ValueError(f"kind {self.kind.value} needs {key}")
        return self


class TypeEntry(Section):
    """The entry of one type in ``document_types.yaml``; the file explains each key. ``unknown`` has an empty one."""

    sender: Literal["lender", "servicer"] = "lender"
    is_bill: bool = False
    has_schedule: bool = False
    lists_loans: bool = False
    school_lends: bool = False
    required: tuple[Name, ...] = ()
    one_of: tuple[tuple[Name, ...], ...] = ()
    expected: tuple[Name, ...] = ()
    expected_until_known: tuple[Name, ...] = ()
    defining: tuple[Name, ...] = ()
    operative: tuple[Wording, ...] = ()
    checks: tuple[Name, ...] = ()
    titles: tuple[Wording, ...] = ()
    wordings: dict[Name, tuple[Wording, ...]] = Field(default_factory=dict)
    phrases: dict[Wording, float] = Field(default_factory=dict)

    def field_names(self) -> set[str]:
        """Every field that the entry names."""
        groups = (name for group in self.one_of for name in group)
        return {
            *self.required, *groups, *self.expected, *self.expected_until_known, *self.defining, *self.wordings
        }  # fmt: skip


class TypesFile(Section):
    """The content of ``document_types.yaml``."""

    minimum_confidence: float
    untitled_score: float
    minimum_score: float
    lending: tuple[Wording, ...]
    other_trades: dict[Wording, float]
    titles_of_any_paper: tuple[Wording, ...]
    titles_of_other_papers: tuple[Wording, ...]
    types: dict[Name, TypeEntry]

    @model_validator(mode="after")
    def _leaves_unknown_alone(self) -> Self:
        if _UNKNOWN in self.types:
            raise ValueError("unknown is what no type is; give the type another name")
        return self


class FieldsFile(Section):
    """The content of ``fields.yaml``."""

    fields: dict[Name, FieldEntry]
    loan_number: tuple[Wording, ...]
    decoys: dict[
        Literal["name", "identifier", "masked_identifier", "date", "money", "rate", "choice", "term", "year"],
        tuple[Wording, ...],
    ]


@cache
def types_file() -> TypesFile:
    """``document_types.yaml``, read once.

    Raises:
        ConfigurationError: ``invalid_settings``, naming each wrong key.
    """
    return read_config(TYPES_FILE, TypesFile)


@cache
def fields_file() -> FieldsFile:
    """``fields.yaml``, read once.

    Raises:
        ConfigurationError: ``invalid_settings``, naming each wrong key.
    """
    return read_config(FIELDS_FILE, FieldsFile)


class DocumentType(StrEnum):
    """The types of ``document_types.yaml``, and ``unknown`` for everything else (kept and reviewed, never guessed)."""

    _ignore_ = "_name"
    for _name in (*types_file().types, _UNKNOWN):
        vars()[_name.upper()] = _name


UNKNOWN_TYPE: Final = DocumentType(_UNKNOWN)


@dataclass(frozen=True, slots=True)
class FieldCatalog:
    """What each document type prints, and the kind of each field.

    Attributes:
        fields: Field name to its entry, kind by kind.
        types: Document type to its entry; ``unknown`` has an empty one.
        kinds: Field name to kind, in the order of ``fields``.
        choices: Field name of kind ``choice`` to its allowed values.
        required: Document type to the fields that every paper of that type prints.
        one_of: Document type to groups of fields; every paper of the type prints at least one of each group.
        expected: Document type to the fields that it may print.
        expected_until_known: Document type to those fields whose absence is a reason for review as long as no layout is
            known not to print them.
    """

    fields: Mapping[str, FieldEntry]
    types: Mapping[DocumentType, TypeEntry]
    kinds: Mapping[str, FieldKind]
    choices: Mapping[str, tuple[str, ...]]
    required: Mapping[DocumentType, tuple[str, ...]]
    one_of: Mapping[DocumentType, tuple[tuple[str, ...], ...]]
    expected: Mapping[DocumentType, tuple[str, ...]]
    expected_until_known: Mapping[DocumentType, tuple[str, ...]]

    def fields_of(self, document_type: DocumentType) -> tuple[str, ...]:
        """Every field that a document of this type may carry, required ones first."""
        groups = [name for group in self.one_of.get(document_type, ()) for name in group]
        names = (*self.required.get(document_type, ()), *groups, *self.expected.get(document_type, ()))
        return tuple(dict.fromkeys(names))

    def usual(self, document_type: DocumentType) -> tuple[str, ...]:
        """The fields that most papers of this type print: what reports and statistics follow."""
        return self.required.get(document_type, ()) + self.expected_until_known.get(document_type, ())

    def missing_groups(self, document_type: DocumentType, found: Collection[str]) -> list[tuple[str, ...]]:
        """The groups of which a document of this type has no member, although it must print one."""
        return [group for group in self.one_of.get(document_type, ()) if not set(group) & set(found)]

    def is_complete(self, document_type: DocumentType, found: Collection[str]) -> bool:
        """Whether a document with these fields has all that every paper of its type prints."""
        required = self.required.get(document_type, ())
        return set(required) <= set(found) and not self.missing_groups(document_type, found)

    def fields_that(self, key: str) -> tuple[str, ...]:
        """The fields whose entry says so, such as ``signed``."""
        return tuple(name for name, entry in self.fields.items() if getattr(entry, key))

    def names_of(self, whose: str) -> tuple[str, ...]:
        """The fields of kind ``name`` that name a ``person``, an ``organisation`` or a ``school``."""
        return tuple(name for name, entry in self.fields.items() if entry.names == whose)


@cache
def field_catalog() -> FieldCatalog:
    """The catalogue of the two files, built once.

    Raises:
        ConfigurationError: ``invalid_settings``: a type names a field that does not exist, or a field a type.
    """
    entries, types = fields_file().fields, types_file().types
    if problems := [*_problems(types, entries)]:
        raise ConfigurationError(ErrorCode.INVALID_SETTINGS, f"Correct {TYPES_FILE} or {FIELDS_FILE}: {problems[0]}.")
    order = list(FieldKind)
    fields = dict(sorted(entries.items(), key=lambda item: order.index(item[1].kind)))
    named = {DocumentType(name): entry for name, entry in types.items()}
    return FieldCatalog(
        fields=fields,
        types={**named, UNKNOWN_TYPE: TypeEntry()},
        kinds={name: entry.kind for name, entry in fields.items()},
        choices={name: entry.choices for name, entry in fields.items() if entry.choices},
        required={kind: entry.required + _printed_by(fields, kind, "required") for kind, entry in named.items()},
        one_of={kind: entry.one_of for kind, entry in named.items()},
        expected={
            kind: entry.expected + _printed_by(fields, kind, "expected", "expected_until_known")
            for kind, entry in named.items()
        },
        expected_until_known={
            kind: entry.expected_until_known + _printed_by(fields, kind, "expected_until_known")
            for kind, entry in named.items()
        },
    )


def _printed_by(fields: Mapping[str, FieldEntry], kind: DocumentType, *presences: Presence) -> tuple[str, ...]:
    """Fields that say themselves that a type prints them so."""
    return tuple(name for name, entry in fields.items() if entry.printed_by.get(kind.value) in presences)


def _problems(types: Mapping[str, TypeEntry], fields: Mapping[str, FieldEntry]) -> Iterator[str]:
    """Names in one file that the other does not have, and fields that both files give to a type."""
    for kind, entry in types.items():
        for name in sorted(entry.field_names() - fields.keys()):
            yield f"the type {kind} names {name}, which is no field"
    for name, field in fields.items():
        for kind in field.printed_by:
            if kind not in types:
                yield f"the field {name} is printed by {kind}, which is no document type"
            elif name in _printed(types[kind]):
                yield f"the type {kind} and printed_by of the field {name} both say how it is printed; remove one"


def _printed(entry: TypeEntry) -> Iterable[str]:
    return {
        *entry.required,
        *entry.expected,
        *entry.expected_until_known,
        *(name for group in entry.one_of for name in group),
    }
