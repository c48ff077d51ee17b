"""Links to what a run left: only to pages that are there."""

from __future__ import annotations

from pathlib import Path

from student_loans.reports.run_pages import run_pages
from student_loans.storage.run_folder import folder_name

RUN = "manual__2026-11-25T00:00:00+00:00"


def test_pages_that_are_there_are_named(tmp_path: Path) -> None:
    folder = folder_name(RUN)
    for page in (
        "expectations/validate_extraction/index.html",
        "data_quality/quality.html",
        "bias.html",
        "report.html",
    ):
        (tmp_path / folder / page).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / folder / page).touch()
    assert [(one.title, one.path) for one in run_pages(str(tmp_path), RUN)] == [
        ("Data Docs", f"{folder}/expectations/validate_extraction/index.html"),
        ("Statistics, drift and anomalies", f"{folder}/data_quality/quality.html"),
        ("Bias", f"{folder}/bias.html"),
    ]


def test_several_tasks_that_validated_are_told_apart(tmp_path: Path) -> None:
    for task in ("one", "two"):
        site = tmp_path / folder_name(RUN) / "expectations" / task
        site.mkdir(parents=True)
        (site / "index.html").touch()
    assert [one.title for one in run_pages(str(tmp_path), RUN)] == ["Data Docs of one", "Data Docs of two"]


def test_a_run_that_left_nothing_has_no_pages(tmp_path: Path) -> None:
    assert run_pages(str(tmp_path), RUN) == []
