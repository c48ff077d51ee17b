"""Parts of charts as SVG: crisp at any size, coloured by ``charts.css`` in light and dark, nothing loaded from anywhere.

A chart is part of a page, which includes the style, or a separate file (:func:`standalone`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from xml.etree import ElementTree as ET

_CHARACTER_WIDTH = 6.7
"""Units that a character of a label takes on average: the font is the reader's own, so its measures are not known here."""

_XML = "http://www.w3.org/2000/svg"


def drawing(width: float, height: float, label: str) -> ET.Element:
    """An empty chart.

    Args:
        width: Units.
        height: Units.
        label: What it shows, for a person who cannot see it.
    """
    svg = ET.Element("svg", {"viewBox": f"0 0 {width:g} {height:g}", "role": "img", "aria-label": label})
    tooltip(svg, label)
    return svg


def markup(svg: ET.Element) -> str:
    """A chart as part of a page that includes :func:`chart_style`."""
    return ET.tostring(svg, encoding="unicode")


def standalone(svg: ET.Element) -> bytes:
    """A chart as a file: with its size, style and background."""
    _, _, width, height = svg.attrib["viewBox"].split()
    alone = ET.Element("svg", {"xmlns": _XML, "width": width, "height": height, **svg.attrib})
    ET.SubElement(alone, "style").text = chart_style()
    rect(alone, 0, 0, float(width), float(height), "card")
    alone.extend(svg)
    content: bytes = ET.tostring(alone, encoding="utf-8", xml_declaration=True)
    return content


@cache
def chart_style() -> str:
    """The style of every chart: colours by name, and what each class has."""
    return resources.files("student_loans").joinpath("charts.css").read_text(encoding="utf-8")


def tooltip(parent: ET.Element, words: str) -> None:
    """What a reader sees while pointing at an element."""
    ET.SubElement(parent, "title").text = words


def rect(
    parent: ET.Element, x: float, y: float, width: float, height: float, style: str, *, radius: float = 0
) -> ET.Element:
    """A rectangle."""
    box = {"x": x, "y": y, "width": width, "height": height, "rx": radius}
    return ET.SubElement(parent, "rect", {key: f"{value:.2f}" for key, value in box.items()} | {"class": style})


def line(parent: ET.Element, x1: float, y1: float, x2: float, y2: float, style: str) -> ET.Element:
    """A straight line."""
    ends = {"x1": x1, "y1": y1, "x2": x2, "y2": y2}
    return ET.SubElement(parent, "line", {key: f"{value:.2f}" for key, value in ends.items()} | {"class": style})


def dot(parent: ET.Element, x: float, y: float, style: str, *, radius: float = 4) -> ET.Element:
    """A point of a series."""
    place = {"cx": x, "cy": y, "r": radius}
    return ET.SubElement(parent, "circle", {key: f"{value:.2f}" for key, value in place.items()} | {"class": style})


def text(parent: ET.Element, x: float, y: float, words: str, anchor: str, style: str) -> ET.Element:
    """A line of text.

    Args:
        parent: The chart.
        x: Where it starts, is centred or ends.
        y: Its middle.
        words: What it says.
        anchor: ``start``, ``middle`` or ``end``.
        style: Class of ``charts.css``.
    """
    place = {"x": f"{x:.2f}", "y": f"{y:.2f}", "text-anchor": anchor, "dominant-baseline": "central", "class": style}
    label = ET.SubElement(parent, "text", place)
    label.text = words
    return label


def shortened(words: str, most: int) -> str:
    """A label of at most so many characters.

    Example:
        >>> shortened("borrower_confirmation_date", 12)
        'borrower_co…'
    """
    return words if len(words) <= most else words[: most - 1] + "…"


def text_width(labels: Sequence[str]) -> float:
    """Units that the longest of some labels takes, estimated."""
    return _CHARACTER_WIDTH * max(map(len, labels), default=0)


def round_step(span: float, steps: int = 4) -> float:
    """A round distance between ticks that gives at most about so many of them: 1, 2 or 5 times a power of ten.

    Example:
        >>> round_step(0.07), round_step(900)
        (0.02, 500.0)
    """
    if span <= 0:
        return 1.0
    power: float = 10.0 ** math.floor(math.log10(span / steps))
    return next(round(power * factor, 12) for factor in (1, 2, 5, 10) if power * factor >= span / steps)


@dataclass(frozen=True, slots=True)
class Axis:
    """A horizontal axis.

    Attributes:
        low: Value at the left end.
        high: Value at the right end; more than ``low``.
        left: Units from the chart's left side.
        width: Units.
    """

    low: float
    high: float
    left: float
    width: float

    def place(self, value: float) -> float:
        """Where a value is."""
        return self.left + self.width * (value - self.low) / (self.high - self.low)

    def ticks(self, steps: int = 4) -> list[float]:
        """Round values on the axis."""
        step = round_step(self.high - self.low, steps)
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [round(number * step, 12) for number in range(first, last + 1)]
