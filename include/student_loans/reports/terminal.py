"""The summary of a run for the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from student_loans.intake.listing import note_text
from student_loans.reports.charts import OUTCOMES
from student_loans.reports.page_template import duration
from student_loans.reports.run_report import PAGE, RECORDS

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

_STYLES = {"accepted": "green", "review": "yellow", "quarantined": "red", "unaccounted": "bold red"}
_ROWS_SHOWN = 8


def render_summary(summary: Mapping[str, Any], folder: PurePath | str) -> RenderableType:
    """Summarise a run for a terminal of any width; control characters in file names have no effect.

    Args:
        summary: The contents of ``summary.json`` (:meth:`student_loans.reports.summary.ReportSummary.to_json`).
        folder: Where the report is, as the person should read it.
    """
    from rich.console import Group
    from rich.text import Text

    parts: list[RenderableType] = [Text(), _sum_line(summary), *_alarms(summary)]
    if summary["failures"]:
        parts += [Text(), _failures(summary)]
    if summary["listing"]["ignored"]:
        parts += [Text(), _ignored(summary["listing"])]
    if summary["review_reasons"]:
        parts += [Text(), _reasons(summary)]
    places = Text()
    for label, name in (("Records", RECORDS), ("Report", PAGE)):
        places.append(f"\n{label:<8}", style="dim").append(f"{folder}/{name}")
    return Group(*parts, places)


def _sum_line(summary: Mapping[str, Any]) -> Text:
    """``12 files = 9 accepted + 2 review + 1 quarantined + 0 duplicate + 0 unchanged``."""
    from rich.text import Text

    counts = summary["counts"]
    line = Text()
    if not counts["files"]:
        return line.append(f"No files: {note_text(summary['listing']['note'])}", style="yellow")
    line.append(f"{counts['files']} file{'' if counts['files'] == 1 else 's'}", style="bold").append(" = ")
    for number, outcome in enumerate(one for one in OUTCOMES if one != "unaccounted"):
        count = counts[outcome]
        line.append(" + " if number else "").append(
            f"{count} {outcome}", style=_STYLES.get(outcome, "") if count else ""
        )
    line.append("\n")
    if counts["add_up"]:
        line.append("✓ every file is accounted for", style="green").append(" · ", style="dim")
    line.append(f"{summary['pages']} pages in {duration(summary['seconds'])}", style="dim")
    return line


def _alarms(summary: Mapping[str, Any]) -> list[Text]:
    from rich.text import Text

    alarms = []
    if not summary["counts"]["add_up"]:
        lost = summary["counts"]["unaccounted"]
        files = "1 file has" if lost == 1 else f"{lost} files have"
        alarms.append(Text(f"{files} no record: run again.", style="bold red"))
    if summary["failed_stages"]:
        alarms.append(Text(f"Failed: {', '.join(summary['failed_stages'])}", style="bold red"))
    return alarms


def _failures(summary: Mapping[str, Any]) -> RenderableType:
    from rich.text import Text

    rows = [(Text(one["code"], style="red"), Text(one["name"])) for one in summary["failures"]]
    return _table("Could not be read", rows, summary["counts"]["quarantined"])


def _ignored(listing: Mapping[str, Any]) -> RenderableType:
    from rich.text import Text

    rows = [(Text(one["reason"], style="yellow"), Text(one["name"])) for one in listing["ignored"]]
    return _table("Not documents", rows, sum(listing["reasons"].values()))


def _reasons(summary: Mapping[str, Any]) -> RenderableType:
    from rich.text import Text

    rows = [(Text(str(count), style="yellow"), Text(reason)) for reason, count in summary["review_reasons"].items()]
    return _table("To review, because", rows, len(rows))


def _table(title: str, rows: list[tuple[Text, Text]], total: int) -> RenderableType:
    from rich.table import Table

    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True, min_width=8)
    table.add_column(overflow="ellipsis", no_wrap=True)
    for row in rows[:_ROWS_SHOWN]:
        table.add_row(*row)
    if total > len(rows[:_ROWS_SHOWN]):
        table.add_row("", f"[dim]and {total - len(rows[:_ROWS_SHOWN])} more, see the report[/dim]")
    from rich.console import Group
    from rich.text import Text

    return Group(Text(title, style="bold"), table)
