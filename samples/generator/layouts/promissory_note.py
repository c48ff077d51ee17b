"""Promissory notes: a federal-style master note, prose, a data sheet, a one-page form and a credit agreement."""

from __future__ import annotations

from samples.generator import forms
from samples.generator.ink import Ink
from samples.generator.legal import GENERAL, NOTE, legal_text
from samples.generator.letterhead import letterhead
from samples.generator.sheet import Sheet

_TERMS = (
    "loan_amount",
    "interest_rate",
    "rate_type",
    "term_months",
    "monthly_payment",
    "first_payment_date",
    "maturity_date",
    "origination_fee",
)


def _some(ink: Ink, names: tuple[str, ...], keep: float = 0.75) -> list[str]:
    required = (
        "lender_name",
        "borrower_name",
        "loan_amount",
        "interest_rate",
        "rate_type",
        "document_date",
        "account_number",
    )
    return [name for name in names if name in required or ink.rng.random() < keep]


def _signatures(sheet: Sheet, ink: Ink) -> None:
    sheet.need(70)
    sheet.space(1.5)
    signers = [("Borrower's signature", ""), ("Date", "")]
    if ink.has("cosigner_name") and "cosigner_name" in ink.truth:
        signers += [("Cosigner's signature", ""), ("Date", "")]
    forms.label_below(sheet, signers)


def _numbered(sheet: Sheet, texts: list[str], rng_style: str) -> None:
    for number, text in enumerate(texts, 1):
        lead = {"digit": f"{number}.", "letter": f"{chr(64 + number)}.", "section": f"Section {number}."}[rng_style]
        sheet.para(f"<b>{lead}</b> {text}", align="justify")


def master_note(sheet: Sheet, ink: Ink) -> None:
    """Sections with bars and numbered boxes, as federal master notes have."""
    sheet.lines("Master Promissory Note", size=sheet.look.size * 1.6, bold=True, align="center")
    sheet.lines(
        "Student Loan Program  -  WARNING: any person who knowingly makes a false statement on this form is subject to penalties",
        size=sheet.look.size * 0.7,
        align="center",
    )
    sheet.heading("SECTION A: BORROWER INFORMATION", "bar")
    person = ink.facts.borrower
    pairs = [
        *ink.pairs("borrower_name", "borrower_ssn_last4"),
        ("Permanent Address", person.street),
        ("City, State, Zip", person.city),
    ]
    pairs.append(("Area Code / Telephone", "(555) 555-0142"))
    numbered = [(f"{number}. {label}", value) for number, (label, value) in enumerate(pairs, 1)]
    forms.boxes(sheet, numbered, 2)
    sheet.heading("SECTION B: SCHOOL AND LENDER INFORMATION", "bar")
    pairs = ink.pairs("lender_name", *_some(ink, ("school_name", "servicer_name", "loan_type")), "account_number")
    forms.boxes(sheet, [(f"{number}. {label}", value) for number, (label, value) in enumerate(pairs, 6)], 2)
    sheet.heading("SECTION C: LOAN TERMS", "bar")
    pairs = ink.pairs(*_some(ink, _TERMS))
    forms.boxes(sheet, [(f"{number}. {label}", value) for number, (label, value) in enumerate(pairs, 12)], 3)
    sheet.heading("SECTION D: PROMISE TO PAY", "bar")
    for text in legal_text(ink, NOTE, 5):
        sheet.para(text, size=sheet.look.size * 0.88)
    forms.label_below(
        sheet, [("22. Borrower's Signature", ""), ("23. " + ink.label("document_date"), ink("document_date"))]
    )
    for text in legal_text(ink, GENERAL, 4):
        sheet.para(text, size=sheet.look.size * 0.8)


