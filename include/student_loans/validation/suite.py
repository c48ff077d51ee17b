"""Suites of expectations: JSON files, each expectation with a name of its own, and what the catalogue adds to them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

from student_loans.catalog import UNKNOWN_TYPE, DocumentType, FieldEntry, field_catalog
from student_loans.errors import ConfigurationError, ErrorCode

DEFAULT_SUITE = "expectations.json"


def load_suite(path: Path | None = None) -> dict[str, Any]:
    """Read a suite of expectations from a JSON file.

    Args:
        path: None means the suite that ships with the product.

    Raises:
        ConfigurationError: ``invalid_settings``: no JSON, no expectations, or an unnamed one.
    """
    source = path or resources.files("student_loans.config").joinpath(DEFAULT_SUITE)
    try:
        suite = json.loads(source.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _unusable(str(path or DEFAULT_SUITE), f"{type(error).__name__}: {error}") from error
    return checked_suite(suite, str(path or DEFAULT_SUITE))


def checked_suite(suite: Any, label: str = "given") -> dict[str, Any]:
    """A suite as an object, refused when it cannot be used.

    Args:
        suite: A mapping with ``name`` and ``expectations``; with ``catalog`` those of the catalogue are added, but for
            names that it has itself.
        label: How the error names it.

    Raises:
        ConfigurationError: ``invalid_settings``.
    """
    try:
        names = [expectation["meta"]["name"] for expectation in suite["expectations"]]
        checked = {"name": str(suite["name"]), **suite}
    except (KeyError, TypeError) as error:
        raise _unusable(label, f"{type(error).__name__}: {error}") from error
    if len(set(names)) != len(names):
        raise ConfigurationError(ErrorCode.INVALID_SETTINGS, f"The suite {label} uses a name twice.")
    if checked.pop("catalog", False):
        added = [one for one in catalog_expectations() if one["meta"]["name"] not in names]
        checked["expectations"] = [*suite["expectations"], *added]
    return checked


def catalog_expectations() -> Iterator[dict[str, Any]]:
    """What ``document_types.yaml`` and ``fields.yaml`` promise: known types, complete documents, numbers within limits."""
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


def _unusable(label: str, reason: str) -> ConfigurationError:
    return ConfigurationError(
        ErrorCode.INVALID_SETTINGS,
        f"The suite {label} cannot be used ({reason}): it needs a name and a list 'expectations', each with a meta.name.",
    )
