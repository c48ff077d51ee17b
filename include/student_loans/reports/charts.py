"""Plots as inline SVG: no requests, crisp at any size, and coloured by the page's own light and dark styles."""

from __future__ import annotations

import math
from collections.abc import Sequence
from xml.etree import ElementTree as ET

from student_loans.reports.summary import FieldSummary, TypeSummary
from student_loans.runs import RunCounts

WIDTH = 720
_ROW = 26
_LABEL = 190
OUTCOMES = ("accepted", "review", "quarantined", "duplicate", "unchanged", "unaccounted")


def status_bar(counts: RunCounts) -> str:
    """One bar divided by what became of the files."""
    told = counts.to_json()
    shown = [(outcome, told[outcome]) for outcome in OUTCOMES if told[outcome]]
    label = ", ".join(f"{count} {outcome}" for outcome, count in shown) or "no files"
    svg = _svg(28, f"Files by outcome: {label}")
    svg.set("preserveAspectRatio", "none")  # as wide as the page, of one height
    gap = 2.0
    width = WIDTH - gap * max(0, len(shown) - 1)
    # A single file among thousands is still to be seen.
    shares = _at_least([count / counts.files for _, count in shown], 4 / WIDTH)
    left = 0.0
    for (outcome, count), share in zip(shown, shares, strict=True):
        bar = _rect(svg, left, 0, share * width, 28, f"s-{outcome}", radius=3)
        _title(bar, f"{outcome}: {count}")
        left += share * width + gap
    if not shown:
        _rect(svg, 0, 0, WIDTH, 28, "track", radius=3)
    return _text(svg)


def field_chart(fields: Sequence[FieldSummary], document_type: str) -> str:
    """For one type: a bar for the share of documents that have a required field, a tick at its mean confidence."""
    rows = [row for row in fields if row.document_type == document_type and row.required]
    complete = sum(row.found == row.documents for row in rows)
    svg = _svg(
        len(rows) * 22 + 4,
        f"Required fields of {document_type}: {complete} of {len(rows)} are found in every document",
        width=440,
    )
    left, span = 178, 166
    for number, row in enumerate(rows):
        middle = number * 22 + 13
        share = row.found / row.documents
        _label(svg, left - 10, middle, row.name, "end", "label")
        _rect(svg, left, middle - 5, span, 10, "track", radius=2)
        bar = _rect(svg, left, middle - 5, span * share, 10, "s-accepted" if share == 1 else "s-partial", radius=2)
        _title(bar, f"{row.name}: found in {row.found} of {row.documents}")
        note = percent(row.found, row.documents)
        if row.mean_confidence is not None:
            tick = _rect(svg, left + span * row.mean_confidence - 1, middle - 8, 2, 16, "tick")
            _title(tick, f"mean confidence {row.mean_confidence:.2f}")
            note += f" · {row.mean_confidence:.2f}"
        _label(svg, left + span + 8, middle, note, "start", "note")
    return _text(svg)


def time_chart(types: Sequence[TypeSummary]) -> str:
    """For each type a box from the lower to the upper quartile, a line at the median, whiskers to least and 95%."""
    rows = [(one.document_type, one.seconds) for one in types if one.seconds]
    top = max((seconds.high for _, seconds in rows), default=0.0)
    step = _step(top)
    axis = max(step, math.ceil(top / step) * step)
    left, span = _LABEL, WIDTH - _LABEL - 110
    height = len(rows) * _ROW + 28
    medians = ", ".join(f"{name} {seconds.median:.2f} s" for name, seconds in rows)
    svg = _svg(height, f"Seconds a document by type, medians: {medians}")
    for tick in range(round(axis / step) + 1):
        x = left + span * tick * step / axis
        _line(svg, x, 4, x, height - 22, "grid")
        _label(svg, x, height - 9, f"{tick * step:g} s", "middle", "note")
    for number, (name, seconds) in enumerate(rows):
        middle = number * _ROW + 17
        _label(svg, left - 12, middle, type_label(name), "end", "label")
        places = (seconds.least, seconds.lower, seconds.median, seconds.upper, seconds.high)
        least, lower, median, upper, high = (left + span * value / axis for value in places)
        _line(svg, least, middle, high, middle, "whisker")
        box = _rect(svg, lower, middle - 7, max(upper - lower, 2), 14, "box", radius=2)
        _title(box, f"{seconds.documents} documents, longest {seconds.most:.2f} s")
        _rect(svg, median - 1.25, middle - 9, 2.5, 18, "median")
        _label(svg, left + span + 12, middle, f"median {seconds.median:.2f} s", "start", "note")
    return _text(svg)


def type_label(document_type: str) -> str:
    """A document type as a person writes it.

    Example:
        >>> type_label("form_1098e"), type_label("payoff_letter")
        ('Form 1098-E', 'Payoff letter')
    """
    return document_type.replace("_", " ").capitalize().replace("1098e", "1098-E")


def percent(part: int, whole: int) -> str:
    """A share, rounded down: 100% is said of all, never of nearly all.

    Example:
        >>> percent(999, 1000), percent(7, 7)
        ('99%', '100%')
    """
    return f"{100 * part // whole}%"


def _step(top: float) -> float:
    """A round distance between ticks that gives about four of them: 1, 2 or 5 times a power of ten."""
    if top <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(top / 4))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= top / 4)


def _at_least(shares: Sequence[float], smallest: float) -> list[float]:
    """Shares that still sum to one, with small ones made large enough to be seen."""
    raised = [max(share, smallest) for share in shares]
    total = sum(raised)
    return [share / total for share in raised]


def _svg(height: float, label: str, width: int = WIDTH) -> ET.Element:
    svg = ET.Element("svg", {"viewBox": f"0 0 {width} {height:g}", "role": "img", "aria-label": label})
    _title(svg, label)
    return svg


def _title(parent: ET.Element, text: str) -> None:
    ET.SubElement(parent, "title").text = text


def _rect(
    parent: ET.Element, x: float, y: float, width: float, height: float, name: str, *, radius: float = 0
) -> ET.Element:
    box = {"x": x, "y": y, "width": width, "height": height, "rx": radius}
    return ET.SubElement(parent, "rect", {key: f"{value:.2f}" for key, value in box.items()} | {"class": name})


def _line(parent: ET.Element, x1: float, y1: float, x2: float, y2: float, name: str) -> None:
    ends = {"x1": x1, "y1": y1, "x2": x2, "y2": y2}
    ET.SubElement(parent, "line", {key: f"{value:.2f}" for key, value in ends.items()} | {"class": name})


def _label(parent: ET.Element, x: float, y: float, text: str, anchor: str, name: str) -> None:
    place = {"x": f"{x:.2f}", "y": f"{y:.2f}", "text-anchor": anchor, "dominant-baseline": "central", "class": name}
    ET.SubElement(parent, "text", place).text = text


def _text(svg: ET.Element) -> str:
    return ET.tostring(svg, encoding="unicode")