def prose_note(sheet: Sheet, ink: Ink) -> None:
    """A traditional note in running text; the terms stand in sentences."""
    title = ink.rng.choice(
        ["PROMISSORY NOTE", "STUDENT LOAN NOTE", "Education Loan Promissory Note", "NOTE AND LOAN AGREEMENT"]
    )
    sheet.lines(title, size=sheet.look.size * 1.6, bold=True, align="center")
    sheet.space()
    sheet.columns(
        [
            lambda: sheet.lines(
                f"{ink.label('loan_amount')}: {ink('loan_amount')}",
                f"{ink.label('account_number')}: {ink('account_number')}",
            ),
            lambda: sheet.lines(
                f"{ink.label('document_date')}: {ink('document_date')}", ink.facts.borrower.city, align="right"
            ),
        ]
    )
    sheet.space()
    promise = ink.rng.choice(
        [
            "FOR VALUE RECEIVED, the undersigned, {b} (hereinafter “Maker”), promises to pay to the order of {l} (“Holder”), the principal sum of {a}, together with interest on the unpaid principal at {r}.",
            "In return for a student loan that I have received, I, {b}, promise to pay {a} (this amount is called “Principal”), plus interest, to the order of the Lender. The Lender is {l}. I will pay interest at {r}.",
            "{b}, the Borrower, agrees to repay to {l}, the Lender, its successors and assigns, {a} in lawful money of the United States, with interest at {r}.",
        ]
    )
    kind = ink("rate_type", plain=True)
    rate = ink.rng.choice(
        [
            f"a {kind} rate of {ink('interest_rate', plain=True)} per year",
            f"the {kind} annual rate of {ink('interest_rate', plain=True)}",
        ]
    )
    rate = rate.replace("per annum per year", "per annum")
    sheet.para(
        promise.format(
            b=f"<b>{ink.or_line('borrower_name')}</b>",
            l=f"<b>{ink('lender_name')}</b>",
            a=ink.or_line("loan_amount"),
            r=rate,
        ),
        align="justify",
    )
    sentences = []
    if ink.rng.random() < 0.85:
        sentences.append(
            f"Principal and interest shall be paid in {ink.facts.fields['term_months']} consecutive monthly installments of {ink('monthly_payment', plain=True)} each, the first of which falls due on {ink('first_payment_date')}, and the last on {ink('maturity_date')}, when the whole unpaid balance shall be paid."
        )
        ink.note_term(str(ink.facts.fields["term_months"]))
    if ink.rng.random() < 0.7:
        sentences.append(
            f"The proceeds shall be applied to the cost of attendance at {ink('school_name')} and were or will be advanced on or about {ink('disbursement_date')}."
        )
    if ink.rng.random() < 0.6 and ink.facts.fields["origination_fee"]:
        sentences.append(
            f"A loan origination fee of {ink('origination_fee', plain=True)} is deducted from the advance and is not refundable."
        )
    if ink.has("cosigner_name") and ink.rng.random() < 0.7:
        sentences.append(
            f"{ink('cosigner_name')} signs this Note as cosigner and is bound by it jointly and severally."
        )
    if ink.rng.random() < 0.5:
        sentences.append(
            f"Payments shall be sent to {ink('servicer_name')}, which services this loan for the Holder, or to another place that the Holder names."
        )
    _numbered(
        sheet,
        sentences + legal_text(ink, NOTE, 5) + legal_text(ink, GENERAL, 3),
        ink.rng.choice(["digit", "letter", "section"]),
    )
    _signatures(sheet, ink)


def data_sheet(sheet: Sheet, ink: Ink) -> None:
    """A table of terms on top, then the clauses in two columns."""
    letterhead(
        sheet,
        ink,
        "lender_name",
        ink.rng.choice(
            ["Promissory Note and Credit Agreement", "Student Loan Promissory Note", "Consumer Education Note"]
        ),
    )
    parties = ink.pairs(
        "account_number",
        "document_date",
        "borrower_name",
        *_some(ink, ("borrower_ssn_last4", "cosigner_name", "school_name", "loan_type")),
    )
    if ink.facts.cosigner and "cosigner_name" in ink.truth:
        parties.append(("Cosigner " + ink.cased("Social Security Number"), ink.ssn(ink.facts.cosigner.ssn)))
    ink.rng.choice(forms.LISTS)(sheet, parties)
    sheet.heading(
        ink.rng.choice(["Loan Terms", "TERMS OF THIS NOTE", "Key Terms"]), ink.rng.choice(["bold", "rule", "bar"])
    )
    ink.rng.choice(forms.GRIDS)(
        sheet, ink.pairs(*_some(ink, (*_TERMS, "apr", "disbursement_date", "servicer_name"), 0.7))
    )
    texts = legal_text(ink, NOTE, 8) + legal_text(ink, GENERAL, 2)
    small = sheet.look.size * 0.78
    sheet.need(250)
    half = len(texts) // 2
    sheet.columns(
        [
            lambda: [sheet.para(t, size=small, align="justify") for t in texts[:half]] and None,
            lambda: [sheet.para(t, size=small, align="justify") for t in texts[half:]] and None,
        ]
    )
    _signatures(sheet, ink)


