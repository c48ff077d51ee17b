"""Suites of expectations: JSON files, each expectation has a name, and the catalogue adds further ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, model_validator

from student_loans.catalog import UNKNOWN_TYPE, DocumentType, FieldEntry, field_catalog
from student_loans.config_files import checked, read_config
from student_loans.severity import Severity
from student_loans.validation.expectation_types import fault_of

DEFAULT_SUITE = "expectations.json"


class _Meta(BaseModel):
    name: str


class _Expectation(BaseModel):
    type: str
    kwargs: dict[str, Any]
    severity: Severity = Severity.CRITICAL
    meta: _Meta

    @model_validator(mode="after")
    def _the_library_can_make_it(self) -> Self:
        if fault := fault_of(self.type, self.kwargs):
            raise ValueError(fault)
        return self


class _Suite(BaseModel):
    """The keys that every suite has; values of arguments are checked by Great Expectations."""

    name: str
    expectations: tuple[_Expectation, ...]

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        names = [expectation.meta.name for expectation in self.expectations]
        if doubled := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"two expectations are named {', '.join(doubled)}")
        return self


def load_suite(path: Path | None = None) -> dict[str, Any]:
    """Read a suite of expectations from a JSON file.

    Args:
        path: None means the suite that ships with the product.

    Raises:
        ConfigurationError: ``invalid_settings``: no JSON, no expectations, an unnamed one, or one that the library cannot
            make: an unknown type, or a lacking or unknown argument.
    """
    return checked_suite(read_config(DEFAULT_SUITE, dict[str, Any], path), str(path or DEFAULT_SUITE))


def checked_suite(suite: Any, label: str = "the given suite") -> dict[str, Any]:
    """A suite as an object, refused when it cannot be used.

    Args:
        suite: A mapping with ``name`` and ``expectations``; with ``catalog`` those of the catalogue are added, except
            names that the suite already has.
        label: Name of the suite in the error.

    Raises:
        ConfigurationError: ``invalid_settings``, naming each wrong expectation. Great Expectations is not imported.
    """
    checked(suite, _Suite, label, named="expectations")
    usable = dict(suite)
    if usable.pop("catalog", False):
        names = {expectation["meta"]["name"] for expectation in suite["expectations"]}
        added = [one for one in catalog_expectations() if one["meta"]["name"] not in names]
        usable["expectations"] = [*suite["expectations"], *added]
    return usable


def catalog_expectations() -> Iterator[dict[str, Any]]:
    """Expectations from ``document_types.yaml`` and ``fields.yaml``: known types, complete documents, numbers within limits."""
    types = [kind.value for kind in DocumentType]
    known = {"column": "document_type", "value_set": types}
    yield _expectation("expect_column_values_to_be_in_set", known, "document_type_is_known_to_the_contract")
    for name in types:
        if name != UNKNOWN_TYPE:
            incomplete = {"column": "incomplete_as", "value_set": [name]}
            yield _expectation("expect_column_values_to_not_be_in_set", incomplete, f"{name}_is_complete")
    for name, entry in field_catalog().fields.items():
        yield from _limits(name, entry)


def _limits(name: str, entry: FieldEntry) -> Iterator[dict[str, Any]]:
    limits = entry.limits
    if limits is None:
        return
    arguments = {"column": name, "min_value": limits.min, "max_value": limits.max}
    why = {"why": limits.why} if limits.why else {}
    yield _expectation(
        "expect_column_values_to_be_between",
        arguments,
        limits.expectation or f"{name}_is_plausible",
        severity=limits.severity,
        **why,
    )


def _expectation(
    kind: str, arguments: dict[str, Any], name: str, *, severity: str = "critical", **meta: str
) -> dict[str, Any]:
    return {"type": kind, "kwargs": arguments, "severity": severity, "meta": {"name": name, **meta}}
