"""Suites of expectations: JSON files, each expectation with a name of its own."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import Any

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
        suite: A mapping with ``name`` and ``expectations``.
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
    return checked


def _unusable(label: str, reason: str) -> ConfigurationError:
    return ConfigurationError(
        ErrorCode.INVALID_SETTINGS,
        f"The suite {label} cannot be used ({reason}): it needs a name and a list 'expectations', each with a meta.name.",
    )
