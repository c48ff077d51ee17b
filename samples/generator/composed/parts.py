"""Parts of a page: letterhead, title, mailing block, sections of fields, terms, coupon, signatures, heads and feet."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from samples.generator.composed import blocks, clauses, names
from samples.generator.composed.blocks import BLOCKS, MONO_BLOCKS, Item
from samples.generator.composed.content import Blank, Text, fit_lines, lines_of, text
from samples.generator.composed.paper import (
    BLACK,
    WHITE,
    Paper,
    Strip,
    beside,
    draw_stack,
    line_width,
    space,
    stack_height,
    stacked,
    width_of,
)
from samples.generator.composed.pen import Pen
from samples.generator.composed.printing import IDENTIFIERS, ORGANISATIONS, PEOPLE, Piece, kind_of

_PEOPLE_OTHERS = (
    ("Date of Birth", "date"), ("Home Phone", "phone"), ("Cell Phone", "phone"), ("Permanent Address", "address"), ("Driver's License No.", "identifier"),
    ("Citizenship", "text"), ("Employer", "organisation"), ("Gross Annual Income", "money"), ("Monthly Housing Payment", "money"), ("Years at Address", "text"),
    ("Enrollment Status", "text"), ("Major", "text"), ("Expected Graduation", "date"), ("Cost of Attendance", "money"), ("Other Financial Aid", "money"),
)  # fmt: skip
_HOURS = (
    "Monday-Friday 8 a.m. to 8 p.m. ET",
    "Mon - Fri 7:30am-9pm Central",
    "M-F, 8:00 AM - 5:00 PM",
    "Hours: 9-5 weekdays",
)
_WEB = ("www.{}.example", "https://{}.example", "{}.example/pay", "help@{}.example")
Maker = Callable[[Pen, float], list[Strip]]


def contact_lines(pen: Pen) -> list[str]:
    """Address, telephone, hours and web of the sender; some of them."""
    rng = pen.rng
    street = rng.choice(
        [f"P.O. Box {rng.randint(100, 98000)}", f"PO BOX {rng.randint(100, 9800)}", names.draw_street(rng)]
    )
    site = "".join(letter for letter in pen.story.fields[pen.story.sender].lower().split(",")[0] if letter.isalnum())[
        :16
    ]
    lines = [street, names.draw_city(rng)]
    extra = [names.draw_phone(rng), rng.choice(_HOURS), rng.choice(_WEB).format(site), f"Fax {names.draw_phone(rng)}"]
    return lines + rng.sample(extra, rng.choice([0, 1, 1, 2, 3]))


def sender_text(pen: Pen, *, white: bool = False) -> Text:
    """The sender's name, as a field of the document."""
    return Text(
        pen.pieces(pen.story.sender, bold=pen.rng.random() < 0.75), solid=False, color=WHITE if white else BLACK
    )


