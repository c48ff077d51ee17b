"""Truth-in-Lending disclosures: the federal box, a modern summary, an approval letter, an itemized form and side panels."""

from __future__ import annotations

from decimal import Decimal

from samples.generator import forms
from samples.generator.ink import Ink, Pair
from samples.generator.legal import GENERAL, legal_text
from samples.generator.letterhead import addressee, letterhead
from samples.generator.money import level_payment
from samples.generator.sheet import Sheet

_TITLES = (
    "Final Disclosure",
    "Private Education Loan Disclosure",
    "Federal Truth in Lending Disclosure Statement",
    "Approval Disclosure",
    "Loan Cost Disclosure",
    "Truth in Lending Disclosure",
)
_BOX = {
    "apr": "The cost of your credit as a yearly rate.",
    "finance_charge": "The dollar amount the credit will cost you.",
    "amount_financed": "The credit provided to you or on your behalf.",
    "total_of_payments": "What you will have paid after all scheduled payments.",
}


def _title(ink: Ink) -> str:
    return ink.rng.choice(_TITLES)


def _maybe(ink: Ink, *names: str, keep: float = 0.7) -> list[str]:
    return [name for name in names if ink.rng.random() < keep]


def tila_box(sheet: Sheet, ink: Ink) -> None:
    """The four boxes of the Act, then the payment schedule as a table."""
    letterhead(sheet, ink, "lender_name", _title(ink))
    ink.rng.choice((forms.four_columns, forms.two_columns, forms.boxes))(
        sheet,
        ink.pairs(
            "borrower_name",
            "document_date",
            *_maybe(ink, "cosigner_name", "application_number", "account_number", "school_name", "loan_type"),
        ),
    )
    _federal_box(sheet, ink)
    sheet.heading(
        ink.rng.choice(["Payment Schedule", "Your payment schedule will be"]), ink.rng.choice(["bold", "rule"])
    )
    term, last = ink.facts.fields["term_months"], ink.facts.rows[-1].payment
    ink.note_term(str(term))
    forms.table(
        sheet,
        [ink.rng.choice(["Number of Payments", "No. of Payments"]), "Amount of Payments", "When Payments Are Due"],
        [[str(term), ink("monthly_payment"), f"Monthly beginning {ink('first_payment_date')}"]],
        ruled_cells=True,
    )
    if ink.rng.random() < 0.5:
        sheet.para(f"The final payment may differ and is estimated at {ink.money(last)}.", size=sheet.look.size * 0.85)
    ink.rng.choice(forms.LISTS)(
        sheet,
        ink.pairs(
            "loan_amount",
            "interest_rate",
            "rate_type",
            *_maybe(ink, "origination_fee", "disbursement_date", "maturity_date"),
        ),
    )
    sheet.para(
        "<b>Late charge:</b> 5% of the payment, at most "
        + ink.money(Decimal(25))
        + ". <b>Prepayment:</b> if you pay off early, you will not have to pay a penalty. <b>Security:</b> this loan is unsecured."
    )
    for text in legal_text(ink, GENERAL, 3):
        sheet.para(text, size=sheet.look.size * 0.85)


def _federal_box(sheet: Sheet, ink: Ink) -> None:
    names = list(_BOX)
    size, width = sheet.look.size, sheet.width / 4
    height = size * 7.2
    sheet.need(height + 10)
    for number, name in enumerate(names):
        x = sheet.left + width * number
        sheet.box(x, sheet.y - height, width, height, weight=1.4)
        y = sheet.y - size * 1.2
        for line in sheet.split(ink.label(name).upper(), width - 8, size * 0.85, bold=True):
            sheet.text(x + 4, y, line, size=size * 0.85, bold=True)
            y -= size
        for line in sheet.split(_BOX[name], width - 8, size * 0.7):
            sheet.text(x + 4, y, line, size=size * 0.7)
            y -= size * 0.85
        sheet.text(
            x + width / 2,
            sheet.y - height + size * 0.7,
            ink(name),
            size=size * 1.15,
            bold=True,
            align="center",
            fit=width - 8,
        )
    sheet.y -= height
    sheet.space(0.8)


