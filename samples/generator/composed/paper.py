"""Sheets of paper: drawing in points from the top left, strips that flow over columns and pages, and the boxes of marked values."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from random import Random
from typing import Any

from reportlab.lib.colors import Color, HexColor
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from samples.generator import sheet
from samples.generator.composed.printing import Mark, Piece

BLACK = HexColor("#000000")
WHITE = HexColor("#ffffff")
_GAP = 1e-6


@lru_cache(maxsize=200_000)
def _unit_width(text: str, font: str) -> float:
    return float(pdfmetrics.stringWidth(text, font, 1))


def width_of(text: str, font: str, size: float) -> float:
    """Width of a line of text in points."""
    return _unit_width(text, font) * size


@cache
def ascent_descent(font: str) -> tuple[float, float]:
    """Height above and depth below the baseline of letters and digits, in ems."""
    ascent, descent = pdfmetrics.getAscentDescent(font, 1)
    return min(float(ascent), 0.95), max(float(descent), -0.26)


@dataclass(frozen=True, slots=True)
class Face:
    """The fonts of a family."""

    regular: str
    bold: str
    italic: str

    @classmethod
    def of(cls, family: str) -> Face:
        """Register a family with reportlab."""
        return cls(*sheet.register(family))


@dataclass(frozen=True, slots=True)
class Strip:
    """Something that is drawn across a column and is not broken.

    Attributes:
        height: In points.
        draw: Called with the paper, the left edge and the top, in points from the top of the page.
        keep: Whether the next strip must stand in the same column.
        empty: Whether nothing is drawn; such a strip starts no page.
    """

    height: float
    draw: Callable[[Paper, float, float], None]
    keep: bool = False
    empty: bool = False


def space(height: float, *, keep: bool = False) -> Strip:
    """An empty strip."""
    return Strip(height, lambda _paper, _x, _top: None, keep, empty=True)


@dataclass(frozen=True, slots=True)
class Atom:
    """A part of a word in one font."""

    text: str
    font: str
    width: float
    mark: Mark | None


Word = tuple[Atom, ...]
Line = tuple[Word, ...]


def words_of(
    pieces: Sequence[Piece], face: Face, size: float, *, bold: bool = False, solid: bool = False
) -> list[Word]:
    """Split text into words; ``solid`` keeps a value in one piece."""
    words: list[list[Atom]] = []
    open_word = False
    for piece in pieces:
        font = face.bold if piece.bold or bold else face.regular
        parts = [piece.text] if solid and piece.mark else piece.text.split(" ")
        for number, part in enumerate(parts):
            if number:
                open_word = False
            if not part:
                continue
            atom = Atom(part, font, width_of(part, font, size), piece.mark)
            if open_word:
                words[-1].append(atom)
            else:
                words.append([atom])
            open_word = True
    return [tuple(word) for word in words]


def _word_width(word: Word) -> float:
    return sum(atom.width for atom in word)


def line_width(line: Line, size: float) -> float:
    """Width of a line in points."""
    return sum(map(_word_width, line)) + width_of(" ", line[0][0].font, size) * (len(line) - 1) if line else 0.0


def wrap(words: Sequence[Word], width: float, size: float) -> list[Line]:
    """Break words into lines; a word that is wider than the line stands alone."""
    lines: list[Line] = []
    line: list[Word] = []
    used = 0.0
    for word in words:
        wide, gap = _word_width(word), width_of(" ", word[0].font, size)
        if line and used + gap + wide > width + _GAP:
            lines.append(tuple(line))
            line, used = [], 0.0
        used += wide + (gap if line else 0)
        line.append(word)
    return [*lines, tuple(line)] if line else lines


class Paper:
    """The document being drawn.

    Args:
        width: Of a page in points.
        height: Of a page in points.
        margins: Left, top, right and bottom.
    """

    def __init__(self, width: float, height: float, margins: tuple[float, float, float, float]) -> None:
        self.width, self.height, self.margins = width, height, margins
        self._buffer = io.BytesIO()
        self.canvas = Canvas(self._buffer, pagesize=(width, height), invariant=1, pageCompression=1)
        self.page = 1
        self.y = margins[1]
        self.marks: list[Mark] = []
        self.boxes: list[tuple[Any, ...]] = []
        self.on_page: Callable[[Paper], None] | None = None
        self._page_top = self.y
        self.word_by_word = False
        self._widgets = 0

    @property
    def left(self) -> float:
        """Left edge of the text."""
        return self.margins[0]

    @property
    def inner(self) -> float:
        """Width of the text."""
        return self.width - self.margins[0] - self.margins[2]

    @property
    def bottom(self) -> float:
        """Lowest place of text."""
        return self.height - self.margins[3]

    def new_page(self) -> None:
        """Go to the top of the next page."""
        self.canvas.showPage()
        self.page += 1
        self.y = self.margins[1]
        if self.on_page:
            self.on_page(self)
        self._page_top = self.y

    def finish(self) -> bytes:
        """The PDF."""
        self.canvas.save()
        return self._buffer.getvalue()

    def place(self, strips: Sequence[Strip], columns: int = 1, gap: float = 18) -> None:
        """Let strips flow at the cursor, in columns that are filled evenly."""
        groups = _groups(strips)
        width = (self.inner - gap * (columns - 1)) / columns
        while groups:
            room = self.bottom - self.y
            wanted = sum(strip.height for group in groups for strip in group) / columns
            groups = self._fill(groups, min(room, wanted + _slack(groups, columns)), columns, width + gap)
            while groups and all(strip.empty for strip in groups[0]):
                groups.pop(0)
            if groups:
                self.new_page()

    def _fill(self, groups: list[list[Strip]], room: float, columns: int, step: float) -> list[list[Strip]]:
        """Fill the columns of this page down to ``room`` below the cursor; returns what is left."""
        top, lowest = self.y, self.y
        fresh = self.y - self._page_top < 1
        for column in range(columns):
            y = top
            while groups:
                height = sum(strip.height for strip in groups[0])
                forced = fresh and y == top and height > self.bottom - top
                if y + height > top + room + _GAP and not forced:
                    break
                for strip in groups.pop(0):
                    strip.draw(self, self.left + column * step, y)
                    y += strip.height
            lowest = max(lowest, y)
        self.y = lowest
        return groups

    def text(self, x: float, baseline: float, text: str, font: str, size: float, color: Color = BLACK) -> None:
        """Draw one string."""
        self.canvas.setFont(font, size)
        self.canvas.setFillColor(color)
        self.canvas.drawString(x, self.height - baseline, text)

    def line_of_words(
        self, line: Line, x: float, baseline: float, size: float, color: Color = BLACK, word_gap: float | None = None
    ) -> None:
        """Draw a line of words and note the boxes of marked ones."""
        runs: list[tuple[float, str, str]] = []
        spans: dict[Mark, tuple[float, float, str]] = {}
        before = ""
        for word in line:
            gap = (word_gap or width_of(" ", before, size)) if before else 0.0
            for atom in word:
                x += gap
                if runs and runs[-1][1] == atom.font and not (gap and (word_gap or self.word_by_word)):
                    start, font, text = runs[-1]
                    runs[-1] = (start, font, text + (" " if gap else "") + atom.text)
                else:
                    runs.append((x, atom.font, atom.text))
                if atom.mark:
                    spans[atom.mark] = (spans.get(atom.mark, (x,))[0], x + atom.width, atom.font)
                x, gap, before = x + atom.width, 0.0, atom.font
        for start, font, text in runs:
            self.text(start, baseline, text, font, size, color)
        for mark, (start, end, font) in spans.items():
            self.note(mark, start, end, baseline, font, size)

    def note(self, mark: Mark, left: float, right: float, baseline: float, font: str, size: float) -> None:
        """Note that a value stands here."""
        ascent, descent = ascent_descent(font)
        self.note_box(mark, left, baseline - ascent * size, right, baseline - descent * size)

    def note_box(self, mark: Mark, left: float, top: float, right: float, bottom: float) -> None:
        """Note a box of a value, in points from the top left."""
        if not mark.places:
            self.marks.append(mark)
        mark.places.append((self.page, left / self.width, top / self.height, right / self.width, bottom / self.height))

    def rule(
        self,
        x1: float,
        y1: float,
        x2: float,
        y2: float,
        weight: float = 0.5,
        color: Color = BLACK,
        dash: Sequence[float] = (),
    ) -> None:
        """Draw a straight line."""
        self.canvas.setLineWidth(weight)
        self.canvas.setStrokeColor(color)
        self.canvas.setDash(*([list(dash)] if dash else []))
        self.canvas.line(x1, self.height - y1, x2, self.height - y2)
        self.canvas.setDash()

    def box(
        self, x: float, top: float, width: float, height: float, *, fill: Color | None = None, weight: float = 0.6,
        stroke: Color | None = BLACK, radius: float = 0,
    ) -> None:  # fmt: skip
        """Draw a rectangle."""
        self.canvas.setLineWidth(weight)
        if stroke is not None:
            self.canvas.setStrokeColor(stroke)
        if fill is not None:
            self.canvas.setFillColor(fill)
        draw = self.canvas.roundRect if radius else self.canvas.rect
        draw(
            x,
            self.height - top - height,
            width,
            height,
            *([radius] if radius else []),
            stroke=int(stroke is not None),
            fill=int(fill is not None),
        )

    def widget(
        self, mark: Mark | None, text: str, x: float, top: float, width: float, height: float, size: float
    ) -> None:
        """Draw a form field that holds a text."""
        self._widgets += 1
        self.canvas.acroForm.textfield(
            value=text, name=f"field{self._widgets}", x=x, y=self.height - top - height, width=width, height=height, fontName="Helvetica",
            fontSize=size, borderWidth=0.5, fillColor=HexColor("#f2f4fb"), borderColor=HexColor("#9aa3b5"), textColor=BLACK, forceBorder=True,
        )  # fmt: skip
        if mark:
            self.note_box(
                mark, x + 1, top + 1, min(x + width, x + 4 + width_of(text, "Helvetica", size) * 1.02), top + height - 1
            )

    def tick_widget(self, x: float, top: float, size: float, *, checked: bool) -> None:
        """Draw a check box that is a form field."""
        self._widgets += 1
        self.canvas.acroForm.checkbox(
            name=f"field{self._widgets}",
            x=x,
            y=self.height - top - size,
            size=size,
            checked=checked,
            buttonStyle="cross",
            borderWidth=0.7,
        )


def _groups(strips: Sequence[Strip]) -> list[list[Strip]]:
    """Strips that must stay together."""
    groups: list[list[Strip]] = []
    keep = False
    for strip in strips:
        if keep:
            groups[-1].append(strip)
        else:
            groups.append([strip])
        keep = strip.keep
    return groups


def _slack(groups: Sequence[Sequence[Strip]], columns: int) -> float:
    """What a column may be higher than an even share, so that whole groups fit."""
    if columns == 1:
        return 1.0
    return max(sum(strip.height for strip in group) for group in groups) + 1.0


def stack_height(strips: Sequence[Strip]) -> float:
    """Height of strips one under the other."""
    return sum(strip.height for strip in strips)


def draw_stack(paper: Paper, strips: Sequence[Strip], x: float, top: float) -> None:
    """Draw strips one under the other."""
    for strip in strips:
        strip.draw(paper, x, top)
        top += strip.height


def stacked(strips: Sequence[Strip], *, keep: bool = False) -> Strip:
    """Strips as one that is not broken."""
    return Strip(stack_height(strips), lambda paper, x, top: draw_stack(paper, strips, x, top), keep)


def beside(parts: Sequence[tuple[float, Sequence[Strip]]], *, keep: bool = False) -> Strip:
    """Stacks side by side: each with its offset from the left edge."""

    def draw(paper: Paper, x: float, top: float) -> None:
        for offset, strips in parts:
            draw_stack(paper, strips, x + offset, top)

    return Strip(max((stack_height(strips) for _, strips in parts), default=0), draw, keep)


def jitter(rng: Random, value: float, share: float) -> float:
    """A length near another."""
    return value * rng.uniform(1 - share, 1 + share)