def letterhead(pen: Pen, width: float, *, titled: bool) -> list[Strip]:
    """Who sends it, and the title, in one of many arrangements."""
    rng, look = pen.rng, pen.look
    title = titled and pen.family.titles and rng.choice(pen.family.titles)
    if title and rng.random() < 0.3:
        title = title.upper()
    name_size, title_size = (
        look.size * rng.choice([1.0, 1.2, 1.5, 1.9, 2.3]),
        look.size * rng.choice([1.15, 1.35, 1.6, 1.9]),
    )
    if look.mono:
        name_size = title_size = look.size
    style = rng.choice(
        ["left", "center", "right", "split", "split_turned", "small", "title_first", "bar", "contact_right", "bare"]
    )
    if style == "bar" and look.mono:
        style = "left"
    contact, small = contact_lines(pen), max(5.5, look.size * rng.choice([0.75, 0.85, 1.0]))
    title_align = rng.choice(["left", "center", "center", "right"])
    title_strips = (
        [space(4), lines_of(look, [title], width, size=title_size, align=title_align, bold=not look.mono)]
        if title
        else []
    )
    if style == "bar":
        return [_bar(pen, width, name_size, contact), *title_strips, space(6)]
    if style in ("split", "split_turned", "contact_right"):
        strips, uses_title = _split(pen, width, style, title or "", name_size, title_size, contact, small)
        return [*strips, *([] if uses_title else title_strips), space(8)]
    align = {"center": "center", "right": "right"}.get(style, "left")
    name = sender_text(pen).strip(
        look, width * rng.choice([0.45, 0.7, 0.92]) if align == "left" else width, size=name_size, align=align
    )
    lines = (
        []
        if style == "bare"
        else [
            lines_of(
                look,
                rng.choice([contact, [rng.choice([", ", "  |  ", " * "]).join(contact)]]),
                width,
                size=small,
                align=align,
            )
        ]
    )
    rule = (
        [Strip(5, lambda paper, x, top: paper.rule(x, top + 3, x + width, top + 3, 1.0, look.accent))]
        if rng.random() < 0.35 and not look.mono
        else []
    )
    if look.logo and align == "left" and style != "bare":
        name = _with_logo(pen, name)
    if style == "title_first":
        return [*title_strips, space(6), name, *lines, *rule, space(6)]
    return [name, *lines, *rule, *title_strips, space(8)]


def _with_logo(pen: Pen, name: Strip) -> Strip:
    """A device before the sender's name."""
    look, side = pen.look, min(26.0, max(14.0, name.height))

    def draw(paper: Paper, x: float, top: float) -> None:
        canvas, y = paper.canvas, paper.height - top - side
        canvas.setFillColor(look.accent)
        if look.logo == "circle":
            canvas.circle(x + side / 2, y + side / 2, side / 2, stroke=0, fill=1)
        elif look.logo == "square":
            canvas.roundRect(x, y, side, side, side / 6, stroke=0, fill=1)
        elif look.logo == "bars":
            for number in range(3):
                canvas.rect(x + number * side / 3, y, side / 4, side * (number + 1) / 3, stroke=0, fill=1)
        else:
            path = canvas.beginPath()
            path.moveTo(x, y)
            path.lineTo(x + side, y)
            path.lineTo(x + side / 2, y + side)
            path.close()
            canvas.drawPath(path, stroke=0, fill=1)
        name.draw(paper, x + side + 8, top)

    return Strip(max(name.height, side + 2), draw)


def _bar(pen: Pen, room: float, size: float, contact: Sequence[str]) -> Strip:
    look, right = pen.look, pen.rng.random() < 0.5
    page_width, height = look.page[0], size * 2.2 + 8
    name = sender_text(pen, white=True).strip(look, room * 0.62, size=min(size, look.size * 1.7))
    line = text(contact[-1], color=WHITE).strip(look, room * 0.34, size=look.size * 0.85, align="right")
    height = max(height, name.height + 12)

    def draw(paper: Paper, x: float, top: float) -> None:
        paper.box(0, top - look.margins[1] * 0.5, page_width, height, fill=look.accent, stroke=None)
        middle = top - look.margins[1] * 0.5 + (height - name.height) / 2
        name.draw(paper, x, middle)
        if right:
            line.draw(paper, x + room * 0.65, middle)

    return Strip(height - look.margins[1] * 0.5 + 4, draw)


def _split(
    pen: Pen, width: float, style: str, title: str, name_size: float, title_size: float, contact: Sequence[str], small: float
) -> tuple[list[Strip], bool]:  # fmt: skip
    """Name on one side; title or address on the other."""
    look, half = pen.look, width * 0.5
    name = sender_text(pen).strip(look, half - 10, size=name_size)
    address = lines_of(look, contact, half - 10, size=small, align="left" if style != "contact_right" else "right")
    if style == "contact_right" or not title:
        address = lines_of(look, contact, half - 10, size=small, align="right")
        return [beside([(0, [name]), (half + 10, [address])])], False
    heading = lines_of(
        look, [title], half - 10, size=title_size, align="right" if style == "split" else "left", bold=not look.mono
    )
    if style == "split":
        return [beside([(0, [name, address]), (half + 10, [heading])])], True
    return [beside([(0, [heading]), (half + 10, [name, address])])], True


