"""The charts of a bias report: a comparison of slices, and slices before and after a mitigation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from student_loans.fairness.analysis import SliceEvidence, SliceMetric
from student_loans.fairness.report.summary import BiasSummary
from student_loans.fairness.words import DIMENSION_WORDS
from student_loans.svg_charts import Axis, dot, drawing, line, round_step, shortened, text, text_width, tooltip

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

PANELS = ("field_accuracy", "completeness", "mean_confidence", "auto_accept_rate", "accepted_error")
TITLES = {
    "field_accuracy": "Fields read right",
    "completeness": "Required found",
    "auto_accept_rate": "Accepted without a person",
    "accepted_error": "Wrong among accepted",
    "mean_confidence": "Mean confidence",
    "overconfidence": "Overconfidence",
    "review_rate": "Sent to review",
    "seconds": "Seconds a document",
}
_MEASURE_TITLES = {
    "error": "Wrong among accepted",
    "unseen_wrong": "Wrong and seen by nobody, of all documents",
    "field_accuracy": "Fields read right",
}
MOST_ROWS = 24
_MOST_PANELS = 4
_ROW, _HEAD, _FOOT = 24, 34, 26
_PANEL, _GAP = 160, 46
_ONE_PANEL = 440
_LONGEST_LABEL = 34
_LEAST_LABELS = 170
"""Units for labels, so that the panels of short labels stand below those of others."""
_LEAST_SPAN = 0.04
"""Smallest part of an axis of shares: on a shorter one, noise looks like a gap."""


def slice_chart(summary: BiasSummary, dimension: str) -> Element | None:
    """The slices of a dimension, one row each: dot and interval, a panel for each metric, the overall value as a line.

    Hollow: not enough evidence. Red: a finding.
    """
    panels = [name for name in PANELS if any(one.value is not None for one in summary.of(dimension, name))]
    panels = [name for name in panels if not (summary.labelled and name == "mean_confidence")][:_MOST_PANELS]
    if not panels:
        return None
    sizes = summary.sizes(dimension)
    levels = sorted(sizes, key=lambda level: (-sizes[level], level))[:MOST_ROWS]
    labels = [_row_label(level, sizes[level]) for level in levels]
    left = max(text_width(labels) + 16, _LEAST_LABELS)
    words = f"Metrics by {DIMENSION_WORDS.get(dimension, dimension)}, with intervals; the table below has the numbers"
    svg = drawing(left + len(panels) * (_PANEL + _GAP), _HEAD + len(levels) * _ROW + _FOOT, words)
    _row_labels(svg, left, levels, labels)
    for number, name in enumerate(panels):
        rows = {one.slice: one for one in summary.of(dimension, name)}
        _panel(svg, left + number * (_PANEL + _GAP), [rows[level] for level in levels], summary, TITLES[name])
    return svg


def before_after_chart(evaluation: Mapping[str, Any]) -> Element | None:
    """The measure that a mitigation equalises, by slice: a hollow dot before, a full one after."""
    measure = evaluation["measure"]
    rows = [one for one in evaluation["slices"] if one["before"][measure] is not None][:MOST_ROWS]
    if not rows:
        return None
    names = [one["slice"] for one in rows]
    labels = [_row_label(one["slice"], one["documents"]) for one in rows]
    left = text_width(labels) + 16
    height = _HEAD + len(rows) * _ROW + _FOOT
    svg = drawing(left + _ONE_PANEL + _GAP, height, f"{_MEASURE_TITLES[measure]}: each slice before and after")
    _row_labels(svg, left, names, labels)
    values = [value for one in rows for value in (one["before"][measure], one["after"][measure]) if value is not None]
    axis = _share_axis(values, left, _ONE_PANEL)
    _grid(svg, axis, len(rows), _MEASURE_TITLES[measure])
    for place, one in enumerate(rows):
        _change(svg, axis, _middle(place), one["before"][measure], one["after"][measure])
    _legend(svg, left + _ONE_PANEL)
    return svg


def _row_label(level: str, documents: int) -> str:
    return f"{shortened(level, _LONGEST_LABEL)}  ({documents:,})"


def _row_labels(svg: Element, left: float, levels: Sequence[str], labels: Sequence[str]) -> None:
    for place, (level, label) in enumerate(zip(levels, labels, strict=True)):
        tooltip(text(svg, left - 14, _middle(place), label, "end", "label"), level)


def _middle(place: int) -> float:
    return _HEAD + place * _ROW + _ROW / 2


def _panel(svg: Element, left: float, rows: Sequence[SliceMetric], summary: BiasSummary, title: str) -> None:
    values = [value for one in rows for value in (one.value, one.low, one.high, one.overall) if value is not None]
    axis = _share_axis(values, left, _PANEL)
    _grid(svg, axis, len(rows), title)
    overall = next((one.overall for one in rows if one.overall is not None), None)
    if overall is not None:
        line(svg, axis.place(overall), _HEAD, axis.place(overall), _HEAD + len(rows) * _ROW, "overall")
    for place, one in enumerate(rows):
        _slice(svg, axis, _middle(place), one, summary)


def _slice(svg: Element, axis: Axis, middle: float, one: SliceMetric, summary: BiasSummary) -> None:
    if one.value is None:
        text(svg, axis.left + 4, middle, "undefined", "start", "note")
        return
    kind = "finding" if summary.named(one) else "" if one.evidence is SliceEvidence.ENOUGH else "weak"
    words = f"{one.slice}: {one.value:.1%}"
    if one.low is not None and one.high is not None:
        line(svg, axis.place(one.low), middle, axis.place(one.high), middle, f"interval {kind}".strip())
        words += f" ({one.low:.1%} to {one.high:.1%})"
    tooltip(dot(svg, axis.place(one.value), middle, f"dot-mark {kind}".strip()), words)


def _change(svg: Element, axis: Axis, middle: float, before: float, after: float | None) -> None:
    start = axis.place(before)
    if after is not None:
        line(svg, start, middle, axis.place(after), middle, "change")
    tooltip(dot(svg, start, middle, "dot-mark before"), f"before: {before:.1%}")
    if after is not None:
        tooltip(dot(svg, axis.place(after), middle, "dot-mark"), f"after: {after:.1%}")
    elif start < axis.left + axis.width / 2:
        text(svg, start + 10, middle, "all to review", "start", "note")
    else:
        text(svg, start - 10, middle, "all to review", "end", "note")


def _legend(svg: Element, right: float) -> None:
    for left, words, style in ((right - 112, "before", "dot-mark before"), (right - 44, "after", "dot-mark")):
        dot(svg, left, 14, style)
        text(svg, left + 10, 14, words, "start", "note")


def _grid(svg: Element, axis: Axis, rows: int, title: str) -> None:
    text(svg, axis.left, 14, title, "start", "heading")
    bottom = _HEAD + rows * _ROW
    for tick in axis.ticks():
        line(svg, axis.place(tick), _HEAD, axis.place(tick), bottom, "grid")
        text(svg, axis.place(tick), bottom + 13, _share(tick), "middle", "note")


def _share(value: float) -> str:
    return f"{100 * value:.4g}%"


def _share_axis(values: Iterable[float], left: float, width: float) -> Axis:
    """An axis that shows all the values between round shares, at most 0% to 100%."""
    shown = list(values)
    low, high = min(shown), max(shown)
    spare = max(_LEAST_SPAN - (high - low), 0) / 2
    low, high = low - spare, high + spare
    step = round_step(high - low, 3)
    low, high = step * (low // step), step * -(-high // step)
    return Axis(max(low, 0.0), min(high, 1.0), left, width)
