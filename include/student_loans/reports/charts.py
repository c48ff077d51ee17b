"""The charts of a run's report."""

from __future__ import annotations

import math
from collections.abc import Sequence

from student_loans.reports.summary import FieldSummary, TypeSummary
from student_loans.runs import RunCounts
from student_loans.svg_charts import Axis, drawing, line, markup, rect, round_step, text, tooltip

WIDTH = 720
_ROW = 26
_LABEL = 190
OUTCOMES = ("accepted", "review", "quarantined", "duplicate", "unchanged", "unaccounted")


def status_bar(counts: RunCounts) -> str:
    """One bar divided by what became of the files."""
    counted = counts.to_json()
    shown = [(outcome, counted[outcome]) for outcome in OUTCOMES if counted[outcome]]
    label = ", ".join(f"{count} {outcome}" for outcome, count in shown) or "no files"
    svg = drawing(WIDTH, 28, f"Files by outcome: {label}")
    svg.set("preserveAspectRatio", "none")  # as wide as the page, of one height
    gap = 2.0
    width = WIDTH - gap * max(0, len(shown) - 1)
    # A single file among thousands is still to be seen.
    shares = _at_least([count / counts.files for _, count in shown], 4 / WIDTH)
    left = 0.0
    for (outcome, count), share in zip(shown, shares, strict=True):
        bar = rect(svg, left, 0, share * width, 28, f"s-{outcome}", radius=3)
        tooltip(bar, f"{outcome}: {count}")
        left += share * width + gap
    if not shown:
        rect(svg, 0, 0, WIDTH, 28, "track", radius=3)
    return markup(svg)


def field_chart(fields: Sequence[FieldSummary], document_type: str) -> str:
    """For one type: a bar for the share of documents that have a required field, a tick at its mean confidence."""
    rows = [row for row in fields if row.document_type == document_type and row.required]
    complete = sum(row.found == row.documents for row in rows)
    svg = drawing(
        440,
        len(rows) * 22 + 4,
        f"Required fields of {document_type}: {complete} of {len(rows)} are found in every document",
    )
    left, span = 178, 166
    for number, row in enumerate(rows):
        middle = number * 22 + 13
        share = row.found / row.documents
        text(svg, left - 10, middle, row.name, "end", "label")
        rect(svg, left, middle - 5, span, 10, "track", radius=2)
        bar = rect(svg, left, middle - 5, span * share, 10, "s-accepted" if share == 1 else "s-partial", radius=2)
        tooltip(bar, f"{row.name}: found in {row.found} of {row.documents}")
        note = percent(row.found, row.documents)
        if row.mean_confidence is not None:
            tick = rect(svg, left + span * row.mean_confidence - 1, middle - 8, 2, 16, "tick")
            tooltip(tick, f"mean confidence {row.mean_confidence:.2f}")
            note += f" · {row.mean_confidence:.2f}"
        text(svg, left + span + 8, middle, note, "start", "note")
    return markup(svg)


def time_chart(types: Sequence[TypeSummary]) -> str:
    """For each type a box from the lower to the upper quartile, a line at the median, whiskers to least and 95%."""
    rows = [(one.document_type, one.seconds) for one in types if one.seconds]
    top = max((seconds.high for _, seconds in rows), default=0.0)
    step = round_step(top)
    left, span = _LABEL, WIDTH - _LABEL - 110
    axis = Axis(0.0, max(step, math.ceil(top / step) * step), left, span)
    height = len(rows) * _ROW + 28
    medians = ", ".join(f"{name} {seconds.median:.2f} s" for name, seconds in rows)
    svg = drawing(WIDTH, height, f"Seconds a document by type, medians: {medians}")
    for tick in axis.ticks():
        line(svg, axis.place(tick), 4, axis.place(tick), height - 22, "grid")
        text(svg, axis.place(tick), height - 9, f"{tick:g} s", "middle", "note")
    for number, (name, seconds) in enumerate(rows):
        middle = number * _ROW + 17
        text(svg, left - 12, middle, type_label(name), "end", "label")
        places = (seconds.least, seconds.lower, seconds.median, seconds.upper, seconds.high)
        least, lower, median, upper, high = map(axis.place, places)
        line(svg, least, middle, high, middle, "whisker")
        box = rect(svg, lower, middle - 7, max(upper - lower, 2), 14, "box", radius=2)
        tooltip(box, f"{seconds.documents} documents, longest {seconds.most:.2f} s")
        rect(svg, median - 1.25, middle - 9, 2.5, 18, "median")
        text(svg, left + span + 12, middle, f"median {seconds.median:.2f} s", "start", "note")
    return markup(svg)


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


def _at_least(shares: Sequence[float], smallest: float) -> list[float]:
    """Shares that still sum to one, with small ones made large enough to be seen."""
    raised = [max(share, smallest) for share in shares]
    total = sum(raised)
    return [share / total for share in raised]
