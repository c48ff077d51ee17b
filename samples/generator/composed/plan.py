"""What is decided before a document is drawn: how it is arranged, which fields it prints, which it leaves blank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from samples.generator.composed.families import Family
from samples.generator.composed.look import draw_look
from samples.generator.composed.paper import Paper
from samples.generator.composed.pen import Habits, Pen
from samples.generator.composed.printing import Printer
from samples.generator.composed.story import Story
from samples.generator.composed.tables import Rows
from student_loans.records import DocumentType, field_catalog

REQUIRED: dict[DocumentType, tuple[str, ...]] = {
    DocumentType.PROMISSORY_NOTE: ("lender_name", "borrower_name"),
    DocumentType.LOAN_DISCLOSURE: ("lender_name", "borrower_name"),
    DocumentType.BILLING_STATEMENT: ("servicer_name", "borrower_name", "account_number", "due_date", "amount_due"),
    DocumentType.FORM_1098E: ("lender_name", "borrower_name", "interest_paid", "tax_year"),
    DocumentType.LOAN_APPLICATION: ("borrower_name",),
    DocumentType.PAYOFF_LETTER: ("servicer_name", "borrower_name", "account_number", "payoff_amount", "payoff_good_through_date"),
    DocumentType.REPAYMENT_SCHEDULE: ("borrower_name",),
    DocumentType.UNKNOWN: (),
}  # fmt: skip
"""Fields that every paper of the type prints, as fields-by-type.csv of the contract says."""
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
_RICHNESS = (0.15, 0.4, 0.6, 0.8, 0.9, 1.0)
"""Share of the expected fields that a document prints."""
_FORMS = ("form", "tax")
_SIDEBAR = 0.27
"""Share of the text's width that a column at the side takes."""


@dataclass(slots=True)
class Plan:
    """A document that is being drawn.

    Attributes:
        mode: How its parts are arranged.
        columns: Columns in which sections flow.
        sidebar: Width of a column at the left of the first page, 0 for none.
        scanned: Whether it will be scanned; such papers are kept shorter.
    """

    mode: str
    pen: Pen
    paper: Paper
    rows: Rows
    rng: Random
    columns: int
    sidebar: float
    scanned: bool

    @property
    def width(self) -> float:
        """Of the text."""
        return self.paper.inner


def make_plan(rng: Random, family: Family, story: Story, lent: Sequence[Family], *, scanned: bool) -> Plan:
    """Decide how a document is arranged and what it prints."""
    mode = _draw_mode(rng, family)
    form = mode in _FORMS
    widgets = form and not scanned and rng.random() < 0.15
    look = draw_look(rng, mono=mode == "mono", landscape=mode == "schedule" and rng.random() < 0.12, widgets=widgets)
    fields = frozenset(field_catalog().fields_of(DocumentType(family.document_type)))
    pen = Pen(rng, family, story, look, Printer(rng), _draw_habits(rng, mode), fields, lent=lent)
    _choose(rng, pen)
    left, top, right, bottom = look.margins
    inner = look.page[0] - left - right
    sidebar = (
        inner * _SIDEBAR
        if mode in ("statement", "disclosure", "letter") and inner > 480 and rng.random() < 0.09
        else 0.0
    )
    margins = (left + (sidebar + 14 if sidebar else 0), top, right, bottom)
    columns = 2 if form and inner > 470 and rng.random() < 0.2 else 1
    paper = Paper(*look.page, margins)
    paper.word_by_word = rng.random() < 0.12
    return Plan(mode, pen, paper, Rows(), rng, columns, sidebar, scanned)


def _draw_mode(rng: Random, family: Family) -> str:
    modes = _MODES[family.document_type]
    mode = rng.choices(list(modes), list(modes.values()))[0]
    if family.salutation and not family.titles and mode != "mono":
        return "letter"
    return mode


def _draw_habits(rng: Random, mode: str) -> Habits:
    form = mode in _FORMS
    return Habits(
        choices=rng.choice([0, 0.6, 1]) if form else rng.choice([0, 0, 0, 0, 1]),
        combs=rng.choice([0, 0, 0, 0.6, 1]) if form else 0,
        name_boxes=rng.choice([0, 0, 0, 1]) if form else 0,
        solid=rng.random() < 0.92,
        bold_in_text=mode != "mono" and rng.random() < 0.3,
        addresses=rng.choice([0, 0, 0.7, 1]) if mode == "tax" else rng.choice([0, 0, 0, 0, 0, 0.5]),
        cents_apart=rng.choice([0, 0, 0, 1]) if mode == "tax" else rng.choice([0] * 14 + [1]),
        split_year=mode == "tax" and rng.random() < 0.2,
        footnotes=rng.choice([0] * 9 + [0.2]),
        in_words=rng.random() < (0.3 if mode == "legal" else 0.04),
        abbreviate=rng.random() < (0.3 if mode == "mono" else 0.07),
    )


def _choose(rng: Random, pen: Pen) -> None:
    """The fields that this document prints, and those left blank."""
    kind = DocumentType(pen.story.document_type)
    able = [
        name for name in sorted({*pen.family.labels, pen.story.sender, "borrower_name"}) if name in pen.story.fields
    ]
    share = rng.choice(_RICHNESS)
    if kind == DocumentType.UNKNOWN:
        pen.chosen = {name for name in able if rng.random() < max(share, 0.4)} | {"borrower_name"}
        return
    required = [name for name in REQUIRED[kind] if name in pen.story.fields]
    usual = field_catalog().usual(kind)
    chances = {name: 1.0 if name in required else 1 - (1 - share) * (0.5 if name in usual else 1.0) for name in able}
    pen.chosen = {name for name in able if name in pen.type_fields and rng.random() < chances[name]} | set(required)
    for group in field_catalog().missing_groups(kind, sorted(pen.chosen)):
        known = [name for name in group if name in able] or [name for name in group if name in pen.story.fields]
        pen.chosen |= {rng.choice(known)} if known else set()
    _leave_blank(rng, pen, required)


def _leave_blank(rng: Random, pen: Pen, required: Sequence[str]) -> None:
    """Labels without a value: now and then a required one, which may be left out altogether."""
    optional = sorted(pen.chosen - {*required, pen.story.sender})
    if rng.random() < 0.12 and optional:
        pen.blank.update(rng.sample(optional, min(len(optional), rng.choice([1, 1, 2, 3]))))
    able = [name for name in required if name != pen.story.sender]
    if rng.random() < 0.06 and able:
        name = rng.choice(able)
        if rng.random() < 0.75:
            pen.blank.add(name)
        else:
            pen.chosen.discard(name)
