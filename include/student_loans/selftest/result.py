"""What one check of a deployment found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """How a check ended."""

    OK = "ok"
    NOT_SET_UP = "not set up"
    """Optional, and this deployment does without it."""
    NOT_TRIED = "not tried"
    """Set up, but nobody asked to try it."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class SelftestResult:
    """One check.

    Attributes:
        detail: What was found, for a person: versions and counts, no secret.
        todo: What to do; empty when all is well.
    """

    outcome: Outcome
    detail: str
    todo: str = ""


def ok(detail: str) -> SelftestResult:
    """All is well."""
    return SelftestResult(Outcome.OK, detail)


def failed(detail: str, todo: str) -> SelftestResult:
    """It does not work."""
    return SelftestResult(Outcome.FAILED, detail, todo)


def not_set_up(detail: str, todo: str = "") -> SelftestResult:
    """An optional part that is not there."""
    return SelftestResult(Outcome.NOT_SET_UP, detail, todo)


def not_tried(detail: str, todo: str) -> SelftestResult:
    """A part that is there and was left alone."""
    return SelftestResult(Outcome.NOT_TRIED, detail, todo)
