"""Arrangements of parts: forms, letters, notes, statements with their tables and coupons."""

from __future__ import annotations

from collections.abc import Sequence

from samples.generator.composed import blocks, disclosures, heads, parts, running_text, tables
from samples.generator.composed.content import Text, lines_of, text
from samples.generator.composed.paper import Strip, beside, space
from samples.generator.composed.pen import Pen
from samples.generator.composed.plan import Plan
from samples.generator.composed.printing import Piece, kind_of
from samples.generator.composed.tables import Payments
from samples.generator.facts import SubLoan

_GAP = 18.0
_LONG = ("promissory_note", "loan_disclosure")
_FEDERAL_BOX = ("apr", "finance_charge", "amount_financed", "total_of_payments", "interest_rate", "loan_amount")
_OFFICERS = (
    "Loan Specialist",
    "Manager, Borrower Services",
    "Vice President",
    "Bursar",
    "Payoff Department",
    "Student Accounts",
)


def rest(pen: Pen, *, repeat: float = 0.25) -> list[str]:
    """Fields that a section must still print, and some that it prints again."""
    names = [name for name in sorted(pen.chosen) if name in pen.story.fields]
    return [
        name for name in names if name not in pen.printed or (pen.rng.random() < repeat and name in pen.family.labels)
    ]


def _paragraphs(plan: Plan) -> int:
    """How many paragraphs of terms, by type of paper; scans are kept short."""
    rng, kind = plan.rng, plan.pen.story.document_type
    if kind in _LONG:
        return rng.choice([2, 5, 9, 16] if plan.scanned else [0, 2, 4, 8, 12, 20, 32, 50, 75, 110])
    return rng.choice([0, 1, 2, 3, 4, 6] if plan.scanned else [0, 1, 2, 3, 5, 8, 14])


def _terms(plan: Plan, count: int, *, headed: bool) -> None:
    """Place the terms, in one to three columns."""
    if count <= 0:
        return
    pen, rng = plan.pen, plan.rng
    columns = 1 if pen.look.mono or plan.width < 400 else rng.choice([1, 1, 1, 2, 2, 3])
    width = (plan.width - _GAP * (columns - 1)) / columns
    size = max(5.6, pen.look.size * (1 if pen.look.mono else rng.choice([1.0, 0.9, 0.8, 0.72])))
    templates = pen.usable(pen.family.sentences) if rng.random() < 0.35 else []
    if rng.random() < 0.5:
        title = rng.choice([*pen.family.sections, "Terms and Conditions", "Important Information", "Disclosures"])
        plan.paper.place([*blocks.heading(rng, pen.look, title, plan.width), space(12)])
    strips = running_text.terms(pen, count, width, size=size, headed=headed, templates=templates[:3])
    plan.paper.place(strips, columns, _GAP)
    plan.paper.place([space(6)])


def _sentences(plan: Plan, templates: Sequence[str]) -> None:
    """Sentences with fields, each a paragraph or all in one."""
    if not templates:
        return
    pen = plan.pen
    if plan.rng.random() < 0.5:
        pieces = [piece for template in templates for piece in (*pen.fill(template), Piece(" "))]
        plan.paper.place([*running_text.paragraph(pen, pieces, plan.width), space(6)])
        return
    for template in templates:
        plan.paper.place([*running_text.paragraph(pen, pen.fill(template), plan.width), space(5)])


def form(plan: Plan, payments: Payments | None) -> None:
    """An application, a tax form, a note as a form: sections one under the other or in two columns."""
    pen, rng = plan.pen, plan.rng
    width = (plan.width - _GAP * (plan.columns - 1)) / plan.columns
    body = _form_sections(plan, width)
    if plan.columns > 1:
        pen.notes.append("two_columns")
        whole = [parts.together(strips) for strips in body]
        plan.paper.place([strip for strips in whole for strip in strips], plan.columns, _GAP)
    else:
        for strips in body:
            plan.paper.place(strips)
    if _listed(pen) and rng.random() < 0.3:
        plan.paper.place(tables.loans_part(pen, plan.rows, plan.width))
    if payments:
        plan.paper.place(tables.groups_part(pen, plan.rows, payments, plan.width))
    sentences = pen.usable([*pen.family.sentences, *pen.family.roles])
    if sentences and rng.random() < 0.25:
        _sentences(plan, [rng.choice(sentences)])
    _form_end(plan)


