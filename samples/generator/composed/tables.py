"""Tables: several loans in rows or as columns, instalments in one or two blocks, groups of payments, examples of other loans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from samples.generator.composed import blocks, clauses
from samples.generator.composed.content import Content, Text, text
from samples.generator.composed.paper import Strip, beside, space
from samples.generator.composed.pen import DEFAULT_LABELS, Pen
from samples.generator.composed.printing import Mark, Piece, kind_of
from samples.generator.composed.story import loan_values, taken_values
from samples.generator.money import Instalment, add_months, cents

_DEFAULT_COLUMNS = (
    "loan_number",
    "loan_type",
    "interest_rate",
    "principal_balance",
    "accrued_interest",
    "monthly_payment",
)
_SUMMED = ("principal_balance", "accrued_interest", "current_balance", "monthly_payment", "payoff_amount", "per_diem")
_SCHEDULE_HEADS = {
    "number": ("No.", "#", "Pmt", "Payment #", "Payment No.", "Pay Nbr", "Nbr"),
    "due_date": ("Due Date", "Date", "Payment Date", "Date Due", "Due"),
    "payment": ("Payment", "Payment Amount", "Installment", "Amount", "Total Payment", "Amount Due"),
    "principal": ("Principal", "To Principal", "Principal Paid", "Applied to Principal"),
    "interest": ("Interest", "To Interest", "Interest Paid", "Applied to Interest"),
    "balance": ("Balance", "Remaining Balance", "Principal Balance", "Ending Balance", "Unpaid Balance"),
}
_GROUP_HEADS = {
    "payments": ("Number of Payments", "No. of Payments", "# of Payments", "Payments"),
    "payment": ("Amount of Payments", "Payment Amount", "Amount of Each Payment", "Monthly Amount"),
    "first_due_date": ("When Payments Are Due", "Beginning", "First Due", "Payments Begin", "Due Monthly Beginning"),
}


@dataclass(slots=True)
class Group:
    """So many payments of one amount."""

    payments: int
    payment: Decimal
    first_due: Any


@dataclass(slots=True)
class Payments:
    """Groups of payments, and whether they are level but for the last."""

    groups: list[Group]
    level: bool


@dataclass(slots=True)
class Rows:
    """What is printed in tables that is no field of the document; filled while parts are made."""

    loans: list[dict[str, str]] = field(default_factory=list)
    schedule: list[dict[str, str]] = field(default_factory=list)
    groups: list[dict[str, str]] = field(default_factory=list)


def loans_part(pen: Pen, rows: Rows, width: float) -> list[Strip]:
    """The account's loans: rows of truth; one loan alone is the document's own."""
    rng = pen.rng
    columns = [
        name
        for name in (pen.family.loan_columns or _DEFAULT_COLUMNS)
        if loan_values(pen.story, 0).get(name) is not None
    ]
    if len(columns) > 3 and rng.random() < 0.5:
        columns = sorted(rng.sample(columns, rng.randint(3, len(columns))), key=columns.index)
    if pen.story.document_type != "unknown" and len(pen.story.loans) == 1:
        return _single(pen, columns, width)
    if "loan_number" not in columns and rng.random() < 0.6:
        columns.insert(0, "loan_number")
    heads = [_column(pen, name) for name in columns]
    cells = [[_loan_cell(pen, rows, index, name) for name in columns] for index in range(len(pen.story.loans))]
    title = (
        blocks.heading(rng, pen.look, rng.choice([*pen.family.sections, "Loan Details", "Your Loans"]), width)
        if rng.random() < 0.7
        else []
    )
    if len(cells) <= 4 and rng.random() < 0.18:
        pen.notes.append("loans_as_columns")
        return [*title, *_turned(pen, heads, cells, width), space(8)]
    total = len(cells) > 1 and rng.random() < 0.45
    if total:
        cells.append(_totals(pen, columns))
    shares = [
        1.9 if name in ("loan_type", "lender_name") else 0.8 if name in ("loan_number", "interest_rate") else 1.15
        for name in columns
    ]
    pen.notes.append("loans_table")
    return [*title, *blocks.table(rng, pen.look, heads, cells, shares, width, bold_last=total), space(8)]


def _column(pen: Pen, name: str) -> Text:
    pool = pen.family.loan_columns.get(name) or DEFAULT_LABELS.get(name) or (name.replace("_", " ").title(),)
    return text(pen.look.cased(pen.rng.choice(pool)), bold=not pen.look.mono)


def _single(pen: Pen, columns: Sequence[str], width: float) -> list[Strip]:
    """The only loan in a row of a table: fields of the document where it prints them."""
    names = [name for name in columns if pen.has(name) and name not in pen.blank]
    if len(names) < 2:
        return []
    heads: list[Content] = [_column(pen, name) for name in names]
    cells: list[Content] = [Text(pen.pieces(name, _words(head))) for name, head in zip(names, heads, strict=True)]
    if "loan_number" in columns:
        heads.insert(0, _column(pen, "loan_number"))
        cells.insert(0, text(pen.story.loans[0].name))
    pen.notes.append("one_loan_table")
    return [*blocks.table(pen.rng, pen.look, heads, [cells], [1.0] * len(heads), width), space(8)]


def _words(head: Content) -> str:
    return "".join(piece.text for piece in head.pieces) if isinstance(head, Text) else ""


def _loan_cell(pen: Pen, rows: Rows, index: int, name: str) -> Text:
    value: Any = loan_values(pen.story, index).get(name)
    while len(rows.loans) <= index:
        rows.loans.append({})
    if name == "loan_number":
        normal = raw = str(value)
    else:
        normal, raw = pen.printer.value(name, value)
        raw = pen.printer.cell(value, index) if kind_of(name) == "money" else raw
    rows.loans[index][name] = normal
    return Text((Piece(raw, Mark((("loans", index, name),), normal, raw)),))


def _turned(pen: Pen, heads: Sequence[Text], cells: Sequence[Sequence[Text]], width: float) -> list[Strip]:
    """A column for each loan."""
    turned = [[head, *(row[number] for row in cells)] for number, head in enumerate(heads)]
    return blocks.table(pen.rng, pen.look, [], turned, [1.4, *([1.0] * len(cells))], width)


def _totals(pen: Pen, columns: Sequence[str]) -> list[Text]:
    """Sums of the account: these are the document's own."""
    cells = []
    for number, name in enumerate(columns):
        if number == 0:
            cells.append(text(pen.rng.choice(["Total", "TOTALS", "Totals", "Account Total", ""])))
        elif name in _SUMMED and name in pen.story.fields and name not in pen.blank:
            cells.append(Text(pen.pieces(name)))
        else:
            cells.append(text(""))
    return cells


