"""Student loan interest statements: the form's boxes, and the letter that servicers send instead of it."""

from __future__ import annotations

from samples.generator import forms
from samples.generator.ink import Ink
from samples.generator.letterhead import addressee, letterhead
from samples.generator.sheet import Sheet

_NOTICE = (
    "This is important tax information and is being furnished to the IRS. If you are required to file a return, a penalty "
    "may be imposed if the IRS determines that an underpayment results because you overstated a deduction.",
    "Use the worksheet in your return's instructions to find out whether you can deduct the interest.",
    "You may be able to deduct capitalized interest and certain origination fees in addition to the amount reported.",
)


def boxed_form(sheet: Sheet, ink: Ink) -> None:
    """Boxes as on the substitute form: the lender's block, identification numbers, the interest in box 1."""
    sheet.lines("CORRECTED (if checked)  [  ]", size=sheet.look.size * 0.8, align="center")
    sheet.lines("Form 1098-E   Student Loan Interest Statement", size=sheet.look.size * 1.4, bold=True)
    sheet.space()
    person = ink.facts.borrower
    tin = f"{ink.rng.randint(10, 98)}-{ink.rng.randint(1000000, 9999999)}"
    forms.boxes(sheet, [*ink.pairs("lender_name", "tax_year"), ("OMB No.", "1545-1576")], 3)
    forms.boxes(sheet, [("RECIPIENT'S TIN", tin), *ink.pairs("borrower_ssn_last4", "interest_paid")], 3)
    forms.boxes(sheet, [*ink.pairs("borrower_name"), ("Street address", person.street), ("City", person.city)], 3)
    forms.boxes(sheet, [*ink.pairs("account_number"), ("2 Origination fees not included before 2004", "[  ]")], 2)
    if ink.rng.random() < 0.5:
        forms.two_columns(sheet, ink.pairs("servicer_name"))
    sheet.para("Copy B for borrower. Keep with your records.", size=sheet.look.size * 0.85)
    for text in _NOTICE:
        sheet.para(text, size=sheet.look.size * 0.85)


def tax_letter(sheet: Sheet, ink: Ink) -> None:
    """A page of the lender's own design that stands in for the form."""
    letterhead(
        sheet, ink, "lender_name", ink.rng.choice(["Student Loan Interest Statement", "Form 1098-E Information"])
    )
    addressee(sheet, ink)
    ink.rng.choice((*forms.LISTS, *forms.GRIDS))(
        sheet, ink.pairs("tax_year", "account_number", "borrower_ssn_last4", "interest_paid")
    )
    if ink.rng.random() < 0.5:
        forms.inline(sheet, ink.pairs("servicer_name"))
    for text in _NOTICE:
        sheet.para(text)


LAYOUTS = {"tax_boxes": boxed_form, "tax_letter": tax_letter}
