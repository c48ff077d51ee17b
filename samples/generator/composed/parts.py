"""Parts of a page: letterhead, title, mailing block, sections of fields, terms, coupon, signatures, heads and feet."""

from __future__ import annotations

from collections.abc import Sequence

from samples.generator.composed import blocks, clauses
from samples.generator.composed.blocks import BLOCKS, MONO_BLOCKS, Item
from samples.generator.composed.content import Blank, Content, Text, lines_of, text
from samples.generator.composed.heads import contact_lines, mailing_lines
from samples.generator.composed.paper import (
    BLACK,
    Paper,
    Strip,
    beside,
    space,
    stack_height,
    stacked,
)
from samples.generator.composed.pen import Pen
from samples.generator.composed.printing import IDENTIFIERS, ORGANISATIONS, PEOPLE, Piece, kind_of
from samples.generator.composed.running_text import paragraph

_PEOPLE_OTHERS = (
    ("Date of Birth", "date"), ("Home Phone", "phone"), ("Cell Phone", "phone"), ("Permanent Address", "address"), ("Driver's License No.", "identifier"),
    ("Citizenship", "text"), ("Employer", "organisation"), ("Gross Annual Income", "money"), ("Monthly Housing Payment", "money"), ("Years at Address", "text"),
    ("Enrollment Status", "text"), ("Major", "text"), ("Expected Graduation", "date"), ("Cost of Attendance", "money"), ("Other Financial Aid", "money"),
)  # fmt: skip


def section(
    pen: Pen, items: Sequence[Item], width: float, title: str = "", *, block: str = "", enclose: bool = True
) -> list[Strip]:
    """Labels and values in one way of setting them, under a heading, in a frame sometimes."""
    rng, look = pen.rng, pen.look
    if not items:
        return []
    pool = MONO_BLOCKS if look.mono else {name: weight for name, (_, weight) in BLOCKS.items()}
    pool = dict(pool)
    if width < 240:
        pool = {
            name: weight
            for name, weight in pool.items()
            if name in ("pairs", "above", "listing", "grid", "below", "cards")
        }
    block = block or rng.choices(list(pool), list(pool.values()))[0]
    pen.notes.append(block)
    framed = (
        enclose
        and not look.mono
        and block in ("pairs", "two_pairs", "above", "running", "numbered")
        and rng.random() < 0.22
    )
    pad = 6.0 if framed else 0.0
    if block == "listing" and len(items) > 1 and width > 380 and rng.random() < 0.2:
        return [*(blocks.heading(rng, look, title, width) if title else []), *_noted(pen, items, width), space(6)]
    strips = BLOCKS[block][0](rng, look, items, width - 2 * pad)
    head = blocks.heading(rng, look, title, width) if title else []
    if framed:
        if stack_height(strips) < 400:
            strips = [blocks.boxed(look, strips, width, fill=rng.random() < 0.4, radius=rng.choice([0, 0, 5]), pad=pad)]
        else:
            strips = BLOCKS[block][0](rng, look, items, width)
    return [*head, *strips, space(rng.choice([4, 8, 12]))]


def _noted(pen: Pen, items: Sequence[Item], width: float) -> list[Strip]:
    """A table with a note for each label, which may name values that are not the loan's."""
    rng, look = pen.rng, pen.look
    pen.notes.append("noted")
    last = rng.random() < 0.5
    rows: list[list[Content]] = []
    for item in items:
        note = Text(pen.clause()) if rng.random() < 0.7 else text("")
        label = text(item.label, bold=look.label_bold)
        rows.append([label, item.content, note] if last else [label, note, item.content])
    shares = [1.2, 1.0, 1.6] if last else [1.2, 1.6, 1.0]
    return blocks.table(rng, look, [], rows, shares, width, align="left")


def title_of_section(pen: Pen, fallback: Sequence[str] = ()) -> str:
    """A heading of the family, or a general one, or none."""
    pool = list(pen.family.sections) + list(fallback)
    return pen.rng.choice(pool) if pool and pen.rng.random() < 0.7 else ""