def mailing_lines(pen: Pen, width: float) -> list[Strip]:
    """Name and address as a window envelope shows them."""
    rng, look, human = pen.rng, pen.look, pen.story.borrower
    case: Callable[[str], str] = str.upper if pen.printer.upper_people or rng.random() < 0.3 else str
    strips: list[Strip] = []
    if rng.random() < 0.25:
        code = rng.choice(["*****AUTO**5-DIGIT {}", "{:06d} 1 AB 0.40", "T{} P1", "#{}"]).format(
            rng.randint(1000, 99999)
        )
        strips.append(text(code).strip(look, width, size=look.size * 0.75))
    if pen.has("borrower_name") and "borrower_name" not in pen.blank:
        normal = pen.printer.person(human, "plain")
        normal = case(normal)
        strips.append(Text((Piece(normal, pen.mark("borrower_name", normal, normal)),)).strip(look, width))
    strips.append(lines_of(look, [case(human.street), case(human.city)], width))
    return strips


def mailing(pen: Pen, width: float, right: Sequence[Strip] = ()) -> list[Strip]:
    """The address on the left, something else on the right."""
    indent = pen.rng.choice([0, 0, 18, 36])
    lines = [space(pen.rng.choice([2, 10, 22])), *mailing_lines(pen, width * 0.5 - indent)]
    return [beside([(indent, lines), (width * 0.53, list(right))]), space(pen.rng.choice([8, 16, 26]))]


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
    strips = BLOCKS[block][0](rng, look, items, width - 2 * pad)
    head = blocks.heading(rng, look, title, width) if title else []
    if framed:
        if stack_height(strips) < 400:
            strips = [blocks.boxed(look, strips, width, fill=rng.random() < 0.4, radius=rng.choice([0, 0, 5]), pad=pad)]
        else:
            strips = BLOCKS[block][0](rng, look, items, width)
    return [*head, *strips, space(rng.choice([4, 8, 12]))]


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
            found[-2] += found.pop()
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


def paragraph(
    pen: Pen, pieces: Sequence[Piece], width: float, *, size: float | None = None, indent: float = 0
) -> list[Strip]:
    """Running text, a strip for each few lines so that it can break over columns and pages."""
    look = pen.look
    size = size or look.size
    return split_text(pen, pieces, width - indent, size, indent)


def split_text(pen: Pen, pieces: Sequence[Piece], width: float, size: float, indent: float = 0) -> list[Strip]:
    """A paragraph as one strip a line; words too wide for the line are set smaller."""
    look = pen.look
    size, lines = fit_lines(pieces, look.face, width, size, solid=pen.habits.solid)
    step = size * look.leading
    strips = []
    for number, line in enumerate(lines):
        gap = None
        if look.justify and number < len(lines) - 1 and len(line) > 3:
            gap = width_of(" ", line[0][0].font, size) + (width - line_width(line, size)) / (len(line) - 1)
            gap = gap if gap < size * 1.2 else None

        def draw(paper: Paper, x: float, top: float, line: object = line, gap: float | None = gap) -> None:
            paper.line_of_words(line, x + indent, top + size * (0.86 + (look.leading - 1) / 2), size, word_gap=gap)  # type: ignore[arg-type]

        strips.append(Strip(step, draw, keep=number == 0 and len(lines) > 1))
    return strips


