"""One composed document, its file and its truth, from a seed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from samples.generator.composed import heads, makers, scans, tables
from samples.generator.composed.content import lines_of
from samples.generator.composed.families import Family
from samples.generator.composed.paper import space
from samples.generator.composed.plan import Plan, make_plan
from samples.generator.composed.story import draw_story
from samples.generator.composed.truth import truth_of
from samples.generator.documents import Sample

TYPES = {
    "promissory_note": 13, "loan_disclosure": 15, "billing_statement": 16, "form_1098e": 10, "loan_application": 13, "payoff_letter": 13,
    "repayment_schedule": 11, "unknown": 9,
}  # fmt: skip
"""Weights of the document types."""
_TERMS = (36, 36, 60, 60, 120, 180)
"""Most instalments of a schedule that is not scanned."""
_STATEMENTS = ("billing_statement", "payoff_letter", "repayment_schedule", "unknown")
_MAKERS: dict[str, Callable[[Plan, tables.Payments | None], None]] = {
    "letter": makers.letter,
    "legal": makers.legal,
    "statement": makers.statement,
    "disclosure": makers.statement,
    "schedule": makers.statement,
    "form": makers.form,
    "tax": makers.form,
}


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
    story = draw_story(rng, family, max_term=36 if scanned else rng.choice(_TERMS))
    plan = make_plan(rng, family, story, [other for other in of_type if other is not family], scanned=scanned)
    _draw(plan)
    pdf = plan.paper.finish()
    file = scans.render(pdf, rng, rendering, plan.paper.page)
    truth = truth_of(plan.pen, plan.paper, plan.rows, file, f"{name}.{file.extension}", rendering, plan.mode)
    return Sample(truth["file"], file.content, truth)


def _draw(plan: Plan) -> None:
    """Head and foot, letterhead or title, then the parts of its mode."""
    pen, rng, kind = plan.pen, plan.rng, plan.pen.story.document_type
    payments = tables.draw_payments(pen) if kind == "repayment_schedule" and rng.random() < 0.35 else None
    style = rng.choice(["", "", "foot", "foot", "foot head", "foot account", "foot sender head", "head"])
    if pen.story.sender not in pen.chosen or pen.story.sender in pen.blank:
        style = style.replace("sender", "")
    heads.frame_pages(pen, plan.paper, style)
    if plan.sidebar:
        heads.side_column(pen, plan.paper, plan.sidebar)
    _top(plan)
    maker = makers.statement if plan.mode == "mono" and kind in _STATEMENTS else _MAKERS.get(plan.mode, makers.form)
    maker(plan, payments)


def _top(plan: Plan) -> None:
    """The letterhead, or only a title."""
    pen, rng = plan.pen, plan.rng
    able = pen.story.sender in pen.chosen and pen.story.sender not in pen.blank
    share = 0.3 if plan.mode == "tax" else 1.0 if plan.mode == "letter" else 0.92
    if able and rng.random() < share:
        plan.paper.place(heads.letterhead(pen, plan.width, titled=plan.mode != "letter" or rng.random() < 0.3))
    elif pen.family.titles:
        size = pen.look.size * (1 if pen.look.mono else 1.4)
        title = lines_of(pen.look, [rng.choice(pen.family.titles)], plan.width, size=size, bold=not pen.look.mono)
        plan.paper.place([title, space(8)])