def group_fields(pen: Pen, fields: Sequence[str]) -> list[list[str]]:
    """Fields in one to four groups: by kind, or as they come."""
    rng, fields = pen.rng, list(fields)
    style = rng.choice(["one", "kinds", "kinds", "halves", "chunks"])
    if style == "one" or len(fields) < 4:
        rng.shuffle(fields)
        return [fields]
    if style == "kinds":
        groups: dict[str, list[str]] = {}
        for name in fields:
            kind = (
                "people"
                if name in (*PEOPLE, "borrower_ssn_last4")
                else "parties"
                if name in (*ORGANISATIONS, *IDENTIFIERS)
                else kind_of(name)
            )
            groups.setdefault("terms" if kind in ("rate", "term", "choice") else kind, []).append(name)
        found = list(groups.values())
        rng.shuffle(found)
        while len(found) > 4:
            last = found.pop()
            found[-1] += last
        return found
    rng.shuffle(fields)
    size = (len(fields) + 1) // 2 if style == "halves" else rng.choice([3, 4, 5])
    return [fields[start : start + size] for start in range(0, len(fields), size)]


def sections(
    pen: Pen, fields: Sequence[str], width: float, *, others: int, fallback: Sequence[str] = ()
) -> list[list[Strip]]:
    """Parts that print fields with labels, mixed with values that are no field."""
    groups = group_fields(pen, fields)
    parts, titles = [], list(pen.family.sections) + list(fallback)
    headed = pen.rng.random() < 0.75
    for group in groups:
        items = [pen.item(name) for name in group]
        for extra in pen.other_items(pen.rng.randint(0, max(0, 2 * others // len(groups)))):
            items.insert(pen.rng.randint(0, len(items)), extra)
        title = titles.pop(pen.rng.randrange(len(titles))) if titles and headed else ""
        parts.append(section(pen, items, width, title))
    return parts


def signatures(pen: Pen, width: float) -> list[Strip]:
    """Lines to sign on for borrower, cosigner and an officer of the lender."""
    rng, _look = pen.rng, pen.look
    who = rng.choice(
        [
            ["Borrower"],
            ["Borrower", "Cosigner"],
            ["Borrower", "Co-signer", "Lender"],
            ["Applicant", "Co-applicant"],
            ["Maker"],
        ]
    )
    strips: list[Strip] = [space(10)]
    named = rng.random() < 0.5
    for role in who:
        field = {"Borrower": "borrower_name", "Applicant": "borrower_name", "Maker": "borrower_name", "Cosigner": "cosigner_name",
                 "Co-signer": "cosigner_name", "Co-applicant": "cosigner_name"}.get(role)  # fmt: skip
        printed: Text | Blank = Blank()
        if named and field and pen.has(field) and field not in pen.blank:
            printed = Text(pen.pieces(field))
        elif named and role == "Lender":
            printed = text(
                f"By: {pen.printer.person(pen.story.other_human(), 'plain')}, {rng.choice(['Vice President', 'Loan Officer', 'Bursar'])}"
            )
        label = rng.choice([f"Signature of {role}", f"{role}'s Signature", f"{role} Signature", role])
        strips.append(_signature(pen, width, label, printed))
    return [stacked(strips)]


def _signature(pen: Pen, width: float, label: str, printed: Text | Blank) -> Strip:
    look, line = pen.look, width * 0.55
    name = printed.strip(look, line)
    small = text(label).strip(look, line, size=look.size * 0.8)
    date = text("Date").strip(look, width * 0.25, size=look.size * 0.8)
    dated = pen.rng.random() < 0.3 and pen.has("document_date") and "document_date" not in pen.blank
    when = Text(pen.pieces("document_date")) if dated else Blank()
    day = when.strip(look, width * 0.3)

    def draw(paper: Paper, x: float, top: float) -> None:
        name.draw(paper, x, top + 12)
        y = top + 12 + name.height + 1
        paper.rule(x, y, x + line, y, 0.5)
        paper.rule(x + width * 0.65, y, x + width * 0.95, y, 0.5)
        small.draw(paper, x, y + 1)
        date.draw(paper, x + width * 0.65, y + 1)
        day.draw(paper, x + width * 0.66, y - 1 - day.height)

    return Strip(name.height + small.height + 22, draw)


def other_people(pen: Pen, width: float) -> list[Strip]:
    """References, employer, relatives: people and companies that have no part in the loan."""
    rng = pen.rng
    title = rng.choice(
        [
            "References",
            "Personal References",
            "Nearest Relative",
            "Reference #1",
            "Employment Information",
            "Parent Information",
        ]
    )
    items = [Item(pen.look.cased(rng.choice(["Name", "Full Name", "Reference Name"])), pen.other_content("name"), "")]
    pool = [
        ("Relationship", "text"),
        ("Telephone", "phone"),
        ("Address", "address"),
        ("Employer", "organisation"),
        ("E-mail", "text"),
    ]
    items += [
        Item(pen.look.cased(label), pen.other_content(kind), "")
        for label, kind in rng.sample(pool, rng.choice([1, 2, 3]))
    ]
    return section(pen, items * 1, width, title)


def personal_items(pen: Pen, count: int) -> list[Item]:
    """What an application asks about a person beside the contract's fields."""
    drawn = pen.rng.sample(_PEOPLE_OTHERS, count)
    return [
        Item(pen.look.cased(label), pen.other_content(kind, label if kind == "money" else ""), "")
        for label, kind in drawn
    ]


def coupon(pen: Pen, width: float) -> list[Strip]:
    """The part to be torn off and returned, with repeats of the statement."""
    rng, look = pen.rng, pen.look
    wordings = pen.family.coupon
    fields = [
        name
        for name in (wordings or ("account_number", "due_date", "amount_due"))
        if pen.has(name) and name in pen.story.fields
    ]
    fields = fields[: rng.choice([2, 3, 4, 6])]
    items = [pen.item(name, wordings, plain=True) for name in fields]
    items.insert(
        rng.randint(0, len(items)),
        Item(look.cased(rng.choice(["Amount Enclosed", "Amount Paid", "Enclosed $"])), Blank(True), ""),
    )
    room = width * 0.46
    body = section(pen, items, room, enclose=False)
    left: list[Strip] = []
    if rng.random() < 0.6:
        left += [*mailing_lines(pen, room), space(12)]
    if rng.random() < 0.7:
        pieces = (
            Piece(rng.choice(["Make checks payable to: ", "Remit to: ", "Payable to ", ""])),
            *pen.pieces(pen.story.sender),
        )
        left += [Text(pieces, solid=False).strip(look, room), lines_of(look, contact_lines(pen)[:2], room)]
    if rng.random() < 0.3:
        left.append(text("".join(rng.choice("0123456789") for _ in range(26))).strip(look, room))
    parts = [(0.0, left), (width * 0.52, body)] if rng.random() < 0.7 else [(0.0, body), (width * 0.52, left)]
    return [_tear(pen, width), stacked([space(4), beside(parts)])]


def _tear(pen: Pen, width: float) -> Strip:
    look = pen.look
    words = pen.rng.choice(
        [
            "Detach and return with your payment",
            "Please return this portion",
            "PLEASE DETACH HERE",
            "Payment Coupon",
            "Remittance slip",
        ]
    )
    line = text(words).strip(look, width, size=look.size * 0.82, align=pen.rng.choice(["left", "center"]))
    dash = pen.rng.choice([(4, 3), (1, 2), (8, 4), ()])

    def draw(paper: Paper, x: float, top: float) -> None:
        paper.rule(x, top + 8, x + width, top + 8, 0.6, BLACK, dash)
        line.draw(paper, x, top + 10)

    return Strip(line.height + 12, draw, keep=True)


def message(pen: Pen, width: float) -> list[Strip]:
    """A message, in a box where the paper has boxes."""
    rng, pad = pen.rng, 6.0
    words: list[Piece] = [Piece(rng.choice(clauses.MESSAGES))]
    if rng.random() < 0.6:
        words += [Piece(" "), *pen.clause()]
    if pen.look.mono:
        return [*paragraph(pen, words, width), space(6)]
    strips = paragraph(pen, words, width - 2 * pad)
    return [blocks.boxed(pen.look, strips, width, fill=rng.random() < 0.5, pad=pad), space(8)]


def together(strips: Sequence[Strip]) -> list[Strip]:
    """A section as one strip, where it is not too high for a column."""
    return [stacked(strips)] if 0 < stack_height(strips) < 380 else list(strips)
