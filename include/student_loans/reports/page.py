"""The report of a run as one self-contained HTML page."""

from __future__ import annotations

from student_loans.intake.listing import ignored_text, note_text
from student_loans.reports.charts import OUTCOMES, field_chart, status_bar, time_chart
from student_loans.reports.page_template import duration, page_template
from student_loans.reports.summary import ReportSummary
from student_loans.runs import RunCounts

ROWS_SHOWN = 50
"""Most rows of a table on the page; ``summary.json`` has more, ``records.jsonl`` all."""


def render_page(summary: ReportSummary) -> str:
    """The page; it loads nothing from anywhere and holds no value read from a document."""
    counted = summary.counts.to_json()
    shown = {outcome: counted[outcome] for outcome in OUTCOMES if outcome != "unaccounted" or counted[outcome]}
    return page_template("report.html.j2", note_text=_sentence, ignored_text=ignored_text).render(
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


def _sentence(note: str) -> str:
    text = note_text(note)
    return text[0].upper() + text[1:]


def headline(counts: RunCounts) -> str:
    """The outcomes of the files in one sentence.

    Example:
        >>> headline(RunCounts(files=3, accepted=2, review=1))
        '3 files came in: 2 accepted, 1 to review.'
    """
    if not counts.files:
        return "No files came in."
    words = {"review": "to review", "unchanged": "unchanged since an earlier run"}
    counted = counts.to_json()
    parts = [f"{counted[outcome]:,} {words.get(outcome, outcome)}" for outcome in OUTCOMES if counted[outcome]]
    files = "1 file" if counts.files == 1 else f"{counts.files:,} files"
    return f"{files} came in: {', '.join(parts)}."