def terms(
    pen: Pen, paragraphs: int, columns_width: float, *, size: float, headed: bool, templates: Sequence[str] = ()
) -> list[Strip]:
    """Clauses of the small print; ``templates`` are sentences with fields that stand among them."""
    rng = pen.rng
    strips: list[Strip] = []
    pool = list(templates)
    number = rng.choice([0, 0, 1])
    letters = rng.random() < 0.4
    for index in range(paragraphs):
        pieces: list[Piece] = []
        if headed and rng.random() < 0.8:
            head = rng.choice(clauses.HEADS)
            mark = f"{chr(65 + index % 26)}. " if number and letters else f"{index + 1}. " if number else ""
            pieces.append(Piece(f"{mark}{head.upper() if rng.random() < 0.3 else head}. ", None, True))
        if pool and rng.random() < len(pool) / max(1, paragraphs - index):
            pieces += [*pen.fill(pool.pop()), Piece(" ")]
        for _ in range(rng.choice([1, 1, 2, 3, 4]) if headed else rng.choice([1, 1, 1, 2])):
            pieces += [*pen.clause(), Piece(" ")]
        strips += [*paragraph(pen, pieces, columns_width, size=size), space(size * rng.choice([0.3, 0.5, 0.8]))]
    for template in pool:
        strips += [*paragraph(pen, pen.fill(template), columns_width, size=size), space(size * 0.5)]
    return strips


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


def side_column(pen: Pen, paper: Paper, width: float) -> None:
    """A column at the left of the first page: how to reach the sender, notes, values that are no field."""
    rng, look = pen.rng, pen.look
    pen.notes.append("side_column")
    strips: list[Strip] = [lines_of(look, contact_lines(pen), width - 10, size=look.size * 0.9), space(10)]
    for extra in pen.other_items(rng.choice([1, 2, 4])):
        strips += [*blocks.above(rng, look, [extra], width - 10), space(4)]
    for _ in range(rng.choice([2, 3, 5])):
        strips += [*paragraph(pen, pen.clause(), width - 10, size=max(5.6, look.size * 0.82)), space(6)]
    top, left = paper.margins[1] + 60, look.margins[0]
    while stack_height(strips) > paper.bottom - top - 12:
        strips.pop()
    if rng.random() < 0.5:
        paper.box(left - 4, top - 4, width, paper.bottom - top, fill=look.tint, stroke=None)
    draw_stack(paper, strips, left, top)


def together(strips: Sequence[Strip]) -> list[Strip]:
    """A section as one strip, where it is not too high for a column."""
    return [stacked(strips)] if 0 < stack_height(strips) < 380 else list(strips)


def frame_pages(pen: Pen, paper: Paper, style: str) -> None:
    """Heads of further pages and feet of all: account number, sender, page number."""
    foot = pen.rng.choice(clauses.FOOTS)
    turned = pen.rng.random() < 0.5

    def on_page(paper: Paper, *, first: bool = False) -> None:
        size = max(5.5, pen.look.size * 0.8)
        if "foot" in style:
            pieces: tuple[Piece, ...] = (Piece(foot.format(paper.page)),)
            if "sender" in style:
                pieces = (*pen.pieces(pen.story.sender), Piece(" \u00b7 " if turned else " - "), *pieces)
            if "account" in style and pen.has("account_number") and "account_number" not in pen.blank:
                pieces = (*pieces, Piece(f" | {pen.label('account_number')}: "), *pen.pieces("account_number"))
            line = Text(pieces).strip(pen.look, paper.inner, size=size, align="center" if turned else "left")
            line.draw(paper, paper.left, paper.height - paper.margins[3] * 0.62)
        if "head" in style and not first:
            items = [
                pen.item(name, plain=True)
                for name in ("account_number", "borrower_name", "document_date")
                if pen.has(name) and name not in pen.blank
            ]
            strips = blocks.running(pen.rng, pen.look, items, paper.inner) if items else []
            draw_stack(paper, strips, paper.left, paper.y)
            paper.y += stack_height(strips) + 6

    paper.on_page = on_page
    on_page(paper, first=True)