def _form_sections(plan: Plan, width: float) -> list[list[Strip]]:
    pen, rng = plan.pen, plan.rng
    fields = rest(pen)
    fallback = ("Borrower Information", "Loan Information", "School Information", "Section A", "Part 1")
    if plan.mode == "tax" and plan.columns == 1 and rng.random() < 0.7:
        share, copies = rng.choice([0.45, 0.5, 0.55]), 2 if rng.random() < 0.12 else 1
        return [_tax_form(plan, fields, plan.width * share) for _ in range(copies)]
    body = parts.sections(pen, fields, width, others=rng.choice([0, 2, 4, 8]), fallback=fallback)
    if pen.story.document_type == "loan_application":
        for _ in range(rng.choice([0, 1, 1, 2])):
            items = parts.personal_items(pen, rng.randint(2, 7))
            title = parts.title_of_section(pen, ("Applicant Information", "Employment", "Education"))
            body.insert(rng.randint(0, len(body)), parts.section(pen, items, width, title))
        if rng.random() < 0.5:
            body.append(parts.other_people(pen, width))
    return body


def _form_end(plan: Plan) -> None:
    """Terms, signatures, boxes for the office."""
    pen, rng = plan.pen, plan.rng
    signed = pen.story.document_type in ("loan_application", "promissory_note") and rng.random() < 0.75
    if signed and rng.random() < 0.4:
        plan.paper.place(parts.signatures(pen, plan.width))
        signed = False
    _terms(plan, _paragraphs(plan), headed=rng.random() < 0.3)
    if signed:
        plan.paper.place(parts.signatures(pen, plan.width))
    if pen.story.document_type in ("loan_application", "promissory_note") and rng.random() < 0.25:
        plan.paper.place(disclosures.office_use(pen, plan.width))


def _tax_form(plan: Plan, fields: Sequence[str], half: float) -> list[Strip]:
    """Boxes on the left for the parties, on the right for the amounts."""
    pen, rng = plan.pen, plan.rng
    order = ("lender_name", "borrower_ssn_last4", "borrower_name", "account_number", "servicer_name")
    left_items = [*(pen.item(name) for name in order if name in fields), *pen.other_items(rng.choice([0, 1]))]
    left = parts.section(pen, left_items, half - 8, block=rng.choice(["grid", "above", "grid"]))
    right_items = [pen.item(name) for name in fields if name not in order] + pen.other_items(rng.choice([0, 1, 2, 3]))
    rng.shuffle(right_items)
    right = parts.section(pen, right_items, plan.width - half - 6, block=rng.choice(["grid", "above", "grid"]))
    sides = [(0.0, left), (half + 6, right)] if rng.random() < 0.75 else [(plan.width - half + 8, left), (0.0, right)]
    return [beside(sides), space(8)]


