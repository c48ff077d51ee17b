"""A page to draw on: a cursor that moves down, margins, page breaks, columns and fonts. Lengths are points, y grows upward."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from random import Random

from reportlab.lib.colors import Color, HexColor, black
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_LEFT, TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

WIDTH, HEIGHT = 612.0, 792.0
_AMPERSAND = re.compile(r"&(?!\w+;|#)")
_ALIGN = {"left": TA_LEFT, "center": TA_CENTER, "right": TA_RIGHT, "justify": TA_JUSTIFY}
_FILES = {
    "DejaVuSans": ("DejaVuSans", "DejaVuSans-Bold", "DejaVuSans-Oblique"),
    "DejaVuSerif": ("DejaVuSerif", "DejaVuSerif-Bold", "DejaVuSerif-Italic"),
    "DejaVuSansMono": ("DejaVuSansMono", "DejaVuSansMono-Bold", "DejaVuSansMono-Oblique"),
    "STIXGeneral": ("STIXGeneral", "STIXGeneralBol", "STIXGeneralItalic"),
}
FONTS = {
    "Helvetica": ("Helvetica", "Helvetica-Bold", "Helvetica-Oblique"),
    "Times": ("Times-Roman", "Times-Bold", "Times-Italic"),
    "Courier": ("Courier", "Courier-Bold", "Courier-Oblique"),
    "Vera": ("Vera", "VeraBd", "VeraIt"),
    **_FILES,
}
_RELATIVE_SIZE = {
    "Courier": 0.9,
    "DejaVuSans": 0.9,
    "DejaVuSerif": 0.9,
    "DejaVuSansMono": 0.84,
    "Vera": 0.9,
    "STIXGeneral": 1.05,
}


@cache
def register(family: str) -> tuple[str, str, str]:
    """Make a family known to reportlab, from the font files that come with matplotlib and reportlab."""
    names = FONTS[family]
    if family in _FILES or family == "Vera":
        package = "reportlab" if family == "Vera" else "matplotlib"
        folder = "fonts" if family == "Vera" else "mpl-data/fonts/ttf"
        for name in names:
            with resources.as_file(resources.files(package).joinpath(folder, f"{name}.ttf")) as path:
                pdfmetrics.registerFont(TTFont(name, str(path)))
    pdfmetrics.registerFontFamily(names[0], normal=names[0], bold=names[1], italic=names[2], boldItalic=names[1])
    return names


@dataclass(frozen=True, slots=True)
class Look:
    """The graphic style of one document.

    Attributes:
        family: A key of ``FONTS``.
        size: Body size in points.
        accent: Colour of headings and bars.
        colon: What follows a label.
    """

    family: str
    size: float
    accent: Color
    colon: str
    margin: float

    @classmethod
    def draw(cls, rng: Random) -> Look:
        """Choose a style."""
        family = rng.choices(list(FONTS), [9, 6, 2, 2, 4, 3, 1, 4])[0]
        colours = ["#000000", "#1b3a5d", "#7a1f2b", "#20603d", "#4b2e83", "#b4540a", "#0b6e75", "#333333"]
        return cls(
            family=family,
            size=round(rng.uniform(8.8, 10.8) * _RELATIVE_SIZE.get(family, 1.0), 1),
            accent=HexColor(rng.choice(colours)),
            colon=rng.choice([":", ":", "", ""]),
            margin=rng.choice([40, 48, 54, 64]),
        )


class Sheet:
    """The document being drawn."""

    def __init__(self, look: Look, footer: str = "") -> None:
        self.look, self.footer = look, footer
        self.regular, self.bold, self.italic = register(look.family)
        self._buffer = io.BytesIO()
        self.canvas = Canvas(self._buffer, pagesize=(WIDTH, HEIGHT), invariant=1)
        self.left, self.right, self.bottom = look.margin, WIDTH - look.margin, 46.0
        self.y = HEIGHT - look.margin * 0.8
        self.page = 1
        self._breakable = True
        self.on_new_page: Callable[[], None] | None = None

    @property
    def width(self) -> float:
        """Of the column being written."""
        return self.right - self.left

    @property
    def leading(self) -> float:
        """Distance between lines of body text."""
        return self.look.size * 1.28

    def space(self, lines: float = 0.6) -> None:
        """Leave some room."""
        self.y -= lines * self.leading

    def need(self, height: float) -> None:
        """Start a new page unless so much room is left."""
        if self._breakable and self.y - height < self.bottom:
            self.new_page()

    def new_page(self) -> None:
        """Finish this page and go to the top of the next."""
        self._foot()
        self.canvas.showPage()
        self.page += 1
        self.y = HEIGHT - self.look.margin * 0.9
        if self.on_new_page:
            self.on_new_page()

    def _foot(self) -> None:
        if self.footer:
            text = self.footer.replace("#", str(self.page))
            self.text(WIDTH / 2, 26, text, size=self.look.size * 0.72, align="center")

    def finish(self) -> bytes:
        """The PDF."""
        self._foot()
        self.canvas.save()
        return self._buffer.getvalue()

    def measure(self, text: str, size: float, *, bold: bool = False) -> float:
        """Width of a line of text."""
        return pdfmetrics.stringWidth(text, self.bold if bold else self.regular, size)

    def fit(self, text: str, width: float, size: float, *, bold: bool = False) -> float:
        """The size at which a line fits a width; not more than ``size``."""
        wide = self.measure(text, size, bold=bold)
        return size if wide <= width else max(4.5, size * width / wide)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float | None = None,
        bold: bool = False,
        align: str = "left",
        color: Color = black,
        fit: float | None = None,
    ) -> None:
        """One line of text at a place; ``fit`` shrinks it to a width."""
        size = size or self.look.size
        if fit:
            size = self.fit(text, fit, size, bold=bold)
        self.canvas.setFont(self.bold if bold else self.regular, size)
        self.canvas.setFillColor(color)
        draw = {
            "left": self.canvas.drawString,
            "right": self.canvas.drawRightString,
            "center": self.canvas.drawCentredString,
        }[align]
        draw(x, y, text)
        self.canvas.setFillColor(black)

    def split(self, text: str, width: float, size: float, *, bold: bool = False) -> list[str]:
        """Lines of a text wrapped to a width."""
        return simpleSplit(text, self.bold if bold else self.regular, size, width) or [""]

    def lines(self, *lines: str, size: float | None = None, bold: bool = False, align: str = "left") -> None:
        """Lines of text, one under the other, at the cursor."""
        size = size or self.look.size
        for line in lines:
            self.need(size * 1.3)
            self.y -= size * 1.25
            x = {"left": self.left, "right": self.right, "center": (self.left + self.right) / 2}[align]
            self.text(x, self.y, line, size=size, bold=bold, align=align, fit=self.width)

    def para(
        self, markup: str, *, size: float | None = None, align: str = "left", after: float = 0.5, indent: float = 0
    ) -> None:
        """A paragraph with reportlab's markup (``<b>``, ``<u>``), broken over pages where it must be."""
        size = size or self.look.size
        style = ParagraphStyle(
            "p", fontName=self.regular, fontSize=size, leading=size * 1.28, alignment=_ALIGN[align], leftIndent=indent
        )
        paragraph = Paragraph(_AMPERSAND.sub("&amp;", markup), style)
        _, height = paragraph.wrap(self.width, 10_000)
        parts = [paragraph]
        if self._breakable and height > self.y - self.bottom:
            parts = paragraph.split(self.width, self.y - self.bottom) or [paragraph]
        for number, part in enumerate(parts):
            if number or (len(parts) == 1 and self._breakable and height > self.y - self.bottom):
                self.new_page()
            _, height = part.wrap(self.width, 10_000)
            part.drawOn(self.canvas, self.left, self.y - height)
            self.y -= height
        self.space(after)

    def heading(self, text: str, kind: str = "bold") -> None:
        """A section's heading: ``bold``, ``bar`` (white on the accent colour), ``rule`` (underlined) or ``center``."""
        size = self.look.size * 1.12
        self.need(size * 5)
        self.space(0.5)
        if kind == "bar":
            self.box(self.left, self.y - size * 1.5, self.width, size * 1.5, fill=self.look.accent)
            self.text(
                self.left + 5,
                self.y - size * 1.1,
                text,
                size=size,
                bold=True,
                color=HexColor("#ffffff"),
                fit=self.width - 10,
            )
            self.y -= size * 1.5
        else:
            self.y -= size * 1.15
            x, align = (self.left + self.width / 2, "center") if kind == "center" else (self.left, "left")
            self.text(x, self.y, text, size=size, bold=True, align=align, color=self.look.accent, fit=self.width)
            if kind == "rule":
                self.y -= 3
                self.rule(0.8)
        self.space(0.35)

    def rule(self, weight: float = 0.5, *, dash: bool = False) -> None:
        """A line across the column at the cursor."""
        self.canvas.setLineWidth(weight)
        self.canvas.setDash(*([4, 3],) if dash else ())
        self.canvas.line(self.left, self.y, self.right, self.y)
        self.canvas.setDash()

    def box(
        self, x: float, y: float, width: float, height: float, *, fill: Color | None = None, weight: float = 0.6
    ) -> None:
        """A rectangle with its lower left corner at (x, y); filled ones have no outline."""
        self.canvas.setLineWidth(weight)
        if fill is not None:
            self.canvas.setFillColor(fill)
        self.canvas.rect(x, y, width, height, stroke=int(fill is None), fill=int(fill is not None))
        self.canvas.setFillColor(black)

    def columns(
        self, writers: Sequence[Callable[[], None]], shares: Sequence[float] | None = None, gap: float = 18
    ) -> None:
        """Write side by side; the cursor ends below the longest. Columns do not break over pages."""
        shares = shares or [1.0] * len(writers)
        left, right, top, room = self.left, self.right, self.y, self.width - gap * (len(writers) - 1)
        self._breakable, lowest, x = False, top, left
        for write, share in zip(writers, shares, strict=True):
            self.left, self.right, self.y = x, x + room * share / sum(shares), top
            write()
            lowest, x = min(lowest, self.y), self.right + gap
        self.left, self.right, self.y, self._breakable = left, right, lowest, True
