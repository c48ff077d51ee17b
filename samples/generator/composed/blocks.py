"""Ways to set labels and values: beside, above, below, in tables, boxes, cards and running lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from samples.generator.composed.content import Content, Text, text
from samples.generator.composed.look import Look, cased
from samples.generator.composed.paper import (
    BLACK,
    WHITE,
    Paper,
    Strip,
    beside,
    draw_stack,
    space,
    stack_height,
    stacked,
    width_of,
)
from samples.generator.composed.printing import Piece

if TYPE_CHECKING:
    from reportlab.lib.colors import Color


@dataclass(frozen=True, slots=True)
class Item:
    """A label and what stands for its value."""

    label: str
    content: Content
    name: str = ""


Block = Callable[[Random, Look, Sequence[Item], float], list[Strip]]


def _label(look: Look, label: str, *, separator: bool = True) -> Text:
    tail = look.separator if separator and label and label[-1] not in ":?.=" else ""
    return text(label + tail, bold=look.label_bold, color=look.label_color)


def _small(look: Look) -> float:
    return max(5.2, look.size * look.label_scale)


@dataclass(frozen=True, slots=True)
class _Pairs:
    """How rows of labels and values are set."""

    kind: str
    label_width: float
    gap: float
    pad: float
    size: float

    @property
    def value_align(self) -> str:
        """Where in its column a value stands."""
        return "right" if self.kind in ("far", "far_ruled", "dots") else "left"


def pair_rows(rng: Random, look: Look, items: Sequence[Item], width: float) -> list[Strip]:
    """Label left, value in a column, at the right edge, or after dots."""
    size = _small(look)
    natural = max(_label(look, item.label).natural(look, size, bold=look.label_bold) for item in items)
    kind = rng.choice(["column", "column", "far", "dots", "label_right", "tight", "far_ruled", "far"])
    style = _Pairs(
        kind,
        min(natural + 2, width * rng.choice([0.45, 0.5, 0.58])),
        rng.choice([6, 10, 16]),
        rng.choice([0, 1, 2, 3.5]),
        size,
    )
    zebra, apart = rng.random() < 0.12 and not look.mono, style.value_align == "right" and rng.random() < 0.3
    rows = []
    for number, item in enumerate(items):
        content = item.content
        if apart and isinstance(content, Text):
            content = Text(content.pieces, content.solid, apart=True)
        rows.append(_pair(look, Item(item.label, content), width, style, fill=zebra and number % 2 == 0))
    return rows


def _pair(look: Look, item: Item, width: float, style: _Pairs, *, fill: bool) -> Strip:
    """One row of label and value."""
    label = _label(look, item.label)
    natural = label.natural(look, style.size, bold=look.label_bold)
    own = min(natural + 2, style.label_width) if style.kind == "tight" else style.label_width
    offset = own + style.gap
    name = label.strip(
        look, own, size=style.size, align="right" if style.kind == "label_right" else "left", bold=look.label_bold
    )
    value = item.content.strip(look, width - offset - 2, align=style.value_align, bold=look.value_bold)
    height = max(name.height, value.height) + 2 * style.pad
    dots_end = width - 4 - item.content.natural(look, look.size, bold=look.value_bold)
    dotted = style.kind == "dots" and isinstance(item.content, Text) and not item.content.apart and natural <= own

    def draw(paper: Paper, x: float, top: float) -> None:
        if fill:
            paper.box(x - 2, top, width + 4, height, fill=look.tint, stroke=None)
        if style.kind == "far_ruled":
            paper.rule(x, top + height, x + width, top + height, 0.3)
        name.draw(paper, x, top + style.pad)
        value.draw(paper, x + offset, top + style.pad)
        if dotted and dots_end > offset:
            _dots(paper, look, x + natural + 3, x + dots_end, top + style.pad)

    return Strip(height, draw)


def _dots(paper: Paper, look: Look, left: float, right: float, top: float) -> None:
    unit = "." if look.mono or look.justify else ". "
    count = int((right - left) / width_of(unit, look.face.regular, look.size))
    if count > 2:
        baseline = top + look.size * (0.86 + (look.leading - 1) / 2)
        paper.text(left, baseline, (unit * count).strip(), look.face.regular, look.size)


def two_pairs(rng: Random, look: Look, items: Sequence[Item], width: float) -> list[Strip]:
    """Two columns of labels and values."""
    if len(items) < 3:
        return pair_rows(rng, look, items, width)
    gap = rng.choice([16, 24, 36])
    half, column = (len(items) + 1) // 2, (width - gap) / 2
    left, right = pair_rows(rng, look, items[:half], column), pair_rows(rng, look, items[half:], column)
    return [beside([(0, left), (column + gap, right)])]


def _cells(
    rng: Random, look: Look, items: Sequence[Item], width: float, columns: int
) -> list[list[tuple[float, float, Item]]]:
    """Items in rows of cells: offset and width of each; the last row is spread."""
    rows = []
    for start in range(0, len(items), columns):
        row = items[start : start + columns]
        shares = [
            rng.choice([1.0, 1.0, 1.0, 1.4]) * (1.6 if item.content.natural(look, look.size) > width / columns else 1)
            for item in row
        ]
        total, x, cells = sum(shares), 0.0, []
        for item, share in zip(row, shares, strict=True):
            wide = width * share / total
            cells.append((x, wide, item))
            x += wide
        rows.append(cells)
    return rows


def above(rng: Random, look: Look, items: Sequence[Item], width: float) -> list[Strip]:
    """The label over its value, in one to four columns."""
    columns = min(len(items), rng.choice([1, 2, 2, 3, 3, 4]))
    size, underline, gap = _small(look), rng.random() < 0.25, rng.choice([2, 4, 7])
    align = rng.choice(["left", "left", "left", "center"]) if columns > 1 else "left"
    strips = []
    for row in _cells(rng, look, items, width, columns):
        parts = []
        for x, wide, item in row:
            label = _label(look, item.label, separator=False).strip(
                look, wide - 10, size=size, align=align, bold=look.label_bold
            )
            value = item.content.strip(look, wide - 10, align=align, bold=look.value_bold)
            parts.append((x, [label, value, *([_line(wide - 12)] if underline else []), space(gap)]))
        strips.append(beside(parts))
    return strips


def _line(width: float) -> Strip:
    return Strip(2, lambda paper, x, top: paper.rule(x, top + 1, x + width, top + 1, 0.4))


def below(rng: Random, look: Look, items: Sequence[Item], width: float) -> list[Strip]:
    """The value on a line, the label small under the line."""
    columns, size = min(len(items), rng.choice([1, 2, 2, 3])), max(5.0, look.size * 0.74)
    strips = []
    for row in _cells(rng, look, items, width, columns):
        heights = [item.content.strip(look, wide - 14, bold=look.value_bold) for _, wide, item in row]
        tallest = max(strip.height for strip in heights)
        parts = []
        for (x, wide, item), value in zip(row, heights, strict=True):
            label = text(item.label, color=look.label_color).strip(look, wide - 14, size=size)
            parts.append(
                (x, [space(tallest - value.height), value, _line(wide - 14), label, space(rng.choice([4, 7]))])
            )
        strips.append(beside(parts))
    return strips


def grid(rng: Random, look: Look, items: Sequence[Item], width: float) -> list[Strip]:
    """Boxes that touch, with a small caption in the corner of each; numbered sometimes."""
    columns, size = min(len(items), rng.choice([2, 2, 3, 3, 4])), max(4.8, look.size * rng.choice([0.62, 0.7, 0.8]))
    number, weight = rng.choice([0, 0, 0, rng.randint(1, 12)]), look.weight
    roomy = rng.choice([2, 4, 8])
    strips = []
    for row in _cells(rng, look, items, width, columns):
        cells = []
        for x, wide, item in row:
            caption = f"{number}{rng.choice(['.', '', ')'])} {item.label}" if number else item.label
            number += 1 if number else 0
            label = text(caption, bold=look.label_bold, color=look.label_color).strip(look, wide - 6, size=size)
            cells.append(
                (
                    x,
                    wide,
                    [
                        space(1.5),
                        label,
                        space(roomy * 0.4),
                        item.content.strip(look, wide - 9, bold=look.value_bold),
                        space(roomy),
                    ],
                )
            )
        strips.append(_boxed_cells(cells, weight))
    return [*strips, space(4)]


def _boxed_cells(
    cells: Sequence[tuple[float, float, Sequence[Strip]]], weight: float, fill: Color | None = None, gap: float = 0
) -> Strip:
    height = max(stack_height(strips) for _, _, strips in cells)

    def draw(paper: Paper, x: float, top: float) -> None:
        for offset, wide, strips in cells:
            paper.box(
                x + offset, top, wide - gap, height, weight=weight, fill=fill, stroke=BLACK if fill is None else None
            )
            draw_stack(paper, strips, x + offset + 4, top)

    return Strip(height + gap, draw)


def cards(rng: Random, look: Look, items: Sequence[Item], width: float) -> list[Strip]:
    """Shaded cards with a large value and a small caption."""
    columns, first = min(len(items), rng.choice([2, 3, 4])), rng.random() < 0.5
    size, big, fill = (
        max(5.2, look.size * 0.8),
        look.size * rng.choice([1.0, 1.25, 1.5]),
        look.tint if rng.random() < 0.75 else None,
    )
    gap, align = rng.choice([4, 7, 10]), rng.choice(["left", "center"])
    strips = []
    for row in _cells(rng, look, items, width, columns):
        cells = []
        for x, wide, item in row:
            room = wide - gap - 8
            label = text(item.label, bold=look.label_bold).strip(look, room, size=size, align=align)
            value = item.content.strip(look, room, size=big, align=align, bold=True)
            inner = [label, value] if first else [value, label]
            cells.append((x, wide, [space(4), *inner, space(5)]))
        strips.append(_boxed_cells(cells, 0.5, fill, gap))
    return strips


def head_row(rng: Random, look: Look, items: Sequence[Item], width: float) -> list[Strip]:
    """A table of one row: labels as heads of columns."""
    most = min(len(items), rng.choice([3, 4, 5, 6]))
    strips: list[Strip] = []
    left = list(items)
    while left:
        count = min(most, len(left))
        while count > 1 and sum(_column_width(look, item) for item in left[:count]) > width:
            count -= 1
        part, left = left[:count], left[count:]
        shares = [_column_width(look, item) for item in part]
        heads = [text(item.label, bold=True) for item in part]
        strips += table(rng, look, heads, [[item.content for item in part]], shares, width)
        strips.append(space(4))
    return strips


def _column_width(look: Look, item: Item) -> float:
    """Room for a value and for the widest word of its label."""
    words = max(width_of(word, look.face.bold, look.size) for word in item.label.split(" "))
    return max(item.content.natural(look, look.size, bold=True), words, 30) + 12


def listing(rng: Random, look: Look, items: Sequence[Item], width: float) -> list[Strip]:
    """A ruled table with a row for each label; two pairs in a row sometimes."""
    if len(items) > 3 and rng.random() < 0.4:
        rows: list[list[Content]] = []
        for start in range(0, len(items), 2):
            row: list[Content] = []
            for item in items[start : start + 2]:
                row += [_label(look, item.label, separator=False), item.content]
            rows.append(row + [text("")] * (4 - len(row)))
        return table(rng, look, [], rows, [1.1, 1, 1.1, 1], width, align="left")
    rows = [[_label(look, item.label, separator=False), item.content] for item in items]
    return table(rng, look, [], rows, [rng.choice([1.0, 1.3, 0.8]), 1.0], width, align=rng.choice(["left", "right"]))


def running(rng: Random, look: Look, items: Sequence[Item], width: float) -> list[Strip]:
    """Labels and values one after the other on lines."""
    pieces: list[Piece] = []
    glue = rng.choice(["   ", ";  ", "  |  ", "     "])
    rest: list[Item] = []
    for item in items:
        if not isinstance(item.content, Text):
            rest.append(item)
            continue
        if pieces:
            pieces.append(Piece(glue if glue.strip() else " \u00a0 \u00a0 "))
        tail = look.separator or ":"
        pieces.append(Piece(item.label + ("" if item.label[-1:] in ":?." else tail) + " ", None, look.label_bold))
        pieces += [Piece(piece.text, piece.mark, piece.bold or look.value_bold) for piece in item.content.pieces]
    strips = [Text(tuple(pieces)).strip(look, width)] if pieces else []
    return strips + (pair_rows(rng, look, rest, width) if rest else [])


def numbered(rng: Random, look: Look, items: Sequence[Item], width: float) -> list[Strip]:
    """Numbered lines, each with a label and a value on a line."""
    start, ruled = rng.randint(1, 9), rng.random() < 0.5
    numbers = [Item(f"{start + number}. {item.label}", item.content, item.name) for number, item in enumerate(items)]
    strips = (pair_rows if rng.random() < 0.6 else above)(rng, look, numbers, width)
    return [piece for strip in strips for piece in ([strip, _line(width), space(3)] if ruled else [strip])]


def bullets(rng: Random, look: Look, items: Sequence[Item], width: float) -> list[Strip]:
    """A line for each label and value, with a bullet or a letter before it."""
    sign = rng.choice(["\u2022", "-", "*", "letter", "\u2022"])
    glue = rng.choice([": ", " - ", " is ", ": "])
    strips = []
    for number, item in enumerate(items):
        lead = f"({chr(97 + number % 26)})" if sign == "letter" else sign
        label = item.label.rstrip(":.") + (glue if item.label[-1:] != "?" else " ")
        if isinstance(item.content, Text):
            pieces = (Piece(f"{lead} {label}", None, look.label_bold), *item.content.pieces)
            strips.append(Text(pieces, solid=item.content.solid).strip(look, width))
        else:
            strips += pair_rows(rng, look, [Item(f"{lead} {item.label}", item.content, item.name)], width)
    return strips


def value_first(rng: Random, look: Look, items: Sequence[Item], width: float) -> list[Strip]:
    """The value in a column at the left, its label right of it."""
    column = min(width * 0.45, max(item.content.natural(look, look.size, bold=True) for item in items) + 4)
    gap, align = rng.choice([8, 14]), rng.choice(["left", "right"])
    strips = []
    for item in items:
        value = item.content.strip(look, column, align=align, bold=look.value_bold)
        label = text(item.label, bold=look.label_bold, color=look.label_color).strip(
            look, width - column - gap, size=_small(look)
        )
        strips += [beside([(0.0, [value]), (column + gap, [label])]), space(2)]
    return strips


def table(
    rng: Random, look: Look, heads: Sequence[Content], rows: Sequence[Sequence[Content]], shares: Sequence[float], width: float,
    *, align: str = "", bold_last: bool = False,
) -> list[Strip]:  # fmt: skip
    """A table; the first column is set left, the others left, right or centred."""
    align = align or rng.choice(["right", "right", "left", "center"])
    style = "none" if look.mono else rng.choice(["cells", "cells", "lines", "none", "zebra", "outer"])
    size, total = look.size * (1.0 if len(shares) < 5 else rng.choice([1.0, 0.92, 0.84])), sum(shares)
    widths = [width * share / total for share in shares]
    pad = rng.choice([1, 2, 3])
    strips = []
    if heads:
        dark = style in ("cells", "zebra", "lines") and rng.random() < 0.25
        cells = [Text(head.pieces, color=WHITE) if dark and isinstance(head, Text) else head for head in heads]
        fill = look.accent if dark else (look.tint if rng.random() < 0.4 and not look.mono else None)
        strips.append(_row(look, cells, widths, size * rng.choice([1.0, 0.9]), pad, align, style, fill, head=True))
        if look.mono:
            strips.append(_dashes(look, width))
    for number, row in enumerate(rows):
        fill = look.tint if style == "zebra" and number % 2 == 0 else None
        last = bold_last and number == len(rows) - 1
        if last:
            strips.append(_line(width))
        strips.append(_row(look, row, widths, size, pad, align, style, fill, bold=last))
    if len(strips) > 1:
        first = strips[0]
        strips[0] = Strip(first.height, first.draw, keep=True)
    return strips


def _row(
    look: Look, cells: Sequence[Content], widths: Sequence[float], size: float, pad: float, align: str, style: str, fill: Color | None,
    *, head: bool = False, bold: bool = False,
) -> Strip:  # fmt: skip
    strips = [
        cell.strip(
            look,
            wide - 6,
            size=size,
            align="left" if not number and not head else align,
            bold=bold or (head and not look.mono),
        )
        for number, (cell, wide) in enumerate(zip(cells, widths, strict=True))
    ]
    height, width = max(strip.height for strip in strips) + 2 * pad, sum(widths)

    def draw(paper: Paper, x: float, top: float) -> None:
        if fill is not None:
            paper.box(x, top, width, height, fill=fill, stroke=None)
        if style == "outer":
            paper.rule(x, top, x, top + height, look.weight)
            paper.rule(x + width, top, x + width, top + height, look.weight)
        if style in ("lines", "outer"):
            paper.rule(x, top + height, x + width, top + height, look.weight)
        for strip, wide in zip(strips, widths, strict=True):
            if style == "cells":
                paper.box(x, top, wide, height, weight=look.weight)
            strip.draw(paper, x + 3, top + pad)
            x += wide

    return Strip(height, draw)


def _dashes(look: Look, width: float) -> Strip:
    count = int(width / width_of("-", look.face.regular, look.size))
    return text("-" * count).strip(look, width + 2)


def heading(rng: Random, look: Look, title: str, width: float) -> list[Strip]:
    """A section's heading, kept with what follows."""
    title = cased(title, look.heading_case)
    size = look.size * (1.0 if look.mono else 1.12)
    if look.heading in ("stars", "dashes"):
        sign = "*" if look.heading == "stars" else "-"
        return [space(size * 0.6, keep=True), _keep(text(f"{sign * 5} {title} {sign * 5}").strip(look, width))]
    color = WHITE if look.heading == "bar" else (look.accent if look.heading != "plain" else BLACK)
    align = "center" if look.heading == "center" else "left"
    inset = 4.0 if look.heading in ("bar", "band") else 0.0
    line = Text((Piece(title, None, look.heading != "plain"),), color=color).strip(
        look, width - 2 * inset, size=size, align=align
    )
    height = line.height + (4 if inset else 2)

    def draw(paper: Paper, x: float, top: float) -> None:
        if inset:
            paper.box(x, top, width, height, fill=look.accent if look.heading == "bar" else look.tint, stroke=None)
        if look.heading in ("rule", "side"):
            paper.rule(x, top + height - 0.5, x + width, top + height - 0.5, 0.8, look.accent)
        if look.heading == "over_rule":
            paper.rule(x, top, x + width, top, 0.8, look.accent)
        line.draw(paper, x + inset, top + (2 if inset else 1))

    return [space(size * rng.choice([0.5, 0.8]), keep=True), Strip(height, draw, keep=True), space(2.5, keep=True)]


