"""The charts of data quality: missing values, distributions side by side, drift over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from student_loans.svg_charts import Axis, dot, drawing, line, markup, rect, shortened, text, text_width, tooltip

DATA_SETS = ("reference", "previous", "current")
_CELL_WIDTH, _CELL_HEIGHT = 320, 132


def missing_chart(features: Sequence[Mapping[str, Any]]) -> str:
    """A bar a feature: the share of documents without it now, and a tick at the share before."""
    rows = [(one["name"], one["distributions"]) for one in features]
    svg = drawing(720, len(rows) * 20 + 6, "Share of documents without each feature")
    left, span = 190, 350
    for number, (name, sets) in enumerate(rows):
        middle = number * 20 + 12
        share = _missing(sets["current"])
        text(svg, left - 10, middle, name, "end", "label")
        rect(svg, left, middle - 5, span, 10, "track", radius=2)
        bar = rect(svg, left, middle - 5, span * share, 10, "s-current", radius=2)
        tooltip(bar, f"{name}: missing in {share:.1%}")
        note = f"{share:.1%}"
        other = sets.get("previous") or sets.get("reference")
        if other is not None:
            tick = rect(svg, left + span * _missing(other) - 1, middle - 8, 2, 16, "tick")
            tooltip(tick, f"before: {_missing(other):.1%}")
            note += f" · before {_missing(other):.1%}"
        text(svg, left + span + 10, middle, note, "start", "note")
    return markup(svg)


def distribution_chart(feature: Mapping[str, Any]) -> str:
    """The distributions of one feature in each data set, over one axis."""
    sets = {name: feature["distributions"][name] for name in DATA_SETS if name in feature["distributions"]}
    return (
        _number_chart(feature["name"], sets) if feature["kind"] == "number" else _category_chart(feature["name"], sets)
    )


def drift_chart(points: Sequence[Mapping[str, Any]]) -> str:
    """Drift of one feature run by run, and its threshold."""
    values = [float(point["drift"]) for point in points]
    threshold = float(points[-1]["threshold"] or 0)
    top = max([*values, threshold, 0.05]) * 1.15
    svg = drawing(_CELL_WIDTH, 90, f"Drift over {len(values)} runs, newest {values[-1]:.2f}")
    left, right, bottom, height = 34.0, _CELL_WIDTH - 8.0, 76.0, 66.0

    def place(number: int, value: float) -> tuple[float, float]:
        x = right if len(values) == 1 else left + (right - left) * number / (len(values) - 1)
        return x, bottom - height * value / top

    line(svg, left, bottom, right, bottom, "grid")
    if threshold:
        y = place(0, threshold)[1]
        line(svg, left, y, right, y, "limit")
        text(svg, left - 4, y, f"{threshold:.2f}", "end", "note")
    for number in range(len(values) - 1):
        line(svg, *place(number, values[number]), *place(number + 1, values[number + 1]), "series")
    for number, value in enumerate(values):
        x, y = place(number, value)
        point = dot(svg, x, y, "s-alarm" if threshold and value > threshold else "s-current", radius=2.5)
        tooltip(point, f"{points[number]['computed_at']}: {value:.3f}")
    return markup(svg)


def _missing(entry: Mapping[str, Any]) -> float:
    return float(entry["missing"]) / max(int(entry["missing"]) + int(entry["values"]), 1)


def _number_chart(name: str, sets: Mapping[str, Mapping[str, Any]]) -> str:
    """Densities as steps: each data set has bins of its own, so heights are shares a unit."""
    svg = drawing(_CELL_WIDTH, _CELL_HEIGHT, f"Distribution of {name}")
    drawn = {key: entry["histogram"] for key, entry in sets.items() if entry.get("histogram") and entry["values"]}
    if not drawn:
        return markup(svg)
    # The axis leaves out the last percent on each side, where one document may stretch it without end.
    edges = [entry["quantiles"] for key, entry in sets.items() if key in drawn]
    low, high = min(one[0] for one in edges), max(one[-1] for one in edges)
    if high <= low:
        high = low + 1
    axis = Axis(low, high, 6.0, _CELL_WIDTH - 12.0)
    left, right, bottom, height = axis.left, axis.left + axis.width, 106.0, 94.0
    densities = {key: _densities(bins) for key, bins in drawn.items()}
    top = max((density for steps in densities.values() for _, _, density in steps), default=1.0) or 1.0
    for key, steps in densities.items():
        previous = bottom
        for start, end, density in steps:
            x1, x2 = (axis.place(min(max(value, low), high)) for value in (start, end))
            y = bottom - height * density / top
            if key == "current":
                rect(svg, x1, y, max(x2 - x1, 1), bottom - y, "fill-current")
            line(svg, x1, previous, x1, y, f"l-{key}")
            line(svg, x1, y, x2, y, f"l-{key}")
            previous = y
    line(svg, left, bottom, right, bottom, "grid")
    for tick in axis.ticks():
        half = text_width([_short(tick)]) / 2
        text(svg, min(max(axis.place(tick), half), _CELL_WIDTH - half), bottom + 14, _short(tick), "middle", "note")
    return markup(svg)


def _short(value: float) -> str:
    """A tick of an axis: thousands as k."""
    return f"{value / 1000:g}k" if abs(value) >= 10_000 else f"{value:g}"


def _densities(bins: Sequence[Sequence[float]]) -> list[tuple[float, float, float]]:
    total = sum(count for _, _, count in bins) or 1.0
    widths = max(bins[-1][1] - bins[0][0], 1e-9)
    # A data set of one value has one bin without width.
    return [(low, high, count / total / max(high - low, widths / 1000)) for low, high, count in bins]


def _category_chart(name: str, sets: Mapping[str, Mapping[str, Any]]) -> str:
    """Shares of the commonest categories, a bar a data set."""
    labels = list(dict.fromkeys(label for entry in reversed(list(sets.values())) for label in entry.get("shares", {})))[
        :6
    ]
    row = 10 * len(sets) + 8
    svg = drawing(_CELL_WIDTH, max(len(labels) * row + 4, 20), f"Shares of {name}")
    left, span = 140, 130
    for number, label in enumerate(labels):
        top = number * row + 2
        tooltip(text(svg, left - 8, top + row / 2 - 4, shortened(label, 20), "end", "label"), label)
        for place, (key, entry) in enumerate(sets.items()):
            share = float(entry.get("shares", {}).get(label, 0.0))
            bar = rect(svg, left, top + place * 10, max(span * share, 0.5), 8, f"s-{key}", radius=2)
            tooltip(bar, f"{key}: {share:.1%}")
            text(svg, left + span * share + 5, top + place * 10 + 4, f"{share:.0%}", "start", "tiny")
    return markup(svg)