def legal(plan: Plan, payments: Payments | None) -> None:
    """A note: data, promises in sentences, terms of real length, signatures."""
    pen, rng = plan.pen, plan.rng
    sentences = pen.usable([*pen.family.sentences, *pen.family.roles])
    rng.shuffle(sentences)
    opening = sentences[: rng.choice([0, 1, 2, 3, 6])]
    text_first = rng.random() < 0.5
    if text_first:
        _sentences(plan, opening)
    if payments:
        plan.paper.place(tables.groups_part(pen, plan.rows, payments, plan.width))
    fields = rest(pen)
    late = [name for name in fields if len(fields) > 6 and rng.random() < 0.1]
    early = [name for name in fields if name not in late]
    for strips in parts.sections(
        pen, early, plan.width, others=rng.choice([0, 2, 4, 6]), fallback=("Borrower", "Loan Terms", "Lender")
    ):
        plan.paper.place(strips)
    if not text_first:
        _sentences(plan, opening)
    _loans_or_disbursements(plan)
    _terms(plan, _paragraphs(plan), headed=rng.random() < 0.7)
    if rng.random() < 0.2:
        plan.paper.place(tables.examples_part(pen, plan.width))
    if late:
        plan.paper.place(parts.section(pen, [pen.item(name) for name in late], plan.width, parts.title_of_section(pen)))
    plan.paper.place(parts.signatures(pen, plan.width))
    if rng.random() < 0.2:
        plan.paper.place(disclosures.office_use(pen, plan.width))


def _loans_or_disbursements(plan: Plan) -> None:
    """A table of parts of the loan, or of disbursements where no date of one is printed."""
    pen, rng = plan.pen, plan.rng
    if pen.story.loans:
        plan.paper.place(tables.loans_part(pen, plan.rows, plan.width))
    elif "disbursement_date" not in pen.printed and not pen.has("disbursement_date") and rng.random() < 0.3:
        plan.paper.place(disclosures.disbursements(pen, plan.width))


def letter(plan: Plan, payments: Payments | None) -> None:
    """A letter: date, address, reference, sentences, a list of what is left, a closing."""
    pen, rng = plan.pen, plan.rng
    if pen.has("document_date") and "document_date" not in pen.blank and rng.random() < 0.7:
        align = rng.choice(["left", "left", "right"])
        plan.paper.place([Text(pen.pieces("document_date")).strip(pen.look, plan.width, align=align), space(10)])
    if rng.random() < 0.85:
        plan.paper.place([*heads.mailing_lines(pen, plan.width * 0.55), space(12)])
    _reference(plan)
    salutations = pen.usable(pen.family.salutation) or ["Dear Borrower:", "To Whom It May Concern:", "Dear Customer,"]
    plan.paper.place([*running_text.paragraph(pen, pen.fill(rng.choice(salutations)), plan.width), space(8)])
    sentences = pen.usable([*pen.family.sentences, *pen.family.roles])
    rng.shuffle(sentences)
    for template in sentences[: rng.choice([2, 3, 5, 9])]:
        pieces = [*pen.fill(template), Piece(" "), *(pen.clause() if rng.random() < 0.35 else ())]
        plan.paper.place([*running_text.paragraph(pen, pieces, plan.width), space(6)])
    _middle(plan, payments)
    for _ in range(rng.choice([0, 1, 2, 3])):
        plan.paper.place([*running_text.paragraph(pen, pen.clause(), plan.width), space(6)])
    _closing(plan)
    if rng.random() < 0.25:
        _terms(plan, rng.choice([1, 2, 4]), headed=False)


def _reference(plan: Plan) -> None:
    """RE: lines of a letter."""
    pen, rng = plan.pen, plan.rng
    able = ("account_number", "borrower_name", "loan_type", "borrower_ssn_last4")
    names = [name for name in able if pen.has(name) and name not in pen.blank]
    if not names or rng.random() < 0.35:
        return
    items = [pen.item(name, plain=True) for name in names[: rng.choice([1, 1, 2, 3])]]
    width = plan.width * 0.7
    strips = (
        blocks.pair_rows(rng, pen.look, items, width)
        if rng.random() < 0.6
        else blocks.running(rng, pen.look, items, width)
    )
    lead = text(rng.choice(["RE:", "Re:", "Regarding:", "Subject:"])).strip(pen.look, pen.look.size * 8)
    offset = pen.look.size * 6.5
    inline = rng.random() < 0.6 and width + offset < plan.width
    plan.paper.place([beside([(0, [lead]), (offset, strips)]) if inline else beside([(0, strips)]), space(8)])


