"""Parts that only disclosures and notes have: the federal box, the table of payments, disbursements, boxes for the office."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from samples.generator.composed import blocks
from samples.generator.composed.blocks import Item
from samples.generator.composed.content import Blank, Content, Text, text
from samples.generator.composed.paper import BLACK, Paper, Strip, draw_stack, space, stack_height
from samples.generator.composed.pen import Pen
from samples.generator.composed.printing import Piece

_CAPTIONS = {
    "apr": ("The cost of your credit as a yearly rate.", "What your credit costs, per year."),
    "finance_charge": ("The dollar amount the credit will cost you.", "What the credit costs in dollars."),
    "amount_financed": (
        "The amount of credit provided to you or on your behalf.",
        "Credit that you receive, or others for you.",
    ),
    "total_of_payments": (
        "What you will have paid after you have made all payments as scheduled.",
        "The sum of all scheduled payments.",
    ),
    "interest_rate": ("Your current interest rate.", "The rate at which interest accrues."),
    "loan_amount": ("The total amount you are borrowing.", "The amount of your loan."),
    "monthly_payment": ("Due each month in repayment.",),
}
"""In the words of this project, after the kinds of captions that Regulation Z, appendix H, asks for."""
_OFFICE = (
    "Date Received",
    "Approved By",
    "Officer",
    "Branch",
    "Amount Approved",
    "Code",
    "Batch",
    "Initials",
    "Loan Number Assigned",
    "Rate",
    "School Code",
)


def federal_box(pen: Pen, names: Sequence[str], width: float) -> list[Strip]:
    """Amounts in boxes that touch, each with a caption that explains it."""
    rng, look = pen.rng, pen.look
    shown = [name for name in names if name in _CAPTIONS and name not in pen.blank][: rng.choice([3, 4, 4, 5])]
    pen.notes.append("federal_box")
    wide, explained, align = width / len(shown), rng.random() < 0.8, rng.choice(["left", "center"])
    order, big = rng.choice(["label_caption_value", "label_value_caption"]), look.size * rng.choice([1.0, 1.2, 1.5])
    cells = []
    for number, name in enumerate(shown):
        label = pen.label(name)
        head = text(label, bold=True).strip(look, wide - 10, align=align, bold=True)
        caption = text(rng.choice(_CAPTIONS[name])).strip(look, wide - 10, size=max(5.2, look.size * 0.8), align=align)
        value = Text(pen.pieces(name, label), typed=True).strip(
            look, wide - 10, size=big, align=align, bold=rng.random() < 0.6
        )
        middle = [caption, value] if order == "label_caption_value" else [value, caption]
        if not explained:
            middle = [value]
        cells.append((number * wide, [space(3), head, *middle, space(4)]))
    height = max(stack_height(strips) for _, strips in cells)

    def draw(paper: Paper, x: float, top: float) -> None:
        for offset, strips in cells:
            paper.box(x + offset, top, wide, height, weight=max(0.8, look.weight), stroke=BLACK)
            draw_stack(paper, strips, x + offset + 5, top)

    return [Strip(height, draw), space(rng.choice([6, 12]))]


_CURRENT = (", the current interest rate of your loan", " (current rate)", "")
_HIGHEST = (", the maximum interest rate possible for your loan", " (maximum rate)", " (highest rate)")


def payments_at_rates(pen: Pen, width: float) -> list[Strip]:
    """Payments at the loan's rate beside those at the highest rate, sometimes with a deferment row first."""
    rng = pen.rng
    pen.notes.append("payments_at_rates")
    current = (Piece(rng.choice(["at ", "At "])), *pen.pieces("interest_rate"), Piece(rng.choice(_CURRENT)))
    heads: list[Content] = [
        text(rng.choice(["Monthly Payments", "Payment Schedule", "Your payments"])),
        Text(current),
        text(f"at {pen.other_text('rate')}{rng.choice(_HIGHEST)}"),
    ]
    rows: list[list[Content]] = [_deferment(pen)] if pen.story.facts.extra["wait"] > 6 else []
    rows.append([Text(_repayment(pen)), Text(pen.pieces("monthly_payment")), text(pen.other_text("money"))])
    return [*blocks.table(rng, pen.look, heads, rows, [1.5, 1.1, 1.1], width), space(8)]


def _deferment(pen: Pen) -> list[Content]:
    """The row of the time before repayment."""
    printer, story = pen.printer, pen.story
    zero = pen.rng.choice(["No payment required", printer.money(Decimal(0))])
    start, end = sorted([story.other_date(), story.other_date()])
    label = pen.rng.choice(["Deferment", "In school", "Deferment Period"])
    return [text(f"{label} {printer.date(start)} - {printer.date(end)}"), text(zero), text(zero)]


def _repayment(pen: Pen) -> tuple[Piece, ...]:
    """How many payments there are, and when the first is due."""
    rng, term = pen.rng, str(pen.story.fields["term_months"])
    before, after = rng.choice(
        [("", " monthly payments"), ("Repayment: ", " payments"), ("Payments 1 to ", ""), ("", " months")]
    )
    mark = None if "term_months" in pen.blank else pen.mark("term_months", term, term)
    pieces: tuple[Piece, ...] = (Piece(before), Piece(term, mark), Piece(after))
    if pen.has("first_payment_date") and "first_payment_date" not in pen.blank:
        pieces = (*pieces, Piece(rng.choice([" beginning ", ", starting "])), *pen.pieces("first_payment_date"))
    return tuple(piece for piece in pieces if piece.text)


def disbursements(pen: Pen, width: float) -> list[Strip]:
    """Several disbursements, of which none is the date of the document."""
    rng, look = pen.rng, pen.look
    pen.notes.append("disbursements")
    count = rng.choice([2, 2, 3, 4])
    heads: list[Content] = [text(look.cased(head), bold=not look.mono) for head in ("Term", "Scheduled Date", "Amount")]
    terms = rng.sample(["Fall", "Spring", "Summer", "Winter", "1st Quarter", "2nd Quarter"], count)
    rows: list[list[Content]] = [
        [text(term), text(pen.other_text("date")), text(pen.other_text("money", "Amount"))] for term in terms
    ]
    return [
        *blocks.heading(rng, look, rng.choice(["Disbursements", "Disbursement Schedule"]), width),
        *blocks.table(rng, look, heads, rows, [1, 1, 1], width * 0.7),
        space(8),
    ]


def office_use(pen: Pen, width: float) -> list[Strip]:
    """Empty boxes for the lender's or school's office."""
    rng, look = pen.rng, pen.look
    pen.notes.append("office_use")
    items = [
        Item(look.cased(label), Blank(rng.random() < 0.4), "")
        for label in rng.sample(_OFFICE, rng.choice([2, 3, 4, 6]))
    ]
    head = rng.choice(
        [
            "FOR OFFICE USE ONLY",
            "For internal use only",
            "School Use Only",
            "LENDER USE ONLY",
            "Do not write below this line",
        ]
    )
    block = blocks.above if look.mono else rng.choice([blocks.grid, blocks.above, blocks.below])
    strips = block(rng, look, items, width)
    return [*blocks.heading(rng, look, head, width), *strips, space(8)]
