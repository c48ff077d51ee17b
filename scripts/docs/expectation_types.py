"""``python -m scripts.docs.expectation_types``: the expectation types of the installed Great Expectations, as a list.

A suite is checked against the list when a DAG is parsed, because the import of the library takes seconds.
"""

from __future__ import annotations

import json
from pathlib import Path

TYPES = Path(__file__).resolve().parents[2] / "include" / "student_loans" / "validation" / "expectation_types.json"
_NOT_ARGUMENTS = {
    "batch_id", "description", "id", "library_metadata", "meta", "notes", "rendered_content", "severity", "windows",
}  # fmt: skip
"""Fields of the library's classes that are no ``kwargs`` of a suite."""


def expectation_types() -> dict[str, dict[str, list[str]]]:
    """Each type of the library with its arguments: ``required`` and ``optional``."""
    import great_expectations.expectations.core  # noqa: F401 - registers the types
    from great_expectations.expectations.registry import (
        get_expectation_impl,
        list_registered_expectation_implementations,
    )

    types = {}
    for name in sorted(list_registered_expectation_implementations()):
        made = get_expectation_impl(name)
        if made.__module__.startswith("great_expectations."):
            fields = {key: field for key, field in made.__fields__.items() if key not in _NOT_ARGUMENTS}
            types[name] = {
                "required": sorted(key for key, field in fields.items() if field.required),
                "optional": sorted(key for key, field in fields.items() if not field.required),
            }
    return types


def main() -> None:
    """Write the list."""
    lines = (f"  {json.dumps(name)}: {json.dumps(arguments)}" for name, arguments in expectation_types().items())
    TYPES.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
