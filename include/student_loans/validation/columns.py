"""Columns that a suite names: all of them must be in the data, whether it has rows or not."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from student_loans.errors import ConfigurationError, ErrorCode

_OF_THE_TABLE = ("expect_table_", "expect_column_to_exist", "expect_query_", "unexpected_rows_")
"""Expectations about the table itself: they need no rows, and the columns that they name may be missing."""

Expectation = Mapping[str, Any]


def is_about_table(expectation: Expectation) -> bool:
    """Whether an expectation is about the number of rows, the columns, or a query of its own, not about rows.

    Example:
        >>> is_about_table({"type": "expect_table_row_count_to_be_between"})
        True
    """
    return str(expectation["type"]).startswith(_OF_THE_TABLE)


def check_columns(expectations: Iterable[Expectation], available: Collection[str], data: str) -> None:
    """Refuse data that lack a column of the suite, as the expectation would have been checked on nothing.

    Args:
        expectations: Those of the suite that apply to the data.
        available: Names of the columns of the data.
        data: What the data are, for the error: ``The table loans``.

    Raises:
        ConfigurationError: ``missing_column``, naming each column and the expectations that need it.
    """
    lacking: dict[str, list[str]] = {}
    for expectation in expectations:
        for column in _columns_of(expectation):
            if column not in available:
                lacking.setdefault(column, []).append(expectation["meta"]["name"])
    if lacking:
        columns = "; ".join(f"`{name}` (for {', '.join(needed_by)})" for name, needed_by in sorted(lacking.items()))
        raise ConfigurationError(
            ErrorCode.MISSING_COLUMN,
            f"{data} lacks columns that the suite names: {columns}. Correct the data, or the names in the suite.",
        )


def columns_to_read(expectations: Iterable[Expectation]) -> set[str] | None:
    """Columns that expectations need; None if one needs all, as it is about the table or has a condition on rows."""
    names: set[str] = set()
    for expectation in expectations:
        if is_about_table(expectation) or expectation["kwargs"].get("row_condition"):
            return None
        names |= _columns_of(expectation)
    return names


def _columns_of(expectation: Expectation) -> set[str]:
    if is_about_table(expectation):
        return set()
    arguments = expectation.get("kwargs") or {}
    single = {arguments[key] for key in ("column", "column_A", "column_B") if key in arguments}
    return single | set(arguments.get("column_list") or ())