def _middle(plan: Plan, payments: Payments | None) -> None:
    """What sentences did not say: labelled lines, a table of loans or payments."""
    pen, rng = plan.pen, plan.rng
    fields = rest(pen, repeat=0.12)
    if fields:
        items = [pen.item(name) for name in fields]
        rng.shuffle(items)
        for extra in pen.other_items(rng.choice([0, 0, 1, 2, 3])):
            items.insert(rng.randint(0, len(items)), extra)
        width = plan.width * rng.choice([0.6, 0.75, 1.0])
        plan.paper.place(parts.section(pen, items, width, parts.title_of_section(pen) if rng.random() < 0.3 else ""))
    if len(_listed(pen)) > 1 and rng.random() < 0.5:
        plan.paper.place(tables.loans_part(pen, plan.rows, plan.width))
    if payments:
        plan.paper.place(tables.groups_part(pen, plan.rows, payments, plan.width))


def _closing(plan: Plan) -> None:
    pen, rng = plan.pen, plan.rng
    lines = [rng.choice(["Sincerely,", "Yours truly,", "Respectfully,", "Thank you,"])]
    plan.paper.place([space(4), lines_of(pen.look, lines, plan.width), space(rng.choice([4, 22]))])
    if rng.random() < 0.6:
        person = pen.printer.person(pen.story.other_human(), "plain")
        plan.paper.place([lines_of(pen.look, [person, rng.choice(_OFFICERS)], plan.width)])
    if pen.has(pen.story.sender) and pen.story.sender not in pen.blank and rng.random() < 0.6:
        plan.paper.place([Text(pen.pieces(pen.story.sender), solid=False).strip(pen.look, plan.width), space(6)])


def statement(plan: Plan, payments: Payments | None) -> None:
    """A statement, disclosure or schedule: address and summary, sections, tables, messages, coupon."""
    pen, rng, kind = plan.pen, plan.rng, plan.pen.story.document_type
    coupon = kind in ("billing_statement", "unknown") and rng.random() < 0.55
    if rng.random() < (0.75 if kind != "repayment_schedule" else 0.4):
        _address_and_summary(plan)
    if kind == "loan_disclosure":
        _disclosed(plan)
    for part in _statement_parts(plan):
        plan.paper.place(part)
    if payments:
        plan.paper.place(tables.groups_part(pen, plan.rows, payments, plan.width))
    elif kind == "repayment_schedule":
        plan.paper.place(tables.schedule_part(pen, plan.rows, pen.story.facts.rows, plan.width))
    if kind == "loan_disclosure" and rng.random() < 0.6:
        plan.paper.place(tables.examples_part(pen, plan.width))
    if coupon and rng.random() < 0.6:
        plan.paper.place(parts.coupon(pen, plan.width))
        coupon = False
    _terms(plan, _paragraphs(plan), headed=rng.random() < 0.4)
    if coupon:
        plan.paper.place(parts.coupon(pen, plan.width))
    if kind == "loan_disclosure" and rng.random() < 0.25:
        plan.paper.place(parts.signatures(pen, plan.width))


def _disclosed(plan: Plan) -> None:
    """The federal box and the table of payments of a disclosure."""
    pen, rng = plan.pen, plan.rng
    names = [name for name in _FEDERAL_BOX if pen.has(name) and name in pen.story.fields and name not in pen.blank]
    if len(names) >= 3 and rng.random() < 0.4 and not pen.look.mono:
        rng.shuffle(names)
        plan.paper.place(disclosures.federal_box(pen, names, plan.width))
    able = all(
        pen.has(name) and name in pen.story.fields and name not in pen.blank
        for name in ("interest_rate", "monthly_payment")
    )
    if able and not pen.story.loans and rng.random() < 0.45:
        plan.paper.place(disclosures.payments_at_rates(pen, plan.width))
    _loans_or_disbursements(plan)


