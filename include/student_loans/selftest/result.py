"""What one check of a deployment found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """How a check ended."""

    OK = "ok"
    NOT_SET_UP = "not set up"
    """Optional, and this deployment does without it."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check.

    Attributes:
        detail: What was found, for a person: versions and counts, no secret.
        todo: What to do; empty when all is well.
    """

    outcome: Outcome
    detail: str
    todo: str = ""


def ok(detail: str) -> CheckResult:
    """All is well."""
    return CheckResult(Outcome.OK, detail)


def failed(detail: str, todo: str) -> CheckResult:
    """It does not work."""
    return CheckResult(Outcome.FAILED, detail, todo)


def not_set_up(detail: str, todo: str = "") -> CheckResult:
    """An optional part that is not there."""
    return CheckResult(Outcome.NOT_SET_UP, detail, todo)
