"""What a run costs is kept by stage and type, and the next batch is estimated from it before it is read."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from student_loans.costs.stage import estimate_batch
from student_loans.costs.store import ESTIMATED, SPENT, CostStore
from student_loans.intake.check_stage import check_documents
from student_loans.metrics.store import RunMetricStore
from student_loans.results.store import ResultsDatabase
from student_loans.settings import load_settings
from student_loans.stages import Stage
from student_loans.storage.object_store import open_store
from student_loans.storage.run_folder import DocumentReference, RunFolder
from tests.document_factory import make_pdf
from tests.faults.stages import Retries, run_stages

pytestmark = pytest.mark.integration


def write_letters(folder: Path, count: int) -> Path:
    folder.mkdir()
    for number in range(count):
        lines = ["Payoff letter", "Lender: Harbor Lane Credit Union", f"Payoff amount: $18,250.{number:02d}"]
        (folder / f"{number}.pdf").write_bytes(make_pdf([lines, lines]))
    return folder


def test_a_run_keeps_its_cost_and_the_next_is_estimated_from_it(
    database: ResultsDatabase, empty_database: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = load_settings(environment={"LOAN_DOCUMENTS__STORAGE__REPORTS_URI": str(tmp_path / "reports")})
    store = open_store(str(tmp_path / "store"))
    costs = CostStore(empty_database)

    def checked(run: RunFolder, count: int) -> float:
        contents = [make_pdf([["Statement", str(number)]]) for number in range(count)]
        references = [DocumentReference(store.put_raw(one), f"file:///{n}.pdf", "a") for n, one in enumerate(contents)]
        run.write_references("acquired", references)
        return estimate_batch(run.run_id, check_documents(run, settings), costs, settings).core_seconds

    # Before anything was measured, the setting stands in.
    assert checked(RunFolder(store, "first"), 2) == 2 * settings.cost.assumed_core_seconds_per_page

    inbox = write_letters(tmp_path / "inbox", 4)
    run_stages(Retries(), inbox, RunFolder(store, "run-1"), empty_database, settings)
    cost = costs.of_run("run-1", settings.cost)
    assert {row.stage for row in cost.rows} == {Stage.PREPARE, Stage.EXTRACT}
    assert {row.documents for row in cost.by_stage()} == {4}
    assert {row.pages for row in cost.by_stage()} == {8}
    assert all(row.core_seconds > 0 for row in cost.rows)
    told = json.loads((tmp_path / "reports" / "run-1" / "summary.json").read_text())["cost"]
    assert told["core_seconds"] == pytest.approx(cost.core_seconds, abs=0.001)
    assert "What it cost" in (tmp_path / "reports" / "run-1" / "report.html").read_text()
    points = {(point.name, point.slice) for point in RunMetricStore(empty_database).of_run("run-1")}
    assert {(SPENT, ""), (SPENT, cost.rows[0].document_type)} <= points

    with caplog.at_level(logging.INFO):
        expected = checked(RunFolder(store, "second"), 3)
    # A page of the format costs what the four letters' eight pages have cost.
    assert expected == pytest.approx(3 * cost.core_seconds / 8, rel=0.01)
    assert "batch_estimated run_id=second documents=3 pages=3" in caplog.text
    assert [p.value for p in RunMetricStore(empty_database).of_run("second") if p.name == ESTIMATED] == [expected]


def test_what_was_done_before_costs_a_run_nothing(
    database: ResultsDatabase, empty_database: str, tmp_path: Path
) -> None:
    settings = load_settings(environment={"LOAN_DOCUMENTS__STORAGE__REPORTS_URI": str(tmp_path / "reports")})
    store = open_store(str(tmp_path / "store"))
    inbox = write_letters(tmp_path / "inbox", 2)
    run_stages(Retries(), inbox, RunFolder(store, "run-1"), empty_database, settings)
    run_stages(Retries(), inbox, RunFolder(store, "run-2"), empty_database, settings)
    assert CostStore(empty_database).of_run("run-2", settings.cost).core_seconds == 0
