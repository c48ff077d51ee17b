"""The table of advice: what an error code means and what to do about it (``config/errors.yaml``).

An error's message holds the particulars of one case; the table holds what is true of every case of a code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from student_loans.config_files import Section, read_config
from student_loans.errors import (
    ConfigurationError,
    DocumentError,
    LoanDocumentError,
    ReviewError,
    ServiceError,
)

ADVICE_FILE = "errors.yaml"
UNKNOWN_TODO = "Open the log: the pipeline does not know this error, so it may be a bug."


class ErrorKind(StrEnum):
    """What an error makes of the work: the classes of ``errors.py``, and exceptions of Python or Airflow."""

    DOCUMENT = "document"
    SERVICE = "service"
    REVIEW = "review"
    CONFIGURATION = "configuration"
    EXCEPTION = "exception"


KIND_OF_CLASS: Mapping[type[LoanDocumentError], ErrorKind] = {
    DocumentError: ErrorKind.DOCUMENT,
    ServiceError: ErrorKind.SERVICE,
    ReviewError: ErrorKind.REVIEW,
    ConfigurationError: ErrorKind.CONFIGURATION,
}
"""The class that an error of a kind has."""


@dataclass(frozen=True, slots=True)
class Advice:
    """One row of the table.

    Attributes:
        code: A code of :class:`student_loans.errors.ErrorCode`, or the name of an exception's class.
        title: A few words for a person who does not know the code.
        meaning: What happened, in Markdown.
        todo: What to do, in one line of plain text.
        steps: What else helps, in Markdown; empty when the line says it all.
        retried: Whether a later attempt may succeed with nothing changed.
    """

    code: str
    kind: ErrorKind
    title: str
    meaning: str
    todo: str
    steps: str
    retried: bool


class _AdviceRow(Section):
    """One entry of ``errors.yaml``; the file explains each key."""

    kind: ErrorKind
    title: str
    meaning: str
    todo: str
    steps: str = ""
    retried: bool | None = None

    def advice(self, code: str) -> Advice:
        """The entry under its code."""
        retried = self.kind is ErrorKind.SERVICE if self.retried is None else self.retried
        return Advice(code, self.kind, self.title, self.meaning, self.todo, self.steps, retried)


@cache
def advice_table() -> Mapping[str, Advice]:
    """Every row by its code, in the order of the file.

    Raises:
        ConfigurationError: ``invalid_settings``.
    """
    return {code: row.advice(code) for code, row in read_config(ADVICE_FILE, dict[str, _AdviceRow]).items()}


def todo_of(code: str) -> str:
    """What to do about an error code, in a line.

    Example:
        >>> todo_of("encrypted_pdf")
        'Ask the sender for a copy without a password.'
    """
    advice = advice_table().get(code)
    return advice.todo if advice else UNKNOWN_TODO


def title_of(code: str) -> str:
    """A few words for a person who does not know the code; the code itself when the table has no such row."""
    advice = advice_table().get(code)
    return advice.title if advice else code


@cache
def retried_codes() -> frozenset[str]:
    """Codes that another attempt under the same settings and code may not meet again."""
    return frozenset(advice.code for advice in advice_table().values() if advice.retried)
