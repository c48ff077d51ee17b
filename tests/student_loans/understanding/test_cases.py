"""Small documents, each with a property that papers of lenders have: what is accepted is what is printed.

The documents and the verdicts are not part of the repository: ``../shared/cases`` beside it has both.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import patch

import pytest

from student_loans.settings import settings
from student_loans.understanding.document import extract_document

CASES = Path(__file__).resolve().parents[3].parent / "shared" / "cases"
PROCESSES = 2
FEWEST_RIGHT = 75

pytestmark = pytest.mark.skipif(not (CASES / "cases.jsonl").exists(), reason="the cases are not here")


def judge() -> ModuleType:
    """``check.py`` of the cases as a module; as a script it judges and ends."""
    spec = importlib.util.spec_from_file_location("cases_check", CASES / "check.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    nothing = ["check.py", "/dev/null", "/dev/null"]
    with patch.object(sys, "argv", nothing), patch.object(sys, "dont_write_bytecode", True), suppress(SystemExit):
        spec.loader.exec_module(module)
    return module


def record_of(file: str) -> dict[str, Any]:
    """The record of one document, as a file of records holds it."""
    content = (CASES / "documents" / file).read_bytes()
    return extract_document(content, f"file:///{file}", settings()).to_json()


@pytest.fixture(scope="module")
def verdicts() -> dict[str, tuple[str, list[str]]]:
    """By file: ``right``, ``safe``, ``held`` or ``WRONG``, and what is missing or wrong."""
    cases = [json.loads(line) for line in (CASES / "cases.jsonl").read_text(encoding="utf-8").splitlines()]
    with ProcessPoolExecutor(PROCESSES, get_context("spawn")) as pool:
        records = list(pool.map(record_of, [case["file"] for case in cases]))
    check = judge()
    return {case["file"]: check.verdict(case, [record]) for case, record in zip(cases, records, strict=True)}


def of_kind(verdicts: dict[str, tuple[str, list[str]]], kind: str) -> dict[str, list[str]]:
    return {file: why for file, (verdict, why) in verdicts.items() if verdict == kind}


def test_nothing_that_is_accepted_is_wrong(verdicts: dict[str, tuple[str, list[str]]]) -> None:
    assert of_kind(verdicts, "WRONG") == {}


def test_no_reviewer_has_to_find_a_wrong_value(verdicts: dict[str, tuple[str, list[str]]]) -> None:
    assert of_kind(verdicts, "held") == {}


def test_most_are_read_whole(verdicts: dict[str, tuple[str, list[str]]]) -> None:
    kinds = Counter(verdict for verdict, _ in verdicts.values())
    assert set(kinds) <= {"right", "safe"}
    assert kinds["right"] >= FEWEST_RIGHT, of_kind(verdicts, "safe")
