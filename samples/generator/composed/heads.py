"""Top, foot and side of a page: letterhead, title, mailing block, heads and feet, a column at the side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from samples.generator.composed import blocks, clauses, names
from samples.generator.composed.content import Text, lines_of, text
from samples.generator.composed.paper import BLACK, WHITE, Paper, Strip, beside, draw_stack, space, stack_height
from samples.generator.composed.pen import Pen
from samples.generator.composed.printing import Piece
from samples.generator.composed.running_text import paragraph

_HOURS = (
    "Monday-Friday 8 a.m. to 8 p.m. ET",
    "Mon - Fri 7:30am-9pm Central",
    "M-F, 8:00 AM - 5:00 PM",
    "Hours: 9-5 weekdays",
)
_WEB = ("www.{}.example", "https://{}.example", "{}.example/pay", "help@{}.example")


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


_STYLES = ("left", "center", "right", "split", "split_turned", "small", "title_first", "bar", "contact_right", "bare")


@dataclass(frozen=True, slots=True)
class _Head:
    """What a letterhead is made of; sizes in points."""

    title: str
    title_size: float
    name_size: float
    contact: tuple[str, ...]
    small: float


def letterhead(pen: Pen, width: float, *, titled: bool) -> list[Strip]:
    """Who sends it, and the title, in one of many arrangements."""
    rng, look = pen.rng, pen.look
    title = rng.choice(pen.family.titles) if titled and pen.family.titles else ""
    head = _Head(
        title=title.upper() if rng.random() < 0.3 else title,
        title_size=look.size * (1 if look.mono else rng.choice([1.15, 1.35, 1.6, 1.9])),
        name_size=look.size * (1 if look.mono else rng.choice([1.0, 1.2, 1.5, 1.9, 2.3])),
        contact=tuple(contact_lines(pen)),
        small=max(5.5, look.size * rng.choice([0.75, 0.85, 1.0])),
    )
    style = rng.choice(_STYLES)
    align = rng.choice(["left", "center", "center", "right"])
    line = lines_of(look, [head.title], width, size=head.title_size, align=align, bold=not look.mono)
    titles = [space(4), line] if title else []
    if style == "bar" and not look.mono:
        return [_bar(pen, width, head.name_size, head.contact), *titles, space(6)]
    if style in ("split", "split_turned", "contact_right"):
        strips, uses_title = _split(pen, width, style, head)
        return [*strips, *([] if uses_title else titles), space(8)]
    return _above_the_text(pen, width, style, head, titles)


def _above_the_text(pen: Pen, width: float, style: str, head: _Head, titles: Sequence[Strip]) -> list[Strip]:
    """Name, address and title one under the other."""
    rng, look = pen.rng, pen.look
    align = style if style in ("center", "right") else "left"
    room = width * rng.choice([0.45, 0.7, 0.92]) if align == "left" else width
    name = sender_text(pen).strip(look, room, size=head.name_size, align=align)
    if look.logo and align == "left" and style != "bare":
        name = _with_logo(pen, name)
    strips = [name]
    if style != "bare":
        joined = [rng.choice([", ", "  |  ", " * "]).join(head.contact)]
        strips.append(lines_of(look, rng.choice([head.contact, joined]), width, size=head.small, align=align))
    if rng.random() < 0.35 and not look.mono:
        strips.append(Strip(5, lambda paper, x, top: paper.rule(x, top + 3, x + width, top + 3, 1.0, look.accent)))
    if style == "title_first":
        return [*titles, space(6), *strips, space(6)]
    return [*strips, *titles, space(8)]


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


def _split(pen: Pen, width: float, style: str, head: _Head) -> tuple[list[Strip], bool]:
    """Name on one side; title or address on the other. Also whether the title stands there."""
    look, half = pen.look, width * 0.5
    name = sender_text(pen).strip(look, half - 10, size=head.name_size)
    if style == "contact_right" or not head.title:
        address = lines_of(look, head.contact, half - 10, size=head.small, align="right")
        return [beside([(0, [name]), (half + 10, [address])])], False
    address = lines_of(look, head.contact, half - 10, size=head.small)
    align = "right" if style == "split" else "left"
    title = lines_of(look, [head.title], half - 10, size=head.title_size, align=align, bold=not look.mono)
    if style == "split":
        return [beside([(0, [name, address]), (half + 10, [title])])], True
    return [beside([(0, [title]), (half + 10, [name, address])])], True


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

    if pen.rng.random() < 0.05 and not pen.look.mono:
        _code_in_margin(pen, paper)
    paper.on_page = on_page
    on_page(paper, first=True)


def _code_in_margin(pen: Pen, paper: Paper) -> None:
    """The code of a form, small and on its side in the left margin of the first page."""
    rng, canvas = pen.rng, paper.canvas
    code = f"{rng.choice(['FORM', 'Rev.', 'SL', 'LN'])} {rng.randint(100, 9999)} {rng.choice(['(01/16)', '03-2014', 'Rev. 7/19'])}"
    canvas.saveState()
    canvas.setFont(pen.look.face.regular, 5.5)
    canvas.translate(14, rng.uniform(60, 300))
    canvas.rotate(90)
    canvas.drawString(0, 0, code)
    canvas.restoreState()


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
