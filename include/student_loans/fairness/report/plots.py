"""Plots of a bias report, by matplotlib: SVG in the page's own colours, light and dark, or PNG for documents."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from student_loans.fairness.analysis import Evidence, SliceMetric
from student_loans.fairness.report.summary import BiasSummary
from student_loans.fairness.words import DIMENSION_WORDS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, DIM, LINE, ACCENT, ALARM, SOFT = "#17202b", "#5a6675", "#dfe3e9", "#1f5fa8", "#c33c35", "#a9c5e6"
_VARIABLES = {INK: "ink", DIM: "dim", LINE: "line", ACCENT: "accent", ALARM: "quarantined", SOFT: "box"}
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
MOST_ROWS = 24
_MOST_PANELS = 4


def slice_plot(summary: BiasSummary, dimension: str) -> Figure | None:
    """The slices of a dimension, a row each: dot and interval, a panel a metric, the overall value as a line.

    Hollow: not enough evidence. Red: a finding.
    """
    panels = [name for name in PANELS if any(one.value is not None for one in summary.of(dimension, name))]
    panels = [name for name in panels if not (summary.labelled and name == "mean_confidence")][:_MOST_PANELS]
    if not panels:
        return None
    sizes = summary.sizes(dimension)
    levels = sorted(sizes, key=lambda level: (-sizes[level], level))[:MOST_ROWS]
    with _style():
        figure, axes = _axes(len(levels), len(panels), _label_inches(levels))
        for axis, name in zip(axes, panels, strict=True):
            rows = {one.slice: one for one in summary.of(dimension, name)}
            _panel(axis, [rows[level] for level in levels], summary, TITLES[name])
        axes[0].set_yticks(range(len(levels)), [f"{level}  ({sizes[level]:,})" for level in levels])
        axes[0].set_ylabel(DIMENSION_WORDS.get(dimension, dimension).capitalize(), color=DIM, labelpad=8)
    return figure


def before_after_plot(evaluation: Mapping[str, Any]) -> Figure | None:
    """What a mitigation makes equal, slice by slice: a hollow dot before, a full one after."""
    measure = evaluation["measure"]
    rows = [one for one in evaluation["slices"] if one["before"][measure] is not None][:MOST_ROWS]
    if not rows:
        return None
    title = {
        "error": "Wrong among accepted",
        "unseen_wrong": "Wrong and seen by nobody, of all documents",
        "field_accuracy": "Fields read right",
    }[measure]
    names = [one["slice"] for one in rows]
    with _style():
        figure, axes = _axes(len(rows), 1, _label_inches(names), 5.2)
        axis = axes[0]
        for place, one in enumerate(rows):
            before, after = one["before"][measure], one["after"][measure]
            if after is None:
                axis.annotate(
                    "all to review", (before, place), xytext=(8, 0), textcoords="offset points", va="center", color=DIM
                )
            else:
                axis.plot([before, after], [place, place], color=SOFT, lw=3, solid_capstyle="round", zorder=1)
                axis.plot(after, place, "o", color=ACCENT, ms=7, zorder=3)
            axis.plot(before, place, "o", mfc="none", mec=ALARM, ms=7, mew=1.6, zorder=2)
        _scale(axis, title)
        axis.set_yticks(range(len(rows)), [f"{one['slice']}  ({one['documents']:,})" for one in rows])
        axis.plot([], [], "o", mfc="none", mec=ALARM, mew=1.6, ms=7, label="before")
        axis.plot([], [], "o", color=ACCENT, ms=7, label="after")
        axis.legend(loc="lower right", frameon=False, ncols=2, bbox_to_anchor=(1, 1.0), borderaxespad=0.2)
    return figure


def to_svg(figure: Figure, label: str) -> str:
    """The figure as SVG to stand in a page, coloured by the page's styles.

    Args:
        figure: It is closed.
        label: What it shows, for those who cannot see it.
    """
    from html import escape

    buffer = io.StringIO()
    with _style():
        figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None})
    text = buffer.getvalue()
    svg = text[text.index("<svg") :]
    for colour, name in _VARIABLES.items():
        svg = svg.replace(colour, f"var(--{name})")
    svg = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", svg, count=1)
    svg = re.sub(r'(<svg[^>]*?) width="[^"]*"', r"\1", svg, count=1)
    return svg.replace("<svg", f'<svg role="img" aria-label="{escape(label)}"', 1)


def to_png(figure: Figure) -> bytes:
    """The figure as PNG on white."""
    buffer = io.BytesIO()
    with _style():
        figure.savefig(buffer, format="png", dpi=110, facecolor="white", metadata={"Software": None})
    return buffer.getvalue()


def _panel(axis: Axes, rows: Sequence[SliceMetric], summary: BiasSummary, title: str) -> None:
    for place, one in enumerate(rows):
        if one.value is None:
            axis.text(0.02, place, "undefined", transform=axis.get_yaxis_transform(), color=DIM, va="center", size=8)
            continue
        enough = one.evidence is Evidence.ENOUGH
        colour = ALARM if summary.named(one) else ACCENT if enough else DIM
        if one.low is not None and one.high is not None:
            axis.plot([one.low, one.high], [place, place], color=colour, lw=1.6, alpha=1 if enough else 0.5, zorder=2)
        axis.plot(one.value, place, "o", color=colour, mfc=colour if enough else "none", ms=6, zorder=3)
    if rows and rows[0].overall is not None:
        axis.axvline(rows[0].overall, color=INK, lw=0.9, ls=(0, (3, 3)), zorder=1)
    _scale(axis, title)


def _scale(axis: Axes, title: str) -> None:
    from matplotlib.ticker import MaxNLocator, PercentFormatter

    axis.set_title(title, loc="left", fontsize=9.5, fontweight="bold", color=INK, pad=10)
    axis.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axis.xaxis.set_major_locator(MaxNLocator(4, prune=None))
    left, right = axis.get_xlim()
    span = max(right - left, 0.04)
    axis.set_xlim(max(left, -0.02), min(max(right, left + span), 1.02))
    axis.grid(axis="x", color=LINE, lw=0.8)
    axis.set_axisbelow(True)
    axis.tick_params(length=0, colors=INK, labelsize=8.5)
    for side in ("top", "right", "left", "bottom"):
        axis.spines[side].set_visible(False)


def _axes(rows: int, panels: int, label_inches: float, panel_inches: float = 2.4) -> tuple[Figure, list[Axes]]:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    width, height = label_inches + panels * panel_inches, 0.75 + rows * 0.27
    figure = Figure(figsize=(width, height))
    FigureCanvasAgg(figure)
    axes = figure.subplots(1, panels, sharey=True, squeeze=False)[0]
    figure.subplots_adjust(
        left=label_inches / width, right=1 - 0.2 / width, top=1 - 0.42 / height, bottom=0.33 / height, wspace=0.14
    )
    axes[0].set_ylim(rows - 0.4, -0.6)
    return figure, list(axes)


def _label_inches(levels: Sequence[str]) -> float:
    return 0.7 + 0.066 * (max(map(len, levels), default=0) + 6)


@contextmanager
def _style() -> Iterator[None]:
    import matplotlib as mpl

    style: Any = {
        "svg.fonttype": "none",
        "svg.hashsalt": "loan-documents",
        "font.family": ["DejaVu Sans"],
        "font.size": 9,
        "text.color": INK,
        "axes.labelcolor": INK,
    }
    with mpl.rc_context(style):
        yield