def schedule_part(pen: Pen, rows: Rows, instalments: Sequence[Instalment], width: float) -> list[Strip]:
    """The table of instalments, in one block or two side by side."""
    rng, look = pen.rng, pen.look
    columns = list(_SCHEDULE_HEADS)
    for name, share in (("number", 0.15), ("principal", 0.12), ("interest", 0.12), ("balance", 0.12)):
        if rng.random() < share:
            columns.remove(name)
    heads: list[Content] = [text(look.cased(rng.choice(_SCHEDULE_HEADS[name])), bold=not look.mono) for name in columns]
    cells = [
        [_instalment_cell(pen, rows, index, row, name) for name in columns] for index, row in enumerate(instalments)
    ]
    shares = [0.75 if name == "number" else 1.2 for name in columns]
    twice = (
        len(columns) <= 6
        and len(cells) >= 12
        and width > 480
        and look.size < 9.5
        and not look.mono
        and rng.random() < 0.3
    )
    pen.notes.append("schedule_two_blocks" if twice else "schedule")
    if not twice:
        return [*_table_by_pages(pen, heads, cells, shares, width), space(8)]
    return [*_two_blocks(pen, heads, cells, shares, width), space(8)]


def _table_by_pages(
    pen: Pen, heads: Sequence[Content], cells: Sequence[Sequence[Content]], shares: Sequence[float], width: float
) -> list[Strip]:
    """The table; its head is repeated now and then as on new pages."""
    rng = pen.rng
    strips: list[Strip] = []
    step = rng.choice([len(cells), 24, 36])
    state = rng.getstate()
    for start in range(0, len(cells), step):
        rng.setstate(state)
        strips += blocks.table(rng, pen.look, heads, cells[start : start + step], shares, width)
    return strips


def _two_blocks(
    pen: Pen, heads: Sequence[Content], cells: Sequence[Sequence[Content]], shares: Sequence[float], width: float
) -> list[Strip]:
    """Instalments in two blocks side by side, page by page."""
    strips, rng, half = [], pen.rng, (width - 16) / 2
    room = int(rng.choice([30, 40]))
    state = rng.getstate()
    for start in range(0, len(cells), room):
        part = cells[start : start + room]
        middle = (len(part) + 1) // 2
        sides = []
        for offset, rows in ((0.0, part[:middle]), (half + 16, part[middle:])):
            rng.setstate(state)
            if rows:
                sides.append((offset, blocks.table(rng, pen.look, heads, rows, shares, half)))
        strips.append(beside(sides))
        strips.append(space(6))
    return strips


