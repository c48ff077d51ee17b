"""What can stand in the place of a value: text, cells of one character, boxes to mark, a form field, name boxes, nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from samples.generator.composed.look import Look
from samples.generator.composed.paper import (
    BLACK,
    Face,
    Line,
    Paper,
    Strip,
    line_width,
    stacked,
    width_of,
    words_of,
    wrap,
)
from samples.generator.composed.printing import Mark, Piece

if TYPE_CHECKING:
    from reportlab.lib.colors import Color

_SMALLEST = 5.0


class Content(Protocol):
    """Something that fits itself into a width."""

    def strip(
        self, look: Look, width: float, *, size: float | None = None, align: str = "left", bold: bool = False
    ) -> Strip:
        """The strip that draws it."""

    def natural(self, look: Look, size: float, *, bold: bool = False) -> float:
        """Its width on one line."""


def fit_lines(
    pieces: Sequence[Piece], face: Face, width: float, size: float, *, bold: bool = False, solid: bool = True
) -> tuple[float, list[Line]]:
    """The lines, at a smaller size where a word is too wide."""
    for attempt in range(9):
        words = words_of(pieces, face, size, bold=bold, solid=solid and attempt < 3)
        lines = wrap(words, width, size)
        if size <= _SMALLEST or all(line_width(line, size) <= width + 0.01 for line in lines):
            break
        size *= 0.92
    return size, lines


@dataclass(frozen=True, slots=True)
class Text:
    """Words that wrap; the currency sign may stand apart at the left edge."""

    pieces: tuple[Piece, ...]
    solid: bool = True
    apart: bool = False
    color: Color = BLACK
    typed: bool = False

    def _face(self, look: Look) -> Face:
        return look.typed if self.typed and look.typed else look.face

    def natural(self, look: Look, size: float, *, bold: bool = False) -> float:
        """Its width on one line."""
        words = words_of(self.pieces, self._face(look), size, bold=bold)
        return line_width(tuple(words), size) + (6 if self.apart else 0)

    def strip(
        self, look: Look, width: float, *, size: float | None = None, align: str = "left", bold: bool = False
    ) -> Strip:
        """The lines."""
        size, lines = fit_lines(self.pieces, self._face(look), width, size or look.size, bold=bold, solid=self.solid)
        step = size * look.leading

        def draw(paper: Paper, x: float, top: float) -> None:
            for number, line in enumerate(lines):
                spare = width - line_width(line, size)
                offset = {"left": 0.0, "right": spare, "center": spare / 2}[align]
                baseline = top + size * (0.86 + (look.leading - 1) / 2) + number * step
                gap = None
                if self.apart and align == "right" and len(line) == 2 and number == 0:
                    offset, gap = 0.0, max(2.0, spare + width_of(" ", line[0][0].font, size))
                paper.line_of_words(line, x + offset, baseline, size, self.color, gap)

        return Strip(max(1, len(lines)) * step, draw)


@dataclass(frozen=True, slots=True)
class Blank:
    """No value: empty, a line to write on, or a line through the room for it."""

    ruled: bool = False
    crossed: bool = False

    def natural(self, look: Look, size: float, *, bold: bool = False) -> float:
        """A usual width."""
        return size * (8 if bold else 7.5)

    def strip(
        self, look: Look, width: float, *, size: float | None = None, align: str = "left", bold: bool = False
    ) -> Strip:
        """The room for it."""
        size = size or look.size

        def draw(paper: Paper, x: float, top: float) -> None:
            if self.ruled:
                paper.rule(x, top + size * 1.1, x + min(width, size * 14), top + size * 1.1, 0.5)
            if self.crossed:
                paper.rule(x + 2, top + size * 1.0, x + min(width * 0.9, size * 9), top + size * 0.3, 0.9)

        return Strip(size * look.leading, draw)


@dataclass(frozen=True, slots=True)
class Comb:
    """One character a cell."""

    text: str
    mark: Mark | None
    kind: str = "cells"

    def natural(self, look: Look, size: float, *, bold: bool = False) -> float:
        """Width of its cells."""
        return len(self.text) * size * 1.35

    def strip(
        self, look: Look, width: float, *, size: float | None = None, align: str = "left", bold: bool = False
    ) -> Strip:
        """The cells."""
        size = size or look.size
        cell = min(size * 1.35, width / len(self.text))
        size, font = min(size, cell * 1.1), look.face.bold if bold else look.face.regular
        height = size * 1.5

        def draw(paper: Paper, x: float, top: float) -> None:
            for number, character in enumerate(self.text):
                left = x + number * cell
                self._cell(paper, left, top + size * 0.08, cell, height - size * 0.16, character)
                wide = width_of(character, font, size)
                paper.text(left + (cell - wide) / 2, top + size * 1.06, character, font, size)
            if self.mark:
                paper.note(self.mark, x, x + len(self.text) * cell, top + size * 1.06, font, size)

        return Strip(height + 2, draw)

    def _cell(self, paper: Paper, x: float, top: float, width: float, height: float, character: str) -> None:
        if self.kind == "cells" and character not in "-/ .":
            paper.box(x, top, width, height, weight=0.4)
        elif self.kind == "ticks":
            paper.rule(x, top + height, x + width, top + height, 0.4)
            paper.rule(x, top + height * 0.6, x, top + height, 0.4)
            paper.rule(x + width, top + height * 0.6, x + width, top + height, 0.4)


@dataclass(frozen=True, slots=True)
class Choice:
    """Boxes of which at most one is marked: (text, whether marked, mark)."""

    options: tuple[tuple[str, bool, Mark | None], ...]
    before: bool = True

    def natural(self, look: Look, size: float, *, bold: bool = False) -> float:
        """Width on one line."""
        return sum(self._one(look, size, text) for text, _, _ in self.options)

    def _one(self, look: Look, size: float, text: str) -> float:
        return width_of(text, look.face.regular, size) + size * (3.9 if look.tick[0] in "[(" else 2.7)

    def strip(
        self, look: Look, width: float, *, size: float | None = None, align: str = "left", bold: bool = False
    ) -> Strip:
        """The options, on as many lines as they need."""
        size = min(size or look.size, look.size)
        widest = max(self._one(look, size, option[0]) for option in self.options) - size
        size = max(_SMALLEST - 1, min(size, size * width / widest))
        rows: list[list[tuple[float, tuple[str, bool, Mark | None]]]] = [[]]
        x = 0.0
        for option in self.options:
            wide = self._one(look, size, option[0])
            if rows[-1] and x + wide > width:
                rows.append([])
                x = 0.0
            rows[-1].append((x, option))
            x += wide
        step = size * max(look.leading, 1.25)

        def draw(paper: Paper, x: float, top: float) -> None:
            for number, row in enumerate(rows):
                for offset, option in row:
                    self._option(paper, look, x + offset, top + number * step, size, option)

        return Strip(step * len(rows), draw)

    def _option(
        self, paper: Paper, look: Look, x: float, top: float, size: float, option: tuple[str, bool, Mark | None]
    ) -> None:
        text, marked, mark = option
        font = look.face.regular
        wide, box = width_of(text, font, size), size * (2.6 if look.tick[0] in "[(" else 1.4)
        text_x = x + box if self.before else x
        baseline = top + size * 1.0
        paper.text(text_x, baseline, text, font, size)
        if mark:
            paper.note(mark, text_x, text_x + wide, baseline, font, size)
        draw_tick(paper, look, x if self.before else x + wide + size * 0.4, baseline, size, marked=marked)


def draw_tick(paper: Paper, look: Look, x: float, baseline: float, size: float, *, marked: bool) -> None:
    """A box, marked or empty."""
    side = size * 0.86
    if look.tick[0] in "[(":
        empty = look.tick[0] + "  " + look.tick[-1] if not look.mono else look.tick[0] + " " + look.tick[-1]
        paper.text(x, baseline, look.tick if marked else empty, look.face.regular, size)
    elif look.tick == "glyph":
        paper.text(x, baseline, "\u2612" if marked else "\u2610", _symbols(), size * 1.05)
    elif look.tick == "widget":
        paper.tick_widget(x, baseline - side, side, checked=marked)
    elif look.tick == "radio":
        paper.canvas.setLineWidth(0.6)
        paper.canvas.setStrokeColor(BLACK)
        paper.canvas.circle(x + side / 2, paper.height - baseline + side / 2, side / 2)
        if marked:
            paper.canvas.setFillColor(BLACK)
            paper.canvas.circle(x + side / 2, paper.height - baseline + side / 2, side / 3.6, stroke=0, fill=1)
    else:
        _drawn_box(paper, look.tick, x, baseline, side, marked=marked)


def _drawn_box(paper: Paper, kind: str, x: float, baseline: float, side: float, *, marked: bool) -> None:
    top = baseline - side
    paper.box(x, top, side, side, weight=0.6)
    if marked and kind == "filled":
        paper.box(x + side * 0.15, top + side * 0.15, side * 0.7, side * 0.7, fill=BLACK, stroke=None)
    elif marked and kind == "check":
        paper.rule(x + side * 0.15, top + side * 0.55, x + side * 0.42, top + side * 0.85, 1.2)
        paper.rule(x + side * 0.42, top + side * 0.85, x + side * 1.05, top - side * 0.05, 1.2)
    elif marked:
        paper.rule(x + side * 0.12, top + side * 0.12, x + side * 0.88, top + side * 0.88, 1.0)
        paper.rule(x + side * 0.88, top + side * 0.12, x + side * 0.12, top + side * 0.88, 1.0)


def _symbols() -> str:
    return Face.of("DejaVuSans").regular


@dataclass(frozen=True, slots=True)
class Widget:
    """A form field with a text."""

    text: str
    mark: Mark | None

    def natural(self, look: Look, size: float, *, bold: bool = False) -> float:
        """Room for the text."""
        return width_of(self.text, "Helvetica", size) + 14

    def strip(
        self, look: Look, width: float, *, size: float | None = None, align: str = "left", bold: bool = False
    ) -> Strip:
        """The field."""
        size = size or look.size
        wide = min(width, max(60.0, self.natural(look, size) + 20))
        while size > _SMALLEST and width_of(self.text, "Helvetica", size) > wide - 8:
            size *= 0.94
        height = size * 1.6

        def draw(paper: Paper, x: float, top: float) -> None:
            paper.widget(self.mark, self.text, x, top, wide, height, size)

        return Strip(height + 3, draw)


@dataclass(frozen=True, slots=True)
class Lines:
    """A value with lines of plain text under it, as a name with its address."""

    first: Text
    rest: tuple[str, ...]

    def natural(self, look: Look, size: float, *, bold: bool = False) -> float:
        """Width of the widest line."""
        return max([self.first.natural(look, size, bold=bold), *(text(line).natural(look, size) for line in self.rest)])

    def strip(
        self, look: Look, width: float, *, size: float | None = None, align: str = "left", bold: bool = False
    ) -> Strip:
        """The lines."""
        size = min(size or look.size, look.size)
        lines = [Text((Piece(line),), typed=True).strip(look, width, size=size, align=align) for line in self.rest]
        return stacked([self.first.strip(look, width, size=size, align=align, bold=bold), *lines])


@dataclass(frozen=True, slots=True)
class Cents:
    """An amount with its cents in a column of their own."""

    dollars: str
    cents: str
    mark: Mark | None

    def natural(self, look: Look, size: float, *, bold: bool = False) -> float:
        """Room for both."""
        return width_of(self.dollars + self.cents, look.face.regular, size) + 18

    def strip(
        self, look: Look, width: float, *, size: float | None = None, align: str = "left", bold: bool = False
    ) -> Strip:
        """Both, with a rule between."""
        size = min(size or look.size, look.size)
        font = look.face.bold if bold else look.face.regular
        size = min(size, size * width / (width_of(self.dollars + self.cents, font, size) + size * 1.3))
        gap = size * 1.2

        def draw(paper: Paper, x: float, top: float) -> None:
            baseline, first = top + size * 1.05, width_of(self.dollars, font, size)
            second = width_of(self.cents, font, size)
            left = x if align == "left" else x + max(0.0, width - first - second - gap)
            paper.text(left, baseline, self.dollars, font, size)
            paper.text(left + first + gap, baseline, self.cents, font, size)
            paper.rule(left + first + gap / 2, top, left + first + gap / 2, top + size * 1.3, 0.4)
            if self.mark:
                paper.note(self.mark, left, left + first + gap + second, baseline, font, size)

        return Strip(size * max(1.35, look.leading), draw)


@dataclass(frozen=True, slots=True)
class NameBoxes:
    """A name in boxes with captions: (caption, text), which together are one value."""

    parts: tuple[tuple[str, str], ...]
    mark: Mark | None
    below: bool = True

    def natural(self, look: Look, size: float, *, bold: bool = False) -> float:
        """Room for all parts."""
        return size * 34

    def strip(
        self, look: Look, width: float, *, size: float | None = None, align: str = "left", bold: bool = False
    ) -> Strip:
        """The boxes side by side."""
        size = min(size or look.size, look.size)
        shares = [0.42, 0.38, 0.2] if len(self.parts) == 3 else [0.5, 0.5]
        small, font = size * 0.68, look.face.regular
        height = size * 1.35 + small * 1.4

        def draw(paper: Paper, x: float, top: float) -> None:
            for (caption, text), share in zip(self.parts, shares, strict=False):
                wide = width * share
                fitted = min(size, size * (wide - 6) / max(1.0, width_of(text, font, size)))
                text_top, caption_y = (
                    (top, top + size * 1.35 + small) if self.below else (top + small * 1.2, top + small)
                )
                paper.text(x + 2, text_top + size, text, font, fitted)
                if self.mark and text:
                    paper.note(self.mark, x + 2, x + 2 + width_of(text, font, fitted), text_top + size, font, fitted)
                paper.text(
                    x + 2,
                    caption_y,
                    caption,
                    font,
                    min(small, small * (wide - 3) / max(1.0, width_of(caption, font, small))),
                )
                line = text_top + size * 1.28
                paper.rule(x, line, x + wide - 4, line, 0.4)
                x += wide

        return Strip(height + 3, draw)


def text(value: str, *, bold: bool = False, color: Color = BLACK) -> Text:
    """Plain words."""
    return Text((Piece(value, None, bold),), color=color)


def lines_of(
    look: Look,
    texts: Sequence[str],
    width: float,
    *,
    size: float | None = None,
    align: str = "left",
    bold: bool = False,
) -> Strip:
    """Lines of plain text, each of which may wrap."""
    return stacked([text(line).strip(look, width, size=size, align=align, bold=bold) for line in texts])
