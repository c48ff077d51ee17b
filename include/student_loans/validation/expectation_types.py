"""The expectation types of Great Expectations and their arguments, without an import of the library.

``expectation_types.json`` is made from the installed library by ``python -m scripts.docs.expectation_types``; a test compares
them. A type of one's own is known where its class is imported, as the library registers it then.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from importlib import resources
from typing import Any

Arguments = Mapping[str, Sequence[str]]


@cache
def known_types() -> Mapping[str, Arguments]:
    """Each type of the library with its arguments: ``required`` and ``optional``."""
    file = resources.files("student_loans.validation").joinpath("expectation_types.json")
    types: dict[str, Arguments] = json.loads(file.read_text(encoding="utf-8"))
    return types


def fault_of(kind: str, arguments: Mapping[str, Any]) -> str | None:
    """Why the library cannot make an expectation; None if nothing is seen to be wrong.

    Args:
        kind: Its type, such as ``expect_column_values_to_be_unique``.
        arguments: Its ``kwargs``.

    Example:
        >>> fault_of("expect_column_values_to_be_unique", {"columns": "a"})
        'expect_column_values_to_be_unique lacks the argument `column`'
    """
    types = known_types()
    if kind not in types:
        return None if _is_registered(kind) else _unknown(kind, types)
    required, optional = types[kind]["required"], types[kind]["optional"]
    if lacking := [name for name in required if name not in arguments]:
        return f"{kind} lacks the argument {_listed(lacking)}"
    if unknown := [name for name in arguments if name not in (*required, *optional)]:
        return f"{kind} has no argument {_listed(unknown)}"
    return None


def _unknown(kind: str, types: Mapping[str, Arguments]) -> str:
    near = get_close_matches(kind, types, n=1)
    return f"there is no expectation type {kind!r}" + (f", did you mean `{near[0]}`" if near else "")


def _is_registered(kind: str) -> bool:
    """Whether a module that this process has imported defines the type."""
    registry = sys.modules.get("great_expectations.expectations.registry")
    return registry is not None and kind in registry.list_registered_expectation_implementations()


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