def approval_letter(sheet: Sheet, ink: Ink) -> None:
    """A letter that says the loan is approved, with the terms in sentences and a table."""
    letterhead(sheet, ink, "lender_name")
    sheet.lines(ink("document_date"))
    sheet.space()
    addressee(sheet, ink)
    product = (
        f" ({ink.label('loan_type')}: {ink('loan_type')})" if ink.has("loan_type") and ink.rng.random() < 0.6 else ""
    )
    sheet.para(
        f"<b>RE: Approval Disclosure, {ink.label('application_number')} {ink('application_number')}</b>{product}"
    )
    school = f" for attendance at {ink('school_name')}" if ink.rng.random() < 0.7 else ""
    sheet.para(
        f"Your student loan{school} has been approved. You may accept it within 30 days of the date of this letter; until then the "
        f"terms below cannot change, apart from changes of the index where the rate moves with one."
    )
    kind = ink("rate_type", plain=True)
    sheet.para(
        f"The {ink.label('loan_amount').lower()} is {ink('loan_amount', plain=True)}. It carries a {kind} interest rate of {ink('interest_rate', plain=True)} "
        f"and will be repaid in {ink('term_months', plain=True)}."
    )
    _terms_table(
        sheet,
        ink,
        (
            "apr",
            "finance_charge",
            "amount_financed",
            "total_of_payments",
            "monthly_payment",
            "first_payment_date",
            *_maybe(ink, "origination_fee", "disbursement_date", "maturity_date"),
        ),
    )
    _alternatives(sheet, ink)
    for text in legal_text(ink, GENERAL, 4):
        sheet.para(text)
    sheet.lines("Sincerely,", "", "Lending Operations")


def _terms_table(sheet: Sheet, ink: Ink, names: tuple[str, ...]) -> None:
    ink.rng.choice(forms.LISTS)(sheet, ink.pairs(*names))


def _alternatives(sheet: Sheet, ink: Ink) -> None:
    """Federal alternatives and cost examples: rates and amounts that are not this loan's."""
    sheet.heading(
        ink.rng.choice(["Federal Loan Alternatives", "Other options to consider"]), ink.rng.choice(["bold", "rule"])
    )
    forms.table(
        sheet,
        ["Program", "Rate"],
        [["Direct Loans for undergraduates", "5.50% fixed"], ["PLUS for parents and graduates", "8.05% fixed"]],
        ruled_cells=ink.rng.random() < 0.5,
    )
    if ink.rng.random() < 0.6:
        sample = Decimal(10000)
        rows = [
            [
                f"{rate}%",
                ink.money(sample),
                f"{months // 12} yrs",
                ink.money(level_payment(sample, Decimal(rate), months)),
            ]
            for rate, months in (("4.99", 120), ("14.99", 180))
        ]
        forms.table(sheet, ["Example rate", "Example amount", "Example term", "Example payment"], rows, left_columns=1)


def summary_page(sheet: Sheet, ink: Ink) -> None:
    """A designed summary: cards, then two panels."""
    letterhead(sheet, ink, "lender_name", _title(ink))
    forms.stacked(
        sheet,
        ink.pairs(
            "borrower_name",
            "document_date",
            *_maybe(ink, "application_number", "account_number", "cosigner_name", "school_name"),
        ),
    )
    forms.cards(sheet, ink.pairs("loan_amount", "interest_rate", "finance_charge", "total_of_payments"), 4)
    form = ink.rng.choice((forms.right_aligned, forms.two_columns, forms.dotted))

    def left() -> None:
        sheet.heading(ink.rng.choice(["About your rate", "RATE AND APR"]))
        form(sheet, ink.pairs("apr", "rate_type", *_maybe(ink, "loan_type")))
        sheet.para(
            "If your rate is variable it can change monthly with its index, and never exceeds 25%.",
            size=sheet.look.size * 0.85,
        )

    def right() -> None:
        sheet.heading(ink.rng.choice(["Repayment", "YOUR PAYMENTS"]))
        form(sheet, ink.pairs("monthly_payment", "term_months", "first_payment_date", *_maybe(ink, "maturity_date")))

    sheet.columns([left, right])
    _itemization(sheet, ink)
    _alternatives(sheet, ink)
    for text in legal_text(ink, GENERAL, 2):
        sheet.para(text, size=sheet.look.size * 0.85)


