"""Monthly statements: a summary beside the address, a coupon to return, and a table of the account's loans."""

from __future__ import annotations

from collections.abc import Sequence

from samples.generator import forms
from samples.generator.ink import BALANCE, Ink
from samples.generator.legal import GENERAL, legal_text
from samples.generator.letterhead import addressee, letterhead
from samples.generator.money import add_months
from samples.generator.sheet import Sheet

_TITLES = ("Monthly Statement", "Billing Statement", "Student Loan Statement", "Your Loan Bill", "Account Statement")


def _maybe(ink: Ink, *names: str, keep: float = 0.7) -> list[str]:
    return [name for name in names if ink.rng.random() < keep]


def _summary(ink: Ink) -> list[tuple[str, str]]:
    names = ["document_date", "account_number", "due_date", "amount_due", BALANCE, "interest_rate"]
    return ink.pairs(*names, *_maybe(ink, "past_due_amount", "accrued_interest", "monthly_payment", "loan_type"))


def _loan_table(sheet: Sheet, ink: Ink) -> None:
    """One row a loan; amounts of single loans are not the account's."""
    if len(ink.facts.loans) < 2:
        return
    sheet.heading(ink.rng.choice(["Loan Details", "Your loans", "LOAN BREAKDOWN"]), ink.rng.choice(["bold", "rule"]))
    rows = [
        [
            loan.name,
            ink.product(loan.loan_type),
            ink.rate(loan.rate),
            ink.money(loan.original),
            ink.money(loan.balance),
            ink.money(loan.payment),
        ]
        for loan in ink.facts.loans
    ]
    head = ["Loan", "Program", "Rate", "Original amount", "Principal", "Payment"]
    forms.table(
        sheet, head, rows, shares=[1, 2.4, 1, 1.5, 1.5, 1.3], ruled_cells=ink.rng.random() < 0.5, left_columns=2
    )


def _last_payment(sheet: Sheet, ink: Ink) -> None:
    """What was received since the last statement: amounts and dates that are no fields."""
    if ink.rng.random() < 0.6:
        paid = ink.date(add_months(ink.facts.fields["document_date"], -1))
        amount = ink.facts.fields["monthly_payment"]
        rows = [[paid, "Payment received, thank you", ink.money(amount)]]
        forms.table(sheet, ["Date", "Description", "Amount"], rows, shares=[1, 3, 1], left_columns=2)


def _coupon(sheet: Sheet, ink: Ink) -> None:
    """The part to return; it repeats what the statement says."""
    sheet.need(110)
    sheet.space(1.2)
    sheet.rule(0.8, dash=True)
    sheet.lines("Detach and return this portion with your payment", size=sheet.look.size * 0.8, align="center")
    form: Sequence[forms.Form] = (forms.stacked, forms.boxes, forms.label_below)
    again = [*ink.pairs("account_number", "due_date", "amount_due"), ("Amount Enclosed", "$ ________")]
    ink.rng.choice(form)(sheet, again)
    sheet.lines(f"Make checks payable to {ink('servicer_name')}", size=sheet.look.size * 0.9)


def statement(sheet: Sheet, ink: Ink) -> None:
    """Address on the left, summary on the right, then loans, messages and a coupon."""
    letterhead(sheet, ink, "servicer_name", ink.rng.choice(_TITLES))
    form = ink.rng.choice((forms.two_columns, forms.right_aligned, forms.ruled, forms.dotted))

    def address() -> None:
        addressee(sheet, ink)
        if ink.rng.random() < 0.6:
            forms.two_columns(sheet, ink.pairs("lender_name"))

    sheet.columns([address, lambda: form(sheet, _summary(ink))])
    _loan_table(sheet, ink)
    _last_payment(sheet, ink)
    for text in legal_text(ink, GENERAL, 3):
        sheet.para(text, size=sheet.look.size * 0.9)
    _coupon(sheet, ink)


def dashboard(sheet: Sheet, ink: Ink) -> None:
    """The figures to look at first in tiles, everything else in a list."""
    letterhead(sheet, ink, "servicer_name", ink.rng.choice(_TITLES))
    forms.cards(sheet, ink.pairs("amount_due", "due_date", BALANCE), 3)
    people = ink.pairs("borrower_name", "account_number", "document_date", *_maybe(ink, "lender_name"))
    ink.rng.choice(forms.GRIDS)(sheet, people)
    rest = ink.pairs("interest_rate", *_maybe(ink, "monthly_payment", "past_due_amount", "accrued_interest"))
    ink.rng.choice(forms.LISTS)(sheet, rest)
    _loan_table(sheet, ink)
    for text in legal_text(ink, GENERAL, 4):
        sheet.para(text, size=sheet.look.size * 0.85, align="justify")


LAYOUTS = {"bill_statement": statement, "bill_tiles": dashboard}