def _instalment_cell(pen: Pen, rows: Rows, index: int, row: Instalment, name: str) -> Text:
    value = getattr(row, name)
    if name == "number":
        normal = raw = str(value)
    elif name == "due_date":
        normal, raw = value.isoformat(), pen.printer.date(value)
    else:
        normal, raw = f"{value:.2f}", pen.printer.cell(value, index)
    while len(rows.schedule) <= index:
        rows.schedule.append({})
    rows.schedule[index][name] = normal
    return Text((Piece(raw, Mark((("schedule", index, name),), normal, raw)),))


def level_groups(instalments: Sequence[Instalment]) -> list[Group]:
    """Instalments as groups of the same amount."""
    groups: list[Group] = []
    for row in instalments:
        if groups and groups[-1].payment == row.payment:
            groups[-1].payments += 1
        else:
            groups.append(Group(1, row.payment, row.due_date))
    return groups


def graduated_groups(pen: Pen) -> list[Group]:
    """Payments that rise every two years or so and repay the loan with its interest."""
    rng, fields = pen.rng, pen.story.fields
    count, months = rng.choice([3, 4, 5]), rng.choice([12, 24, 24, 36])
    monthly, first = float(fields["interest_rate"]) / 1200, fields["first_payment_date"]
    growth = rng.uniform(1.1, 1.4)
    worth = sum(
        growth**group / (1 + monthly) ** (group * months + month + 1)
        for group in range(count)
        for month in range(months)
    )
    start = float(pen.story.facts.extra["start"]) / worth
    groups = [
        Group(months, cents(Decimal(str(round(start * growth**group, 2)))), add_months(first, group * months))
        for group in range(count)
    ]
    total = sum((group.payment * group.payments for group in groups), Decimal(0))
    fields |= {
        "total_of_payments": total,
        "finance_charge": total - fields["loan_amount"],
        "term_months": count * months,
    }
    fields["maturity_date"] = add_months(first, count * months - 1)
    fields.pop("monthly_payment", None)
    pen.chosen.discard("monthly_payment")
    pen.chosen.add("loan_amount")
    return groups


def draw_payments(pen: Pen) -> Payments:
    """Groups of payments: level with a last one that differs, or rising."""
    if pen.story.loans or pen.rng.random() < 0.5:
        return Payments(level_groups(pen.story.facts.rows), level=True)
    groups = graduated_groups(pen)
    pen.story.taken = taken_values(pen.story)
    pen.story.taken["money"] |= {group.payment for group in groups}
    return Payments(groups, level=False)


def groups_part(pen: Pen, rows: Rows, payments: Payments, width: float) -> list[Strip]:
    """Groups of payments in a table or in sentences; the first date is the document's, and a level payment too."""
    rng, look = pen.rng, pen.look
    pen.notes.append("payment_groups")
    lines = [
        _group_pieces(pen, rows, index, group, level=payments.level) for index, group in enumerate(payments.groups)
    ]
    if rng.random() < 0.35:
        strips: list[Strip] = []
        for count, amount, due in lines:
            words = rng.choice(
                [
                    ("", " payments of ", " beginning "),
                    ("", " monthly payments of ", ", the first due "),
                    ("", " payments of ", " due monthly from "),
                ]
            )
            strips.append(
                Text((Piece(words[0]), *count, Piece(words[1]), *amount, Piece(words[2]), *due)).strip(look, width)
            )
        return [*strips, space(8)]
    heads: list[Content] = [
        text(look.cased(rng.choice(_GROUP_HEADS[name])), bold=not look.mono) for name in _GROUP_HEADS
    ]
    share = rng.choice([0.7, 1.0])
    return [
        *blocks.table(
            rng, look, heads, [[Text(pieces) for pieces in line] for line in lines], [1, 1, 1.2], width * share
        ),
        space(8),
    ]