def _itemization(sheet: Sheet, ink: Ink) -> None:
    sheet.heading(
        ink.rng.choice(["Itemization of Amount Financed", "Where the money goes"]), ink.rng.choice(["bold", "rule"])
    )
    financed = ink.facts.fields["amount_financed"]
    pairs: list[Pair] = [
        ("Amount paid to you directly", ink.money(Decimal(0))),
        ("Amount paid to others on your behalf", ink.money(financed)),
    ]
    pairs += ink.pairs("amount_financed", "origination_fee")
    forms.right_aligned(sheet, pairs)


def numbered_form(sheet: Sheet, ink: Ink) -> None:
    """A bank form: numbered lines with the values in boxes."""
    sheet.lines(_title(ink).upper(), size=sheet.look.size * 1.3, bold=True, align="center")
    sheet.space()
    grid = ink.rng.choice((forms.boxes, forms.header_row))
    forms.boxes(
        sheet,
        ink.pairs(
            "lender_name",
            "borrower_name",
            "document_date",
            *_maybe(ink, "account_number", "application_number", "cosigner_name", keep=0.8),
        ),
        2,
    )
    grid(sheet, ink.pairs("apr", "finance_charge", "amount_financed", "total_of_payments"))
    names = [
        "loan_amount",
        "interest_rate",
        "rate_type",
        "term_months",
        "monthly_payment",
        *_maybe(ink, "first_payment_date", "origination_fee", "maturity_date", "disbursement_date", "school_name"),
    ]
    pairs = [(f"{number}. {label}", value) for number, (label, value) in enumerate(ink.pairs(*names), 1)]
    ink.rng.choice((forms.dotted, forms.ruled, forms.right_aligned))(sheet, pairs)
    sheet.heading("Notices", "center")
    for text in legal_text(ink, GENERAL, 5):
        sheet.para(text, size=sheet.look.size * 0.9, align="justify")
    forms.label_below(sheet, [("Acknowledged by borrower", ""), ("Date acknowledged", "")])


def side_panel(sheet: Sheet, ink: Ink) -> None:
    """A narrow panel with the main figures beside running text."""
    letterhead(sheet, ink, "lender_name", _title(ink))
    texts = legal_text(ink, GENERAL, 6)

    def panel() -> None:
        forms.stacked(
            sheet,
            ink.pairs(
                "apr",
                "interest_rate",
                "rate_type",
                "loan_amount",
                "amount_financed",
                "finance_charge",
                "total_of_payments",
                "monthly_payment",
                "term_months",
            ),
            1,
        )

    def body() -> None:
        forms.two_columns(
            sheet,
            ink.pairs(
                "borrower_name",
                "document_date",
                *_maybe(
                    ink,
                    "application_number",
                    "account_number",
                    "school_name",
                    "disbursement_date",
                    "first_payment_date",
                ),
            ),
        )
        for text in texts:
            sheet.para(text, size=sheet.look.size * 0.9)

    sheet.columns([panel, body], [1, 2.1])
    _alternatives(sheet, ink)


LAYOUTS = {
    "tila_box": tila_box,
    "tila_letter": approval_letter,
    "tila_summary": summary_page,
    "tila_numbered": numbered_form,
    "tila_side_panel": side_panel,
}
