"""docs/review-reasons.md lists every reason for review that the code can give."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.guide import PROJECT_ROOT

PACKAGE = PROJECT_ROOT / "include" / "student_loans"
PAGE = " ".join((PROJECT_ROOT / "docs" / "review-reasons.md").read_text(encoding="utf-8").split())
NOTICES = [PACKAGE / "preparation" / "notices.py", PACKAGE / "preparation" / "sheets.py"]
REASONING = [
    PACKAGE / "understanding" / "decision.py",
    PACKAGE / "checks" / "plausibility.py",
    PACKAGE / "understanding" / "partition" / "several_documents.py",
    PACKAGE / "understanding" / "partition" / "page_counters.py",
]
FEWEST_WORDS = 3
"""Shorter pieces of a text are a field's name or a word between two."""


def texts_of_constants(module: Path) -> Iterator[str]:
    """The values of a module's public constants that are sentences."""
    for node in ast.parse(module.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id[0] != "_":
            value = node.value
            if isinstance(value, ast.Constant) and isinstance(value.value, str) and re.match(r"\w.* ", value.value):
                yield value.value


def pieces_of_texts(module: Path) -> Iterator[str]:
    """The fixed pieces of the texts within a module's functions, docstrings and patterns aside."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    docstrings = {
        function.body[0].value
        for function in functions
        if isinstance(function.body[0], ast.Expr) and isinstance(function.body[0].value, ast.Constant)
    }
    for function in functions:
        for node in ast.walk(function):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in docstrings:
                for piece in re.split(r"[():,]", node.value):
                    if len(piece.split()) >= FEWEST_WORDS and "\\" not in piece:
                        yield " ".join(piece.split())


DOUBTS = sorted({text for module in (PACKAGE / "understanding").rglob("*.py") for text in texts_of_constants(module)})
CODES = sorted({text.partition(":")[0] for module in NOTICES for text in texts_of_constants(module)})
PIECES = sorted({piece for module in REASONING for piece in pieces_of_texts(module)})


def test_the_reasons_of_the_code_are_found() -> None:
    assert {"xfa_form", "several_documents"} <= set(CODES)
    assert "digits beside it may belong to it" in DOUBTS
    assert {"no text was read", "begins another document", "is below zero"} <= set(PIECES)


@pytest.mark.parametrize("code", CODES)
def test_every_code_of_a_file_is_explained(code: str) -> None:
    assert f"| `{code}` |" in PAGE


@pytest.mark.parametrize("doubt", DOUBTS)
def test_every_doubt_is_explained(doubt: str) -> None:
    assert f"| {doubt} |" in PAGE


@pytest.mark.parametrize("piece", PIECES)
def test_every_text_of_a_reason_is_on_the_page(piece: str) -> None:
    assert piece in PAGE
