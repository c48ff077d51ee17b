"""Applications: a numbered paper form, and the print-out of what was entered online."""

from __future__ import annotations

from samples.generator import forms
from samples.generator.ink import Ink, Pair
from samples.generator.legal import APPLICATION, legal_text, phone
from samples.generator.letterhead import letterhead
from samples.generator.sheet import Sheet

_TITLES = ("Student Loan Application", "Education Loan Application", "Application for a Private Student Loan")


def _maybe(ink: Ink, *names: str, keep: float = 0.75) -> list[str]:
    return [name for name in names if ink.rng.random() < keep]


def _contact(ink: Ink) -> list[Pair]:
    person = ink.facts.borrower
    return [("Street Address", person.street), ("City, State, ZIP", person.city), ("Phone", phone(ink.rng))]


def _distraction(ink: Ink) -> list[Pair]:
    """Amounts that are the applicant's and not the loan's."""
    income, aid = ink.rng.randint(12, 96) * 1000, ink.rng.randint(5, 180) * 100
    return [("Gross Annual Income", f"${income:,}.00"), ("Other Financial Aid", f"${aid:,}.00")]


def paper_form(sheet: Sheet, ink: Ink) -> None:
    """Sections with bars, boxes with small labels."""
    letterhead(sheet, ink, "lender_name", ink.rng.choice(_TITLES))
    grid = ink.rng.choice((forms.boxes, forms.label_below, forms.stacked))
    grid(sheet, ink.pairs("application_number", "document_date"))
    sheet.heading("1. Applicant", "bar")
    grid(sheet, [*ink.pairs("borrower_name", *_maybe(ink, "borrower_ssn_last4")), *_contact(ink)])
    sheet.heading("2. School and loan", "bar")
    loan = ("loan_type", "rate_type", "interest_rate", "term_months")
    grid(sheet, ink.pairs("school_name", "loan_amount", *_maybe(ink, *loan)))
    if ink.has("cosigner_name"):
        sheet.heading("3. Cosigner", "bar")
        grid(sheet, ink.pairs("cosigner_name"))
    sheet.heading("4. Income and aid", "bar")
    grid(sheet, _distraction(ink))
    for text in legal_text(ink, APPLICATION, 3):
        sheet.para(text, size=sheet.look.size * 0.88)
    forms.label_below(sheet, [("Signature of applicant", ""), ("Date signed", "")])


def print_out(sheet: Sheet, ink: Ink) -> None:
    """Questions and answers as a web form prints them."""
    letterhead(sheet, ink, "lender_name", ink.rng.choice(["Application Summary", *_TITLES]))
    form = ink.rng.choice(forms.LISTS)
    form(sheet, ink.pairs("application_number", "document_date", "borrower_name"))
    sheet.heading(ink.rng.choice(["Your request", "LOAN REQUEST"]), ink.rng.choice(["bold", "rule"]))
    form(sheet, ink.pairs("school_name", "loan_amount", *_maybe(ink, "loan_type", "rate_type", "term_months")))
    sheet.heading("About you", ink.rng.choice(["bold", "rule"]))
    form(sheet, [*_contact(ink), *_distraction(ink), *ink.pairs(*_maybe(ink, "cosigner_name", "borrower_ssn_last4"))])
    for text in legal_text(ink, APPLICATION, 3):
        sheet.para(text)


LAYOUTS = {"application_paper": paper_form, "application_online": print_out}
