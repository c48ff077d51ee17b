"""The three files of a run's report: records for programs, a summary for programs, a page for people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from student_loans.records import DocumentRecord
from student_loans.reports.page import render_page
from student_loans.reports.summary import ReportSummary
from student_loans.storage.clean_text import storable_data
from student_loans.storage.files import atomic_writer, store_errors, write_bytes
from student_loans.storage.object_store import json_line

if TYPE_CHECKING:
    from upath import UPath

RECORDS, SUMMARY, PAGE = "records.jsonl", "summary.json", "report.html"


@dataclass(frozen=True, slots=True)
class RunReport:
    """Where a run's report is."""

    records: UPath
    summary: UPath
    page: UPath


def write_run_report(folder: UPath, summary: ReportSummary, records: Iterable[DocumentRecord]) -> RunReport:
    """Write a run's report; each file appears whole, and a second time replaces the first.

    Args:
        folder: ``reports/<run>``, in a folder or a bucket (:func:`student_loans.storage.files.open_path`).
        summary: What :func:`student_loans.reports.summarize.summarize` made of the same records.
        records: Those that the run made; consumed once, one in memory at a time.

    Returns:
        The paths. Values read from documents are in ``records.jsonl`` only.

    Raises:
        ServiceError: ``store_unavailable``.
    """
    import orjson

    report = RunReport(folder / RECORDS, folder / SUMMARY, folder / PAGE)
    with store_errors():
        with atomic_writer(report.records) as file:
            for record in records:
                file.write(json_line(record.to_json()))
        options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
        write_bytes(report.summary, orjson.dumps(storable_data(summary.to_json()), option=options))
        write_bytes(report.page, render_page(summary).encode("utf-8", "replace"))
    return report
