"""Payoff quotes: a letter with the figures in sentences and a table, and a statement with its parts added up."""

from __future__ import annotations

from samples.generator import forms
from samples.generator.ink import Ink, Pair
from samples.generator.legal import GENERAL, legal_text
from samples.generator.letterhead import addressee, letterhead
from samples.generator.sheet import Sheet


def _maybe(ink: Ink, *names: str, keep: float = 0.7) -> list[str]:
    return [name for name in names if ink.rng.random() < keep]


def _parts(ink: Ink) -> list[Pair]:
    """What the payoff amount consists of."""
    fees = ink.facts.extra["fees"]
    parts = ink.pairs("principal_balance", "accrued_interest")
    return [*parts, ("Fees and charges", ink.money(fees))] if fees else parts


def quote_letter(sheet: Sheet, ink: Ink) -> None:
    """A letter: the amount and the date in a sentence, its parts in a table."""
    letterhead(sheet, ink, "servicer_name")
    sheet.lines(ink("document_date"))
    sheet.space()
    addressee(sheet, ink)
    loan = ink.pairs("account_number", *_maybe(ink, "loan_type", "lender_name"))
    forms.inline(sheet, loan)
    name = ink.facts.fields["borrower_name"].split()[0]
    sheet.para(f"Dear {name},")
    sheet.para(
        ink.rng.choice(
            [
                "You asked what it takes to repay your student loan in full. The payoff amount is {a} if we receive it "
                "by {d}.",
                "Thank you for your request for a payoff quote. To pay your loan in full, send {a}. This payoff quote is "
                "good through {d}.",
            ]
        ).format(a=f"<b>{ink('payoff_amount')}</b>", d=f"<b>{ink('payoff_good_through_date')}</b>")
    )
    ink.rng.choice(forms.LISTS)(sheet, [*_parts(ink), *ink.pairs("per_diem", *_maybe(ink, "interest_rate"))])
    sheet.para("Interest accrues daily. A payment that arrives later must include the daily interest for each day.")
    for text in legal_text(ink, GENERAL, 2):
        sheet.para(text)
    sheet.lines("Sincerely,", "", "Payoff Department")


def quote_statement(sheet: Sheet, ink: Ink) -> None:
    """A statement without letter: who, how much, until when."""
    letterhead(sheet, ink, "servicer_name", ink.rng.choice(["Payoff Statement", "Loan Payoff Quote", "Payoff Letter"]))
    people = ink.pairs("borrower_name", "account_number", "document_date", *_maybe(ink, "lender_name", "loan_type"))
    ink.rng.choice((*forms.GRIDS, forms.two_columns))(sheet, people)
    sheet.heading(ink.rng.choice(["Payoff calculation", "AMOUNT TO PAY"]), ink.rng.choice(["bold", "rule", "bar"]))
    total = ink.pairs("payoff_amount", "payoff_good_through_date", "per_diem")
    ink.rng.choice(forms.LISTS)(sheet, [*ink.pairs(*_maybe(ink, "interest_rate")), *_parts(ink), *total])
    for text in legal_text(ink, GENERAL, 3):
        sheet.para(text, size=sheet.look.size * 0.9)


LAYOUTS = {"payoff_letter": quote_letter, "payoff_statement": quote_statement}
