"""Choose among alternative readings of a value the one that satisfies the checks.

A value is replaced only if a failed check then passes and no passed check fails: arithmetic must prove the replacement,
likelihood alone is not enough.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from student_loans.checks.document_checks import CheckResult, run_checks
from student_loans.records import FieldKind, field_catalog
from student_loans.understanding.fields.assignment import Candidate
from student_loans.understanding.understand import Understanding

_MOST_EXCHANGES = 3
_DOLLAR_LOOKALIKES = "5689"
"""Digits that a reader makes of a dollar sign: ``$369.53`` read as ``5369.53``."""


def resolve_alternatives(understanding: Understanding) -> tuple[Understanding, tuple[CheckResult, ...]]:
    """Replace values that contradict a check, and return the outcome of the checks.

    Args:
        understanding: Fields with their alternatives.

    Returns:
        The understanding with the values that satisfy the most checks, and those checks.
    """
    checks = _checks(understanding, understanding.fields)
    for _ in range(_MOST_EXCHANGES):
        better = _best_exchange(understanding, checks)
        if better is None:
            break
        understanding, checks = better
    return understanding, checks


def _best_exchange(
    understanding: Understanding, checks: tuple[CheckResult, ...]
) -> tuple[Understanding, tuple[CheckResult, ...]] | None:
    doubted = dict.fromkeys(name for check in checks if not check.passed for name in check.fields)
    best: tuple[int, Candidate, tuple[CheckResult, ...]] | None = None
    for name in doubted:
        candidate = understanding.fields.get(name)
        for other in _others(candidate) if candidate else ():
            outcome = _checks(understanding, {**understanding.fields, name: other})
            gain = _passed(outcome) - _passed(checks)
            if gain > 0 and _failed(outcome) < _failed(checks) and (best is None or gain > best[0]):
                best = (gain, other, outcome)
    if best is None:
        return None
    _, other, outcome = best
    return replace(understanding, fields={**understanding.fields, other.field: other}), outcome


def _others(candidate: Candidate) -> Iterator[Candidate]:
    """Other readings of a field: the next best candidates, and the value without a misread dollar sign."""
    for other in candidate.alternatives:
        yield replace(other, margin=0.0, alternatives=(replace(candidate, alternatives=()),))
    read = min(token.word.confidence for token in candidate.tokens) < 1.0
    money = field_catalog().kinds[candidate.field] is FieldKind.MONEY
    if read and money and candidate.raw[:1] in _DOLLAR_LOOKALIKES and len(candidate.value) > len("0.00"):
        yield replace(candidate, value=str(Decimal(candidate.value[1:])), margin=0.0)


def _checks(understanding: Understanding, fields: Mapping[str, Candidate]) -> tuple[CheckResult, ...]:
    values = {name: candidate.value for name, candidate in fields.items()}
    return run_checks(understanding.document_type, values, understanding.schedule.rows)


def _passed(checks: tuple[CheckResult, ...]) -> int:
    return sum(check.passed for check in checks)


def _failed(checks: tuple[CheckResult, ...]) -> int:
    return len(checks) - _passed(checks)
