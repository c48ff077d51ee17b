"""One composed document: its plan, its parts in order, its file and its truth, from a seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from samples.generator.composed import blocks, clauses, parts, scans, tables
from samples.generator.composed.content import Text, lines_of, text
from samples.generator.composed.families import Family
from samples.generator.composed.look import draw_look
from samples.generator.composed.paper import Paper, Strip, beside, space, stack_height
from samples.generator.composed.pen import Habits, Pen
from samples.generator.composed.printing import Piece, Printer
from samples.generator.composed.story import Story, draw_story
from samples.generator.composed.truth import truth_of
from samples.generator.documents import Sample
from student_loans.records import DocumentType, field_catalog

TYPES = {
    "promissory_note": 13, "loan_disclosure": 15, "billing_statement": 16, "form_1098e": 10, "loan_application": 13, "payoff_letter": 13,
    "repayment_schedule": 11, "unknown": 9,
}  # fmt: skip
_MODES: dict[str, dict[str, int]] = {
    "promissory_note": {"legal": 70, "form": 25, "mono": 5},
    "loan_disclosure": {"disclosure": 65, "form": 20, "letter": 8, "mono": 7},
    "billing_statement": {"statement": 75, "letter": 8, "mono": 12, "form": 5},
    "form_1098e": {"tax": 60, "letter": 15, "statement": 20, "mono": 5},
    "loan_application": {"form": 92, "mono": 4, "letter": 4},
    "payoff_letter": {"letter": 62, "statement": 25, "mono": 8, "form": 5},
    "repayment_schedule": {"schedule": 88, "mono": 12},
    "unknown": {"letter": 40, "statement": 35, "form": 15, "mono": 10},
}
_RICHNESS = (0.2, 0.45, 0.7, 0.85, 1.0)
_FORMS = ("form", "tax")


@dataclass(slots=True)
class Plan:
    """What is decided before a part is made."""

    mode: str
    pen: Pen
    paper: Paper
    rows: tables.Rows
    rng: Random

    @property
    def width(self) -> float:
        """Of the text."""
        return self.paper.inner


def compose(name: str, seed: str, families: Sequence[Family], rendering: str) -> Sample:
    """Draw one document.

    Args:
        name: File name without extension.
        seed: What all its random numbers come from.
        families: Wordings to choose from.
        rendering: ``born_digital``, ``clean_scan`` or ``degraded``.
    """
    rng = Random(seed)
    kinds = [kind for kind in TYPES if any(family.document_type == kind for family in families)]
    kind = rng.choices(kinds, [TYPES[one] for one in kinds])[0]
    of_type = [family for family in families if family.document_type == kind]
    family = rng.choice(of_type)
    scanned = rendering != "born_digital"
    story = draw_story(rng, family, max_term=36 if scanned else rng.choice([36, 60, 60, 120, 180]))
    plan = _plan(rng, family, story, [other for other in of_type if other is not family], scanned=scanned)
    _draw(plan, scanned=scanned)
    pdf, pages = plan.paper.finish(), plan.paper.page
    file = scans.render(pdf, rng, rendering, pages)
    truth = truth_of(plan.pen, plan.paper, plan.rows, file, f"{name}.{file.extension}", rendering, plan.mode)
    return Sample(truth["file"], file.content, truth)


def _plan(rng: Random, family: Family, story: Story, lent: Sequence[Family], *, scanned: bool) -> Plan:
    modes = _MODES[family.document_type]
    mode = rng.choices(list(modes), list(modes.values()))[0]
    if family.salutation and not family.titles and mode != "mono":
        mode = "letter"
    landscape = mode == "schedule" and rng.random() < 0.12
    form = mode in _FORMS
    widgets = form and not scanned and rng.random() < 0.15
    look = draw_look(rng, mono=mode == "mono", landscape=landscape, widgets=widgets)
    habits = Habits(
        choices=rng.choice([0, 0.6, 1]) if form else rng.choice([0, 0, 0, 0, 1]),
        combs=rng.choice([0, 0, 0, 0.6, 1]) if form else 0,
        name_boxes=rng.choice([0, 0, 0, 1]) if form else 0,
        solid=rng.random() < 0.85,
        bold_in_text=mode != "mono" and rng.random() < 0.3,
    )
    fields = frozenset(field_catalog().fields_of(DocumentType(family.document_type)))
    pen = Pen(rng, family, story, look, Printer(rng), habits, fields, lent=lent)
    _choose(rng, pen)
    paper = Paper(*look.page, look.margins)
    return Plan(mode, pen, paper, tables.Rows(), rng)


def _choose(rng: Random, pen: Pen) -> None:
    """The fields that this document prints, and those left blank."""
    catalog, kind = field_catalog(), DocumentType(pen.story.document_type)
    if kind == DocumentType.UNKNOWN:
        pen.chosen = {name for name in pen.family.labels if name in pen.story.fields and rng.random() < 0.7} | {
            "borrower_name"
        }
        return
    known = set(pen.family.labels) | {pen.story.sender, "borrower_name"}
    required = {name for name in required_fields(kind) if name in pen.story.fields}
    share = rng.choice(_RICHNESS)
    pen.chosen = {
        name
        for name in sorted(known & pen.type_fields)
        if name in pen.story.fields and (name in required or rng.random() < share)
    }
    pen.chosen |= required
    for group in catalog.missing_groups(kind, sorted(pen.chosen)):
        able = [name for name in group if name in pen.story.fields and name in pen.family.labels] or [
            name for name in group if name in pen.story.fields
        ]
        if able:
            pen.chosen.add(rng.choice(able))
    _leave_blank(rng, pen, required)


def _leave_blank(rng: Random, pen: Pen, required: set[str]) -> None:
    optional = sorted(pen.chosen - required - {pen.story.sender})
    if rng.random() < 0.12 and optional:
        pen.blank.update(rng.sample(optional, min(len(optional), rng.choice([1, 1, 2, 3]))))
    able = sorted(required - {pen.story.sender})
    if rng.random() < 0.06 and able:
        name = rng.choice(able)
        if rng.random() < 0.75:
            pen.blank.add(name)
        else:
            pen.chosen.discard(name)


def required_fields(kind: DocumentType) -> tuple[str, ...]:
    """Fields that every paper of the type prints."""
    return REQUIRED[kind]


REQUIRED: dict[DocumentType, tuple[str, ...]] = {
    DocumentType.PROMISSORY_NOTE: ("lender_name", "borrower_name"),
    DocumentType.LOAN_DISCLOSURE: ("lender_name", "borrower_name"),
    DocumentType.BILLING_STATEMENT: ("servicer_name", "borrower_name", "account_number", "due_date", "amount_due"),
    DocumentType.FORM_1098E: ("lender_name", "borrower_name", "interest_paid", "tax_year"),
    DocumentType.LOAN_APPLICATION: ("borrower_name",),
    DocumentType.PAYOFF_LETTER: (
        "servicer_name",
        "borrower_name",
        "account_number",
        "payoff_amount",
        "payoff_good_through_date",
    ),
    DocumentType.REPAYMENT_SCHEDULE: ("borrower_name",),
    DocumentType.UNKNOWN: (),
}
"""As fields-by-type.csv of the contract says."""


def _draw(plan: Plan, *, scanned: bool) -> None:
    pen, rng = plan.pen, plan.rng
    style = rng.choice(["", "", "foot", "foot", "foot head", "foot account", "foot sender head", "head"])
    if pen.story.sender not in pen.chosen:
        style = style.replace("sender", "")
    parts.frame_pages(pen, plan.paper, style)
    plan.paper.y = pen.look.margins[1]
    lettered = (
        pen.story.sender in pen.chosen
        and (rng.random() < 0.92 or plan.mode == "letter")
        and not (plan.mode == "tax" and rng.random() < 0.7)
    )
    groups = None
    if pen.story.document_type == "repayment_schedule" and rng.random() < 0.3:
        groups = _groups(plan)
    if lettered:
        plan.paper.place(parts.letterhead(pen, plan.width, titled=plan.mode != "letter" or rng.random() < 0.3))
    elif pen.family.titles:
        plan.paper.place(
            [
                lines_of(
                    pen.look,
                    [rng.choice(pen.family.titles)],
                    plan.width,
                    size=pen.look.size * (1 if pen.look.mono else 1.4),
                    bold=not pen.look.mono,
                ),
                space(8),
            ]
        )
    maker = {
        "letter": _letter,
        "legal": _legal,
        "statement": _statement,
        "disclosure": _statement,
        "schedule": _statement,
    }.get(plan.mode, _form)
    if plan.mode == "mono" and pen.story.document_type in (
        "billing_statement",
        "payoff_letter",
        "repayment_schedule",
        "unknown",
    ):
        maker = _statement
    maker(plan, groups, scanned)


def _groups(plan: Plan) -> tuple[list[tables.Group], bool]:
    """Groups of payments: level with a last one that differs, or rising."""
    if plan.rng.random() < 0.5:
        groups = tables.graduated_groups(plan.pen)
        plan.pen.story.taken["money"] |= {group.payment for group in groups}
        return groups, False
    return tables.level_groups(plan.pen.story.facts.rows), True


def _rest(pen: Pen, *, repeat: float = 0.25) -> list[str]:
    """Fields that a section must still print, and some that it prints again."""
    names = [name for name in sorted(pen.chosen) if name in pen.story.fields]
    return [
        name for name in names if name not in pen.printed or (pen.rng.random() < repeat and name in pen.family.labels)
    ]


def _paragraphs(plan: Plan, *, scanned: bool) -> int:
    """How many paragraphs of terms, by type of paper; scans are kept short."""
    rng, kind = plan.rng, plan.pen.story.document_type
    if kind in ("promissory_note", "loan_disclosure"):
        return rng.choice([2, 5, 9, 16] if scanned else [0, 3, 6, 10, 16, 24, 36, 60])
    return rng.choice([0, 1, 2, 3, 4, 6] if scanned else [0, 1, 2, 3, 5, 8, 14])


def _terms(plan: Plan, count: int, *, headed: bool) -> None:
    """Place the terms, in one to three columns."""
    if count <= 0:
        return
    pen, rng = plan.pen, plan.rng
    columns = 1 if pen.look.mono else rng.choice([1, 1, 1, 2, 2, 3])
    gap = 18.0
    width = (plan.width - gap * (columns - 1)) / columns
    size = pen.look.size * (1 if pen.look.mono else rng.choice([1.0, 0.9, 0.8, 0.72]))
    templates = pen.usable(pen.family.sentences) if rng.random() < 0.35 else []
    if rng.random() < 0.5:
        title = rng.choice([*pen.family.sections, "Terms and Conditions", "Important Information", "Disclosures"])
        plan.paper.place([*blocks.heading(rng, pen.look, title, plan.width), space(2, keep=False)])
    plan.paper.place(
        parts.terms(pen, count, width, size=max(5.6, size), headed=headed, templates=templates[:3]), columns, gap
    )
    plan.paper.place([space(6)])


def _form(plan: Plan, groups: Any, scanned: bool) -> None:
    """An application, a tax form, a note as a form: sections one under the other."""
    pen, rng = plan.pen, plan.rng
    body: list[list[Strip]] = []
    others = rng.choice([0, 2, 4, 8])
    fallback = ("Borrower Information", "Loan Information", "School Information", "Section A", "Part 1")
    fields = _rest(pen)
    if plan.mode == "tax" and rng.random() < 0.7:
        half = plan.width * rng.choice([0.45, 0.5, 0.55])
        body.append(_tax_form(plan, fields, half))
    else:
        body += parts.sections(pen, fields, plan.width, others=others, fallback=fallback)
    if pen.story.document_type == "loan_application":
        for _ in range(rng.choice([0, 1, 2])):
            items = parts.personal_items(pen, rng.randint(2, 7))
            body.insert(
                rng.randint(0, len(body)),
                parts.section(pen, items, plan.width, parts.title_of_section(pen, ("Applicant Information",))),
            )
        if rng.random() < 0.5:
            body.append(parts.other_people(pen, plan.width))
    if pen.story.loans and rng.random() < 0.3:
        body.append(tables.loans_part(pen, plan.rows, plan.width))
    _place_all(plan, body)
    sentences = pen.usable(pen.family.sentences)
    if sentences and rng.random() < 0.25:
        plan.paper.place([*parts.paragraph(pen, pen.fill(rng.choice(sentences)), plan.width), space(6)])
    _terms(plan, _paragraphs(plan, scanned=scanned), headed=rng.random() < 0.3)
    if pen.story.document_type in ("loan_application", "promissory_note") and rng.random() < 0.75:
        plan.paper.place(parts.signatures(pen, plan.width))


def _tax_form(plan: Plan, fields: Sequence[str], half: float) -> list[Strip]:
    """Boxes on the left for the parties, on the right for the amounts."""
    pen, rng = plan.pen, plan.rng
    left_names = [name for name in fields if name not in ("interest_paid", "tax_year")]
    right_names = [name for name in fields if name in ("interest_paid", "tax_year")]
    order = [
        name
        for name in ("lender_name", "borrower_ssn_last4", "borrower_name", "account_number", "servicer_name")
        if name in left_names
    ]
    left = parts.section(
        pen,
        [*(pen.item(name) for name in order), *pen.other_items(rng.choice([0, 1]))],
        half - 8,
        block=rng.choice(["grid", "above", "grid"]),
    )
    right_items = [*(pen.item(name) for name in right_names), *pen.other_items(rng.choice([0, 1, 2, 3]))]
    rng.shuffle(right_items)
    right = parts.section(pen, right_items, plan.width - half - 6, block=rng.choice(["grid", "above", "grid"]))
    sides = [(0.0, left), (half + 6, right)] if rng.random() < 0.75 else [(plan.width - half + 8, left), (0.0, right)]
    return [beside(sides), space(8)]


def _place_all(plan: Plan, body: Sequence[Sequence[Strip]]) -> None:
    """Place parts; two narrow ones stand side by side now and then."""
    for strips in body:
        plan.paper.place(strips)


def _legal(plan: Plan, groups: Any, scanned: bool) -> None:
    """A note: data, promises in sentences, terms of real length, signatures."""
    pen, rng = plan.pen, plan.rng
    sentences = pen.usable(pen.family.sentences)
    rng.shuffle(sentences)
    opening, inside = sentences[: rng.choice([0, 1, 2, 3])], sentences[3 : 3 + rng.choice([0, 2])]
    text_first = rng.random() < 0.4
    if text_first:
        _sentences(plan, opening)
    fields = _rest(pen)
    late = [name for name in fields if rng.random() < 0.1 and len(fields) > 6]
    for strips in parts.sections(
        pen,
        [name for name in fields if name not in late],
        plan.width,
        others=rng.choice([0, 2, 4, 6]),
        fallback=("Borrower", "Loan Terms", "Lender"),
    ):
        plan.paper.place(strips)
    if not text_first:
        _sentences(plan, opening)
    _sentences(plan, inside)
    _terms(plan, _paragraphs(plan, scanned=scanned), headed=rng.random() < 0.7)
    if rng.random() < 0.2:
        plan.paper.place(tables.examples_part(pen, plan.width))
    if late:
        plan.paper.place(parts.section(pen, [pen.item(name) for name in late], plan.width, parts.title_of_section(pen)))
    plan.paper.place(parts.signatures(pen, plan.width))


def _sentences(plan: Plan, templates: Sequence[str]) -> None:
    """Sentences with fields, each a paragraph or all in one."""
    if not templates:
        return
    pen = plan.pen
    if plan.rng.random() < 0.5:
        pieces = [piece for template in templates for piece in (*pen.fill(template), Piece(" "))]
        plan.paper.place([*parts.paragraph(pen, pieces, plan.width), space(6)])
        return
    for template in templates:
        plan.paper.place([*parts.paragraph(pen, pen.fill(template), plan.width), space(5)])


def _letter(plan: Plan, groups: Any, scanned: bool) -> None:
    """A letter: date, address, reference, sentences, a list of what is left, a closing."""
    pen, rng = plan.pen, plan.rng
    if pen.has("document_date") and "document_date" not in pen.blank and rng.random() < 0.7:
        plan.paper.place(
            [
                Text(pen.pieces("document_date")).strip(
                    pen.look, plan.width, align=rng.choice(["left", "left", "right"])
                ),
                space(10),
            ]
        )
    if rng.random() < 0.85:
        plan.paper.place([*parts.mailing_lines(pen, plan.width * 0.55), space(12)])
    _reference(plan)
    salutations = pen.usable(pen.family.salutation) or [
        rng.choice(["Dear Borrower:", "To Whom It May Concern:", "Dear Customer,"])
    ]
    plan.paper.place([*parts.paragraph(pen, pen.fill(rng.choice(salutations)), plan.width), space(8)])
    sentences = pen.usable(pen.family.sentences)
    rng.shuffle(sentences)
    for template in sentences[: rng.choice([2, 3, 5, 9])]:
        pieces = [*pen.fill(template), Piece(" "), *(pen.clause() if rng.random() < 0.35 else ())]
        plan.paper.place([*parts.paragraph(pen, pieces, plan.width), space(6)])
    _middle(plan, groups)
    for _ in range(rng.choice([0, 1, 2, 3])):
        plan.paper.place([*parts.paragraph(pen, pen.clause(clauses.CLAUSES), plan.width), space(6)])
    _closing(plan)
    if rng.random() < 0.25:
        _terms(plan, rng.choice([1, 2, 4]), headed=False)


def _middle(plan: Plan, groups: Any) -> None:
    """What sentences did not say: labelled lines, a table of loans or payments."""
    pen, rng = plan.pen, plan.rng
    fields = _rest(pen, repeat=0.12)
    if fields:
        items = [pen.item(name) for name in fields]
        rng.shuffle(items)
        for extra in pen.other_items(rng.choice([0, 0, 1, 2, 3])):
            items.insert(rng.randint(0, len(items)), extra)
        narrow = plan.width * rng.choice([0.6, 0.75, 1.0])
        plan.paper.place(parts.section(pen, items, narrow, parts.title_of_section(pen) if rng.random() < 0.3 else ""))
    if len(pen.story.loans) > 1 and rng.random() < 0.5:
        plan.paper.place(tables.loans_part(pen, plan.rows, plan.width))
    if groups:
        plan.paper.place(tables.groups_part(pen, plan.rows, groups[0], plan.width, level=groups[1]))


def _reference(plan: Plan) -> None:
    """RE: lines of a letter."""
    pen, rng = plan.pen, plan.rng
    names = [
        name
        for name in ("account_number", "borrower_name", "loan_type", "borrower_ssn_last4")
        if pen.has(name) and name not in pen.blank
    ]
    if not names or rng.random() < 0.35:
        return
    items = [pen.item(name, plain=True) for name in names[: rng.choice([1, 1, 2, 3])]]
    strips = (
        blocks.pair_rows(rng, pen.look, items, plan.width * 0.7)
        if rng.random() < 0.6
        else blocks.running(rng, pen.look, items, plan.width)
    )
    lead = text(rng.choice(["RE:", "Re:", "Regarding:", "Subject:"])).strip(pen.look, 60)
    offset = max(32.0, pen.look.size * 6)
    plan.paper.place(
        [
            beside([(0, [lead]), (offset, strips)])
            if rng.random() < 0.6 and stack_height(strips) and plan.width * 0.7 + offset < plan.width
            else _stack(strips),
            space(8),
        ]
    )


def _stack(strips: Sequence[Strip]) -> Strip:
    return beside([(0.0, strips)])


def _closing(plan: Plan) -> None:
    pen, rng = plan.pen, plan.rng
    lines = [rng.choice(["Sincerely,", "Yours truly,", "Respectfully,", "Thank you,"])]
    plan.paper.place([space(4), lines_of(pen.look, lines, plan.width), space(rng.choice([4, 22]))])
    if rng.random() < 0.6:
        person = pen.printer.person(pen.story.other_human(), "plain")
        plan.paper.place(
            [
                lines_of(
                    pen.look,
                    [person, rng.choice(["Loan Specialist", "Manager, Borrower Services", "Vice President", "Bursar"])],
                    plan.width,
                )
            ]
        )
    if pen.has(pen.story.sender) and rng.random() < 0.6:
        plan.paper.place([Text(pen.pieces(pen.story.sender), solid=False).strip(pen.look, plan.width)])


def _statement(plan: Plan, groups: Any, scanned: bool) -> None:
    """A statement, disclosure or schedule: address and summary, sections, tables, messages, coupon."""
    pen, rng = plan.pen, plan.rng
    kind = pen.story.document_type
    coupon = kind in ("billing_statement", "unknown") and rng.random() < 0.55
    if rng.random() < (0.75 if kind != "repayment_schedule" else 0.4):
        _address_and_summary(plan)
    parts_left = _statement_parts(plan)
    for part in parts_left:
        plan.paper.place(part)
    _schedule(plan, groups)
    count = _paragraphs(plan, scanned=scanned)
    if kind == "loan_disclosure" and rng.random() < 0.6:
        plan.paper.place(tables.examples_part(pen, plan.width))
    if coupon and rng.random() < 0.6:
        plan.paper.place(parts.coupon(pen, plan.width))
        coupon = False
    _terms(plan, count, headed=rng.random() < 0.4)
    if coupon:
        plan.paper.place(parts.coupon(pen, plan.width))
    if kind == "loan_disclosure" and rng.random() < 0.25:
        plan.paper.place(parts.signatures(pen, plan.width))


def _address_and_summary(plan: Plan) -> None:
    """The window address on the left; on the right what matters most, or how to reach the sender."""
    pen, rng = plan.pen, plan.rng
    right_width = plan.width * 0.47
    right: list[Strip] = []
    if rng.random() < 0.7:
        names = [name for name in _rest(pen, repeat=0) if name not in ("borrower_name", pen.story.sender)]
        rng.shuffle(names)
        first = [
            name
            for name in ("account_number", "document_date", "due_date", "amount_due", "payoff_amount")
            if name in names
        ]
        chosen = (first + [name for name in names if name not in first])[: rng.choice([2, 3, 4, 6])]
        right = parts.section(
            pen,
            [pen.item(name) for name in chosen],
            right_width,
            parts.title_of_section(pen) if rng.random() < 0.3 else "",
        )
    plan.paper.place(parts.mailing(pen, plan.width, right))


def _statement_parts(plan: Plan) -> list[list[Strip]]:
    """Sections, the table of loans, messages, in an order of the document's own."""
    pen, rng = plan.pen, plan.rng
    loans: list[list[Strip]] = []
    if pen.story.loans and (len(pen.story.loans) > 1 or rng.random() < 0.4) and rng.random() < 0.75:
        loans.append(tables.loans_part(pen, plan.rows, plan.width))
    fields = _rest(pen)
    found: list[list[Strip]] = []
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
    sentences = pen.usable(pen.family.sentences)
    for template in rng.sample(sentences, min(len(sentences), rng.choice([0, 0, 1, 2]))):
        found.append([*parts.paragraph(pen, pen.fill(template), plan.width), space(6)])
    if rng.random() < 0.3:
        found.append(_message(plan))
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


def _message(plan: Plan) -> list[Strip]:
    """A message box."""
    pen, rng = plan.pen, plan.rng
    pad = 6.0
    words: list[Piece] = [Piece(rng.choice(clauses.MESSAGES))]
    if rng.random() < 0.6:
        words += [Piece(" "), *pen.clause()]
    strips = parts.paragraph(pen, words, plan.width - 2 * pad)
    if pen.look.mono:
        return [*parts.paragraph(pen, words, plan.width), space(6)]
    return [blocks.boxed(pen.look, strips, plan.width, fill=rng.random() < 0.5, pad=pad), space(8)]


def _schedule(plan: Plan, groups: Any) -> None:
    """Instalments or groups of payments of a repayment schedule."""
    pen = plan.pen
    if groups:
        plan.paper.place(tables.groups_part(pen, plan.rows, groups[0], plan.width, level=groups[1]))
    elif pen.story.document_type == "repayment_schedule":
        plan.paper.place(tables.schedule_part(pen, plan.rows, pen.story.facts.rows, plan.width))
