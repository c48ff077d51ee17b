"""The table of advice: a row for every code, true to the code that raises it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from student_loans.error_advice import (
    KIND_OF_CLASS,
    UNKNOWN_TODO,
    ErrorKind,
    advice_table,
    retried_codes,
    title_of,
    todo_of,
)
from student_loans.errors import ErrorCode

PROJECT_ROOT = Path(__file__).resolve().parents[2]
ALERT_LINE = 130
"""Longest line of advice that an alert shows without a break."""


def raised() -> Iterator[tuple[str, str, str]]:
    """Class, code and place of every error that the product makes with a code written out."""
    for root in ("include", "plugins"):
        for path in sorted((PROJECT_ROOT / root).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                match node:
                    case ast.Call(
                        func=ast.Name(id=name), args=[ast.Attribute(value=ast.Name(id="ErrorCode"), attr=code), *_]
                    ):
                        yield name, ErrorCode[code].value, f"{path.name}:{node.lineno}"


def test_every_code_has_a_row_and_every_row_of_ours_a_code() -> None:
    ours = {code for code, advice in advice_table().items() if advice.kind is not ErrorKind.EXCEPTION}
    assert ours == {code.value for code in ErrorCode}


def test_the_kind_of_a_code_is_the_class_that_is_raised_with_it() -> None:
    kinds = {error_class.__name__: kind for error_class, kind in KIND_OF_CLASS.items()}
    wrong = [
        f"{place}: {name} with {code}"
        for name, code, place in raised()
        if name in kinds and advice_table()[code].kind is not kinds[name]
    ]
    assert wrong == []


@pytest.mark.parametrize("code", advice_table())
def test_a_row_can_be_shown_in_an_alert_and_on_a_page(code: str) -> None:
    advice = advice_table()[code]
    assert advice.title
    assert advice.meaning
    assert not advice.title.endswith(".")
    assert advice.todo.endswith(".")
    assert "`" not in advice.todo, "Alerts are plain text."
    assert len(advice.todo) <= ALERT_LINE


def test_errors_of_services_and_a_document_that_took_too_long_are_tried_again() -> None:
    services = {code for code, advice in advice_table().items() if advice.kind is ErrorKind.SERVICE}
    assert retried_codes() == services | {"timed_out"}


def test_an_unknown_error_leads_to_the_log() -> None:
    assert todo_of("KeyError") == UNKNOWN_TODO
    assert title_of("KeyError") == "KeyError"
