"""Ways of setting labels and values: what a template designer chooses between. Each takes the sheet and the pairs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from reportlab.lib.colors import HexColor

from samples.generator.ink import Pair
from samples.generator.sheet import Sheet

GREY = HexColor("#ececec")
Form = Callable[[Sheet, Sequence[Pair]], None]


def _label(sheet: Sheet, text: str) -> str:
    return text if text.endswith("?") else text + sheet.look.colon


def two_columns(sheet: Sheet, pairs: Sequence[Pair]) -> None:
    """Labels left, values left-aligned in a second column."""
    size = sheet.look.size
    gutter = min(sheet.width * 0.55, max(sheet.measure(_label(sheet, label), size) for label, _ in pairs) + 22)
    for label, value in pairs:
        sheet.need(sheet.leading * 1.3)
        sheet.y -= sheet.leading * 1.12
        sheet.text(sheet.left, sheet.y, _label(sheet, label), fit=gutter - 6)
        sheet.text(sheet.left + gutter, sheet.y, value, bold=sheet.look.colon == "", fit=sheet.width - gutter)
    sheet.space(0.5)


def right_aligned(sheet: Sheet, pairs: Sequence[Pair]) -> None:
    """Labels left, values flush right, a thin rule under each."""
    for label, value in pairs:
        sheet.need(sheet.leading * 1.5)
        sheet.y -= sheet.leading * 1.1
        room = sheet.width - sheet.measure(value, sheet.look.size) - 12
        sheet.text(sheet.left, sheet.y, label, fit=max(room, sheet.width * 0.4))
        sheet.text(sheet.right, sheet.y, value, align="right", fit=sheet.width * 0.58)
        sheet.y -= 3
        sheet.rule(0.25)
    sheet.space(0.5)


def dotted(sheet: Sheet, pairs: Sequence[Pair]) -> None:
    """Labels left, dot leaders, values right."""
    size = sheet.look.size
    for label, value in pairs:
        sheet.need(sheet.leading * 1.3)
        sheet.y -= sheet.leading * 1.15
        value_size = sheet.fit(value, sheet.width * 0.55, size)
        room = sheet.width - sheet.measure(value, value_size) - 8
        sheet.text(sheet.left, sheet.y, label, fit=room)
        start = sheet.measure(label, sheet.fit(label, room, size)) + 4
        dots = max(0, int((room - start) / sheet.measure(".", size)))
        sheet.text(sheet.left + room - dots * sheet.measure(".", size), sheet.y, "." * dots)
        sheet.text(sheet.right, sheet.y, value, align="right", size=value_size)
    sheet.space(0.5)


def ruled(sheet: Sheet, pairs: Sequence[Pair]) -> None:
    """A table of two columns with all its rules."""
    size, middle = sheet.look.size, sheet.width * 0.45
    for label, value in pairs:
        height = size * 1.75
        sheet.need(height)
        sheet.box(sheet.left, sheet.y - height, middle, height)
        sheet.box(sheet.left + middle, sheet.y - height, sheet.width - middle, height)
        sheet.text(sheet.left + 4, sheet.y - size * 1.2, label, fit=middle - 8)
        sheet.text(sheet.left + middle + 4, sheet.y - size * 1.2, value, fit=sheet.width - middle - 8)
        sheet.y -= height
    sheet.space(0.6)


def four_columns(sheet: Sheet, pairs: Sequence[Pair]) -> None:
    """Label, value, label, value on each line."""
    half = sheet.width / 2
    for start in range(0, len(pairs), 2):
        sheet.need(sheet.leading * 1.4)
        sheet.y -= sheet.leading * 1.2
        for offset, (label, value) in enumerate(pairs[start : start + 2]):
            x = sheet.left + half * offset
            sheet.text(x, sheet.y, _label(sheet, label), bold=True, fit=half * 0.5 - 4)
            sheet.text(x + half * 0.5, sheet.y, value, fit=half * 0.5 - 8)
    sheet.space(0.6)


def _cells(
    sheet: Sheet, pairs: Sequence[Pair], per_row: int, draw: Callable[[float, float, float, Pair], None], height: float
) -> None:
    for start in range(0, len(pairs), per_row):
        row = pairs[start : start + per_row]
        sheet.need(height)
        for offset, pair in enumerate(row):
            width = sheet.width / len(row)
            draw(sheet.left + width * offset, sheet.y, width, pair)
        sheet.y -= height
    sheet.space(0.6)


def boxes(sheet: Sheet, pairs: Sequence[Pair], per_row: int = 3) -> None:
    """A form's grid: a small label in the top left corner of each box, the value below it."""
    size = sheet.look.size
    height = size * 2.7

    def draw(x: float, y: float, width: float, pair: Pair) -> None:
        sheet.box(x, y - height, width, height)
        sheet.text(x + 3, y - size * 0.95, pair[0], size=size * 0.72, fit=width - 6)
        sheet.text(x + 5, y - size * 2.25, pair[1], fit=width - 10)

    _cells(sheet, pairs, per_row, draw, height)