def _listed(pen: Pen) -> Sequence[SubLoan]:
    """The loans of a statement's table; papers that are no loan paper have one where their words have."""
    kind = pen.story.document_type
    if kind == "loan_disclosure" or (kind in ("unknown", "form_1098e") and not pen.family.loan_columns):
        return ()
    return pen.story.loans


def _address_and_summary(plan: Plan) -> None:
    """The window address on the left; on the right what matters most, or nothing."""
    pen, rng = plan.pen, plan.rng
    right: list[Strip] = []
    if rng.random() < 0.7:
        names = [name for name in rest(pen, repeat=0) if name not in ("borrower_name", pen.story.sender)]
        rng.shuffle(names)
        first = [
            name
            for name in ("account_number", "document_date", "due_date", "amount_due", "payoff_amount")
            if name in names
        ]
        chosen = (first + [name for name in names if name not in first])[: rng.choice([2, 3, 4, 6])]
        title = parts.title_of_section(pen) if rng.random() < 0.3 else ""
        right = parts.section(pen, [pen.item(name) for name in chosen], plan.width * 0.47, title)
    plan.paper.place(heads.mailing(pen, plan.width, right))


def _statement_parts(plan: Plan) -> list[list[Strip]]:
    """Sections, the table of loans, messages, in an order of the document's own."""
    pen, rng = plan.pen, plan.rng
    account = _listed(pen)
    loans: list[list[Strip]] = []
    if account and (len(account) > 1 or rng.random() < 0.4) and rng.random() < 0.8:
        loans.append(tables.loans_part(pen, plan.rows, plan.width))
    fields = rest(pen)
    found: list[list[Strip]] = []
    amounts = [name for name in fields if kind_of(name) == "money" and name not in pen.blank]
    if len(amounts) > 1 and pen.story.document_type in ("billing_statement", "payoff_letter") and rng.random() < 0.12:
        found.append(tables.periods_part(pen, amounts, plan.width))
        fields = [name for name in fields if name not in amounts]
    if fields and plan.width > 440 and not pen.look.mono and rng.random() < 0.25:
        found.append(_side_by_side(plan, fields))
    elif fields:
        found += parts.sections(
            pen,
            fields,
            plan.width,
            others=rng.choice([0, 2, 4, 6, 9]),
            fallback=("Account Summary", "Loan Information"),
        )
    sentences = pen.usable([*pen.family.sentences, *pen.family.roles])
    for template in rng.sample(sentences, min(len(sentences), rng.choice([0, 0, 1, 2]))):
        found.append([*running_text.paragraph(pen, pen.fill(template), plan.width), space(6)])
    if rng.random() < 0.3:
        found.append(parts.message(pen, plan.width))
    if pen.story.document_type in ("billing_statement", "unknown") and rng.random() < 0.35:
        found.append(tables.examples_part(pen, plan.width))
    for part in loans:
        found.insert(rng.randint(0, len(found)), part)
    return found


def _side_by_side(plan: Plan, fields: Sequence[str]) -> list[Strip]:
    """Two sections beside each other."""
    pen, rng = plan.pen, plan.rng
    names = list(fields)
    rng.shuffle(names)
    share = rng.choice([0.5, 0.42, 0.58])
    left_width, right_width = plan.width * share - 9, plan.width * (1 - share) - 9
    half = max(1, round(len(names) * share))
    sides = []
    for part, width, offset in ((names[:half], left_width, 0.0), (names[half:], right_width, left_width + 18)):
        items = [pen.item(name) for name in part]
        for extra in pen.other_items(rng.choice([0, 1, 2, 3])):
            items.insert(rng.randint(0, len(items)), extra)
        sides.append((offset, parts.section(pen, items, width, parts.title_of_section(pen, ("Summary", "Details")))))
    return [beside(sides)]
