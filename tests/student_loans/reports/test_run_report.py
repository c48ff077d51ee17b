"""The files of a run's report, and its closing words on a terminal."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import orjson
import pytest

from student_loans.intake.incremental import ListingNote
from student_loans.intake.listing import IgnoredEntry, Listing, note_text
from student_loans.records import DocumentRecord, DocumentType, Status
from student_loans.reports.page import ROWS_SHOWN, headline, render_page
from student_loans.reports.page_template import duration
from student_loans.reports.run_report import write_run_report
from student_loans.reports.terminal import render_summary
from student_loans.runs import RunCounts, RunState, SeenFile
from student_loans.storage.files import open_path
from tests.record_factory import document_id, extracted, make_quarantined, make_record
from tests.student_loans.reports.test_summarize import RECORDS, summary_of

PLANTED = "123-45-6789"


class _Page(HTMLParser):
    """What a page is made of: its text, ids, headings, links, and whether its tags close in order."""

    VOID = ("meta", "br", "img", "link", "hr", "input")

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] != "style":
            self.text += data


def terminal_text(summary: dict[str, Any], width: int = 100) -> str:
    from rich.console import Console

    console = Console(width=width, force_terminal=False, file=None, record=True, quiet=False)
    with console.capture() as captured:
        console.print(render_summary(summary, "reports/r"))
    return captured.get()


class TestFiles:
    def test_records_come_back_as_they_were(self, tmp_path: Path) -> None:
        report = write_run_report(open_path(str(tmp_path / "r")), summary_of(RECORDS), iter(RECORDS))
        lines = report.records.read_bytes().splitlines()
        assert [DocumentRecord.from_json(orjson.loads(line)) for line in lines] == RECORDS

    def test_the_summary_says_what_the_summary_says(self, tmp_path: Path) -> None:
        summary = summary_of(RECORDS)
        report = write_run_report(open_path(str(tmp_path / "r")), summary, RECORDS)
        assert orjson.loads(report.summary.read_bytes()) == summary.to_json()
        assert {path.name for path in (tmp_path / "r").iterdir()} == {"records.jsonl", "summary.json", "report.html"}

    def test_text_that_json_refuses_does_not_lose_the_report(self, tmp_path: Path) -> None:
        odd = make_record(1, source_uri="file:///inbox/\udc80\x00.pdf")
        report = write_run_report(open_path(str(tmp_path / "r")), summary_of([odd]), [odd])
        assert orjson.loads(report.records.read_bytes())["source_uri"] == "file:///inbox/\ufffd\ufffd.pdf"


class TestPrivacy:
    def test_no_value_is_in_the_page_or_the_summary(self, tmp_path: Path) -> None:
        """An SSN-like value in every place that a record has for text, and ordinary values beside it."""
        values = {
            "borrower_ssn_last4": replace(extracted("borrower_ssn_last4"), value="6789", raw=PLANTED),
            "account_number": replace(extracted("account_number"), value=PLANTED.replace("-", ""), raw=PLANTED),
            "borrower_name": replace(
                extracted("borrower_name"), value="Wilhelmina Okonkwo-Tarr", raw="W. Okonkwo-Tarr"
            ),
            "loan_amount": extracted("loan_amount"),
        }
        records = [
            make_record(
                1,
                status=Status.REVIEW,
                source_uri=f"file:///inbox/{PLANTED}%20note.pdf",
                fields=values,
                review_reasons=(f"borrower_ssn_last4: read {PLANTED}", "borrower_name: Wilhelmina Okonkwo-Tarr?"),
            ),
            make_quarantined(2, message=f"Line 3 says {PLANTED}."),
        ]
        report = write_run_report(open_path(str(tmp_path)), summary_of(records), records)
        assert "Wilhelmina" in report.records.read_text(), "the test plants nothing"
        assert not {PLANTED, "123456789"} & set(re.findall(r"[\d-]{9,11}", report.records.read_text()))
        for path in (report.page, report.summary):
            shown = path.read_text()
            for value in (PLANTED, "123456789", "6789", "Wilhelmina", "Okonkwo", "18250.00", "$18,250.00"):
                assert value not in re.sub(r"[0-9a-f]{64}", "", shown), (path.name, value)


class TestPage:
    def test_it_loads_nothing_from_anywhere(self) -> None:
        html = render_page(summary_of(RECORDS))
        page = _Page(html)
        assert not {tag for tag, _ in page.tags} & {"script", "link", "img", "iframe", "object"}
        links = {attrs["href"] for tag, attrs in page.tags if tag == "a"}
        assert links == {"records.jsonl", "summary.json"}
        assert not re.search(r"url\(|@import|https?://", html)

    def test_it_is_well_formed_and_readable_without_eyes(self) -> None:
        page = _Page(render_page(summary_of(RECORDS, stage_seconds={"extract_data": 2.0})))
        assert page.open == []
        headings = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
        assert headings[0] == 1
        assert headings.count(1) == 1
        assert all(later - earlier <= 1 for earlier, later in pairwise(headings))
        ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
        assert len(ids) == len(set(ids))
        assert all(attrs["aria-labelledby"] in ids for tag, attrs in page.tags if tag == "section")
        assert all(attrs.get("scope") for tag, attrs in page.tags if tag == "th")
        plots = [attrs for tag, attrs in page.tags if tag == "svg"]
        assert len(plots) >= 4
        assert all(attrs.get("aria-label") and attrs.get("role") == "img" for attrs in plots)

    def test_names_are_text_never_markup(self) -> None:
        name = "%3Cscript%3Ealert(1)%3C%2Fscript%3E%26.pdf"
        records = [make_quarantined(1, source_uri=f"file:///inbox/{name}")]
        page = _Page(render_page(summary_of(records)))
        assert "<script>alert(1)" not in render_page(summary_of(records))
        assert "script>&.pdf" in page.text

    @pytest.mark.parametrize("count", [ROWS_SHOWN, ROWS_SHOWN + 1, 2000])
    def test_tables_are_capped_and_say_so(self, count: int) -> None:
        html = render_page(summary_of([make_quarantined(n) for n in range(count)]))
        assert html.count('<th scope="row" class="name">') == min(count, ROWS_SHOWN) + 10  # and the ten slowest
        hidden = count - ROWS_SHOWN
        assert (f"and {hidden:,} more, see" in html) is (hidden > 0)
        assert len(html) < 100_000

    def test_a_run_over_nothing_has_a_page(self) -> None:
        page = _Page(render_page(summary_of([])))
        assert "No files came in." in page.text
        assert "The counts add up" in page.text

    def test_a_lost_file_and_a_failed_stage_are_not_hidden(self) -> None:
        lost = (SeenFile("file:///inbox/lost.pdf", document_id(77)),)
        summary = summary_of(RECORDS, lost, state=RunState.FAILED, failed_stages=("store_results",))
        text = _Page(render_page(summary)).text
        assert "The counts do not add up" in text
        assert "store_results failed" in text

    def test_every_type_has_a_row_and_a_plot_of_its_fields(self) -> None:
        kinds = [kind for kind in DocumentType if kind is not DocumentType.UNKNOWN]
        html = render_page(summary_of([make_record(n, document_type=kind) for n, kind in enumerate(kinds)]))
        assert html.count("<figcaption>") == len(kinds)
        assert "Form 1098-E" in html


class TestTerminal:
    def test_it_says_that_the_counts_add_up_and_where_things_are(self) -> None:
        text = terminal_text(summary_of(RECORDS).to_json())
        assert "6 files = 2 accepted + 1 review + 3 quarantined + 0 duplicate + 0 unchanged" in text
        assert "every file is accounted for" in text
        assert "reports/r/records.jsonl" in text
        assert "reports/r/report.html" in text
        assert "encrypted_pdf" in text
        assert "apr: missing" in text

    def test_a_lost_file_and_a_failed_stage_are_not_hidden(self) -> None:
        lost = (SeenFile("file:///inbox/lost.pdf", document_id(77)),)
        text = terminal_text(summary_of(RECORDS, lost, failed_stages=("store_results",)).to_json())
        assert "accounted for" not in text
        assert "1 file has no record" in text
        assert "store_results" in text

    @pytest.mark.parametrize("note", list(ListingNote))
    def test_a_run_without_files_says_why(self, note: ListingNote) -> None:
        summary = summary_of([], listing=Listing(note.value))
        text = terminal_text(summary.to_json(), 200)
        assert f"No files: {note_text(note)}" in text
        assert note_text(note)[1:] in _Page(render_page(summary)).text

    def test_entries_that_are_not_documents_are_named(self) -> None:
        ignored = tuple(IgnoredEntry(f".{n}", f"file:///inbox/.{n}", "hidden") for n in range(60))
        summary = summary_of(RECORDS, listing=Listing("", {"hidden": 61}, ignored))
        text = terminal_text(summary.to_json())
        assert "Not documents" in text
        assert "and 53 more" in text
        page = _Page(render_page(summary)).text
        assert "Hidden: the name begins with a dot" in page
        assert "and 11 more" in page
        assert summary.to_json()["listing"]["reasons"] == {"hidden": 61}

    def test_names_cannot_style_the_terminal(self) -> None:
        records = [make_quarantined(1, source_uri="file:///inbox/%1B%5B31m[bold]x[%2Fbold].pdf")]
        text = terminal_text(summary_of(records).to_json())
        assert "\x1b" not in text
        assert "[bold]x[/bold].pdf" in text

    @pytest.mark.parametrize("width", [40, 80, 200])
    def test_it_fits_the_terminal(self, width: int) -> None:
        records = [make_quarantined(n, source_uri=f"file:///inbox/{'long' * 60}{n}.pdf") for n in range(30)]
        text = terminal_text(summary_of(records).to_json(), width)
        assert max(len(line) for line in text.splitlines()) <= width
        assert "and 22 more" in text


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        (RunCounts(), "No files came in."),
        (RunCounts(1, accepted=1), "1 file came in: 1 accepted."),
        (RunCounts(3, review=1, quarantined=1), "3 files came in: 1 to review, 1 quarantined, 1 unaccounted."),
    ],
)
def test_the_headline_is_a_sentence(counts: RunCounts, sentence: str) -> None:
    assert headline(counts) == sentence


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0.0 s"), (9.94, "9.9 s"), (59.4, "59 s"), (59.7, "1 min 0 s"), (7322, "2 h 2 min")]
)
def test_durations_are_said_as_people_say_them(seconds: float, text: str) -> None:
    assert duration(seconds) == text