def _group_pieces(pen: Pen, rows: Rows, index: int, group: Group, *, level: bool) -> tuple[tuple[Piece, ...], ...]:
    amount, due = pen.printer.money(group.payment), pen.printer.date(group.first_due)
    normal = {
        "payments": str(group.payments),
        "payment": f"{group.payment:.2f}",
        "first_due_date": group.first_due.isoformat(),
    }
    rows.groups.append(normal)
    owners: dict[str, tuple[Any, ...]] = {name: (("schedule_groups", index, name),) for name in normal}
    if index == 0 and "first_payment_date" in pen.type_fields and "first_payment_date" not in pen.blank:
        owners["first_due_date"] += ("first_payment_date",)
        if level and "monthly_payment" not in pen.blank:
            owners["payment"] += ("monthly_payment",)
    raws = {"payments": str(group.payments), "payment": amount, "first_due_date": due}
    return tuple((Piece(raws[name], Mark(owners[name], normal[name], raws[name])),) for name in normal)


def periods_part(pen: Pen, names: Sequence[str], width: float) -> list[Strip]:
    """Amounts of this statement beside those of another period, which are no fields."""
    rng, look = pen.rng, pen.look
    pen.notes.append("periods")
    first, second = rng.choice(
        [
            ("This Statement", "Last Statement"),
            ("Current", "Previous"),
            ("This period", "Year to date"),
            ("Now", "Since opening"),
        ]
    )
    heads: list[Content] = [
        text(""),
        text(look.cased(first), bold=not look.mono),
        text(look.cased(second), bold=not look.mono),
    ]
    rows: list[list[Content]] = []
    for name in names:
        label = pen.label(name)
        rows.append([text(label), Text(pen.pieces(name, label)), text(pen.other_text("money", label))])
    return [*blocks.table(rng, look, heads, rows, [1.6, 1, 1], width * rng.choice([0.7, 1.0]), align="right"), space(8)]


def examples_part(pen: Pen, width: float) -> list[Strip]:
    """Examples, federal alternatives or last year's notes: rows of values that are not this loan's."""
    rng, look = pen.rng, pen.look
    billed = pen.story.document_type in ("billing_statement", "unknown")
    kind = "prior" if billed and rng.random() < 0.8 else rng.choice(["examples", "alternatives", "prior"])
    kind = "prior" if pen.story.document_type == "unknown" else kind
    pen.notes.append(f"distractor_{kind}")
    heads, rows = {"examples": _examples, "alternatives": _alternatives, "prior": _prior}[kind](pen)
    title = {
        "examples": ["Repayment Examples", "Total Loan Cost Examples", "Sample Loan Cost"],
        "alternatives": ["Federal Loan Alternatives", "Other Loans You May Qualify For"],
        "prior": ["Prior Loans", "Previous Notes on File", "Activity Since Last Statement", "Payment History"],
    }[kind]
    contents: list[list[Content]] = [[text(cell) for cell in row] for row in rows]
    shares = [2.2 if number == 0 and kind == "alternatives" else 1.2 for number in range(len(heads))]
    strips = blocks.table(
        rng, look, [text(look.cased(head), bold=not look.mono) for head in heads], contents, shares, width
    )
    return [*blocks.heading(rng, look, rng.choice(title), width), *strips, space(8)]


def _examples(pen: Pen) -> tuple[list[str], list[list[str]]]:
    heads = ["Repayment Option", "Amount Provided", "Interest Rate", "Loan Term", "Total Paid"]
    names = ["Immediate", "Interest Only", "Deferred", "Full Deferral", "Highest Rate"]
    kinds = ("money", "rate", "term", "money")
    return heads, [
        [name, *(pen.other_text(kind) for kind in kinds)] for name in pen.rng.sample(names, pen.rng.choice([2, 3]))
    ]


def _alternatives(pen: Pen) -> tuple[list[str], list[list[str]]]:
    heads = ["Loan Program", "For", "Current Interest Rates by Program Type"]
    chosen = pen.rng.sample(clauses.ALTERNATIVES, pen.rng.choice([2, 3, 4]))
    return heads, [
        [name, whom, f"{pen.other_text('rate')} {pen.rng.choice(['fixed', 'Fixed', ''])}".strip()]
        for name, whom in chosen
    ]


def _prior(pen: Pen) -> tuple[list[str], list[list[str]]]:
    heads = ["Date", "Reference", "Amount", pen.rng.choice(["Rate", "Balance", "Principal"])]
    last = "rate" if heads[-1] == "Rate" else "money"
    return heads, [
        [pen.other_text("date"), pen.other_text("identifier"), pen.other_text("money"), pen.other_text(last)]
        for _ in range(pen.rng.choice([1, 2, 3, 5]))
    ]