def short_form(sheet: Sheet, ink: Ink) -> None:
    """One page with everything on writing lines and labels below them."""
    sheet.lines(
        ink.rng.choice(["Education Loan Note", "Student Promissory Note (Short Form)", "Promissory Note"]),
        size=sheet.look.size * 1.5,
        bold=True,
    )
    sheet.rule(1.5)
    sheet.space()
    sheet.para(
        ink.rng.choice(
            [
                "The parties named below agree to the terms printed on this form.",
                "Read before signing. This is a loan that must be repaid.",
            ]
        )
    )
    forms.label_below(sheet, ink.pairs("borrower_name", "lender_name", "account_number", "document_date"))
    forms.label_below(
        sheet,
        ink.pairs(
            *_some(ink, ("cosigner_name", "school_name", "borrower_ssn_last4"), 0.8),
            "loan_amount",
            "interest_rate",
            "rate_type",
        ),
        3,
    )
    forms.label_below(
        sheet,
        ink.pairs(
            *_some(
                ink, ("term_months", "monthly_payment", "first_payment_date", "maturity_date", "disbursement_date"), 0.8
            )
        )
        or [("Remarks", "None")],
        3,
    )
    for text in legal_text(ink, NOTE, 4):
        sheet.para(text, size=sheet.look.size * 0.9)
    _signatures(sheet, ink)


def credit_agreement(sheet: Sheet, ink: Ink) -> None:
    """Cards on top for the main terms, a list of parties beside the address, clauses with headings."""
    letterhead(
        sheet,
        ink,
        "lender_name",
        ink.rng.choice(
            ["Private Education Loan Note", "Loan Agreement and Promissory Note", "Credit Agreement / Promissory Note"]
        ),
    )
    person = ink.facts.borrower
    sheet.columns(
        [
            lambda: forms.two_columns(
                sheet, [*ink.pairs("borrower_name"), ("Address", person.street), ("", person.city)]
            ),
            lambda: forms.two_columns(
                sheet, ink.pairs("account_number", "document_date", *_some(ink, ("cosigner_name", "school_name"), 0.8))
            ),
        ]
    )
    forms.cards(sheet, ink.pairs("loan_amount", "interest_rate", "rate_type"), 3)
    rest = ink.pairs(
        *_some(
            ink,
            (
                "apr",
                "term_months",
                "monthly_payment",
                "first_payment_date",
                "maturity_date",
                "origination_fee",
                "disbursement_date",
                "loan_type",
                "servicer_name",
            ),
            0.65,
        )
    )
    if rest:
        ink.rng.choice((forms.dotted, forms.right_aligned, forms.ruled))(sheet, rest)
    heads = [
        "Promise to Pay",
        "Use of Funds",
        "Default",
        "Assignment",
        "Cancellation",
        "Capitalization",
        "Notice to Cosigner",
    ]
    for head, text in zip(heads, legal_text(ink, NOTE, 7), strict=True):
        sheet.heading(head, "bold")
        sheet.para(text, align="justify")
    for text in legal_text(ink, GENERAL, 3):
        sheet.para(text)
    _signatures(sheet, ink)


LAYOUTS = {
    "note_master": master_note,
    "note_running_text": prose_note,
    "note_data_sheet": data_sheet,
    "note_short_form": short_form,
    "note_cards": credit_agreement,
}