def _keep(strip: Strip) -> Strip:
    return Strip(strip.height, strip.draw, keep=True)


def boxed(look: Look, strips: Sequence[Strip], width: float, *, fill: bool, radius: float = 0, pad: float = 6) -> Strip:
    """A frame or a shade around strips that were made for ``width - 2 * pad``."""
    height = stack_height(strips) + 2 * pad

    def draw(paper: Paper, x: float, top: float) -> None:
        paper.box(
            x,
            top,
            width,
            height,
            weight=look.weight,
            fill=look.tint if fill else None,
            stroke=None if fill else BLACK,
            radius=radius,
        )
        draw_stack(paper, strips, x + pad, top + pad)

    return Strip(height, draw)


BLOCKS: dict[str, tuple[Block, int]] = {
    "pairs": (pair_rows, 30),
    "two_pairs": (two_pairs, 12),
    "above": (above, 13),
    "below": (below, 7),
    "grid": (grid, 11),
    "cards": (cards, 5),
    "head_row": (head_row, 9),
    "listing": (listing, 11),
    "running": (running, 5),
    "numbered": (numbered, 4),
    "bullets": (bullets, 5),
    "value_first": (value_first, 2),
}
MONO_BLOCKS = {"pairs": 6, "two_pairs": 3, "above": 2, "head_row": 3, "running": 2, "bullets": 1}


def keep_together(strips: Sequence[Strip]) -> list[Strip]:
    """One strip of many, where they fit half a page."""
    return [stacked(strips)] if stack_height(strips) < 330 else list(strips)
