"""Amortization schedules: the terms on top, then one row an instalment over as many pages as it takes."""

from __future__ import annotations

from samples.generator import forms
from samples.generator.ink import Ink
from samples.generator.letterhead import letterhead
from samples.generator.sheet import Sheet

_TITLES = ("Repayment Schedule", "Amortization Schedule", "Schedule of Payments")
_HEADS = {
    "number": ("No.", "#", "Pmt #", "Payment No."),
    "due_date": ("Due Date", "Payment Date", "Date"),
    "payment": ("Payment", "Payment Amount", "Installment"),
    "principal": ("Principal", "To Principal", "Principal Paid"),
    "interest": ("Interest", "To Interest", "Interest Paid"),
    "balance": ("Balance", "Remaining Balance", "Principal Balance"),
}


def _maybe(ink: Ink, *names: str, keep: float = 0.7) -> list[str]:
    return [name for name in names if ink.rng.random() < keep]


def schedule(sheet: Sheet, ink: Ink) -> None:
    """The whole table; some designers repeat its head on each page, some print totals."""
    letterhead(sheet, ink, "lender_name", ink.rng.choice(_TITLES))
    form = ink.rng.choice((*forms.LISTS, *forms.GRIDS))
    form(sheet, ink.pairs("borrower_name", "account_number", *_maybe(ink, "document_date", "school_name", "rate_type")))
    terms = ("loan_amount", "interest_rate", "term_months", "monthly_payment", "first_payment_date")
    form(sheet, ink.pairs(*terms, *_maybe(ink, "maturity_date", "total_of_payments", "finance_charge")))
    order = list(_HEADS)
    if ink.rng.random() < 0.4:
        order[3], order[4] = order[4], order[3]
    rows = []
    for row in ink.facts.rows:
        cells = {
            "number": str(row.number),
            "due_date": ink.date(row.due_date),
            **{name: ink.money(getattr(row, name)) for name in ("payment", "principal", "interest", "balance")},
        }
        rows.append([cells[name] for name in order])
    if ink.rng.random() < 0.4:
        rows.append(_totals(ink, order))
    forms.table(
        sheet,
        [ink.rng.choice(_HEADS[name]) for name in order],
        rows,
        shares=[0.7, 1.5, 1.2, 1.2, 1.2, 1.4],
        ruled_cells=ink.rng.random() < 0.4,
        repeat_head=ink.rng.random() < 0.7,
        left_columns=2,
        stripes=ink.rng.random() < 0.3,
    )


def _totals(ink: Ink, order: list[str]) -> list[str]:
    sums = {
        name: ink.money(sum((getattr(row, name) for row in ink.facts.rows), start=ink.facts.rows[0].payment * 0))
        for name in ("payment", "principal", "interest")
    }
    return [{"number": "Total", **sums}.get(name, "") for name in order]


LAYOUTS = {"schedule_table": schedule}
