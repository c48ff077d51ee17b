"""The acquisition and preparation part of a run's report: every document in every stage, and counts that add up."""

from __future__ import annotations

from dataclasses import replace

import orjson

from student_loans.ledger.model import StageSummary
from student_loans.reports.page import render_page
from student_loans.runs import Arrival, SeenFile
from student_loans.stages import Stage
from tests.record_factory import document_id
from tests.student_loans.reports.test_run_report import _Page
from tests.student_loans.reports.test_summarize import RECORDS, summary_of

ARRIVED = (
    SeenFile("file:///inbox/again.pdf", document_id(1), Arrival.DUPLICATE),
    SeenFile("file:///inbox/old.pdf", document_id(77), Arrival.UNCHANGED),
)
WORK = (
    StageSummary(Stage.ACQUIRE, len(RECORDS) - 1, 1, 0, 0, 0, {"file_too_large": 1}),
    StageSummary(Stage.PREPARE, 4, 1, 0, 2, 1, {"corrupt_file": 1}, 8.0, 6.5, 1.25, 3.5),
)


def test_the_acquisition_adds_up_to_the_files() -> None:
    summary = summary_of(RECORDS, ARRIVED, work=WORK, stage_seconds={"acquire_documents": 1.5})
    arrived = summary.acquisition
    assert arrived is not None
    assert (arrived.files, arrived.copied, arrived.refused) == (len(RECORDS) + 2, len(RECORDS) - 1, 1)
    assert (arrived.duplicate, arrived.unchanged, arrived.seconds) == (1, 1, 1.5)
    assert arrived.add_up
    assert not replace(arrived, copied=0).add_up


def test_stages_are_data_with_codes_and_timings() -> None:
    data = orjson.loads(orjson.dumps(summary_of(RECORDS, ARRIVED, work=WORK).to_json()))
    prepare = data["work"][1]
    assert (prepare["stage"], prepare["documents"], prepare["done"], prepare["reused"]) == (Stage.PREPARE, 5, 4, 2)
    assert (prepare["errors"], prepare["core_seconds"], prepare["median_seconds"]) == ({"corrupt_file": 1}, 6.5, 1.25)
    assert data["acquisition"]["add_up"]


def test_the_page_tells_them() -> None:
    page = _Page(render_page(summary_of(RECORDS, ARRIVED, work=WORK)))
    assert page.open == []
    assert "Acquisition and preparation" in page.text
    for shown in ("preprocess documents", "corrupt_file", "file_too_large", "1.25 s", "3.50 s", "6.5 s"):
        assert shown in page.text


def test_work_that_was_left_unfinished_is_not_passed_over() -> None:
    killed = StageSummary(Stage.EXTRACT, 3, 0, 2, 0, 0)
    assert "2 unfinished" in _Page(render_page(summary_of(RECORDS, work=(killed,)))).text


def test_a_run_from_before_there_was_a_ledger_has_no_such_part() -> None:
    summary = summary_of(RECORDS)
    assert summary.acquisition is None
    assert "Acquisition and preparation" not in render_page(summary)
