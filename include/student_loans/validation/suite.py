"""Suites of expectations: JSON files, each expectation with a name of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, model_validator

from student_loans.config_files import checked, read_config

DEFAULT_SUITE = "expectations.json"


class _Meta(BaseModel):
    name: str


class _Expectation(BaseModel):
    meta: _Meta


class _Suite(BaseModel):
    """What every suite has; the rest is Great Expectations' own."""

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
        ConfigurationError: ``invalid_settings``: no JSON, no expectations, or an unnamed one.
    """
    return checked_suite(read_config(DEFAULT_SUITE, dict[str, Any], path), str(path or DEFAULT_SUITE))


def checked_suite(suite: Any, label: str = "the given suite") -> dict[str, Any]:
    """A suite as an object, refused when it cannot be used.

    Args:
        suite: A mapping with ``name`` and ``expectations``, each with a ``meta.name``.
        label: How the error names it.

    Raises:
        ConfigurationError: ``invalid_settings``.
    """
    checked(suite, _Suite, label)
    return dict(suite)