def cards(sheet: Sheet, pairs: Sequence[Pair], per_row: int = 4) -> None:
    """Grey tiles, label over a large value."""
    size = sheet.look.size
    height = size * 4.2

    def draw(x: float, y: float, width: float, pair: Pair) -> None:
        sheet.box(x + 2, y - height + 4, width - 4, height - 4, fill=GREY)
        sheet.text(x + width / 2, y - size * 1.35, pair[0], size=size * 0.85, align="center", fit=width - 12)
        sheet.text(x + width / 2, y - size * 3.1, pair[1], size=size * 1.3, bold=True, align="center", fit=width - 12)

    _cells(sheet, pairs, per_row, draw, height)


def label_below(sheet: Sheet, pairs: Sequence[Pair], per_row: int = 2) -> None:
    """Values on a writing line, the label in small type under the line."""
    size = sheet.look.size
    height = size * 3.1

    def draw(x: float, y: float, width: float, pair: Pair) -> None:
        sheet.text(x + 3, y - size * 1.35, pair[1], fit=width - 18)
        sheet.canvas.setLineWidth(0.5)
        sheet.canvas.line(x, y - size * 1.65, x + width - 14, y - size * 1.65)
        sheet.text(x + 1, y - size * 2.5, pair[0], size=size * 0.72, fit=width - 18)

    _cells(sheet, pairs, per_row, draw, height)


def stacked(sheet: Sheet, pairs: Sequence[Pair], per_row: int = 3) -> None:
    """No rules: label above value, several to a row."""
    size = sheet.look.size
    height = size * 3.0

    def draw(x: float, y: float, width: float, pair: Pair) -> None:
        sheet.text(x, y - size * 1.1, pair[0], size=size * 0.82, color=sheet.look.accent, fit=width - 10)
        sheet.text(x, y - size * 2.3, pair[1], bold=True, fit=width - 10)

    _cells(sheet, pairs, per_row, draw, height)


def header_row(sheet: Sheet, pairs: Sequence[Pair], per_row: int = 4) -> None:
    """A table of two rows: labels as a shaded head, values under them, in groups that fit."""
    size = sheet.look.size
    height = size * 1.7

    def draw(x: float, y: float, width: float, pair: Pair) -> None:
        sheet.box(x, y - height, width, height, fill=GREY)
        sheet.box(x, y - height, width, height)
        sheet.box(x, y - 2 * height, width, height)
        sheet.text(x + width / 2, y - size * 1.15, pair[0], size=size * 0.88, bold=True, align="center", fit=width - 6)
        sheet.text(x + width / 2, y - height - size * 1.15, pair[1], align="center", fit=width - 6)

    _cells(sheet, pairs, per_row, draw, height * 2)


def inline(sheet: Sheet, pairs: Sequence[Pair]) -> None:
    """``Label: value`` on one line after another."""
    for label, value in pairs:
        sheet.para(f"{label if label.endswith('?') else label + ':'} <b>{value or ''}</b>", after=0.12)
    sheet.space(0.4)


ALL: tuple[Form, ...] = (
    two_columns,
    right_aligned,
    dotted,
    ruled,
    four_columns,
    boxes,
    cards,
    label_below,
    stacked,
    header_row,
    inline,
)
LISTS: tuple[Form, ...] = (two_columns, right_aligned, dotted, ruled, inline)
GRIDS: tuple[Form, ...] = (boxes, label_below, stacked, four_columns, header_row)


def table(
    sheet: Sheet,
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    shares: Sequence[float] | None = None,
    ruled_cells: bool = False,
    repeat_head: bool = True,
    left_columns: int = 1,
    size: float | None = None,
    stripes: bool = False,
) -> None:
    """A table with a head; numbers right-aligned, the first ``left_columns`` left-aligned; it may break over pages."""
    size = size or sheet.look.size * 0.9
    shares = shares or [1.0] * len(head)
    widths = [sheet.width * share / sum(shares) for share in shares]
    height = size * 1.55

    def draw(cells: Sequence[str], *, bold: bool = False, shade: bool = False) -> None:
        if shade:
            sheet.box(sheet.left, sheet.y - height, sheet.width, height, fill=GREY)
        x = sheet.left
        for number, (cell, width) in enumerate(zip(cells, widths, strict=True)):
            if ruled_cells:
                sheet.box(x, sheet.y - height, width, height, weight=0.4)
            place, align = (x + 3, "left") if number < left_columns else (x + width - 4, "right")
            sheet.text(place, sheet.y - size * 1.1, cell, size=size, bold=bold, align=align, fit=width - 7)
            x += width
        sheet.y -= height

    sheet.need(height * 3)
    draw(head, bold=True, shade=not stripes)
    for number, cells in enumerate(rows):
        page = sheet.page
        sheet.need(height)
        if sheet.page != page and repeat_head:
            draw(head, bold=True, shade=not stripes)
        draw(cells, bold=cells[0].lower().startswith("total"), shade=stripes and number % 2 == 0)
    sheet.space(0.7)
