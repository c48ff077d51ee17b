"""What the fitted model knows: the order of its fields and types, which numbers in the model stand for.

A field or type that was added to the catalogue since the fit is none of them: it is read at its labels, by rules, until the model
is fitted again. Before a fit, :func:`learn_catalogue` numbers all that the catalogue has.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from student_loans.records import DocumentType, field_catalog
from student_loans.understanding.fields.labels import grammar_of

MODEL_FILE = Path(__file__).parents[2] / "config" / "reading_model.npz"
CHOICES = ("rate_type", "loan_type", "tax_year")
"""Fields of few values that are weighed; the grammar of their values is their name. Other choices are found at their labels."""
GRAMMARS = ("money", "rate", "date", "term", "identifier", "masked_identifier", *CHOICES)
"""Grammars of the values that are weighed."""
_NAME = "name"
NOTHING = "none"
"""The class of what is no field of the contract."""


_LEARNT: list[tuple[tuple[str, ...], tuple[str, ...]]] = []


def learn_catalogue() -> None:
    """Number the fields and types of the catalogue instead of those of the model file, for a fit."""
    fields = sorted(name for name in field_catalog().fields if grammar_of_value(name) in (*GRAMMARS, _NAME))
    _LEARNT[:] = [((*fields, NOTHING), tuple(sorted(document_type.value for document_type in DocumentType)))]
    for known in (_stored, classes, document_types, value_fields, name_fields):
        known.cache_clear()


def grammar_of_value(field: str) -> str:
    """The grammar of the values that may be those of a field."""
    return field if field in CHOICES else grammar_of(field)


@cache
def _stored() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Classes and types of the model file."""
    import numpy as np

    if _LEARNT:
        return _LEARNT[0]
    with np.load(MODEL_FILE, allow_pickle=False) as file:
        return tuple(file["classes"].tolist()), tuple(file["types"].tolist())


@cache
def classes() -> tuple[str, ...]:
    """Fields that the model knows, and :data:`NOTHING`."""
    return _stored()[0]


@cache
def document_types() -> tuple[DocumentType, ...]:
    """Types that the model knows and the catalogue still has."""
    return tuple(DocumentType(name) for name in _stored()[1])


@cache
def value_fields() -> tuple[str, ...]:
    """Known fields of values."""
    return tuple(name for name in classes() if name in field_catalog().fields and grammar_of_value(name) in GRAMMARS)


@cache
def name_fields() -> tuple[str, ...]:
    """Known fields of names."""
    return tuple(name for name in classes() if name in field_catalog().fields and grammar_of(name) == _NAME)
