"""What the fitted model knows: the order of its fields and types, which numbers in the model stand for.

A field or type that was added to the catalogue since the fit is none of them: it is read at its labels, by rules, until the model
is fitted again.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from student_loans.records import DocumentType, field_catalog
from student_loans.understanding.fields.labels import grammar_of

MODEL_FILE = Path(__file__).parents[2] / "config" / "reading_model.npz"
GRAMMARS = ("money", "rate", "date", "term", "identifier", "masked_identifier")
"""Grammars of the values that are weighed; choices and years are found by their own rules."""
NOTHING = "none"
"""The class of what is no field of the contract."""


@cache
def _stored() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Classes and types of the model file."""
    import numpy as np

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
    return tuple(name for name in classes() if name in field_catalog().fields and grammar_of(name) in GRAMMARS)


@cache
def name_fields() -> tuple[str, ...]:
    """Known fields of names."""
    return tuple(name for name in classes() if name in field_catalog().fields and grammar_of(name) == "name")
