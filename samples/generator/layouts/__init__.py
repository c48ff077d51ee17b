"""What each type of document looks like: several layouts a type, each a function that draws on a sheet."""

from __future__ import annotations

from collections.abc import Callable

from samples.generator.ink import Ink
from samples.generator.layouts import (
    billing_statement,
    form_1098e,
    loan_application,
    loan_disclosure,
    payoff_letter,
    promissory_note,
    repayment_schedule,
)
from samples.generator.sheet import Sheet

Layout = Callable[[Sheet, Ink], None]

LAYOUTS: dict[str, dict[str, Layout]] = {
    "promissory_note": promissory_note.LAYOUTS,
    "loan_disclosure": loan_disclosure.LAYOUTS,
    "billing_statement": billing_statement.LAYOUTS,
    "form_1098e": form_1098e.LAYOUTS,
    "loan_application": loan_application.LAYOUTS,
    "payoff_letter": payoff_letter.LAYOUTS,
    "repayment_schedule": repayment_schedule.LAYOUTS,
}
"""Document type to its layouts by name."""
