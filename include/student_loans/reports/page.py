"""The report of a run as one self-contained HTML page."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from student_loans.error_advice import title_of, todo_of
from student_loans.reports.charts import OUTCOMES, field_chart, percent, status_bar, time_chart, type_label
from student_loans.reports.summary import RunSummary
from student_loans.runs import RunCounts

if TYPE_CHECKING:
    from jinja2 import Template

ROWS_SHOWN = 50
"""Most rows of a table on the page; ``summary.json`` has more, ``records.jsonl`` all."""


def render_page(summary: RunSummary) -> str:
    """The page; it loads nothing from anywhere and holds no value read from a document."""
    told = summary.counts.to_json()
    shown = {outcome: told[outcome] for outcome in OUTCOMES if outcome != "unaccounted" or told[outcome]}
    return _template().render(
        summary=summary,
        counts=shown,
        headline=headline(summary.counts),
        duration=duration(summary.seconds),
        status_bar=status_bar(summary.counts),
        time_chart=time_chart(summary.types) if any(one.seconds for one in summary.types) else "",
        field_charts={
            one.document_type: field_chart(summary.fields, one.document_type)
            for one in summary.types
            if one.required_expected
        },
        rows_shown=ROWS_SHOWN,
        longest_stage=max(summary.stage_seconds.values(), default=0.0),
    )


def headline(counts: RunCounts) -> str:
    """What came of the files, in one sentence.

    Example:
        >>> headline(RunCounts(files=3, accepted=2, review=1))
        '3 files came in: 2 accepted, 1 to review.'
    """
    if not counts.files:
        return "No files came in."
    words = {"review": "to review", "unchanged": "unchanged since an earlier run"}
    told = counts.to_json()
    parts = [f"{told[outcome]:,} {words.get(outcome, outcome)}" for outcome in OUTCOMES if told[outcome]]
    files = "1 file" if counts.files == 1 else f"{counts.files:,} files"
    return f"{files} came in: {', '.join(parts)}."


def duration(seconds: float) -> str:
    """A duration as a person says it.

    Example:
        >>> duration(4.24), duration(252), duration(7322)
        ('4.2 s', '4 min 12 s', '2 h 2 min')
    """
    if seconds < 59.5:
        return f"{seconds:.1f} s" if seconds < 9.95 else f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


@cache
def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("student_loans.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: dict[str, Any] = {
        "type_label": type_label,
        "title_of": title_of,
        "todo_of": todo_of,
        "duration": duration,
        "percent": percent,
        "number": "{:,}".format,
    }
    environment.filters.update(filters)
    return environment.get_template("report.html.j2")
